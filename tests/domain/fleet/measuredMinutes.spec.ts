import { expect } from "chai";
import fc from "fast-check";
import { timedRuns } from "../../../domain/collection/timedRuns.ts";
import type { RunRecord } from "../../../domain/collection/records.ts";
import { leastMeasuredRuns, measuredMinutes, type TimedRun } from "../../../domain/fleet/measuredMinutes.ts";

function runs(count: number, more: Partial<TimedRun> = {}): readonly TimedRun[] {
  return Array.from({ length: count }, (_, index) => ({ window: "mw", os: "UBUNTU", minutes: index + 1, ...more }));
}

describe("minutes learned from installations", () => {
  it("are median and 95th percentile by window and operating system, in whole minutes", () => {
    const all = [
      ...runs(100),
      ...runs(20, { os: "WINDOWS", minutes: 12.2 }),
      ...runs(40, { window: "late", minutes: 5 }),
    ];
    expect(measuredMinutes(all)).to.deep.equal([
      { window: "late", os: "UBUNTU", runs: 40, medianMinutes: 5, p95Minutes: 5 },
      { window: "mw", os: "UBUNTU", runs: 100, medianMinutes: 50, p95Minutes: 95 },
      { window: "mw", os: "WINDOWS", runs: 20, medianMinutes: 13, p95Minutes: 13 },
    ]);
  });

  it("are not learned from too few", () => {
    expect(measuredMinutes(runs(leastMeasuredRuns - 1))).to.deep.equal([]);
    expect(measuredMinutes(runs(leastMeasuredRuns))).to.have.length(1);
    expect(measuredMinutes([...runs(15), ...runs(15, { os: "WINDOWS" })])).to.deep.equal([]);
  });

  it("leave so many runs no longer than they say, whatever the order", () => {
    const minutes = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 20, maxLength: 90 });
    fc.assert(
      fc.property(minutes, (all) => {
        const timed = all.map((each): TimedRun => ({ window: "mw", os: "DEBIAN", minutes: each }));
        const [measured] = measuredMinutes(timed);
        expect(measuredMinutes(timed.toReversed())).to.deep.equal([measured]);
        const within = (most: number): number => all.filter((each) => each <= most).length / all.length;
        expect(within(measured?.medianMinutes ?? -1)).to.be.at.least(0.5);
        expect(within(measured?.p95Minutes ?? -1)).to.be.at.least(0.95);
        expect(measured?.medianMinutes).to.be.at.most(measured?.p95Minutes ?? -1);
      }),
    );
  });
});

describe("the runs that are measured", () => {
  const run: RunRecord = {
    resourceId: "i-1",
    runId: "e-1",
    window: "mw",
    commandId: "c-1",
    documentName: "AWS-RunPatchBaseline",
    operation: "Install",
    snapshotId: "",
    started: "2026-11-15T03:00:00Z",
    ended: "2026-11-15T03:12:30Z",
    status: "Success",
    statusDetails: "Success",
    reason: "",
  };
  const systems = new Map([["i-1", "UBUNTU" as const]]);

  it("are installations of windows that ended well, on servers of the fleet", () => {
    expect(timedRuns([run], systems)).to.deep.equal([{ window: "mw", os: "UBUNTU", minutes: 12.5 }]);
  });

  it("are no scan, nobody's own command, and none that failed, is under way or ran elsewhere", () => {
    const others: readonly Partial<RunRecord>[] = [
      { operation: "Scan" },
      { window: "" },
      { status: "Failed" },
      { status: "TimedOut" },
      { ended: "" },
      { started: "" },
      { ended: "2026-11-15T02:59:00Z" },
      { resourceId: "i-2" },
    ];
    for (const other of others)
      expect(timedRuns([{ ...run, ...other }], systems), JSON.stringify(other)).to.deep.equal([]);
  });
});
