import { expect } from "chai";
import { readUpdate } from "../../../domain/advisories/updateinfo.ts";

function releaseOf(id: string): string {
  const one = { name: "curl", version: "8.3.0", release: "1", epoch: "0", arch: "x86_64" };
  const read = readUpdate({ id, type: "security", pkglist: { collection: { package: one } } });
  return read.kind === "read"
    ? read.read.release
    : `${read.kind}: ${read.kind === "fault" ? read.message : read.reason}`;
}

describe("a notice of Amazon Linux", () => {
  it("is of the release that its id says, topics of amazon-linux-extras among them", () => {
    const ids = ["ALAS2-2018-951", "ALAS2DOCKER-2024-040", "ALASKERNEL-5.10-2022-007", "ALAS2LIVEPATCH-2024-160"];
    expect(ids.map(releaseOf)).to.deep.equal(["2", "2", "2", "2"]);
    expect(["ALAS2023-2024-519", "ALAS2023LIVEPATCH-2024-010"].map(releaseOf)).to.deep.equal(["2023", "2023"]);
    const others = ["ALAS-2018-951", "ALAS2022-2022-101", "RHSA-2024:0001"];
    expect(others.map(releaseOf)).to.deep.equal(others.map(() => "leftOut: of other releases"));
  });
});
