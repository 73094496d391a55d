import type { PatchingEntry } from "../../../simulator/index.ts";
import type { Evidence, Invariant, Violation } from "../evidence.ts";
import { truthOf, type Opening, type Truth } from "../../../rehearsal/truth.ts";

type Found = Omit<Violation, "invariant">;

const minute = 60_000;
const hookMinutes = 1;

/** A count, or a share of the targets that rounds down: "30%" is never more than 30 %. */
export function limitOf(value: string, targets: number): number {
  return value.endsWith("%") ? Math.floor((Number(value.slice(0, -1)) * targets) / 100) : Number(value);
}

/** What a window's task did. */
export interface Task {
  readonly opening: Opening;
  /** In the order in which they were decided; those of one task's only target. */
  readonly operations: readonly PatchingEntry[];
  readonly targets: number;
}

/** Every task of every window that opened. */
export function tasksOf(truth: Truth): readonly Task[] {
  const windowed = truth.operations.filter((operation) => operation.windowExecutionId !== undefined);
  const byTask = Map.groupBy(
    windowed,
    ({ windowExecutionId = "", windowTaskId = "" }) => `${windowExecutionId} ${windowTaskId}`,
  );
  return [...byTask.values()].flatMap((operations): Task[] => {
    const [first] = operations;
    const opening = first === undefined ? undefined : truth.openingOf(first);
    if (first === undefined || opening === undefined) return [];
    return [{ opening, operations, targets: truth.targets(first, opening) }];
  });
}

function started(operations: readonly PatchingEntry[]): readonly PatchingEntry[] {
  return operations.filter((operation) => operation.outcome !== "missed");
}

/** How many of some operations run at an instant; one that ends then runs no more. */
function runningAt(operations: readonly PatchingEntry[], at: Date): number {
  return operations.filter((operation) => operation.at <= at && operation.endsAt > at).length;
}

/** Most servers that run at once: the number only rises when one starts. */
function checkConcurrency({ opening, operations, targets }: Task): readonly Found[] {
  const most = Math.max(1, limitOf(opening.window.maxConcurrency, targets));
  const begun = started(operations);
  return begun
    .filter((operation) => runningAt(begun, operation.at) > most)
    .map(({ at, machine }) => ({
      at,
      subject: machine,
      what: `${opening.entry.windowName} runs on ${String(runningAt(begun, at))} servers at once; allowed: ${String(most)} (${opening.window.maxConcurrency} of ${String(targets)})`,
    }));
}

/** What the journal says of a server that hung in its reboot. */
export const lost = "did not come back from its reboot";

/**
 * An operation that did not do what it was told, or a document that stopped before it; a miss is no error, and neither is
 * a server that never answers again, which AWS calls undelivered.
 */
function failed(operation: PatchingEntry): boolean {
  if (operation.outcome === "missed") return operation.missed === "earlierStep";
  return operation.detail !== "" && operation.detail !== lost;
}

/** Most minutes that hooks can keep a server busy between two operations: the journal does not name them. */
export function hookSlack(truth: Truth, at: Date): number {
  const hooks = Object.values(truth.planeAt(at).windows).map(
    ({ hooks: { before, after } }) => before.length + after.length,
  );
  return hooks.reduce((sum, count) => sum + count, 0) * hookMinutes * minute;
}

/** Whether the server had its command before and was held up: by another operation, or by being out of reach. */
function heldUp(evidence: Evidence, truth: Truth, operation: PatchingEntry): boolean {
  const slack = hookSlack(truth, operation.at);
  const ended = (at: Date): boolean => {
    const since = operation.at.getTime() - at.getTime();
    return since >= 0 && since <= slack;
  };
  const { machine } = operation;
  return (
    truth.operations.some((other) => other !== operation && other.machine === machine && ended(other.endsAt)) ||
    evidence.journal.some((entry) => entry.kind === "fault" && entry.machine === machine && ended(entry.at))
  );
}

/** When its command reached the server: the embedded cloud takes a minute for each hook before. */
function reachedAt(operation: PatchingEntry, { window }: Opening): Date {
  const before = window.hooks.before.length;
  return new Date(operation.at.getTime() - before * hookMinutes * minute);
}

