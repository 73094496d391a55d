import { nextWindowRuns } from "../schedule/windowRuns.ts";
import { runsBetween } from "../schedule/nextRuns.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { reaches } from "../fleet/placement.ts";
import { day, hour } from "../time.ts";

/** How far back runs are looked for, nearest first: most schedules are daily or weekly, the longest are quarterly. */
const lookBackDays = [2, 9, 40, 100];
const usualAgeDays = 8;
/** Run Command keeps commands for 30 days; one of the last hours of that may have gone already. */
const recordDays = 29;
/** An operation ends within a day of its command: no window is open for longer. */
const longestOperationDays = 1;

/**
 * Start of the last run of a window that was over at an instant: begun at least its duration before. Undefined when
 * there was none within the last 100 days, or when its schedule is a `rate(…)`.
 */
export function lastFinishedRun(window: Pick<Window, "schedules" | "durationHours">, asOf: Date): Date | undefined {
  const until = new Date(asOf.getTime() - window.durationHours * hour);
  for (const days of lookBackDays) {
    const from = new Date(until.getTime() - days * day);
    const starts = window.schedules
      .flatMap((schedule) => runsBetween(schedule, from, until))
      .filter((run) => run.note !== "rate")
      .map((run) => run.at);
    if (starts.length > 0) return new Date(Math.max(...starts.map((start) => start.getTime())));
  }
  return undefined;
}

/** From when on an operation counts, and why. */
export interface Freshness {
  readonly since: Date;
  /** The scan window whose last finished run decides; left out where 8 days do. */
  readonly window?: string;
}

/**
 * From when on a server's last operation is fresh, by its patch group and location: the start of the last finished run
 * of any scan window that reaches them. Where no such run can be told, 8 days. On-demand windows have no runs.
 */
export function freshnessOf(plane: Plane, asOf: Date): (group: string, location: string) => Freshness {
  const finished = Object.values(plane.windows)
    .filter((window) => window.operation === "scan" && !window.onDemand)
    .flatMap((window) => {
      const start = lastFinishedRun(window, asOf);
      return start === undefined ? [] : [{ window, start }];
    })
    .sort((a, b) => b.start.getTime() - a.start.getTime());
  return (group, location) => {
    const last = finished.find(({ window }) => reaches(window, group, location));
    return last === undefined
      ? { since: new Date(asOf.getTime() - usualAgeDays * day) }
      : { since: last.start, window: last.window.name };
  };
}

/** When the next scan window that reaches a patch group in a location opens; undefined where none does. */
export function nextScanOf(plane: Plane, asOf: Date): (group: string, location: string) => Date | undefined {
  const next = Object.values(plane.windows)
    .filter(({ operation }) => operation === "scan")
    .flatMap((window) => nextWindowRuns(plane, window, asOf, 1).map(({ utc }) => ({ window, at: new Date(utc) })))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  return (group, location) => next.find(({ window }) => reaches(window, group, location))?.at;
}

/** The last operation that a node reported, and when the service last had a patch command answered by it. */
export interface Reported {
  readonly endedAt?: Date;
  readonly answeredAt?: Date;
}

/**
 * Whether a node's word stands on the service's own record: it answered a patch command no older than an operation may
 * be. What it reported longer ago than commands are kept needs none.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/running-commands.html
 */
export function isConfirmed({ endedAt, answeredAt }: Reported, freshSince: Date, asOf: Date): boolean {
  const kept = recordsSince(asOf);
  if (endedAt !== undefined && endedAt.getTime() < kept.getTime() + longestOperationDays * day) return true;
  return answeredAt !== undefined && answeredAt >= (freshSince < kept ? kept : freshSince);
}

function recordsSince(asOf: Date): Date {
  return new Date(asOf.getTime() - recordDays * day);
}

/** From when on patch commands are looked at for the servers of some groups in a location. */
export function commandsNeededSince(plane: Plane, groups: readonly string[], location: string, asOf: Date): Date {
  const freshness = freshnessOf(plane, asOf);
  const oldest = Math.min(...groups.map((group) => freshness(group, location).since.getTime()), asOf.getTime());
  return new Date(Math.max(oldest, recordsSince(asOf).getTime()));
}
