import type { JournalEntry, PatchingEntry } from "../../../simulator/index.ts";
import type { Hook } from "../../../domain/window.ts";
import { heldSeconds, planTargets, planTasks } from "../../../domain/stack/windowTasks.ts";
import { windowTargets } from "../../../domain/fleet/placement.ts";
import type { Evidence, Invariant, Violation } from "../evidence.ts";
import { truthOf, type Opening, type Truth } from "../../../rehearsal/truth.ts";
import { hookSlack, limitOf, lost, tasksOf, type Task } from "./pace.ts";

type Found = Omit<Violation, "invariant">;
type ServiceEntry = Extract<JournalEntry, { kind: "service" }>;

function starts(hooks: readonly Hook[], os: string): boolean {
  const lines = hooks.flatMap((hook) => (os === "WINDOWS" ? hook.windows : hook.linux));
  return lines.some((line) => /\bstart app\b|Start-Service/.test(line));
}

/** Whether a server hung in the command's reboot and nobody has reset it since. */
function isGone({ journal }: Evidence, { machine, commandId }: ServiceEntry): boolean {
  const hung = journal.find(
    (entry) =>
      entry.kind === "patching" && entry.machine === machine && entry.commandId === commandId && entry.detail === lost,
  );
  if (hung === undefined) return false;
  return !journal.some((entry) => entry.kind === "boot" && entry.machine === machine && entry.at > hung.at);
}

/** What a command stopped on a server is started by it in the end. */
export const started: Invariant = {
  id: "started",
  claim: "a service that a window's hooks stop is started by the same command, unless its server never came back",
  check: (evidence) => {
    const truth = truthOf(evidence);
    const changes = evidence.journal.filter((entry) => entry.kind === "service");
    const byCommand = Map.groupBy(changes, ({ machine, commandId }) => `${machine} ${commandId}`);
    return [...byCommand.values()].flatMap((own): Found[] => {
      const last = own.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
      const opening = truth.openings.get(last?.windowExecutionId ?? "");
      // What is still under way when the simulation ends has had no time to start anything again.
      if (last?.change !== "stopped" || opening === undefined || opening.entry.status === "IN_PROGRESS") return [];
      const { os } = truth.machineOf(last);
      if (!starts(opening.window.hooks.after, os) || isGone(evidence, last)) return [];
      const what = `${opening.entry.windowName} leaves its service stopped, since ${last.at.toISOString()}`;
      return [{ at: last.at, subject: last.machine, what }];
    });
  },
};

/** How long a server that does not answer may keep a place of a window's patching, in milliseconds. */
function patience({ window, plane }: Opening): number {
  const tasks = planTasks(plane.groups, window, planTargets(window, windowTargets(plane, window)));
  return Math.max(0, ...tasks.filter(({ rebootOption }) => rebootOption !== undefined).map(heldSeconds)) * 1000;
}

/**
 * Whether something of the server's own kept it from beginning before the cutoff: a fault, or another command. Only what
 * was decided before it counts, or next week's scan would excuse it. One that was sent its command after the window's
 * beginning had its place, and waited for itself.
 */
function isHeldUp(evidence: Evidence, truth: Truth, operation: PatchingEntry, { entry, cutoff }: Opening): boolean {
  const { machine, at } = operation;
  if (at > entry.at && at < cutoff) return true;
  const before = truth.operations.slice(0, truth.operations.indexOf(operation));
  const since = entry.at.getTime() - hookSlack(truth, entry.at);
  const busy = before.some((other) => other.machine === machine && other.endsAt.getTime() >= since);
  return busy || evidence.journal.some((each) => each.kind === "fault" && each.machine === machine);
}

/** How many servers keep a place of the task at the cutoff: at work, or not answering. */
function placesTaken(truth: Truth, { operations, opening }: Task): number {
  const { cutoff } = opening;
  const slack = hookSlack(truth, opening.entry.at);
  return operations.filter(({ missed, detail, at, endsAt }) => {
    const silent = missed === "unreachable" || detail === lost;
    const until = Math.max(endsAt.getTime() + slack, silent ? at.getTime() + patience(opening) : 0);
    return missed !== "cutoff" && missed !== "errorLimit" && until >= cutoff.getTime();
  }).length;
}

function checkWaiting(evidence: Evidence, truth: Truth, task: Task): readonly Found[] {
  const { opening, operations, targets } = task;
  const cut = operations.filter(({ missed }) => missed === "cutoff");
  const waiting = cut.filter((each) => !isHeldUp(evidence, truth, each, opening));
  const places = Math.min(targets, Math.max(1, limitOf(opening.window.maxConcurrency, targets)));
  const taken = placesTaken(truth, task) + cut.length - waiting.length;
  if (waiting.length === 0 || taken >= places) return [];
  return waiting.map(({ machine, at }) => ({
    at,
    subject: machine,
    what: `waits in ${opening.entry.windowName} until its cutoff with ${String(taken)} of ${String(places)} places taken`,
  }));
}

/** A server that is sound waits for a place, and for nothing else. */
export const ownFault: Invariant = {
  id: "own-fault",
  claim:
    "no sound server is cut off while a place is free: one that does not answer keeps a place for its time-out at most",
  check: (evidence) => {
    const truth = truthOf(evidence);
    return tasksOf(truth).flatMap((task) => checkWaiting(evidence, truth, task));
  },
};
