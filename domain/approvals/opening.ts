import { windowCapacity } from "../checks/capacity.ts";
import type { LiveTask } from "../drift/location.ts";
import type { Fault } from "../fault.ts";
import { reaches } from "../fleet/placement.ts";
import type { Approval, Location, Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { readSchedule } from "../schedule/awsCron.ts";
import { freezeTouch } from "../schedule/freezes.ts";
import { windowRunsBetween } from "../schedule/windowRuns.ts";
import { windowName } from "../stack/awsNames.ts";
import { plannedLocation } from "../stack/plannedLocation.ts";
import { isGated } from "../stack/windowTasks.ts";
import { approvalOf } from "../stack/publications.ts";
import { day, hour, instantText, minute } from "../time.ts";

/** AWS has to hear of an opening some time before it, and nobody approves for a day that is far away. */
export const leastMinutesAhead = 5;
const mostDaysAhead = 14;
/** How much AWS's clock may be behind this machine's. */
const clockDifference = 10 * minute;

/** A maintenance window as AWS has it, as far as it tells whether it may be opened. */
export interface FoundOpening {
  readonly id: string;
  readonly enabled: boolean;
  readonly schedule: string;
  readonly endDate?: string;
  readonly tasks: readonly LiveTask[];
  /** Ids of its runs that have not ended. */
  readonly runs: readonly string[];
}

/** Another on-demand window of the stack that somebody has opened. */
export interface OpenedWindow {
  /** The stack file's name. */
  readonly window: string;
  readonly at: Date;
}

/** What a location says of the window that is to be opened. */
export interface OpeningEvidence {
  readonly location: Location;
  /** Undefined where there is none of its name. */
  readonly found?: FoundOpening;
  readonly others: readonly OpenedWindow[];
}

/** The windows that can be opened: on demand, and of a reviewed group. */
export function openableWindows(plane: Plane): readonly Window[] {
  return Object.values(plane.windows).filter((window) => window.onDemand && isGated(plane.groups, window));
}

/** When an on-demand window was told to open; undefined of one that stands as the stack made it, or closed. */
export function openedAt(schedule: string, enabled: boolean): Date | undefined {
  const read = readSchedule(schedule, "maintenanceWindow");
  if (!enabled || "faults" in read || read.schedule.kind !== "at") return undefined;
  return read.schedule.at.getUTCFullYear() >= 2099 ? undefined : read.schedule.at;
}

/** Whether an opening has had its run: AWS begins it within minutes, and an `at` that is past never again. */
function isPast(opened: Date, asOf: Date): boolean {
  return opened.getTime() + clockDifference < asOf.getTime();
}

function closesAt({ durationHours }: Window, at: Date): Date {
  return new Date(at.getTime() + durationHours * hour);
}

function timeFaults(at: Date, asOf: Date): readonly Fault[] {
  const ahead = at.getTime() - asOf.getTime();
  if (ahead >= leastMinutesAhead * minute && ahead <= mostDaysAhead * day) return [];
  const allowed = `${String(leastMinutesAhead)} minutes to ${String(mostDaysAhead)} days ahead`;
  return [{ path: "--at", message: "is not a near time", value: instantText(at), allowed }];
}

/** Against an opening whose time came while its locations were read and its answer was waited for. */
export function lapsedFaults(at: Date, now: Date): readonly Fault[] {
  if (at.getTime() - now.getTime() >= minute) return [];
  const message = "has come while the answer was waited for, so nothing was done";
  return [{ path: "--at", message, value: instantText(at), fix: "call it again" }];
}

function approvalFaults(approval: Approval | undefined, window: Window, at: Date, asOf: Date): readonly Fault[] {
  const path = "approvals";
  if (approval === undefined) {
    const [group = ""] = window.groups;
    const message = `no approvals file of ${group} names anything, so there is nothing to install`;
    return [{ path, message, fix: "npx patchplane review shows what could be approved" }];
  }
  const [expires, closes] = [Date.parse(approval.expires), closesAt(window, at)];
  if (expires >= closes.getTime()) return [];
  const hasExpired = expires <= asOf.getTime();
  const latest = new Date(expires - window.durationHours * hour);
  const isEarlyEnough = latest.getTime() - asOf.getTime() >= leastMinutesAhead * minute;
  const anew = "merge a newer approval: npx patchplane review shows what could be approved";
  return [
    {
      path,
      file: approval.file,
      message: hasExpired ? "has expired" : `ends to hold before the window would close at ${instantText(closes)}`,
      value: approval.expires,
      fix: isEarlyEnough ? `open it by ${instantText(latest)}, or ${anew}` : anew,
    },
  ];
}

function freezeFaults(plane: Plane, window: Window, at: Date): readonly Fault[] {
  return plane.freezes
    .filter((freeze) => freezeTouch(window, freeze, at) !== undefined)
    .map(({ from, to, reason }) => ({
      path: "freezes",
      message: `the window would be open in the freeze from ${from} to ${to}: ${reason}`,
      fix: "open it before or after",
    }));
}

/** Whether two windows reach the same servers in a location. */
function sharesServers(window: Window, other: Window, location: string): boolean {
  return window.groups.some((group) => reaches(window, group, location) && reaches(other, group, location));
}

function overlapFault(location: string, other: string, at: Date): Fault {
  return {
    path: `windows.${other}`,
    message: `is open on the same servers in ${location} from ${instantText(at)}`,
    fix: "open this one before or after that",
  };
}

function scheduledOverlaps(plane: Plane, window: Window, location: string, at: Date): readonly Fault[] {
  const others = Object.values(plane.windows).filter(
    (other) => other.name !== window.name && sharesServers(window, other, location),
  );
  return others.flatMap((other) => {
    const from = new Date(at.getTime() - other.durationHours * hour + 1);
    const until = new Date(closesAt(window, at).getTime() - 1);
    const [run] = windowRunsBetween(plane, other, from, until);
    return run === undefined ? [] : [overlapFault(location, other.name, new Date(run.utc))];
  });
}

function capacityFaults(plane: Plane, window: Window, location: string): readonly Fault[] {
  const verdict = windowCapacity(plane, window, location);
  if (verdict.fits) return [];
  return [
    {
      path: `windows.${window.name}`,
      message: `${String(verdict.hosts)} servers in ${location} need ${String(verdict.minutesNeeded)} minutes, and there are ${String(verdict.minutesAvailable)} until the cutoff`,
      fix: "npx patchplane plan says what would fit",
    },
  ];
}

/**
 * Everything that stands against an opening by the files alone.
 * @param locations - names of those where it is to be opened
 */
export function openingFaults(
  plane: Plane,
  window: Window,
  locations: readonly string[],
  at: Date,
  asOf: Date,
): readonly Fault[] {
  return [
    ...timeFaults(at, asOf),
    ...approvalFaults(approvalOf(plane, window), window, at, asOf),
    ...freezeFaults(plane, window, at),
    ...locations.flatMap((location) => [
      ...scheduledOverlaps(plane, window, location, at),
      ...capacityFaults(plane, window, location),
    ]),
  ];
}

function instantIn(text: string | undefined): number {
  return Date.parse(text ?? "");
}

/** The tasks that patch, by the approvals list that they are pointed at. */
function listsOf(tasks: readonly LiveTask[]): readonly string[] {
  return tasks.flatMap(({ parameters }) => parameters?.["InstallOverrideList"] ?? []);
}

/** What stands against an opening in one location by what AWS has there: above all, another approval than the merged one. */
export function liveOpeningFaults(
  plane: Plane,
  window: Window,
  { location, found, others }: OpeningEvidence,
  at: Date,
  asOf: Date,
): readonly Fault[] {
  const path = location.name;
  const deploy = { fix: "merge and deploy first: pulumi up" };
  const name = windowName(plane.environment, window.name, "");
  if (found === undefined) return [{ path, message: `there is no maintenance window ${name}`, ...deploy }];
  const planned = plannedLocation(plane, location).windows.get(name);
  const expires = planned?.approved?.approval.expires;
  const wanted = planned?.tasks.flatMap(({ parameters }) => parameters["InstallOverrideList"] ?? []) ?? [];
  const deployed = listsOf(found.tasks);
  const isDeployed =
    instantIn(found.endDate) === instantIn(expires) &&
    wanted.length > 0 &&
    wanted.length === deployed.length &&
    wanted.every((list) => deployed.includes(list));
  const opened = openedAt(found.schedule, found.enabled);
  return [
    ...(isDeployed
      ? []
      : [
          {
            path,
            message: "what is deployed there is not the approval of these files",
            value: deployed[0] ?? "nothing",
            ...deploy,
          },
        ]),
    ...(found.runs.length === 0
      ? []
      : [{ path, message: "the window is running there", value: found.runs.join(", "), fix: "wait for its end" }]),
    ...(opened === undefined || opened.getTime() === at.getTime() || isPast(opened, asOf)
      ? []
      : [
          {
            path: "--anyway",
            message: `somebody has opened it in ${location.name} already, for another time`,
            value: instantText(opened),
            fix: "npx patchplane runs shows who; ask, or give --anyway to take that opening's place",
          },
        ]),
    ...others
      .filter(({ window: other }) => sharesServers(window, plane.windows[other] ?? window, location.name))
      .filter(({ window: other, at: start }) => {
        const end = closesAt(plane.windows[other] ?? window, start);
        return start < closesAt(window, at) && at < end;
      })
      .map(({ window: other, at: start }) => overlapFault(location.name, other, start)),
  ];
}
