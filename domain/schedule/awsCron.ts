import { fromFive, markedDays } from "./awsCronCorrections.ts";
import { cronFields, readField, type CronFieldName, type CronFields, type FieldValue } from "./awsCronFields.ts";
import { wholeCronFaults } from "./awsCronRules.ts";
import { dateTimeOf } from "./calendarDates.ts";
import type { PlacelessFault } from "../fault.ts";
import type { ScheduleUse } from "./scheduleUse.ts";
import { counted } from "../text.ts";

export { nowhereNear, onDate, patchTuesday } from "./friendlySchedules.ts";
export type { ScheduleUse } from "./scheduleUse.ts";
export { isTimeZone } from "./timeZones.ts";

/** A schedule expression, read. */
export type Schedule =
  | { readonly kind: "cron"; readonly fields: CronFields; readonly text: string }
  | { readonly kind: "rate"; readonly minutes: number }
  | { readonly kind: "at"; readonly at: Date };

const longestExpression = 256;
const fieldOrder: readonly CronFieldName[] = [
  "seconds",
  "minutes",
  "hours",
  "dayOfMonth",
  "month",
  "dayOfWeek",
  "year",
];
const cronShape = "minutes hours day-of-month month day-of-week year, with optional seconds in front";
const forms = "cron(…), rate(…) or at(…)";
const minutesPerUnit = { minute: 1, hour: 60, day: 1440 } as const;

type Read = { readonly schedule: Schedule } | { readonly faults: readonly PlacelessFault[] };

/**
 * Reads a schedule expression as Systems Manager does, with every fault found in it.
 *
 * - `cron(…)`: six fields, or seven with seconds in front; exactly one of day-of-month and day-of-week is `?`;
 *   weekdays are 1–7 from Sunday; never more often than every five minutes.
 * - `rate(n unit)`: minutes, hours or days, singular for 1 only.
 * - `at(yyyy-mm-ddThh:mm:ss)`, in UTC.
 *
 * Associations may not name a month, take only seconds 0, and know only the intervals of AWS's list. AWS's page says
 * that their cron has five fields, while every example on it has six with `*` as month: this takes the examples.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
 */
export function readSchedule(expression: string, use: ScheduleUse): Read {
  const [, kind = "", body = ""] = /^(cron|rate|at)\((.*)\)$/s.exec(expression) ?? [];
  if (kind === "" || expression.length > longestExpression) {
    return { faults: [unknownForm(expression)] };
  }
  switch (kind) {
    case "cron":
      return readCron(body, expression, use);
    case "rate":
      return readRate(body, expression, use);
    default:
      return readAt(body, expression);
  }
}

/**
 * Every fault of a schedule expression and its offset; none when AWS takes them.
 * @param offsetDays - ScheduleOffset: 1–6 days, with a `cron(…)` on a weekday of the month only; left out for none.
 */
