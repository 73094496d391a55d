import { checkSchedule, isTimeZone, readSchedule } from "../../../domain/schedule/awsCron.ts";
import { nextRuns } from "../../../domain/schedule/nextRuns.ts";
import type { WindowSchedule } from "../../../domain/plane.ts";
import { validationError } from "../../http/apiError.ts";
import { isCalendarDate } from "./calendarDate.ts";
import type { WindowRecord } from "./windowRecords.ts";

const minute = 60_000;
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

function shownTime(local: string): string {
  return local
    .replace(/:00(?=[Z+-]|$)/, (match, offset: number) => (offset === 16 ? "" : match))
    .replace("+00:00", "Z");
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
  // Only a weekday of the month can be counted from; AWS's words as recorded by the same rule.
  if (timing.scheduleOffset !== undefined && /^cron\([^#L]*\)$/.test(timing.schedule))
    throw validationError("An offset can't be added to the specified schedule.");
  const [fault] = checkSchedule(timing.schedule, "maintenanceWindow", timing.scheduleOffset);
  if (fault !== undefined) throw validationError(`Invalid schedule ${timing.schedule}: ${fault.message}.`);
  if (timing.scheduleTimezone !== undefined && !isTimeZone(timing.scheduleTimezone))
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

function scheduleOf(window: Timing): WindowSchedule {
  return {
    suffix: "",
    expression: window.schedule,
    timezone: window.scheduleTimezone ?? "UTC",
    ...(window.scheduleOffset === undefined ? {} : { offsetDays: window.scheduleOffset }),
  };
}

function rateRuns(minutes: number, window: WindowRecord, from: Date, count: number): WindowRun[] {
  const period = minutes * minute;
  const base = window.scheduledAt.getTime();
  const first = Math.max(1, Math.ceil((from.getTime() - base) / period));
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(base + (first + index) * period);
    return { at, text: shownTime(at.toISOString().replace(".000Z", "Z")) };
  });
}

/**
 * Starts of a window from an instant on, at most `count`: none while it is disabled, none outside StartDate and
 * EndDate. A run whose cron date lies before the schedule was set is skipped, although cron date plus offset lies after.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
 */
export function windowRuns(window: WindowRecord, from: Date, count: number): WindowRun[] {
  if (!window.enabled) return [];
  const start = instant(window.startDate);
  const end = instant(window.endDate);
  const earliestCronDate = window.scheduledAt.getTime() + (window.scheduleOffset ?? 0) * dayLength;
  const begin = Math.max(
    from.getTime(),
    start?.getTime() ?? 0,
    window.scheduleOffset === undefined ? 0 : earliestCronDate,
  );
  const read = readSchedule(window.schedule, "maintenanceWindow");
  if ("faults" in read) return [];
  const runs =
    read.schedule.kind === "rate"
      ? rateRuns(read.schedule.minutes, window, new Date(begin), count)
      : nextRuns(scheduleOf(window), new Date(begin), count).map((run) => ({ at: run.at, text: shownTime(run.local) }));
  return runs.filter((run) => end === undefined || run.at <= end);
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
