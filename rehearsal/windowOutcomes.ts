import type { Untouched, WindowOutcome } from "../domain/rehearsal/outcome.ts";
import { minute } from "../domain/time.ts";
import type { MissReason, PatchingEntry } from "../simulator/index.ts";
import type { Opening, Truth } from "./truth.ts";

function untouched(operations: readonly PatchingEntry[]): Untouched {
  const counted = (reason: MissReason): number => operations.filter(({ missed }) => missed === reason).length;
  return {
    cutOff: counted("cutoff"),
    unreachable: counted("unreachable"),
    errorLimit: counted("errorLimit"),
    earlierStep: counted("earlierStep"),
  };
}

function minutesBetween(from: Date, to: Date): number {
  return Math.max(0, Math.ceil((to.getTime() - from.getTime()) / minute));
}

/** Refused: the run before was still open, or too many windows were. It has no server then. */
function began({ entry }: Opening): boolean {
  return entry.status !== "SKIPPED_OVERLAPPING" && !(entry.status === "FAILED" && entry.nodes === 0);
}

function outcomeOf(openings: readonly Opening[], operationsOf: ReadonlyMap<string, readonly PatchingEntry[]>) {
  const runs = openings.filter(began);
  const each = runs.map(({ entry, cutoff }) => {
    const operations = operationsOf.get(entry.executionId) ?? [];
    const cut = operations.some(({ missed }) => missed === "cutoff");
    // A run waits for a server that hangs in its reboot, and no other server waits with it.
    const waits = operations.some(({ hangs }) => hangs === true);
    return {
      operations,
      minutes: minutesBetween(entry.at, entry.endsAt),
      toCutoff: minutesBetween(entry.at, cutoff),
      overran: cut || (!waits && entry.endsAt.getTime() >= cutoff.getTime()),
      servers: entry.nodes,
    };
  });
  const operations = each.flatMap((run) => run.operations);
  const sum = (of: (run: (typeof each)[number]) => number): number => each.reduce((total, run) => total + of(run), 0);
  return {
    runs: runs.length,
    notRun: openings.length - runs.length,
    overruns: each.filter(({ overran }) => overran).length,
    servers: Math.max(0, ...each.map(({ servers }) => servers)),
    untouched: untouched(operations),
    failed: operations.filter(({ outcome }) => outcome === "failed").length,
    longestMinutes: Math.max(0, ...each.map(({ minutes }) => minutes)),
    minutesOpen: sum(({ toCutoff }) => toCutoff),
    minutesUsed: sum(({ minutes, toCutoff }) => Math.min(minutes, toCutoff)),
  };
}

/** What came of every window in each of its locations, by name; one that never opened has no run. */
export function windowOutcomes(truth: Truth, at: Date): readonly WindowOutcome[] {
  const { windows } = truth.planeAt(at);
  const openings = Map.groupBy(truth.openings.values(), ({ window, location }) => `${window.name} ${location}`);
  const operationsOf = Map.groupBy(truth.operations, ({ windowExecutionId = "" }) => windowExecutionId);
  return Object.values(windows)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((window) =>
      window.locations.map((location) => ({
        window: window.name,
        location,
        operation: window.operation,
        minutesToCutoff: (window.durationHours - window.cutoffHours) * 60,
        ...outcomeOf(openings.get(`${window.name} ${location}`) ?? [], operationsOf),
      })),
    );
}
