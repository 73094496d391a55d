import { validationError } from "../../http/apiError.ts";
import { cronRuns, rateRun, readSchedule } from "../../schedule/schedule.ts";
import { isZone, zonedText } from "../../schedule/zones.ts";
import { isCalendarDate } from "./calendarDate.ts";
import type { WindowRecord } from "../../state/windows.ts";

const dayLength = 86_400_000;
const isoDate = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

type Timing = Pick<
  WindowRecord,
  "schedule" | "scheduleTimezone" | "scheduleOffset" | "duration" | "cutoff" | "startDate" | "endDate"
>;

/** One start of a window. */
export interface WindowRun {
  readonly at: Date;
  /** As the API writes it, e.g. `2026-12-13T23:30-05:00`. */
  readonly text: string;
}

/** The words are AWS's as recorded by https://github.com/badmintoncryer/cdk-preflight, rule `pf-ssm-maintenance-window-schedule`. */
function instant(text: string | undefined): Date | undefined {
  if (text === undefined || text === "") return undefined;
  const date = new Date(text);
  const day = isoDate.exec(text)?.[1] ?? "";
  if (!isCalendarDate(day) || Number.isNaN(date.getTime()))
    throw validationError(
      `DateTime ${text} is malformed, format either must contain an offset - e.g. '2018-01-01T00:00:00-02:00' or '2018-01-01T00:00:00Z'`,
    );
  return date;
}

/** Refuses a timing that AWS would refuse: expression, offset, time zone, cutoff, dates. */
export function checkTiming(timing: Timing): void {
  const read = readSchedule(timing.schedule);
  if (typeof read === "string") throw validationError(`Invalid schedule ${timing.schedule}: ${read}.`);
  // AWS's words as recorded by the same rule.
  if (timing.scheduleOffset !== undefined && !(read.kind === "cron" && read.rule.onWeekdayOfMonth))
    throw validationError("An offset can't be added to the specified schedule.");
  if (timing.scheduleTimezone !== undefined && !isZone(timing.scheduleTimezone))
    throw validationError(`Invalid schedule timezone: ${timing.scheduleTimezone}`);
  if (timing.cutoff >= timing.duration)
    throw validationError(
      `Cutoff ${String(timing.cutoff)} must be less than the duration ${String(timing.duration)} of the maintenance window.`,
    );
  const start = instant(timing.startDate);
  const end = instant(timing.endDate);
  if (start !== undefined && end !== undefined && end <= start)
    throw validationError("EndDate must be after StartDate.");
}

/** The instants at which a window's schedule comes, endless unless its years run out, from an instant on. */
function* starts(window: WindowRecord, from: Date): Generator<Date> {
  const read = readSchedule(window.schedule);
  if (typeof read === "string") return;
  if (read.kind === "cron")
    yield* cronRuns(read.rule, window.scheduleTimezone ?? "UTC", window.scheduleOffset ?? 0, from);
  else if (read.kind === "rate")
    for (let at = new Date(from.getTime() - 1); ; yield at) at = rateRun(read.minutes, window.scheduledAt, at);
  else if (read.at >= from) yield read.at;
}

/**
 * Starts of a window from an instant on, at most `count`: none while it is disabled, none outside StartDate and
 * EndDate. A run whose cron date lies before the schedule was set is skipped, although cron date plus offset lies after.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
 */
export function windowRuns(window: WindowRecord, from: Date, count: number): WindowRun[] {
  const runs: WindowRun[] = [];
  if (!window.enabled) return runs;
  const offset = window.scheduleOffset ?? 0;
  const earliest = offset === 0 ? 0 : window.scheduledAt.getTime() + offset * dayLength;
  const begin = Math.max(from.getTime(), instant(window.startDate)?.getTime() ?? 0, earliest);
  const end = instant(window.endDate);
  const zone = /^rate/.test(window.schedule) ? "UTC" : (window.scheduleTimezone ?? "UTC");
  for (const at of starts(window, new Date(begin))) {
    if (runs.length >= count || (end !== undefined && at > end)) break;
    runs.push({ at, text: zonedText(zone, at) });
  }
  return runs;
}

interface Coming {
  readonly after: Date;
  readonly at: Date | undefined;
}

const coming = new WeakMap<WindowRecord, Coming>();

/** When a window starts next after an instant; undefined for never. A changed window is another record. */
export function nextWindowStart(window: WindowRecord, after: Date): Date | undefined {
  const known = coming.get(window);
  if (known !== undefined && known.after <= after && (known.at === undefined || known.at > after)) return known.at;
  const at = windowRuns(window, new Date(after.getTime() + 1), 1)[0]?.at;
  coming.set(window, { after, at });
  return at;
}
