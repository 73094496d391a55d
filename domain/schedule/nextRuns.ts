import { Cron } from "croner";
import { readSchedule, type Schedule } from "./awsCron.ts";
import { cronFields, type FieldValue } from "./awsCronFields.ts";
import type { WindowSchedule } from "../window.ts";
import { instantOf, localIso, wallClock } from "./timeZones.ts";
import { day } from "../time.ts";

const runsAtATime = 64;

/** The instant behind the last year that AWS's cron knows: no run of any schedule is looked for beyond it. */
const endOfYears = Date.UTC(cronFields.year.max + 1, 0);

/** Whether a run may begin at an instant, by the schedule's own first and last day. */
function isValid({ startDate, endDate }: WindowSchedule, at: Date): boolean {
  return (
    (startDate === undefined || at.getTime() >= Date.parse(startDate)) &&
    (endDate === undefined || at.getTime() < Date.parse(endDate))
  );
}

/** One run of a schedule. */
export interface Run {
  readonly at: Date;
  /** ISO 8601 in the schedule's zone with its offset, e.g. `2026-12-13T23:30:00-05:00`. */
  readonly local: string;
  /**
   * Why the run may come at another time than shown: `gap`, its local time is skipped by the zone's clocks that day;
   * `overlap`, its local time comes twice; `rate`, AWS counts from the window's creation, which nobody knows here.
   */
  readonly note?: "gap" | "overlap" | "rate";
}

function cronSchedule(schedule: WindowSchedule): Schedule {
  const read = readSchedule(schedule.expression, "maintenanceWindow");
  if ("faults" in read) {
    throw new RangeError(`${schedule.expression}: ${read.faults.map((fault) => fault.message).join("; ")}`);
  }
  return read.schedule;
}

/**
 * Wall-clock times of a cron text, as if they were UTC, without any offset. Croner reads weekdays as AWS does (1 is
 * Sunday) only with `alternativeWeekdays`, and AWS's `0/15` only with `sloppyRanges`.
 */
function cronOf(text: string): Cron {
  const fields = text.split(" ");
  // A lone L in day-of-week is AWS's last day of the week; croner knows it only behind a weekday.
  const known = fields.map((field, index) => (index === 5 && field === "L" ? "7" : field));
  // Croner counts a step of years from 0, AWS from the field's first year.
  known.push((known.pop() ?? "").replaceAll("*/", `${String(cronFields.year.min)}/`));
  return new Cron(known.join(" "), { utcOffset: 0, mode: "7-part", alternativeWeekdays: true, sloppyRanges: true });
}

/**
 * The runs of a schedule from an instant on (that instant included), at most `count`, in order.
 *
 * An offset moves a run by calendar days, so it starts at the same time of day; AWS's page words it so, and does not
 * speak of daylight saving (croner's own `dayOffset` counts 24-hour days and would be an hour, and so a date, off
 * across a change of the clocks). A `rate(…)` is shown as if the window were made at `from`.
 *
 * None lies beyond the last year that AWS's cron knows, 2199, whatever the form: a rate may be longer than that. None
 * lies outside the schedule's StartDate and EndDate.
 *
 * Not modelled: a window that is made between a cron date and that date plus its offset skips that run.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
 *
 * @throws RangeError for an expression that AWS would refuse; check it with `checkSchedule` first.
 */
export function nextRuns(schedule: WindowSchedule, from: Date, count: number): readonly Run[] {
  const begin = new Date(Math.max(from.getTime(), Date.parse(schedule.startDate ?? "") || from.getTime()));
  return runsFrom(schedule, begin, count).filter(({ at }) => isValid(schedule, at));
}

function runsFrom(schedule: WindowSchedule, from: Date, count: number): readonly Run[] {
  const read = cronSchedule(schedule);
  switch (read.kind) {
    case "at":
      return read.at >= from && read.at.getTime() < endOfYears && count > 0
        ? [{ at: read.at, local: localIso(read.at, schedule.timezone) }]
        : [];
    case "rate":
      return rateRuns(read.minutes, schedule, from, count);
    case "cron":
      return cronRuns(read, schedule, from, count);
  }
}

function rateRuns(minutes: number, { timezone }: WindowSchedule, from: Date, count: number): readonly Run[] {
  const step = minutes * 60_000;
  const left = Math.max(0, Math.ceil((endOfYears - from.getTime()) / step) - 1);
  return Array.from({ length: Math.max(0, Math.min(count, left)) }, (_, index) => {
    const at = new Date(from.getTime() + (index + 1) * step);
    return { at, local: localIso(at, timezone), note: "rate" as const };
  });
}

/** Runs of a schedule in a stretch of time, both ends included, in order. */
export function runsBetween(schedule: WindowSchedule, from: Date, until: Date): readonly Run[] {
  const found: Run[] = [];
  let at = from;
  for (;;) {
    const runs = nextRuns(schedule, at, runsAtATime);
    const within = runs.filter((run) => run.at <= until);
    found.push(...within);
    const last = within.at(-1);
    if (last === undefined || within.length < runsAtATime) return found;
    at = new Date(last.at.getTime() + (last.note === "rate" ? 0 : 1));
  }
}

