import { isReviewed, type Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { isOrdinaryInstall } from "../fleet/placement.ts";
import { nextWindowRuns } from "../schedule/windowRuns.ts";
import { approvalOf } from "../stack/publications.ts";
import { isGated } from "../stack/windowTasks.ts";
import { byKey } from "../text.ts";
import { takes } from "../values.ts";
import type { ServerStatus } from "./fleetStatus.ts";
import type { FleetScope } from "./placedServers.ts";
import type { ArmedWindow, OpenRun, OwnWindow, WindowRun } from "./windowRuns.ts";

/**
 * How an installing run ended for a server: its command ended well; the run had nothing that it may install; the command
 * failed; it was stopped; it never reached the server. What AWS keeps of a run does not tell whether a command that ended
 * well found anything to install.
 */
export const runEnds = ["done", "nothingToDo", "failed", "cutOff", "notReached"] as const;

/** One of {@link runEnds}. */
export type RunEnd = (typeof runEnds)[number];

/** Every {@link MissReason}. */
export const missReasons = [
  // Its command failed on the server, did not end within its limit, or ended in a way that is not documented.
  "failed",
  "executionTimedOut",
  "invalidPlatform",
  "accessDenied",
  // Cancelled at the cutoff or by somebody; stopped because more than `maxErrors` had failed.
  "cancelled",
  "tooManyErrors",
  // The server did not answer; the command could not be handed to it.
  "deliveryTimedOut",
  "undeliverable",
  // There was no command for the server.
  "noNode",
  "registeredLater",
  "otherTag",
  "runEndedBefore",
  "skipped",
  "notAddressed",
] as const;

/** Why a run did not patch a server. */
export type MissReason = (typeof missReasons)[number];

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
const byDetails: Readonly<Record<string, readonly [RunEnd, MissReason]>> = {
  ExecutionTimedOut: ["failed", "executionTimedOut"],
  InvalidPlatform: ["failed", "invalidPlatform"],
  AccessDenied: ["failed", "accessDenied"],
  Cancelled: ["cutOff", "cancelled"],
  Cancelling: ["cutOff", "cancelled"],
  Terminated: ["cutOff", "tooManyErrors"],
  DeliveryTimedOut: ["notReached", "deliveryTimedOut"],
  Undeliverable: ["notReached", "undeliverable"],
};

/** A server that an installing run did not patch. */
export interface MissedServer {
  readonly server: ServerStatus;
  readonly end: RunEnd;
  readonly reason: MissReason;
}

/** What the last run of an installing window did to the servers of one of its groups. */
export interface Installation {
  readonly group: string;
  /** The window's key in the stack file. */
  readonly window: string;
  /** Whether it installs by the group's own baselines or approvals; a kernel window does not. */
  readonly ordinary: boolean;
  /** Whether the group's servers get only what an approvals file names. */
  readonly reviewed: boolean;
  /** When its last ended run began, the latest of its locations; left out when it ended nowhere within 30 days. */
  readonly startedAt?: Date;
  /** Servers by their end; left out where AWS keeps the run's commands no longer. */
  readonly ends?: Readonly<Record<RunEnd, number>>;
  readonly missed: readonly MissedServer[];
  /** When the run that is under way began. */
  readonly openSince?: Date;
  /** When the next run begins; left out when none is planned. */
  readonly next?: Date;
}

/** What a location says of the runs of its windows, with the windows themselves. */
export interface LocationRuns {
  readonly location: string;
  readonly own: ReadonlyMap<string, OwnWindow>;
  readonly runs: readonly WindowRun[];
  readonly open: readonly OpenRun[];
  readonly armed: readonly ArmedWindow[];
}

type End = readonly [RunEnd] | readonly [RunEnd, MissReason];

/** Why a run has no command for a server that it was for. */
function unaddressed({ node, patchGroupTag, server }: ServerStatus, run: WindowRun): MissReason {
  if (run.status === "SKIPPED_OVERLAPPING") return "skipped";
  if (node === undefined) return "noNode";
  if (node.registeredAt !== undefined && node.registeredAt > run.startedAt) return "registeredLater";
  if (patchGroupTag !== server.patchGroup) return "otherTag";
  return run.status === "SUCCESS" ? "notAddressed" : "runEndedBefore";
}

function endOf(status: ServerStatus, run: WindowRun, hasNothing: boolean): End {
  const commands = run.commands ?? [];
  const details = commands.flatMap((ends) => ends.get(status.node?.id ?? "") ?? []).at(-1);
  if (details === undefined) return hasNothing ? ["nothingToDo"] : ["notReached", unaddressed(status, run)];
  const known = details.replaceAll(" ", "");
  return known === "Success" ? ["done"] : (byDetails[known] ?? ["failed", "failed"]);
}

function latest(dates: readonly Date[]): Date | undefined {
  return dates.toSorted((a, b) => b.getTime() - a.getTime())[0];
}

/** The next time that a window opens: by its schedule while its approval holds, or as an operator has armed it. */
function nextOf(plane: Plane, window: Window, armed: readonly Date[], asOf: Date): Date | undefined {
  if (window.onDemand) return armed.toSorted((a, b) => a.getTime() - b.getTime())[0];
  const next = nextWindowRuns(plane, window, asOf, 1)[0]?.utc;
  const expires = approvalOf(plane, window)?.expires;
  return next === undefined || (expires !== undefined && next >= expires) ? undefined : new Date(next);
}

function installationOf(
  plane: Plane,
  window: Window,
  group: string,
  locations: readonly LocationRuns[],
  servers: readonly ServerStatus[],
  asOf: Date,
): Installation {
  const named = <T extends { readonly window: string }>(of: LocationRuns, all: readonly T[]): readonly T[] =>
    all.filter((each) => of.own.get(each.window)?.window.name === window.name);
  const runs = locations.flatMap((of) => {
    const ended = named(of, of.runs);
    const run = ended.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime())[0];
    return run === undefined ? [] : [{ run, location: of.location }];
  });
  const startedAt = latest(runs.map(({ run }) => run.startedAt));
  const openSince = latest(locations.flatMap((of) => named(of, of.open).map((run) => run.startedAt)));
  const armed = locations.flatMap((of) => named(of, of.armed).map(({ at }) => at));
  const next = nextOf(plane, window, armed, asOf);
  const judged = runs.flatMap(({ run, location }) => {
    const hasNothing = run.commands?.length === 0 && run.status === "SUCCESS" && isGated(plane.groups, window);
    return servers
      .filter((server) => server.location === location)
      .map((server) => ({ server, end: endOf(server, run, hasNothing) }));
  });
  const isKnown = runs.length > 0 && runs.every(({ run }) => run.commands !== undefined);
  const count = (end: RunEnd): number => judged.filter((each) => each.end[0] === end).length;
  return {
    group,
    window: window.name,
    ordinary: isOrdinaryInstall(window),
    reviewed: isReviewed(plane, group),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(isKnown
      ? {
          ends: {
            done: count("done"),
            nothingToDo: count("nothingToDo"),
            failed: count("failed"),
            cutOff: count("cutOff"),
            notReached: count("notReached"),
          },
        }
      : {}),
    missed: isKnown
      ? judged.flatMap(({ server, end: [end, reason] }) => (reason === undefined ? [] : [{ server, end, reason }]))
      : [],
    ...(openSince === undefined ? {} : { openSince }),
    ...(next === undefined ? {} : { next }),
  };
}

