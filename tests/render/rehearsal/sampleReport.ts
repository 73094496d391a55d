import { passedLimits } from "../../../domain/rehearsal/limits.ts";
import type { GroupOutcome, SeedOutcome, WindowOutcome } from "../../../domain/rehearsal/outcome.ts";
import { rehearsalFigures, worsened, type RehearsalReport } from "../../../domain/rehearsal/report.ts";

const noneLate = { cutOff: 0, errorLimit: 0, earlierStep: 0, leftOut: 0, noWindow: 0, failed: 0, unreachable: 0 };

function group(name: string, cutOff: number): GroupOutcome {
  const late = Array.from({ length: cutOff }, (_, index) => `${name}-${String(index)}`);
  return {
    group: name,
    os: "UBUNTU",
    approval: "automatic",
    servers: 40,
    onTime: 90,
    late: { ...noneLate, cutOff },
    open: 3,
    waits: [[30, 90]],
    overdueNow: cutOff,
    overdueEver: cutOff,
    overdue: late.map((each) => ({ name: each, id: each, reason: "cutOff", daysOverdue: 12.5, now: true })),
    neverClean: 0,
    longNonCompliant: cutOff,
    nonCompliant: late.map((each) => ({ name: each, reason: "cutOff" })),
    longAwaitingReboot: 0,
    neverScanned: 0,
  };
}

function window(name: string, cutOff: number): WindowOutcome {
  return {
    window: name,
    location: "use1",
    operation: "install",
    runs: 13,
    notRun: 0,
    overruns: Math.min(13, cutOff),
    servers: 40,
    untouched: { cutOff, unreachable: 0, errorLimit: 0, earlierStep: 0 },
    failed: 0,
    longestMinutes: 120,
    minutesToCutoff: 120,
    minutesOpen: 1560,
    minutesUsed: 700,
  };
}

function outcome(cutOff: number, groups: number): SeedOutcome {
  const names = Array.from({ length: groups }, (_, index) => `group-${String(index)}`);
  return {
    seed: 1,
    servers: 40 * groups,
    groups: names.map((name) => group(name, cutOff)),
    windows: names.map((name) => window(`mw-${name}`, cutOff)),
    breaches: names.slice(0, cutOff).map((name) => ({
      kind: "leftStopped",
      server: `${name}-0`,
      group: name,
      at: "2026-12-04T03:00:00.000Z",
      what: "its services were stopped and not started again",
    })),
  };
}

/** A rehearsal of a change that cuts off so many servers of each group, against a base that cuts off none. */
export function sampleReport(
  cutOff: number,
  { groups = 1, limits }: { readonly groups?: number; readonly limits?: RehearsalReport["limits"] } = {},
): RehearsalReport {
  const head = rehearsalFigures("the working tree", [outcome(cutOff, groups)]);
  const base = rehearsalFigures("main (0123456789)", [outcome(0, groups)]);
  return {
    stack: "prod",
    terms: { begin: "2026-12-01T12:00:00.000Z", weeks: 13, faults: 0.05, seeds: [1], reviewerDays: 3 },
    head,
    base,
    worse: worsened(base, head),
    passed: limits === undefined ? [] : passedLimits(head, limits),
    ...(limits === undefined ? {} : { limits }),
  };
}
