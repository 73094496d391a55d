import { expect } from "chai";
import {
  installFaults,
  installLists,
  installObject,
  wavesOf,
  type Overruling,
} from "../../../domain/runs/installPlan.ts";
import { group, samplePlane } from "../samplePlane.ts";

const now = new Date("2026-12-24T12:00:00Z");

describe("the plan of an installation", () => {
  it("begins with the canary and doubles, and reaches everybody once", () => {
    const all = Array.from({ length: 12 }, (_, index) => index);
    expect(wavesOf(all, 1).map(({ length }) => length)).to.deep.equal([1, 2, 4, 5]);
    expect(wavesOf(all, 3).map(({ length }) => length)).to.deep.equal([3, 6, 3]);
    expect(wavesOf(all, 1).flat()).to.deep.equal(all);
    expect(wavesOf([], 1)).to.deep.equal([]);
  });

  it("names exact versions, of Windows updates alone, under a key that the content decides", () => {
    const ubuntu = { os: "UBUNTU", id: "openssl.amd64", version: "3.0.2-0ubuntu1.18" } as const;
    const windows = { os: "WINDOWS", id: "KB5012170", version: "a title" } as const;
    const { key, content } = installObject([windows, ubuntu, ubuntu]);
    expect(key).to.match(/^installs\/[0-9a-f]{16}\.yaml$/);
    expect(content).to.contain("title: '3.0.2-0ubuntu1.18'").and.not.contain("a title");
    expect(content.match(/openssl/g)).to.have.lengthOf(1);
    expect(installObject([ubuntu, windows]).key).to.equal(key);
  });

  it("tells each node what its own scan shows, and nothing that only another's does", () => {
    const [a, b, c] = ["mi-a", "mi-b", "mi-c"] as const;
    const openssl = { os: "UBUNTU", id: "openssl.amd64", version: "3.0.2", nodes: [a, b] } as const;
    const kb = { os: "WINDOWS", id: "KB5012170", version: "", nodes: [c] } as const;
    const lists = installLists([openssl, kb, { ...openssl, id: "curl.amd64", nodes: [b, a] }]);
    expect(lists.map(({ nodes }) => nodes)).to.deep.equal([[a, b], [c]]);
    expect(lists[0]?.list.content).to.contain("openssl").and.contain("curl").and.not.contain("KB5012170");
    expect(lists[1]?.list.content).to.contain("KB5012170").and.not.contain("openssl");
    expect(installLists([{ ...openssl, nodes: [] }])).to.deep.equal([]);
    // Two groups' scans may show the same: what is told is one.
    const same = installLists([openssl, { ...openssl, nodes: [b, c] }]);
    expect(same.map(({ nodes }) => nodes.toSorted())).to.deep.equal([[a, b, c]]);
  });

  it("refuses reviewed groups and a freeze, each until somebody says why", () => {
    const groups = [group("prod-auto"), group("prod-sensitive", { approval: "reviewed" })];
    const plane = samplePlane({
      groups,
      freezes: [{ from: "2026-12-20", to: "2027-01-02", groups: ["prod-auto"], skip: false, reason: "year's end" }],
    });
    const paths = (groups: readonly string[], said: Overruling = {}): readonly string[] =>
      installFaults(plane, groups, now, said).map(({ path }) => path);
    const [inFreeze, breakGlass] = ["it burns", "it burns"];
    expect(paths(["prod-auto"])).to.deep.equal(["freezes"]);
    expect(paths(["prod-auto"], { inFreeze })).to.deep.equal([]);
    expect(paths(["prod-auto"], { breakGlass })).to.deep.equal(["freezes"]);
    expect(paths(["prod-sensitive"], { inFreeze })).to.deep.equal(["--group"]);
    expect(paths(["prod-sensitive"], { breakGlass })).to.deep.equal([]);
    const later = installFaults(plane, ["prod-auto"], new Date("2027-01-03T12:00:00Z"), {});
    expect(later).to.deep.equal([]);
  });
});
