import { isClockTime, isDate } from "./calendarDates.ts";
import type { ScheduleFault } from "./scheduleFault.ts";
import { instantOf, isTimeZone } from "./timeZones.ts";

/** The `at(…)` of on-demand windows: so far away that only `patchplane open-window` ever opens one. */
export const nowhereNear = "at(2099-12-31T23:59:59)";

function clockFault(at: string): readonly ScheduleFault[] {
  return isClockTime(at)
    ? []
    : [{ message: "not a time of day", value: at, allowed: "HH:MM from 00:00 to 23:59, quoted" }];
}

/** What is wrong with the arguments of {@link patchTuesday}. */
export function checkPatchTuesday(offsetDays: number, at: string): readonly ScheduleFault[] {
  const offset: readonly ScheduleFault[] =
    Number.isInteger(offsetDays) && offsetDays >= 0 && offsetDays <= 6
      ? []
      : [
          {
            message: "days after Patch Tuesday are a whole number",
            value: offsetDays,
            allowed: "0-6",
            fix: "for a week or more later, write cron(…) with TUE#3 or TUE#4",
          },
        ];
  return [...offset, ...clockFault(at)];
}

function refuse(faults: readonly ScheduleFault[]): void {
  if (faults.length > 0) {
    throw new RangeError(faults.map((fault) => `${fault.message}, got ${JSON.stringify(fault.value)}`).join("; "));
  }
}

/**
 * A number of days after Patch Tuesday, the second Tuesday of each month: a cron expression and the ScheduleOffset to
 * give with it (none for 0 days).
 * @param at - `HH:MM`, in the window's time zone.
 * @throws RangeError when {@link checkPatchTuesday} finds a fault.
 */
export function patchTuesday(offsetDays: number, at: string): { expression: string; offsetDays?: number } {
  refuse(checkPatchTuesday(offsetDays, at));
  const [hours = "", minutes = ""] = at.split(":");
  const expression = `cron(${String(Number(minutes))} ${String(Number(hours))} ? * TUE#2 *)`;
  return offsetDays === 0 ? { expression } : { expression, offsetDays };
}

/** What is wrong with the arguments of {@link onDate}; a time that the zone's clocks skip that day is a fault. */
export function checkOnDate(date: string, at: string, timezone: string): readonly ScheduleFault[] {
  const faults: ScheduleFault[] = [...clockFault(at)];
  if (!isDate(date)) {
    faults.push({ message: "not a calendar date", value: date, allowed: "yyyy-mm-dd, quoted" });
  }
  if (!isTimeZone(timezone)) {
    faults.push({ message: "not an IANA time zone", value: timezone, allowed: "a name such as Europe/Berlin or UTC" });
  }
  if (faults.length === 0 && onDateInstant(date, at, timezone).kind === "gap") {
    faults.push({
      message: `${timezone} has no ${at} on ${date}: its clocks go forward then`,
      value: `${date}T${at}`,
      fix: "choose a time at least an hour earlier or later",
    });
  }
  return faults;
}

function onDateInstant(date: string, at: string, timezone: string): ReturnType<typeof instantOf> {
  return instantOf(new Date(`${date}T${at}:00Z`), timezone);
}

/**
 * One run at a local time, as the `at(…)` in UTC that AWS reads. Of a time that comes twice, the first is taken.
 * @param date - `yyyy-mm-dd`
 * @param at - `HH:MM`
 * @param timezone - IANA name
 * @throws RangeError when {@link checkOnDate} finds a fault.
 */
export function onDate(date: string, at: string, timezone: string): string {
  refuse(checkOnDate(date, at, timezone));
  return `at(${onDateInstant(date, at, timezone).at.toISOString().slice(0, 19)})`;
}
