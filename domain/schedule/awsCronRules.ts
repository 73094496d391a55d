import { markedDays } from "./awsCronCorrections.ts";
import type { CronFields, FieldValue } from "./awsCronFields.ts";
import type { PlacelessFault } from "../fault.ts";
import type { ScheduleUse } from "./scheduleUse.ts";

const longestMonth: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What is wrong with a cron expression as a whole, once each field by itself is right. */
export function wholeCronFaults(fields: CronFields, expression: string, use: ScheduleUse): readonly PlacelessFault[] {
  const faults: PlacelessFault[] = [];
  const unset = [fields.dayOfMonth, fields.dayOfWeek].filter((field) => field.kind === "none").length;
  if (unset !== 1) {
    const body = expression.slice("cron(".length, -1).trim().split(/\s+/);
    const better = markedDays(body.slice(-6));
    const fix = better.join(" ") === body.slice(-6).join(" ") ? undefined : [...body.slice(0, -6), ...better].join(" ");
    faults.push({
      message:
        unset === 0
          ? "cron(…) says something in both day-of-month and day-of-week"
          : "cron(…) has ? in both day-of-month and day-of-week",
      value: expression,
      allowed: "exactly one of the two is ?",
      fix: fix === undefined ? "write ? in the one that does not matter" : `write cron(${fix})`,
    });
  }
  const shortest = shortestStepMinutes(fields);
  const least = use === "association" ? 30 : 5;
  if (shortest < least) {
    faults.push({
      message: "cron(…) runs too often",
      value: expression,
      allowed: `at most every ${String(least)} minutes`,
    });
  }
  if (neverRuns(fields)) {
    faults.push({ message: "cron(…) names a date that no month has", value: expression });
  }
  return use === "association" ? [...faults, ...associationFaults(fields, expression)] : faults;
}

function valuesOf(field: FieldValue): readonly number[] {
  return field.kind === "values" ? field.values : [];
}

/** Shortest time between two runs within a day, in minutes; Infinity when it runs once a day at most. */
function shortestStepMinutes(fields: CronFields): number {
  if (valuesOf(fields.seconds).length > 1) {
    return 0;
  }
  const minutes = valuesOf(fields.minutes);
  const hours = valuesOf(fields.hours);
  const steps = minutes.slice(1).map((value, index) => value - (minutes[index] ?? 0));
  const first = minutes[0] ?? 0;
  const last = minutes.at(-1) ?? 0;
  for (const [index, hour] of hours.slice(1).entries()) {
    steps.push((hour - (hours[index] ?? 0)) * 60 + first - last);
  }
  return Math.min(Infinity, ...steps);
}

function neverRuns(fields: CronFields): boolean {
  const days = fields.dayOfMonth.kind === "nearestWeekday" ? [fields.dayOfMonth.day] : valuesOf(fields.dayOfMonth);
  const longest = Math.max(...valuesOf(fields.month).map((month) => longestMonth[month - 1] ?? 0));
  return days.length > 0 && days.every((day) => day > longest);
}

const associationCrons =
  "every 1/2, 1, 2, 4, 8 or 12 hours; at one time every day, on one weekday, on an nth weekday (TUE#2) or a last one (3L)";

/** AWS's list of what State Manager takes; the list's wording is taken strictly (INFERRED). */
function associationFaults(fields: CronFields, expression: string): readonly PlacelessFault[] {
  const faults: PlacelessFault[] = [];
  const add = (message: string, allowed: string): void => {
    faults.push({ message, value: expression, allowed });
  };
  if (fields.month.kind !== "values" || !fields.month.all) {
    add("an association's cron(…) cannot name months", "* as month");
  }
  if (valuesOf(fields.seconds).some((second) => second !== 0)) {
    add("an association's cron(…) cannot start at a second", "0 as seconds, or none");
  }
  const days = fields.dayOfMonth;
  const weekdays = fields.dayOfWeek;
  const wholeYear = fields.year.kind === "values" && fields.year.all;
  const daysFit = days.kind === "none" || (days.kind === "values" && days.all);
  const weekdaysFit = weekdays.kind !== "values" || weekdays.all || weekdays.values.length === 1;
  const hours = valuesOf(fields.hours);
  const minutes = valuesOf(fields.minutes);
  const step = (hours[1] ?? 24) - (hours[0] ?? 0);
  const oneTime = hours.length === 1 && minutes.length === 1;
  const everyHours =
    minutes.length === 1 &&
    [1, 2, 4, 8, 12].includes(step) &&
    24 / step === hours.length &&
    hours.every((hour, index) => hour === index * step);
  const halfHours = minutes.length === 2 && hours.length === 24;
  if (!wholeYear || !daysFit || !weekdaysFit || !(oneTime || everyHours || halfHours)) {
    add("State Manager does not know this interval", associationCrons);
  }
  return faults;
}
