import { readSchedule } from "../../domain/schedule/awsCron.ts";
import { cronFields, type CronFields, type FieldValue } from "../../domain/schedule/awsCronFields.ts";
import type { Window, WindowSchedule } from "../../domain/window.ts";
import { counted } from "../../domain/text.ts";
import { joined, listed, said, words, type Words } from "../document.ts";

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const ordinals = ["first", "second", "third", "fourth", "fifth"];

function weekday(number: number): string {
  return weekdays[number - 1] ?? String(number);
}

function single(value: FieldValue): number | undefined {
  return value.kind === "values" && !value.all && value.values.length === 1 ? value.values[0] : undefined;
}

function dayWords({ dayOfMonth, dayOfWeek }: CronFields): Words {
  switch (dayOfWeek.kind) {
    case "nthWeekday":
      return [`the ${ordinals[dayOfWeek.nth - 1] ?? ""} ${weekday(dayOfWeek.weekday)} of the month`];
    case "lastWeekday":
      return [`the last ${weekday(dayOfWeek.weekday)} of the month`];
    case "values":
      if (!dayOfWeek.all) return listed(dayOfWeek.values.map((day) => said(`${weekday(day)}s`)));
      break;
    case "none":
    case "lastDay":
    case "nearestWeekday":
      break;
  }
  switch (dayOfMonth.kind) {
    case "lastDay":
      return said("the last day of the month");
    case "nearestWeekday":
      return [`the weekday nearest to day ${String(dayOfMonth.day)} of the month`];
    case "values":
      return dayOfMonth.all ? said("every day") : words`day ${listed(dayOfMonth.values)} of the month`;
    case "none":
    case "lastWeekday":
    case "nthWeekday":
      return said("every day");
  }
}

/** Undefined for times that words would not make clearer, such as every few minutes. */
function cronWords(fields: CronFields, offsetDays: number | undefined): Words | undefined {
  const [minutes, hours] = [single(fields.minutes), single(fields.hours)];
  if (minutes === undefined || hours === undefined) return undefined;
  const two = (value: number): string => String(value).padStart(2, "0");
  const { dayOfWeek, month, year } = fields;
  const patchTuesday = dayOfWeek.kind === "nthWeekday" && dayOfWeek.weekday === 3 && dayOfWeek.nth === 2;
  const day = patchTuesday ? said("Patch Tuesday, the second Tuesday of the month") : dayWords(fields);
  const after = offsetDays === undefined ? [] : [`${counted(offsetDays, "day")} after `];
  const months =
    month.kind === "values" && !month.all
      ? words`, only in ${listed(month.values.map((value) => said(cronFields.month.names[value - 1] ?? "")))}`
      : [];
  const years = year.kind === "values" && !year.all ? words`, only in ${listed(year.values)}` : [];
  return [...after, ...day, `, at ${two(hours)}:${two(minutes)}`, ...months, ...years];
}

function expressionWords({ expression, offsetDays }: WindowSchedule, timezone: string): Words {
  const read = readSchedule(expression, "maintenanceWindow");
  const offset = offsetDays === undefined ? "" : ` + ${counted(offsetDays, "day")}`;
  const schedule = "schedule" in read ? read.schedule : undefined;
  switch (schedule?.kind) {
    case "cron": {
      const when = cronWords(schedule.fields, offsetDays);
      return words`${when === undefined ? [] : words`${when} `}${timezone} time (${expression}${said(offset)})`;
    }
    case "rate":
      return words`again and again, counted from the window's creation (${expression})`;
    case "at":
      return words`once (${expression} UTC)`;
    case undefined:
      return words`${expression}`;
  }
}

/** When a window opens, in words, with what AWS is given. */
export function scheduleWords({ onDemand, schedules, timezone }: Window): Words {
  if (onDemand) return said("opened by an operator, never by the clock");
  const dates = schedules.flatMap(({ suffix }) => (suffix === "" ? [] : [suffix]));
  const [first = "", last = ""] = [dates[0], dates.at(-1)];
  if (dates.length > 1) return words`${dates.length} dates from ${first} to ${last}, ${timezone} time`;
  if (dates.length === 1) return words`one date, ${first}, ${timezone} time`;
  return joined(
    schedules.map((schedule) => expressionWords(schedule, timezone)),
    "; ",
  );
}
