import { expect } from "chai";
import { approvalChanges } from "../../../domain/plan/approvalChanges.ts";
import { approval, samplePlane, server } from "../samplePlane.ts";

describe("the servers that an approved entry can match", () => {
  const fleet = (["x86_64", "arm64"] as const).flatMap((arch, index) => [
    server(index + 2, { patchGroup: "prod-sensitive", os: "amazon-linux", release: "2023", arch }),
    server(index + 4, { patchGroup: "prod-sensitive", os: "ubuntu", release: "22.04", arch }),
  ]);
  const before = samplePlane({ fleet });

  /** Servers of the entry, of the two of each OS. */
  function matched(os: "AMAZON_LINUX_2023" | "UBUNTU", id: string): number | undefined {
    const approvals = { "prod-sensitive": approval({ [os]: [{ id, title: "1" }] }) };
    return approvalChanges(before, { ...before, approvals })[0]?.added[0]?.servers;
  }

  it("are those of its architecture, and all of them for rpm's packages without one", () => {
    expect(matched("AMAZON_LINUX_2023", "curl.x86_64")).to.equal(1);
    expect(matched("AMAZON_LINUX_2023", "curl.aarch64")).to.equal(1);
    expect(matched("AMAZON_LINUX_2023", "glibc.i686")).to.equal(1);
    expect(matched("AMAZON_LINUX_2023", "python3-babel.noarch")).to.equal(2);
    expect(matched("UBUNTU", "openssl.amd64")).to.equal(1);
    expect(matched("UBUNTU", "openssl.arm64")).to.equal(1);
  });
});
