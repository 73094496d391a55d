import { windowCapacity } from "../../../domain/checks/capacity.ts";
import type { PatchingEntry } from "../../../simulator/index.ts";
import type { Invariant } from "../evidence.ts";
import { truthOf, type Opening, type Truth } from "../../../rehearsal/truth.ts";

function isCutOff(operation: PatchingEntry, { cutoff }: Opening): boolean {
  return operation.outcome === "missed" ? operation.missed === "cutoff" : operation.endsAt > cutoff;
}

/** Whether another run had one of the window's servers while it was open: the check looks at one window at a time. */
function isDisturbed(truth: Truth, { entry, cutoff }: Opening, own: readonly PatchingEntry[]): boolean {
  const machines = new Set(own.map(({ machine }) => machine));
  return truth.operations.some(
    (other) =>
      other.windowExecutionId !== entry.executionId &&
      other.outcome !== "missed" &&
      machines.has(other.machine) &&
      other.at < cutoff &&
      other.endsAt > entry.at,
  );
}

/** What the plan says of a window's time is true. */
export const capacity: Invariant = {
  id: "capacity",
  claim:
    "without faults, a window that fits cuts nobody off, and one that is too short for the fastest cuts somebody off",
  check: (evidence) => {
    const truth = truthOf(evidence);
    if (evidence.journal.some(({ kind }) => kind === "fault")) return [];
    const byRun = Map.groupBy(truth.operations, ({ windowExecutionId = "" }) => windowExecutionId);
    return [...truth.openings.values()].flatMap((opening) => {
      const { entry, window, location, plane } = opening;
      const own = byRun.get(entry.executionId) ?? [];
      if (own.some(({ missed }) => missed === "errorLimit") || isDisturbed(truth, opening, own)) return [];
      const verdict = windowCapacity(plane, window, location);
      const cut = own.filter((operation) => isCutOff(operation, opening)).length;
      const wrong = verdict.fits ? cut > 0 : verdict.cutsOff && own.length > 0 && cut === 0;
      const said = verdict.fits ? "fits" : "is too short";
      const what = `${said} in ${location}, and ${String(cut)} of ${String(own.length)} servers were cut off`;
      return wrong ? [{ at: entry.at, subject: entry.windowName, what }] : [];
    });
  },
};