/**
 * What the last run of every installing window did, group by group in the plane's order. A window that is opened on
 * demand is left out while it neither ran nor is armed.
 * @param servers - of the locations that were read
 */
export function installationsOf(
  plane: Plane,
  scope: FleetScope,
  locations: readonly LocationRuns[],
  servers: readonly ServerStatus[],
  asOf: Date,
): readonly Installation[] {
  const windows = Object.values(plane.windows).filter(({ operation }) => operation === "install");
  const byGroup = Map.groupBy(servers, ({ server }) => server.patchGroup);
  return Object.keys(plane.groups).flatMap((group) => {
    const members = byGroup.get(group) ?? [];
    if (members.length === 0 || !takes(scope.groups, group)) return [];
    return windows
      .filter((window) => window.groups.includes(group))
      .map((window) => installationOf(plane, window, group, locations, members, asOf))
      .filter(
        (each) =>
          plane.windows[each.window]?.onDemand !== true || each.startedAt !== undefined || each.next !== undefined,
      );
  });
}

/** Servers that a last run missed and that are not compliant since; each once. */
export function missedServers(installations: readonly Installation[]): readonly MissedServer[] {
  const open = installations.flatMap(({ missed }) =>
    missed.filter(({ server }) => server.judgement.verdict !== "compliant"),
  );
  return [...new Map(open.map((each) => [each.server, each])).values()];
}

/** Servers of a group that lack approved patches, and what brings them. */
export interface DueGroup {
  readonly group: string;
  readonly servers: number;
  /** Whether it waits for an approval or an operator where no installation is planned; else its windows have no date left. */
  readonly reviewed: boolean;
  /** The next installation of the group; left out when none is planned. */
  readonly next?: { readonly window: string; readonly at: Date };
}

/** What is missing, group by group, and when it is to come: what a window has still before it is no fault. */
export function dueGroups(
  servers: readonly ServerStatus[],
  installations: readonly Installation[],
): readonly DueGroup[] {
  const missing = servers.filter(({ judgement }) => judgement.verdict === "missing");
  return [...Map.groupBy(missing, ({ server }) => server.patchGroup)].sort(byKey).map(([group, members]) => {
    const nexts = installations
      .filter((each) => each.group === group && each.ordinary)
      .flatMap(({ window, next }) => (next === undefined ? [] : [{ window, at: next }]))
      .sort((a, b) => a.at.getTime() - b.at.getTime());
    const [next] = nexts;
    return {
      group,
      reviewed: installations.every((each) => each.group !== group || each.reviewed),
      servers: members.reduce((sum, { machines }) => sum + machines, 0),
      ...(next === undefined ? {} : { next }),
    };
  });
}
