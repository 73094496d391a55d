import { expect } from "chai";
import { verdictOf, type Evidence, type Verdict } from "../../domain/verdict.ts";

const scan = {
  baselineId: "pb-0123456789abcdef0",
  endedAt: new Date("2026-12-02T02:10:00Z"),
  missing: 0,
  failed: 0,
  pendingReboot: 0,
  rejected: 0,
};
const fine: Evidence = {
  managed: true,
  scan,
  intendedBaselineId: scan.baselineId,
  scannedSince: new Date("2026-12-02T02:00:00Z"),
};
const { scan: _scan, ...unscanned } = fine;

describe("the verdict on a server", () => {
  const table: readonly (readonly [string, Evidence, Verdict])[] = [
    ["compliant when the intended baseline misses nothing", fine, "compliant"],
    ["never seen without a managed node", { ...fine, managed: false }, "neverSeen"],
    ["never seen without a scan", unscanned, "neverSeen"],
    [
      "never seen when the scan is older than asked for",
      { ...fine, scannedSince: new Date("2026-12-03T00:00:00Z") },
      "neverSeen",
    ],
    ["missing when a patch is missing", { ...fine, scan: { ...scan, missing: 1 } }, "missing"],
    ["missing when a patch failed", { ...fine, scan: { ...scan, failed: 1 } }, "missing"],
    ["pending reboot when nothing else is wrong", { ...fine, scan: { ...scan, pendingReboot: 1 } }, "pendingReboot"],
    ["missing before pending reboot", { ...fine, scan: { ...scan, missing: 1, pendingReboot: 1 } }, "missing"],
    [
      "wrong baseline when it fell back to another, however clean",
      { ...fine, intendedBaselineId: "pb-1" },
      "wrongBaseline",
    ],
    ["wrong baseline when its group selects none", { ...fine, intendedBaselineId: "" }, "wrongBaseline"],
    [
      "compliant when AWS names its own baseline by ARN here and by id there",
      { ...fine, intendedBaselineId: `arn:aws:ssm:us-east-1:075727635805:patchbaseline/${scan.baselineId}` },
      "compliant",
    ],
  ];
  for (const [name, evidence, verdict] of table) {
    it(`is ${name}`, () => {
      expect(verdictOf(evidence)).to.equal(verdict);
    });
  }
});
