import type { Baseline } from "../../../domain/baseline.ts";
import type { Plane } from "../../../domain/plane.ts";
import type { UnknownReason, Verdict } from "../../../domain/status/verdict.ts";
import type { JournalEntry, PatchingEntry } from "../../../simulator/index.ts";
import type { Evidence, Invariant, Observation, Violation } from "../evidence.ts";
import { countsBy, packagesAfter } from "../replay.ts";
import { truthOf, type KnownMachine, type Truth } from "../../../rehearsal/truth.ts";

type Found = Omit<Violation, "invariant">;

/** What the truth says that status must say. */
interface Expected {
  readonly verdict: Verdict;
  readonly reason?: UnknownReason;
}

const hour = 3_600_000;
const usualAgeHours = 8 * 24;

function unknown(reason: UnknownReason): Expected {
  return { verdict: "unknown", reason };
}

/** A run with a baseline override writes no compliance, and one that came to nothing leaves the last report. */
function reports(entry: JournalEntry): entry is PatchingEntry {
  return entry.kind === "patching" && entry.counts !== undefined && entry.baselineOverride === undefined;
}

/**
 * From when on an operation is fresh: the beginning of the last finished run of a scan window that reaches the machine.
 * Nobody outside of AWS knows the phase of a rate(…), so with no other window it is 8 days.
 */
function freshSince(truth: Truth, machine: KnownMachine, plane: Plane, at: Date): Date {
  const windows = Object.values(plane.windows).filter(
    ({ operation, groups, locations, schedules }) =>
      operation === "scan" &&
      groups.includes(machine.group) &&
      locations.includes(machine.location) &&
      !schedules.some(({ expression }) => expression.startsWith("rate(")),
  );
  const names = windows.map(({ name }) => name);
  const finished = [...truth.openings.values()]
    .filter(({ window, location }) => names.includes(window.name) && location === machine.location)
    .filter(({ window, entry }) => entry.at.getTime() + window.durationHours * hour <= at.getTime());
  if (finished.length > 0) return new Date(Math.max(...finished.map(({ entry }) => entry.at.getTime())));
  // A window that has not run yet leaves everything fresh since the world began.
  return new Date(windows.length > 0 ? 0 : at.getTime() - usualAgeHours * hour);
}

function judged(
  evidence: Evidence,
  machine: KnownMachine,
  baseline: Baseline,
  last: PatchingEntry,
  past: readonly JournalEntry[],
): Expected {
  const packages = packagesAfter(evidence, machine, past.slice(0, past.indexOf(last) + 1));
  const counts = countsBy(baseline, packages, last.at);
  const failed = last.counts?.failed ?? 0;
  const available =
    "availableSecurityUpdatesComplianceStatus" in baseline &&
    baseline.availableSecurityUpdatesComplianceStatus === "NON_COMPLIANT"
      ? counts.availableSecurity
      : 0;
  if (failed + counts.rejected > 0) return { verdict: "failed" };
  if (counts.lacking + available > 0) return { verdict: "missing" };
  return { verdict: counts.pendingReboot > 0 ? "pendingReboot" : "compliant" };
}

/** An EC2 instance that is stopped leaves Systems Manager's list; a hybrid node stays there without a connection. */
export function isStoppedInstance(
  { spec }: Pick<KnownMachine, "spec">,
  past: readonly JournalEntry[],
  at: Date,
): boolean {
  const faults = past.filter((entry) => entry.kind === "fault").filter(({ fault }) => fault === "stopped");
  return spec.cloud === "aws" && faults.findLast((entry) => entry.at <= at)?.phase === "began";
}

function expectedOf(
  evidence: Evidence,
  truth: Truth,
  machine: KnownMachine,
  { at }: Observation,
  past: readonly JournalEntry[],
): Expected {
  const plane = truth.planeAt(at);
  const managed = truth.managedSince.get(machine.spec.id);
  if (managed === undefined || managed > at || isStoppedInstance(machine, past, at)) return unknown("noNode");
  const name = truth.groupOf(machine)?.baselines[machine.os];
  const baseline = plane.baselines[name ?? ""];
  if (name === undefined || baseline === undefined) return unknown("groupWithoutBaseline");
  // A node reports when an operation ends.
  const last = past.filter(reports).findLast(({ endsAt }) => endsAt <= at);
  if (last === undefined) return unknown("neverScanned");
  if (last.endsAt < freshSince(truth, machine, plane, at)) return unknown("stale");
  const deployed = evidence.outputs.locations[machine.location]?.baselineIds[name];
  if (last.baselineId !== deployed) return unknown("otherBaseline");
  return judged(evidence, machine, baseline, last, past);
}

function shown({ verdict, reason }: Expected): string {
  return reason === undefined ? verdict : `${verdict} (${reason})`;
}

function checkObservation(evidence: Evidence, truth: Truth, observation: Observation): readonly Found[] {
  const decided = evidence.journal.slice(0, observation.decided);
  const pasts = Map.groupBy(decided, (entry) => ("machine" in entry ? entry.machine : ""));
  return observation.servers.flatMap((server): Found[] => {
    const machine = truth.machines.get(server.id);
    if (machine === undefined) return [];
    const expected = expectedOf(evidence, truth, machine, observation, pasts.get(server.id) ?? []);
    if (shown(expected) === shown(server)) return [];
    const what = `status says ${shown(server)}, and the journal ${shown(expected)}`;
    return [{ at: observation.at, subject: server.id, what }];
  });
}

/** Status and journal agree. */
export const statusIsTrue: Invariant = {
  id: "status-is-true",
  claim: "status says of every server what its last operation, its packages and the plane's baseline imply",
  check: (evidence) => {
    const truth = truthOf(evidence);
    return evidence.observations.flatMap((observation) => checkObservation(evidence, truth, observation));
  },
};

/** What a scan or an install counted is what the packages of the machine were. */
export const countsAreTrue: Invariant = {
  id: "counts-are-true",
  claim: "every scan and install reports what the plane's baseline makes of the packages that were there",
  check: (evidence) => {
    const truth = truthOf(evidence);
    const pasts = Map.groupBy(evidence.journal, (entry) => ("machine" in entry ? entry.machine : ""));
    return [...truth.machines.values()].flatMap((machine): Found[] => {
      const past = pasts.get(machine.spec.id) ?? [];
      const last = past.findLast(reports);
      const baseline = truth.planeAt(evidence.scenario.span.end).baselines[
        truth.groupOf(machine)?.baselines[machine.os] ?? ""
      ];
      if (last?.counts === undefined || baseline === undefined) return [];
      const packages = packagesAfter(evidence, machine, past.slice(0, past.indexOf(last) + 1));
      const own = countsBy(baseline, packages, last.at);
      const { missing, failed, installedRejected, pendingReboot, availableSecurityUpdate } = last.counts;
      const told: typeof own = {
        lacking: missing + failed,
        rejected: installedRejected,
        pendingReboot,
        availableSecurity: availableSecurityUpdate,
      };
      if (JSON.stringify(own) === JSON.stringify(told)) return [];
      const what = `reported ${JSON.stringify(told)}; its packages are ${JSON.stringify(own)}`;
      return [{ at: last.at, subject: machine.spec.id, what }];
    });
  },
};
