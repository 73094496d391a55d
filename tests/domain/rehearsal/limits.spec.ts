import { expect } from "chai";
import {
  lateReasons,
  type GroupOutcome,
  type LateReason,
  type SeedOutcome,
} from "../../../domain/rehearsal/outcome.ts";
import { passedLimits } from "../../../domain/rehearsal/limits.ts";
import { hasRehearsalFindings, rehearsalFigures, type RehearsalReport } from "../../../domain/rehearsal/report.ts";
import { rehearsalDocument } from "../../../render/rehearsal/rehearsalDocument.ts";
import { writeText } from "../../../render/writers/text.ts";
import type { RehearsalLimits } from "../../../domain/plane.ts";

function group(late: Partial<Record<LateReason, number>>, more: Partial<GroupOutcome> = {}): GroupOutcome {
  return {
    group: "app",
    os: "UBUNTU",
    approval: "automatic",
    servers: 10,
    onTime: 990,
    late: { ...(Object.fromEntries(lateReasons.map((reason) => [reason, 0])) as GroupOutcome["late"]), ...late },
    open: 0,
    waits: [],
    overdueNow: 0,
    overdueEver: 2,
    overdue: [],
    neverClean: 0,
    longNonCompliant: 1,
    nonCompliant: [{ name: "web-1", reason: "failed" }],
    longAwaitingReboot: 0,
    neverScanned: 0,
    ...more,
  };
}

function report(groups: readonly GroupOutcome[], limits?: RehearsalLimits): RehearsalReport {
  const outcome: SeedOutcome = { seed: 1, servers: 10, groups, windows: [], breaches: [] };
  const head = rehearsalFigures("the working tree", [outcome]);
  return {
    stack: "prod",
    terms: { begin: "2026-12-01T00:00:00.000Z", weeks: 4, faults: 0, seeds: [1] },
    head,
    worse: [],
    passed: limits === undefined ? [] : passedLimits(head, limits),
    ...(limits === undefined ? {} : { limits }),
  };
}

describe("the limits of a rehearsal", () => {
  it("are passed by less on time, and by more of everything else, than they allow", () => {
    const figures = report([group({ failed: 10, unreachable: 500, cutOff: 2 })]).head;
    const passed = (limits: RehearsalLimits) => passedLimits(figures, limits).map(({ limit, found }) => [limit, found]);
    expect(passed({})).to.deep.equal([]);
    // 990 of 1,002: what nobody reached does not count.
    expect(passed({ onTimePercent: 98.8, overdueServers: 2, nonCompliantServers: 1, lateByStack: 2 })).to.deep.equal(
      [],
    );
    expect(passed({ onTimePercent: 99, overdueServers: 1, nonCompliantServers: 0, lateByStack: 1 })).to.deep.equal([
      ["onTimePercent", (100 * 990) / 1002],
      ["overdueServers", 2],
      ["nonCompliantServers", 1],
      ["lateByStack", 2],
    ]);
  });

  it("do not count reviewed groups' servers as non-compliant: their patches wait for somebody", () => {
    const { head } = report([group({}, { approval: "reviewed" })]);
    expect(passedLimits(head, { nonCompliantServers: 0 })).to.deep.equal([]);
  });

  it("decide in place of what counts without them, and beside a base", () => {
    const late = [group({ noWindow: 3 })];
    expect(hasRehearsalFindings(report(late))).to.equal(true);
    expect(hasRehearsalFindings(report(late, { lateByStack: 3 }))).to.equal(false);
    expect(hasRehearsalFindings(report(late, { lateByStack: 2 }))).to.equal(true);
    const withBase = (limits: RehearsalLimits): RehearsalReport => ({
      ...report(late, limits),
      base: report(late).head,
    });
    expect(hasRehearsalFindings(withBase({ lateByStack: 3 }))).to.equal(false);
    expect(hasRehearsalFindings(withBase({ lateByStack: 2 }))).to.equal(true);
  });

  it("are named with what was found, never rounded up", () => {
    const text = writeText(rehearsalDocument(report([group({ failed: 1 })], { onTimePercent: 99.95, overruns: 0 })), {
      width: 200,
    });
    expect(text).to.contain("99.89, where checks.rehearsal.onTimePercent allows 99.95");
    expect(text).not.to.contain("checks.rehearsal.overruns");
  });
});
