import { readSchedule } from "./awsCron.ts";
import { nextRuns, startsOf } from "./nextRuns.ts";
import type { WindowSchedule } from "../window.ts";
import { day, hour } from "../time.ts";

/**
 * Where checks begin to look at a schedule's runs. A preview must not depend on the clock, so it is a constant: the
 * calendar's pattern, not the date, decides what a check finds.
 */
export const referenceDate = new Date("2026-01-01T00:00:00Z");

/** Days looked at: a year, and enough beyond it that the longest step between monthly runs cannot hide at its end. */
export const referenceDays = 400;

// Enough for a nightly window over all days; one that runs more often shows its pattern long before.
const mostRuns = 500;

/** After these years weekdays, and so Patch Tuesdays, lie on the same dates again. */
const cycleYears = 28;
/** A schedule that runs more often than weekly meets all that months are like in fewer. */
const frequentYears = 4;
const weeksLookedAt = Math.ceil(referenceDays / 7);

const known = new Map<string, readonly Date[]>();
const knownCycles = new Map<string, readonly Date[]>();

function keyOf({ expression, offsetDays = 0, timezone, startDate = "", endDate = "" }: WindowSchedule): string {
  return `${expression} ${String(offsetDays)} ${timezone} ${startDate} ${endDate}`;
}

/**
 * The runs of a schedule from {@link referenceDate} over {@link referenceDays}; of an `at(…)` its one date, whenever it
 * is. Empty for a `rate(…)`, whose phase AWS counts from the window's creation, and for a schedule that AWS refuses.
 */
export function referenceRuns(schedule: WindowSchedule): readonly Date[] {
  const key = keyOf(schedule);
  const found = known.get(key) ?? compute(schedule);
  known.set(key, found);
  return found;
}

function compute(schedule: WindowSchedule): readonly Date[] {
  const read = readSchedule(schedule.expression, "maintenanceWindow");
  if ("faults" in read || read.schedule.kind === "rate") {
    return [];
  }
  if (read.schedule.kind === "at") {
    return [read.schedule.at];
  }
  const end = referenceDate.getTime() + referenceDays * day;
  const runs = nextRuns(schedule, referenceDate, mostRuns).map((run) => run.at);
  return runs.filter((at) => at.getTime() < end);
}

/**
 * The runs of a `cron(…)` from {@link referenceDate} over a whole cycle of the calendar, of one day's the first alone; of
 * one that runs more often than weekly over four years.
 */
export function cycleRuns(schedule: WindowSchedule): readonly Date[] {
  const key = keyOf(schedule);
  const years = referenceRuns(schedule).length > weeksLookedAt ? frequentYears : cycleYears;
  const end = new Date(referenceDate);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  const found = knownCycles.get(key) ?? startsOf(schedule, referenceDate, end, 24);
  knownCycles.set(key, found);
  return found;
}

/** Steps between consecutive runs, in hours; empty for fewer than two runs. */
export function stepsInHours(runs: readonly Date[]): readonly number[] {
  const sorted = Float64Array.from(runs, (at) => at.getTime()).sort();
  return Array.from(sorted.subarray(1), (at, index) => (at - (sorted[index] ?? at)) / hour);
}