function checkErrors(evidence: Evidence, truth: Truth, task: Task): readonly Found[] {
  const { opening, operations, targets } = task;
  const most = limitOf(opening.window.maxErrors, targets);
  const failures = operations.filter(failed);
  // A server's command has failed when it has ended: its hooks after the patching included, and those before it once
  // more after a reboot.
  const { before: first, after } = opening.window.hooks;
  const endOf = ({ endsAt, rebooted }: PatchingEntry): number =>
    endsAt.getTime() + (after.length + (rebooted ? first.length : 0)) * hookMinutes * minute;
  return started(operations).flatMap((operation): Found[] => {
    const at = reachedAt(operation, opening);
    const others = failures.filter((other) => other !== operation && endOf(other) <= at.getTime());
    const before = new Set(others.map(({ machine }) => machine)).size;
    if (before <= most || heldUp(evidence, truth, operation)) return [];
    const allowed = `${String(most)} (${opening.window.maxErrors} of ${String(targets)})`;
    const what = `starts after ${String(before)} errors in ${opening.entry.windowName}; allowed: ${allowed}`;
    return [{ at: operation.at, subject: operation.machine, what }];
  });
}

/** No task runs on more servers at once than it may. */
export const concurrency: Invariant = {
  id: "concurrency",
  claim: "at any instant no more servers run a task's command than its max concurrency allows of its targets",
  check: (evidence) => tasksOf(truthOf(evidence)).flatMap(checkConcurrency),
};

/** No task starts on a server after too many have failed. */
export const errors: Invariant = {
  id: "errors",
  claim: "no server starts once more servers of the task have failed than max errors allows",
  check: (evidence) => {
    const truth = truthOf(evidence);
    return tasksOf(truth).flatMap((task) => checkErrors(evidence, truth, task));
  },
};

function checkStarts(evidence: Evidence, truth: Truth, { opening, operations }: Task): readonly Found[] {
  const begun = started(operations);
  // What goes on over the cutoff is a command that began before it, be it with a server that never answered.
  const [first] = operations.filter(({ missed }) => missed !== "cutoff" && missed !== "errorLimit").toSorted(byStart);
  const bound =
    opening.window.atCutoff === "cancel"
      ? begun
      : begun.filter((each) => each === first && !heldUp(evidence, truth, each));
  return bound
    .filter((operation) => reachedAt(operation, opening) >= opening.cutoff)
    .map(({ at, machine }) => ({
      at,
      subject: machine,
      what: `starts in ${opening.entry.windowName} after its cutoff ${opening.cutoff.toISOString()}`,
    }));
}

function byStart(a: PatchingEntry, b: PatchingEntry): number {
  return a.at.getTime() - b.at.getTime();
}

/** With CANCEL_TASK a run ends at the cutoff, and says so when something was still to do. */
function checkEnd(truth: Truth, opening: Opening): readonly Found[] {
  const { entry, window, cutoff } = opening;
  if (window.atCutoff !== "cancel") return [];
  const own = truth.operations.filter((operation) => operation.windowExecutionId === entry.executionId);
  const cut = own.some((each) => (each.outcome === "missed" ? each.missed === "cutoff" : each.endsAt > cutoff));
  const faults = [
    ...(entry.endsAt > cutoff ? [`ends at ${entry.endsAt.toISOString()}, after its cutoff`] : []),
    ...(cut && entry.status === "SUCCESS" ? ["was cut off, and its status is SUCCESS"] : []),
  ];
  return faults.map((what) => ({ at: entry.at, subject: entry.windowName, what }));
}

/** Nothing starts after a window's cutoff. */
export const cutoff: Invariant = {
  id: "cutoff",
  claim: "no task starts after the cutoff; with cancel no server does, the run ends at it and is no success",
  check: (evidence) => {
    const truth = truthOf(evidence);
    return [
      ...tasksOf(truth).flatMap((task) => checkStarts(evidence, truth, task)),
      ...[...truth.openings.values()].flatMap((opening) => checkEnd(truth, opening)),
    ];
  },
};
