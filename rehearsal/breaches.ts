import { rebootIn } from "../domain/fleet/placement.ts";
import type { Breach } from "../domain/rehearsal/outcome.ts";
import { drawPackages, type JournalEntry, type PatchingEntry } from "../simulator/index.ts";
import { nameOf } from "./servers.ts";
import type { KnownMachine, Played, Truth } from "./truth.ts";
import { unapproved } from "./unapproved.ts";

type ServiceChange = Extract<JournalEntry, { kind: "service" }>;

/** Servers whose services were stopped last and never started again; a run that is under way at the end still may. */
function leftStopped({ journal }: Played, { openings }: Truth): readonly ServiceChange[] {
  const changes = journal.filter((entry) => entry.kind === "service");
  const last = new Map<string, ServiceChange>();
  for (const change of changes.toSorted((a, b) => a.at.getTime() - b.at.getTime())) last.set(change.machine, change);
  return [...last.values()].filter(
    ({ change, windowExecutionId = "" }) =>
      change === "stopped" && openings.get(windowExecutionId)?.entry.status !== "IN_PROGRESS",
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
  const plane = truth.planeAt(span.start);
  const breach = (kind: Breach["kind"], machine: KnownMachine, at: Date, what: string): Breach => ({
    kind,
    server: nameOf(plane, machine),
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