export function checkSchedule(expression: string, use: ScheduleUse, offsetDays?: number): readonly PlacelessFault[] {
  const read = readSchedule(expression, use);
  const faults = "faults" in read ? [...read.faults] : [];
  if (offsetDays === undefined) {
    return faults;
  }
  if (!Number.isInteger(offsetDays) || offsetDays < 1 || offsetDays > 6) {
    faults.push({
      message: "a schedule offset is a whole number of days",
      value: offsetDays,
      allowed: "1-6",
      fix: offsetDays === 0 ? "leave it out for no offset" : "choose another weekday in the cron expression",
    });
  }
  if (/^(rate|at)\(/.test(expression)) {
    faults.push({
      message: "a schedule offset works with cron(…) only",
      value: expression,
      fix: "leave the offset out, or write the schedule as cron(…)",
    });
  } else if ("schedule" in read && read.schedule.kind === "cron" && !namesWeekdayOfMonth(read.schedule.text)) {
    // INFERRED: AWS's refusal ("An offset can't be added to the specified schedule.") is recorded by the rule
    // pf-ssm-maintenance-window-schedule of https://github.com/badmintoncryer/cdk-preflight; its pages do not say so.
    faults.push({
      message: "a schedule offset counts from a weekday of the month only",
      value: expression,
      allowed: "a day-of-week with # or L, such as TUE#2 or 3L",
      fix: "leave the offset out and name the day itself",
    });
  }
  return faults;
}

/** Whether the sixth of a cron's seven fields, day-of-week, has # or L; L in day-of-month and JUL do not count. */
function namesWeekdayOfMonth(text: string): boolean {
  return /[#L]/.test(text.split(" ")[5] ?? "");
}

function unknownForm(expression: string): PlacelessFault {
  if (expression.length > longestExpression) {
    return { message: "the schedule is too long", value: expression, allowed: "1-256 characters" };
  }
  const wrapped = `cron(${expression.trim()})`;
  const fields = expression.trim().split(/\s+/).length;
  const fix = fields >= 5 && fields <= 7 ? corrected(wrapped, "maintenanceWindow") : undefined;
  return {
    message: "the schedule has none of the forms that AWS takes",
    value: expression,
    allowed: forms,
    ...(fix === undefined ? {} : { fix: `write ${fix}` }),
  };
}

function readCron(body: string, expression: string, use: ScheduleUse): Read {
  const texts = body.trim().split(/\s+/);
  if (texts.length !== 6 && texts.length !== 7) {
    return { faults: [{ ...wrongFieldCount(texts.length, expression, use), value: expression }] };
  }
  const withSeconds = texts.length === 7 ? texts : ["0", ...texts];
  const faults: PlacelessFault[] = [];
  const fields: Partial<Record<CronFieldName, FieldValue>> = {};
  for (const [index, name] of fieldOrder.entries()) {
    const read = readField(name, withSeconds[index] ?? "");
    if ("value" in read) {
      fields[name] = read.value;
    } else {
      const { fault, fix } = read;
      faults.push({
        message: fault,
        value: expression,
        allowed: cronFields[name].allowed,
        ...(fix === undefined ? {} : { fix }),
      });
    }
  }
  if (!allRead(fields)) {
    const better = texts.length === 6 ? corrected(`cron(${body} *)`, use) : undefined;
    const hint =
      better === undefined ? [] : [{ message: "the year is missing after leading seconds", fix: `write ${better}` }];
    return { faults: [...faults, ...hint] };
  }
  faults.push(...wholeCronFaults(fields, expression, use));
  return faults.length > 0 ? { faults } : { schedule: { kind: "cron", fields, text: withSeconds.join(" ") } };
}

function allRead(fields: Partial<Record<CronFieldName, FieldValue>>): fields is Record<CronFieldName, FieldValue> {
  return fieldOrder.every((name) => fields[name] !== undefined);
}

function wrongFieldCount(count: number, expression: string, use: ScheduleUse): PlacelessFault {
  const fix = count === 5 ? corrected(expression, use) : undefined;
  return {
    message: `cron(…) has ${counted(count, "field")}`,
    allowed: `six or seven: ${cronShape}`,
    ...(fix === undefined ? {} : { fix: `write ${fix}` }),
  };
}

/** The expression that was probably meant, if the correction is one that AWS takes. */
function corrected(expression: string, use: ScheduleUse): string | undefined {
  const texts = expression.slice("cron(".length, -1).trim().split(/\s+/);
  const better = texts.length === 5 ? fromFive(texts) : texts.length === 6 ? markedDays(texts) : texts;
  const candidate = `cron(${better.join(" ")})`;
  return "schedule" in readSchedule(candidate, use) ? candidate : undefined;
}

function readRate(body: string, expression: string, use: ScheduleUse): Read {
  const [, digits = "", word = ""] = /^(\d{1,9}) +([a-z]+)$/.exec(body) ?? [];
  const value = Number(digits);
  const unit = word.replace(/s$/, "");
  if (unit === "week" && value > 0) {
    const fix = `write rate(${String(value * 7)} days)`;
    return { faults: [{ message: "rate(…) knows no weeks", value: expression, allowed: "minutes, hours, days", fix }] };
  }
  if (!(unit === "minute" || unit === "hour" || unit === "day") || value < 1) {
    const allowed = "rate(n minutes), rate(n hours), rate(n days) with a positive whole n";
    return { faults: [{ message: "rate(…) is not a number and a unit", value: expression, allowed }] };
  }
  const right = value === 1 ? unit : `${unit}s`;
  if (word !== right) {
    const message = value === 1 ? "rate(…) of 1 takes the singular" : "rate(…) above 1 takes the plural";
    return { faults: [{ message, value: expression, fix: `write rate(${digits} ${right})` }] };
  }
  const minutes = value * minutesPerUnit[unit];
  if (use === "association" && (minutes < 30 || minutes >= 31 * minutesPerUnit.day)) {
    const allowed = "30 minutes or more, and less than 31 days";
    return { faults: [{ message: "State Manager does not take this rate", value: expression, allowed }] };
  }
  return { schedule: { kind: "rate", minutes } };
}

function readAt(body: string, expression: string): Read {
  const at = dateTimeOf(body);
  if (at !== undefined) {
    return { schedule: { kind: "at", at } };
  }
  const [, date = "", time = "", seconds] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?Z?$/.exec(body) ?? [];
  const better = `${date}T${time}${seconds ?? ":00"}`;
  return {
    faults: [
      {
        message: "at(…) is not a date and time",
        value: expression,
        allowed: "at(yyyy-mm-ddThh:mm:ss), in UTC",
        ...(dateTimeOf(better) === undefined ? {} : { fix: `write at(${better})` }),
      },
    ],
  };
}
