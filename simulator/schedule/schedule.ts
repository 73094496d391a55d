import { readCron } from "./cron.ts";
import type { CronRule } from "./cron.ts";
import { instantAt, wallAt } from "./zones.ts";

/** A schedule expression of Systems Manager, read. */
export type Schedule =
  | { readonly kind: "cron"; readonly rule: CronRule }
  | { readonly kind: "rate"; readonly minutes: number }
  | { readonly kind: "at"; readonly at: Date };

const minute = 60_000;
const day = 86_400_000;
const lastYear = 2199;
/** A leap year that begins on the first weekday; its months are as long as they get. */
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function readRate(body: string): Schedule | string {
  const [, digits = "", unit = "", plural = ""] = /^(\d{1,9}) +(minute|hour|day)(s?)$/.exec(body) ?? [];
  const value = Number(digits);
  if (value === 0 || (plural === "") !== (value === 1)) return "a rate is a number and minutes, hours or days";
  return { kind: "rate", minutes: value * (unit === "day" ? 1440 : unit === "hour" ? 60 : 1) };
}

function readAt(body: string): Schedule | string {
  const at = new Date(`${body}Z`);
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) && !Number.isNaN(at.getTime());
  // A date that no calendar has would come back as another one.
  return isDate && at.toISOString().startsWith(body) ? { kind: "at", at } : "a date is yyyy-mm-ddThh:mm:ss";
}

function neverComes({ months, isDay, texts }: CronRule): boolean {
  if (texts[3] === "?" || texts[3] === "L") return false;
  // Day-of-month takes no weekday into account but for W, which some weekday satisfies.
  return ![...months].some((month) => {
    const monthLength = longestMonths[month - 1] ?? 0;
    return Array.from({ length: monthLength * 7 }, (_, index) => index).some((index) =>
      isDay({ date: Math.floor(index / 7) + 1, weekday: (index % 7) + 1, monthLength }),
    );
  });
}

function shortestStep(times: readonly number[]): number {
  return Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
}

/** Reads an expression; in words, why it is none of the reference's. */
export function readSchedule(expression: string): Schedule | string {
  const [, form = "", body = ""] = /^(cron|rate|at)\((.*)\)$/s.exec(expression) ?? [];
  if (form === "rate") return readRate(body);
  if (form === "at") return readAt(body);
  const rule = form === "cron" ? readCron(body) : undefined;
  if (rule === undefined) return "it is no cron, rate or at expression of the reference";
  if (shortestStep(rule.times) < 5 * 60) return "it comes more often than every 5 minutes";
  return neverComes(rule) ? "no month has such a day" : { kind: "cron", rule };
}

const halfHour = 30;

function isRegular(times: readonly number[]): boolean {
  const [first = 0, second = 86_400] = times;
  const step = second - first;
  if (times.length === 1) return true;
  if (times.length === 48 && times.every((time, index) => Math.floor(time / 3600) === Math.floor(index / 2)))
    return true;
  const everyHours = [1, 2, 4, 8, 12].some((hours) => step === hours * 3600 && times.length === 24 / hours);
  return everyHours && first < 3600 && times.every((time, index) => time === first + index * step);
}

/**
 * Reads an expression as State Manager does, which takes fewer: a month, a year, a second or a day of the month cannot be
 * named; every 30 minutes, every 1, 2, 4, 8 or 12 hours, or once on every day, on a weekday, or on one of the month.
 */
export function readAssociationSchedule(expression: string): Schedule | string {
  const read = readSchedule(expression);
  if (typeof read === "string" || read.kind === "at") return read;
  if (read.kind === "rate")
    return read.minutes < halfHour || read.minutes >= 31 * 1440 ? "a rate is from 30 minutes to 31 days" : read;
  const { times, texts, isDay } = read.rule;
  const [, , , date = "", month = "", weekday = "", year = ""] = texts;
  const seconds = times.some((time) => time % 60 !== 0);
  if (seconds || month !== "*" || year !== "*" || !/^[*?]$/.test(date))
    return "an association's cron names no second, day of the month, month or year";
  const weekdays = [1, 2, 3, 4, 5, 6, 7].filter((day) => isDay({ date: 1, weekday: day, monthLength: 31 }));
  const oneWeekday = /^[*?]$|[#L]/.test(weekday) || weekdays.length === 1;
  return oneWeekday && isRegular(times) && shortestStep(times) >= halfHour * 60
    ? read
    : "State Manager does not know this interval";
}

/**
 * The starts of a cron rule from an instant on, that instant included, in order: on each day of the calendar that fits,
 * moved by the offset's days, at each time of the zone's wall clock.
 */
export function* cronRuns(rule: CronRule, zone: string, offsetDays: number, from: Date): Generator<Date, undefined> {
  let seen = from.getTime() - 1;
  // Clocks that were put back or forward may bring a day's times out of order, never those of the day after the next.
  const first = Math.floor(wallAt(zone, from.getTime()) / day) - offsetDays - 1;
  for (let number = first; ; number += 1) {
    const date = new Date(number * day);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
    if (year > lastYear) return undefined;
    if (!rule.years.has(year) || !rule.months.has(month)) continue;
    const monthLength = new Date(Date.UTC(year, month, 0)).getUTCDate();
    if (!rule.isDay({ date: date.getUTCDate(), weekday: date.getUTCDay() + 1, monthLength })) continue;
    const midnight = (number + offsetDays) * day;
    const instants = rule.times.map((time) => instantAt(zone, midnight + time * 1000)).sort((a, b) => a - b);
    for (const at of instants) {
      if (at <= seen) continue;
      seen = at;
      yield new Date(at);
    }
  }
}

/** The first start of a `rate(…)` counted from a base, after an instant. */
export function rateRun(minutes: number, base: Date, after: Date): Date {
  const period = minutes * minute;
  const passed = Math.floor((after.getTime() - base.getTime()) / period);
  return new Date(base.getTime() + Math.max(1, passed + 1) * period);
}