/**
 * Starts of a schedule in a stretch of time, both ends included, in order. One that comes while the run before is still
 * open may be left out: AWS skips it, and a schedule every five minutes would be looked at a hundred thousand times.
 * @param openHours - how long a run is open
 */
export function startsOf(schedule: WindowSchedule, from: Date, until: Date, openHours: number): readonly Date[] {
  const read = cronSchedule(schedule);
  const open = openHours * 3_600_000;
  const starts: number[] = [];
  const last = Math.min(until.getTime(), endOfYears - 1);
  if (read.kind === "rate") {
    const step = Math.ceil(open / (read.minutes * 60_000) || 1) * read.minutes * 60_000;
    for (let at = from.getTime() + step; at <= last; at += step) starts.push(at);
  } else if (read.kind === "at") {
    starts.push(read.at.getTime());
  } else {
    const end = wallClock(new Date(last), schedule.timezone).getTime() + day;
    for (const clock of wallClockRuns(read, schedule, from, open)) {
      if (clock.getTime() > end) break;
      starts.push(instantOf(clock, schedule.timezone).at.getTime());
    }
  }
  const within = starts.filter((at) => at >= from.getTime() && at <= last);
  const sorted = [...new Set(within)].sort((a, b) => a - b).map((at) => new Date(at));
  return sorted.filter((at) => isValid(schedule, at));
}

type CronSchedule = Extract<Schedule, { kind: "cron" }>;

function cronRuns(cron: CronSchedule, schedule: WindowSchedule, from: Date, count: number): readonly Run[] {
  const runs = new Map<number, Run>();
  let last = count > 0 ? Infinity : 0;
  for (const clock of wallClockRuns(cron, schedule, from)) {
    // A time that clocks skip moves behind, or onto, times that follow it; no zone ever skipped more than a day.
    if (clock.getTime() > last) break;
    const { at, kind } = instantOf(clock, schedule.timezone);
    if (at < from) continue;
    const local = localIso(at, schedule.timezone);
    runs.set(at.getTime(), kind === "exact" ? { at, local } : { at, local, note: kind });
    if (runs.size === count) last = Math.min(last, clock.getTime() + day);
  }
  return [...runs.values()].sort((a, b) => a.at.getTime() - b.at.getTime()).slice(0, count);
}

/** Whether a schedule asks for nothing but days of the week: on the wall clock, every week is then like the one before. */
function isWeekly({ fields: { dayOfMonth, month, dayOfWeek, year } }: CronSchedule): boolean {
  const open = (field: FieldValue): boolean => field.kind === "none" || (field.kind === "values" && field.all);
  return open(dayOfMonth) && open(month) && open(year) && (open(dayOfWeek) || dayOfWeek.kind === "values");
}

/**
 * Endless unless the years run out; begins a little early, because clocks can be set back.
 * @param apart - milliseconds after a run within which others may be left out
 */
function* wallClockRuns(
  read: CronSchedule,
  schedule: WindowSchedule,
  from: Date,
  apart = 0,
): Generator<Date, void, undefined> {
  const shift = (schedule.offsetDays ?? 0) * day;
  const cron = cronOf(read.text);
  const first = cron.nextRun(new Date(wallClock(from, schedule.timezone).getTime() - shift - day));
  // Looking for each of a year's runs takes most of a check's time, so a week is found and then repeated.
  const week: Date[] = [];
  for (
    let clock = first;
    clock !== null && first !== null && clock.getTime() < endOfYears;
    clock = cron.nextRun(new Date(Math.max(clock.getTime(), clock.getTime() + apart - 1000)))
  ) {
    if (isWeekly(read) && clock.getTime() - first.getTime() >= 7 * day) break;
    if (isWeekly(read)) week.push(clock);
    yield new Date(clock.getTime() + shift);
  }
  for (let weeks = 7 * day; week.length > 0; weeks += 7 * day) {
    for (const clock of week) {
      if (clock.getTime() + weeks >= endOfYears) return;
      yield new Date(clock.getTime() + weeks + shift);
    }
  }
}

/**
 * Those stretches of wall-clock time, as if they were UTC, in which a start of a cron schedule falls; a stretch's end
 * is not part of it. None for `rate(…)` and `at(…)`.
 */
export function stretchesHit<Stretch extends { readonly from: Date; readonly to: Date }>(
  schedule: WindowSchedule,
  stretches: readonly Stretch[],
): readonly Stretch[] {
  const read = cronSchedule(schedule);
  if (read.kind !== "cron") {
    return [];
  }
  const cron = cronOf(read.text);
  const shift = (schedule.offsetDays ?? 0) * day;
  return stretches.filter(({ from, to }) => {
    if (!isValid(schedule, from)) return false;
    const clock = cron.nextRun(new Date(from.getTime() - shift - 1000));
    return clock !== null && clock.getTime() + shift < to.getTime();
  });
}
