import { expect } from "chai";
import fc from "fast-check";
import { compareVersions } from "../../../domain/packages/versions.ts";
import type { OsName } from "../../../domain/server.ts";
import { readRecorded } from "./recordedVerdicts.ts";
import { pairsFor, versionTools, type Pair } from "./versionPairs.ts";

const windowsVersion = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 }).map((all) => all.join("."));
const kinds: readonly (readonly [os: OsName, pairs: fc.Arbitrary<Pair>])[] = [
  ...versionTools.map((tool) => [tool.os, pairsFor(tool)] as const),
  ["windows-server", fc.tuple(windowsVersion, windowsVersion)],
];

/** The rows of a table: the first version is below the second. */
function below(os: OsName, rows: readonly Pair[]): void {
  for (const [left, right] of rows) {
    expect(compareVersions(os, left, right), `${left} < ${right}`).to.equal(-1);
    expect(compareVersions(os, right, left), `${right} > ${left}`).to.equal(1);
  }
}

describe("the order of package versions", () => {
  for (const tool of versionTools) {
    it(`is that of the real ${tool.name} in each of 1,000 recorded verdicts`, () => {
      const { head, verdicts } = readRecorded(tool);
      expect(head).to.match(/\d+\.\d+\.\d+.*, 20\d\d-\d\d-\d\d, seed \d+$/);
      expect(verdicts).to.have.length(1000);
      // A recording of one verdict alone would let any constant pass.
      for (const order of [-1, 0, 1])
        expect(verdicts.filter((verdict) => verdict.order === order).length).to.be.above(20);
      const wrong = verdicts.filter(
        ({ pair: [left, right], order }) => compareVersions(tool.os, left, right) !== order,
      );
      expect(wrong).to.deep.equal([]);
    });
  }

  for (const [os, pairs] of kinds) {
    it(`is total and consistent on ${os}`, () => {
      const order = (left: string, right: string): number => compareVersions(os, left, right) ?? NaN;
      fc.assert(
        fc.property(fc.tuple(pairs, pairs), ([[a, b], [c]]) => {
          expect(order(a, a)).to.equal(0);
          expect(order(a, b) + order(b, a)).to.equal(0);
          const [low = "", middle = "", high = ""] = [a, b, c].sort(order);
          expect(order(low, middle)).to.be.at.most(0);
          expect(order(middle, high)).to.be.at.most(0);
          expect(order(low, high)).to.equal(Math.min(order(low, middle), order(middle, high)));
        }),
      );
    });
  }

  it("counts epoch before version before revision, a tilde before the end, and letters before signs, as dpkg", () => {
    below("ubuntu", [
      ["9.9", "1:0.1"],
      ["1.0~rc1-1", "1.0-1"],
      ["1.0-1", "1.0-1ubuntu1"],
      ["1.0-1ubuntu1", "1.0-1ubuntu1.1"],
      ["1.9", "1.10"],
      ["1.0a", "1.0+"],
      ["3.0.2-0ubuntu1.9", "3.0.2-0ubuntu1.10"],
      ["2.4.52-1ubuntu4.7~esm1", "2.4.52-1ubuntu4.7"],
    ]);
    expect(compareVersions("debian", "0:1.0-0", "1.00")).to.equal(0);
  });

  it("counts epoch before version before release, a caret after the end, and numbers before letters, as rpm", () => {
    below("amazon-linux", [
      ["9-1", "1:0-1"],
      ["1.0~rc1-1", "1.0-1"],
      ["1.0-1", "1.0^git1-1"],
      ["1.0^git1-1", "1.0.1-1"],
      ["1.0.a-1", "1.0.1-1"],
      ["8.9.1-1.amzn2023.0.1", "8.9.1-1.amzn2023.0.2"],
      ["1.0", "1.0-1"],
    ]);
    expect(compareVersions("amazon-linux", "0:1.0-1.amzn2", "1.00-1_amzn2")).to.equal(0);
  });

  it("counts numbers on Windows, those left out as 0", () => {
    below("windows-server", [
      ["10.0.9", "10.0.10"],
      ["10.0.20348.2700", "10.0.20348.2762"],
    ]);
    expect(compareVersions("windows-server", "3.1", "3.1.0.0")).to.equal(0);
  });

  it("is none for a text that is no version", () => {
    const texts: readonly Pair[] = [
      ["21H2", "22H2"],
      ["1.0", "v1.1"],
      ["", "1.0"],
    ];
    for (const [left, right] of texts) expect(compareVersions("windows-server", left, right)).to.equal(undefined);
    expect(compareVersions("ubuntu", "a:1.0", "1.0")).to.equal(undefined);
    expect(compareVersions("amazon-linux", "1.0 beta", "1.0")).to.equal(undefined);
  });
});
