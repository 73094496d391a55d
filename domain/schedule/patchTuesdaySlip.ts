import { dateText } from "../time.ts";
import { readSchedule } from "./awsCron.ts";
import type { CronFields, FieldValue } from "./awsCronFields.ts";
import { nearestPatchTuesday, type PatchTuesdayDistance } from "./patchTuesday.ts";
import type { WindowSchedule } from "../window.ts";

const day = 86_400_000;
const week = 7;
/** After these many years a calendar repeats itself, so a longer look would find nothing new. */
const calendarCycleYears = 28;
const datesShown = 3;

const weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** A schedule on a weekday of the month that comes at another time after Patch Tuesday than it seems to. */
export type PatchTuesdaySlip =
  | {
      /** On the third Tuesday, the usual slip for Patch Tuesday, which is the second one. */
      readonly kind: "weekLate";
      /** Dates, `yyyy-mm-dd`, of the next three runs as they are written. */
      readonly hits: readonly string[];
      /** Patch Tuesday plus the schedule's offset, one per run: a week earlier. */
      readonly meant: readonly string[];
      /** Day of the week of both, e.g. `Sunday`. */
      readonly weekday: string;
    }
  | {
      /** Some days after Patch Tuesday in most months, and in others before it, as the second Wednesday is. */
      readonly kind: "before";
      /** The next three dates that lie before their Patch Tuesday. */
      readonly hits: readonly RunDate[];
      /** How many days after Patch Tuesday the others lie. */
      readonly daysAfter: number;
    };

/** A date, `yyyy-mm-dd`, and how it lies to the nearest Patch Tuesday. */
export interface RunDate extends PatchTuesdayDistance {
  readonly date: string;
}

function allows(field: FieldValue, value: number): boolean {
  return field.kind === "values" && field.values.includes(value);
}

/** The nth of a weekday (1 is Sunday) in a month (0 to 11), in milliseconds; undefined where the month has no such day. */
function nthWeekday(year: number, month: number, weekday: number, nth: number): number | undefined {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  const at = Date.UTC(year, month, 1 + ((weekday - 1 - first + week) % week) + (nth - 1) * week);
  return new Date(at).getUTCMonth() === month ? at : undefined;
}

/** The dates of a cron on an nth weekday in the years to come, by the calendar alone. */
function datesOf(fields: CronFields, offsetDays: number, from: Date): readonly RunDate[] {
  const { dayOfWeek, month, year } = fields;
  if (dayOfWeek.kind !== "nthWeekday") return [];
  const first = from.getUTCFullYear();
  return Array.from(
    { length: calendarCycleYears * 12 },
    (_, index) => [first + Math.floor(index / 12), index % 12] as const,
  )
    .filter(([y, m]) => allows(year, y) && allows(month, m + 1))
    .flatMap(([y, m]) => nthWeekday(y, m, dayOfWeek.weekday, dayOfWeek.nth) ?? [])
    .map((at) => at + offsetDays * day)
    .filter((at) => at >= from.getTime())
    .map((at) => {
      const date = dateText(new Date(at));
      return { date, ...nearestPatchTuesday(date) };
    });
}

/**
 * Recognises a schedule on an nth weekday that is a week late (`TUE#3`), or that lies within a week of Patch Tuesday
 * on either side of it: in a month that begins on a Wednesday, `WED#2` comes six days before the patches do. Looks at
 * dates from an instant on; undefined for any other schedule.
 */
export function checkPatchTuesdaySlip(schedule: WindowSchedule, from: Date): PatchTuesdaySlip | undefined {
  const read = readSchedule(schedule.expression, "maintenanceWindow");
  if ("faults" in read || read.schedule.kind !== "cron") return undefined;
  const { dayOfWeek } = read.schedule.fields;
  const offsetDays = schedule.offsetDays ?? 0;
  const dates = datesOf(read.schedule.fields, offsetDays, from);
  if (dayOfWeek.kind === "nthWeekday" && dayOfWeek.weekday === 3 && dayOfWeek.nth === 3) {
    const hits = dates.slice(0, datesShown).map(({ date }) => date);
    // The second Tuesday is a week before the third, whatever the offset.
    const meant = hits.map((date) => dateText(new Date(Date.parse(date) - week * day)));
    return { kind: "weekLate", hits, meant, weekday: weekdayNames[(2 + offsetDays) % week] ?? "" };
  }
  const before = dates.filter(({ days }) => days < 0 && days > -week);
  const after = dates.find(({ days }) => days >= 0 && days < week);
  return before.length === 0 || after === undefined
    ? undefined
    : { kind: "before", hits: before.slice(0, datesShown), daysAfter: after.days };
}
