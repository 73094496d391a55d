import { expect } from "chai";
import fc from "fast-check";
import { assess, missingOn, rowsOf } from "../../../simulator/nodes/report.ts";
import { emptyContent, withContent } from "../../../simulator/services/ssm/baselineRules.ts";
import type { BaselineContent } from "../../../simulator/state/baselines.ts";
import { drawPackages, installRelease, type PackageState } from "../../../simulator/world/packageState.ts";

const day = 86_400_000;
const begin = new Date("2026-10-01T00:00:00Z");
const kinds = [
  { os: "ubuntu", release: "20.04" },
  { os: "ubuntu", release: "24.04" },
  { os: "amazon-linux", release: "2" },
  { os: "windows-server", release: "2022" },
] as const;

function machineOf(kind: (typeof kinds)[number], id: string): PackageState {
  const spec = { ...kind, id, name: id, arch: "x86_64", cloud: "aws", accountId: "1", region: "eu-west-1", tags: {} };
  return drawPackages(spec as unknown as Parameters<typeof drawPackages>[0], begin, 1);
}

function baselineOf({ table }: PackageState): BaselineContent {
  const rules = [0, 5].map((ApproveAfterDays) => ({
    ApproveAfterDays,
    ComplianceLevel: ApproveAfterDays === 0 ? ("CRITICAL" as const) : ("LOW" as const),
    PatchFilterGroup: { PatchFilters: [{ Key: "PRODUCT" as const, Values: ["*"] }] },
  }));
  return withContent(emptyContent(table.os), { ApprovalRules: { PatchRules: rules } });
}

/** What happens to a machine before it is looked at again. */
const step = fc.record({
  hours: fc.integer({ min: 1, max: 60 }),
  installs: fc.array(fc.nat(10_000), { maxLength: 4 }),
  awaits: fc.boolean(),
  boots: fc.boolean(),
});

describe("embedded cloud: counts that go over what has changed", () => {
  for (const kind of kinds) {
    it(`are those of a count of everything, whatever happens to ${kind.os} ${kind.release}`, () => {
      const law = fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), fc.uuid(), (steps, id) => {
        const state = machineOf(kind, id);
        const baseline = baselineOf(state);
        let at = begin;
        for (const { hours, installs, awaits, boots } of steps) {
          at = new Date(at.getTime() + hours * (day / 24));
          if (boots) state.awaitingReboot.clear();
          for (const draw of installs) {
            const row = draw % state.table.rows.length;
            installRelease(state, row, state.table.rows[row]?.calendar.newest(at) ?? 0, at);
            if (awaits) state.awaitingReboot.add(row);
          }
          const fresh = { ...state };
          const once = assess(fresh, baseline, at);
          expect(assess(state, baseline, at)).to.deep.equal(once);
          const missing = rowsOf(once).filter((line) => line.state === "MISSING");
          expect(missingOn(state, baseline, at)).to.deep.equal(missing);
          expect(once.counts.missing).to.equal(missing.length);
          const failing = new Set(missing.filter((_, index) => index % 2 === 0).map(({ row }) => row));
          expect(assess(state, baseline, at, failing).counts).to.include({
            missing: missing.length - failing.size,
            failed: failing.size,
          });
          expect(assess(state, baseline, at, "missing").counts).to.include({ missing: 0, failed: missing.length });
        }
      });
      fc.assert(law, { numRuns: 15 });
    });
  }

  it("leave an earlier report as it was", () => {
    const state = machineOf(kinds[0], "web");
    const baseline = baselineOf(state);
    const before = assess(state, baseline, begin);
    const rows = rowsOf(before);
    for (const row of state.table.rows.keys()) installRelease(state, row, 99, begin);
    assess(state, baseline, new Date(begin.getTime() + day));
    expect(rowsOf(before)).to.deep.equal(rows);
  });
});
