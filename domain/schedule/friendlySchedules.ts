import { isDate } from "./calendarDates.ts";
import type { PlacelessFault } from "../fault.ts";
import { instantOf } from "./timeZones.ts";

/** The `at(…)` of on-demand windows: so far away that only an operator's own date ever opens one. */
export const nowhereNear = "at(2099-12-31T23:59:59)";

/**
 * A number of days after Patch Tuesday, the second Tuesday of each month: a cron expression and the ScheduleOffset to
 * give with it (none for 0 days).
 * @param offsetDays - 0 to 6
 * @param at - `HH:MM`, in the window's time zone.
 */
export function patchTuesday(offsetDays: number, at: string): { expression: string; offsetDays?: number } {
  const [hours = "", minutes = ""] = at.split(":");
  const expression = `cron(${String(Number(minutes))} ${String(Number(hours))} ? * TUE#2 *)`;
  return offsetDays === 0 ? { expression } : { expression, offsetDays };
}

/** The `at(…)` of one run, in UTC and to the second. */
export function atExpression(at: Date): string {
  return `at(${at.toISOString().slice(0, 19)})`;
}

/**
 * One run at a local time, as the `at(…)` in UTC that AWS reads; a fault for a date that is none, and for a time that
 * the zone's clocks skip that day. Of a time that comes twice, the first is taken.
 * @param date - `yyyy-mm-dd`
 * @param at - `HH:MM`
 * @param timezone - IANA name
 */
export function onDate(
  date: string,
  at: string,
  timezone: string,
): { readonly expression: string } | { readonly fault: PlacelessFault } {
  if (!isDate(date)) {
    return { fault: { message: "not a calendar date", value: date, allowed: "yyyy-mm-dd, quoted" } };
  }
  const instant = instantOf(new Date(`${date}T${at}:00Z`), timezone);
  if (instant.kind === "gap") {
    const message = `${timezone} has no ${at} on ${date}: its clocks go forward then`;
    const fix = "choose a time at least an hour earlier or later";
    return { fault: { message, value: `${date}T${at}`, fix } };
  }
  return { expression: atExpression(instant.at) };
}
