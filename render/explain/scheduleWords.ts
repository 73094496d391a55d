import { readSchedule } from "../../domain/schedule/awsCron.ts";
import { cronFields, type CronFields, type FieldValue } from "../../domain/schedule/awsCronFields.ts";
import type { Window, WindowSchedule } from "../../domain/plane.ts";
import { counted } from "../../domain/text.ts";

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const ordinals = ["first", "second", "third", "fourth", "fifth"];

function weekday(number: number): string {
  return weekdays[number - 1] ?? String(number);
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[], last = "and"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1) ?? ""}`;
}

function single(value: FieldValue): number | undefined {
  return value.kind === "values" && !value.all && value.values.length === 1 ? value.values[0] : undefined;
}

function dayWords({ dayOfMonth, dayOfWeek }: CronFields): string {
  switch (dayOfWeek.kind) {
    case "nthWeekday":
      return `the ${ordinals[dayOfWeek.nth - 1] ?? ""} ${weekday(dayOfWeek.weekday)} of the month`;
    case "lastWeekday":
      return `the last ${weekday(dayOfWeek.weekday)} of the month`;
    case "values":
      if (!dayOfWeek.all) return listed(dayOfWeek.values.map((day) => `${weekday(day)}s`));
      break;
    case "none":
    case "lastDay":
    case "nearestWeekday":
      break;
  }
  switch (dayOfMonth.kind) {
    case "lastDay":
      return "the last day of the month";
    case "nearestWeekday":
      return `the weekday nearest to day ${String(dayOfMonth.day)} of the month`;
    case "values":
      return dayOfMonth.all ? "every day" : `day ${listed(dayOfMonth.values.map(String))} of the month`;
    case "none":
    case "lastWeekday":
    case "nthWeekday":
      return "every day";
  }
}

/** Undefined for times that words would not make clearer, such as every few minutes. */
function cronWords(fields: CronFields, offsetDays: number | undefined): string | undefined {
  const [minutes, hours] = [single(fields.minutes), single(fields.hours)];
  if (minutes === undefined || hours === undefined) return undefined;
  const two = (value: number): string => String(value).padStart(2, "0");
  const { dayOfWeek, month, year } = fields;
  const patchTuesday = dayOfWeek.kind === "nthWeekday" && dayOfWeek.weekday === 3 && dayOfWeek.nth === 2;
  const day = patchTuesday ? "Patch Tuesday, the second Tuesday of the month" : dayWords(fields);
  const after = offsetDays === undefined ? day : `${counted(offsetDays, "day")} after ${day}`;
  const months =
    month.kind === "values" && !month.all
      ? `, only in ${listed(month.values.map((value) => cronFields.month.names[value - 1] ?? ""))}`
      : "";
  const years = year.kind === "values" && !year.all ? `, only in ${listed(year.values.map(String))}` : "";
  return `${after}, at ${two(hours)}:${two(minutes)}${months}${years}`;
}

function expressionWords({ expression, offsetDays }: WindowSchedule, timezone: string): string {
  const read = readSchedule(expression, "maintenanceWindow");
  const offset = offsetDays === undefined ? "" : ` + ${counted(offsetDays, "day")}`;
  const schedule = "schedule" in read ? read.schedule : undefined;
  switch (schedule?.kind) {
    case "cron": {
      const words = cronWords(schedule.fields, offsetDays);
      return `${words === undefined ? "" : `${words} `}${timezone} time (${expression}${offset})`;
    }
    case "rate":
      return `again and again, counted from the window's creation (${expression})`;
    case "at":
      return `once (${expression} UTC)`;
    case undefined:
      return expression;
  }
}

/** When a window opens, in words, with what AWS is given. */
export function scheduleWords({ onDemand, schedules, timezone }: Window): string {
  if (onDemand) return "opened by an operator, never by the clock";
  const dates = schedules.flatMap(({ suffix }) => (suffix === "" ? [] : [suffix]));
  const [first = "", last = ""] = [dates[0], dates.at(-1)];
  if (dates.length > 1) return `${String(dates.length)} dates from ${first} to ${last}, ${timezone} time`;
  if (dates.length === 1) return `one date, ${first}, ${timezone} time`;
  return schedules.map((schedule) => expressionWords(schedule, timezone)).join("; ");
}
