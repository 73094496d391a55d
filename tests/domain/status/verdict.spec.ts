import { expect } from "chai";
import type { PatchState } from "../../../domain/fleet/managedNode.ts";
import { verdictOf, type Evidence, type Judgement } from "../../../domain/status/verdict.ts";

const scan: PatchState = {
  baselineId: "pb-0123456789abcdef0",
  operation: "Scan",
  endedAt: new Date("2026-12-02T02:10:00Z"),
  missing: 0,
  failed: 0,
  pendingReboot: 0,
  rejected: 0,
  availableSecurity: 0,
};
const fine: Evidence = {
  readable: true,
  managed: true,
  scan,
  baselineName: "ubuntu-auto",
  baselineIds: [scan.baselineId],
  freshSince: new Date("2026-12-02T02:00:00Z"),
  availableSecurityCounts: false,
  confirmed: true,
};
const { scan: _scan, ...unscanned } = fine;
const { baselineName: _name, ...unnamed } = fine;
const { endedAt: _ended, ...endless } = scan;

function unknown(reason: string): Judgement {
  return { verdict: "unknown", reason } as Judgement;
}

function scanned(more: Partial<PatchState>): Evidence {
  return { ...fine, scan: { ...scan, ...more } };
}

describe("the verdict on a server", () => {
  const table: Readonly<Record<string, readonly [Evidence, Judgement]>> = {
    "compliant when the intended baseline misses nothing": [fine, { verdict: "compliant" }],
    "unknown when its location could not be read": [{ ...fine, readable: false }, unknown("locationUnreadable")],
    "unknown without a managed node": [{ ...fine, managed: false }, unknown("noNode")],
    "unknown when its group selects no baseline": [unnamed, unknown("groupWithoutBaseline")],
    "unknown when its baseline is not there": [{ ...fine, baselineIds: [] }, unknown("baselineNotDeployed")],
    "unknown when it was never scanned": [unscanned, unknown("neverScanned")],
    "unknown when the last operation has no end": [{ ...fine, scan: endless }, unknown("stale")],
    "unknown when the last operation is a millisecond too old": [
      { ...fine, freshSince: new Date("2026-12-02T02:10:00.001Z") },
      unknown("stale"),
    ],
    "compliant when the last operation ended at that very instant": [
      { ...fine, freshSince: new Date("2026-12-02T02:10:00Z") },
      { verdict: "compliant" },
    ],
    "unknown when it fell back to another baseline, however clean": [
      { ...fine, baselineIds: ["pb-1"] },
      unknown("otherBaseline"),
    ],
    "unknown before failed: counts against another baseline say nothing": [
      { ...scanned({ failed: 3 }), baselineIds: ["pb-1"] },
      unknown("otherBaseline"),
    ],
    "unknown when nothing but the node's own word speaks for it, however clean": [
      { ...fine, confirmed: false },
      unknown("unconfirmed"),
    ],
    "failed when a patch failed": [scanned({ failed: 1, missing: 1, pendingReboot: 1 }), { verdict: "failed" }],
    "failed when a rejected patch is installed": [scanned({ rejected: 1 }), { verdict: "failed" }],
    "missing before pending reboot": [scanned({ missing: 1, pendingReboot: 1 }), { verdict: "missing" }],
    "pending reboot when nothing else is wrong": [scanned({ pendingReboot: 1 }), { verdict: "pendingReboot" }],
    "missing when unapproved security updates count by the baseline's own setting": [
      { ...scanned({ availableSecurity: 2 }), availableSecurityCounts: true },
      { verdict: "missing" },
    ],
    "compliant when unapproved security updates do not count": [
      scanned({ availableSecurity: 2 }),
      { verdict: "compliant" },
    ],
    "compliant when AWS names its own baseline by ARN here and by id there": [
      { ...fine, baselineIds: [`arn:aws:ssm:us-east-1:075727635805:patchbaseline/${scan.baselineId}`] },
      { verdict: "compliant" },
    ],
    "compliant by either of two baselines of the intended name": [
      { ...fine, baselineIds: ["pb-old", scan.baselineId] },
      { verdict: "compliant" },
    ],
  };
  for (const [name, [evidence, judgement]] of Object.entries(table)) {
    it(`is ${name}`, () => {
      expect(verdictOf(evidence)).to.deep.equal(judgement);
    });
  }
});
