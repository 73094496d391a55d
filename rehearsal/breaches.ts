import { rebootIn } from "../domain/fleet/placement.ts";
import type { Breach } from "../domain/rehearsal/outcome.ts";
import { drawPackages, type JournalEntry, type PatchingEntry } from "../simulator/index.ts";
import type { KnownMachine, Played, Truth } from "./truth.ts";
import { unapproved } from "./unapproved.ts";

type ServiceChange = Extract<JournalEntry, { kind: "service" }>;

/** Servers that hang in a reboot at the end: nobody has reset them since. */
function hanging({ journal }: Played): ReadonlySet<string> {
  const found = new Set<string>();
  for (const entry of journal) {
    if (entry.kind === "boot") found.delete(entry.machine);
    else if (entry.kind === "patching" && entry.hangs === true) found.add(entry.machine);
  }
  return found;
}

/**
 * Servers whose services were stopped last and never started again. A run that is under way at the end still may, and
 * so does a server that hangs in its reboot, when somebody resets it.
 */
function leftStopped(played: Played, { openings }: Truth): readonly ServiceChange[] {
  const changes = played.journal.filter((entry) => entry.kind === "service");
  const last = new Map<string, ServiceChange>();
  for (const change of changes.toSorted((a, b) => a.at.getTime() - b.at.getTime())) last.set(change.machine, change);
  const hangs = hanging(played);
  return [...last.values()].filter(
    ({ change, machine, windowExecutionId = "" }) =>
      change === "stopped" && !hangs.has(machine) && openings.get(windowExecutionId)?.entry.status !== "IN_PROGRESS",
  );
}

function forbiddenReboot(truth: Truth, machine: KnownMachine, operation: PatchingEntry): readonly string[] {
  if (!operation.rebooted) return [];
  if (operation.operation === "Scan") return ["a scan rebooted it"];
  const group = truth.groupOf(machine);
  const window = truth.openingOf(operation)?.window;
  const rule = group === undefined || window === undefined ? group?.reboot : rebootIn(window, group);
  return rule === "RebootIfNeeded" ? [] : ["patching rebooted it, and neither its group nor the window allows that"];
}

/** What must never happen: services left stopped, a reboot where none is allowed, packages that nobody approved. */
export function breaches(played: Played, truth: Truth): readonly Breach[] {
  const { span, seed } = played.scenario;
  const breach = (kind: Breach["kind"], machine: KnownMachine, at: Date, what: string): Breach => ({
    kind,
    server: machine.name,
    group: machine.group,
    at: at.toISOString(),
    what,
  });
  const ofOperations = truth.operations.flatMap((operation) => {
    if (!operation.rebooted && operation.packages.length === 0) return [];
    const machine = truth.machineOf(operation);
    const isReviewed = truth.groupOf(machine)?.approval === "reviewed" && operation.packages.length > 0;
    const table = isReviewed ? drawPackages(machine.spec, span.start, seed).table : undefined;
    const packages = table === undefined ? [] : unapproved(operation, machine, table, truth.openingOf(operation));
    return [
      ...forbiddenReboot(truth, machine, operation).map((what) => breach("reboot", machine, operation.at, what)),
      ...packages.map((what) => breach("unapproved", machine, operation.at, what)),
    ];
  });
  const stopped = leftStopped(played, truth).map(({ machine, at }) =>
    breach("leftStopped", truth.machineOf({ machine }), at, "its services were stopped and not started again"),
  );
  return [...stopped, ...ofOperations].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
