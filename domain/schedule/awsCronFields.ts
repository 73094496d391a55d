/** One field of an AWS cron expression. */
export type CronFieldName = "seconds" | "minutes" | "hours" | "dayOfMonth" | "month" | "dayOfWeek" | "year";

/** What AWS's reference allows in a field ("Supported values for cron expressions"). */
export interface CronField {
  /** AWS's words for it, for messages. */
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for `min`, `min + 1`, … */
  readonly names: readonly string[];
  /** What may be written, for messages. */
  readonly allowed: string;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The fields by name, in the order they are written. */
export const cronFields: Readonly<Record<CronFieldName, CronField>> = {
  seconds: { title: "seconds", min: 0, max: 59, names: [], allowed: "0-59" },
  minutes: { title: "minutes", min: 0, max: 59, names: [], allowed: "0-59 with , - * /" },
  hours: { title: "hours", min: 0, max: 23, names: [], allowed: "0-23 with , - * /" },
  dayOfMonth: { title: "day-of-month", min: 1, max: 31, names: [], allowed: "1-31 with , - * ? / L W" },
  month: { title: "month", min: 1, max: 12, names: months, allowed: "1-12 or JAN-DEC with , - * /" },
  dayOfWeek: {
    title: "day-of-week",
    min: 1,
    max: 7,
    names: weekdays,
    allowed: "1-7 or SUN-SAT (1 is Sunday) with , - * ? / L #",
  },
  year: { title: "year", min: 1970, max: 2199, names: [], allowed: "1970-2199 with , - * /" },
};

/** What a field says, read. */
export type FieldValue =
  /** Every value listed, in order; `all` when it says `*`. */
  | { readonly kind: "values"; readonly values: readonly number[]; readonly all: boolean }
  /** `?` */
  | { readonly kind: "none" }
  /** `L` or `15W` in day-of-month. */
  | { readonly kind: "lastDay" }
  | { readonly kind: "nearestWeekday"; readonly day: number }
  /** `6L` and `TUE#2` in day-of-week. */
  | { readonly kind: "lastWeekday"; readonly weekday: number }
  | { readonly kind: "nthWeekday"; readonly weekday: number; readonly nth: number };

/** All fields of one expression, read. */
export type CronFields = Readonly<Record<CronFieldName, FieldValue>>;

/** A field's value, or what is wrong with it. */
export type FieldReading = { readonly value: FieldValue } | { readonly fault: string; readonly fix?: string };

function numberOf(field: CronField, text: string): number | undefined {
  const named = field.names.indexOf(text);
  if (named >= 0) {
    return field.min + named;
  }
  if (!/^\d{1,4}$/.test(text)) {
    return undefined;
  }
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : undefined;
}

function refused(field: CronField, text: string, item: string): FieldReading {
  const upper = text.toUpperCase();
  if (upper !== text && numberOf(field, upper) !== undefined) {
    return { fault: `${field.title} holds a name in lower case`, fix: `write ${upper}` };
  }
  if (field.title === "day-of-week" && text === "0") {
    return { fault: "day-of-week has no 0: AWS counts weekdays from 1", fix: "write SUN or 1 for Sunday" };
  }
  return { fault: `${field.title} cannot hold ${JSON.stringify(item)}` };
}

/** A whole day-of-month or day-of-week field that is one of AWS's special forms, or undefined. */
function specialValue(name: CronFieldName, text: string): FieldValue | undefined {
  const field = cronFields[name];
  if (text === "?" && (name === "dayOfMonth" || name === "dayOfWeek")) {
    return { kind: "none" };
  }
  if (name === "dayOfMonth") {
    const day = /^(\d{1,2})W$/.exec(text)?.[1];
    const value = day === undefined ? undefined : numberOf(field, day);
    return text === "L"
      ? { kind: "lastDay" }
      : value === undefined
        ? undefined
        : { kind: "nearestWeekday", day: value };
  }
  if (name === "dayOfWeek") {
    // AWS reads a lone L in day-of-week as the last day of the week, which is Saturday.
    if (text === "L") {
      return { kind: "values", values: [field.max], all: false };
    }
    const [, weekday = "", sign = "", nth = ""] = /^([A-Z]{3}|\d)(L|#)(\d?)$/.exec(text) ?? [];
    const value = numberOf(field, weekday);
    if (value !== undefined && sign === "L" && nth === "") {
      return { kind: "lastWeekday", weekday: value };
    }
    if (value !== undefined && sign === "#" && Number(nth) >= 1 && Number(nth) <= 5) {
      return { kind: "nthWeekday", weekday: value, nth: Number(nth) };
    }
  }
  return undefined;
}

/** One item of a comma list: a value, a range, `*`, or either with a step. */
function listItem(field: CronField, item: string): { readonly values: readonly number[] } | FieldReading {
  const [base = "", step, ...rest] = item.split("/");
  const every = step === undefined ? 1 : /^\d{1,4}$/.test(step) ? Number(step) : 0;
  if (rest.length > 0 || every < 1 || every > field.max) {
    return { fault: `${field.title} has a step that is no positive number in ${JSON.stringify(item)}` };
  }
  const [low = "", high, ...more] = base.split("-");
  const from = base === "*" ? field.min : numberOf(field, low);
  // AWS reads `0/15` as "from 0 on, every fifteenth".
  const openEnded = base === "*" || (high === undefined && step !== undefined);
  const to = openEnded ? field.max : high === undefined ? from : numberOf(field, high);
  if (from === undefined) {
    return refused(field, low, item);
  }
  if (to === undefined || more.length > 0) {
    return refused(field, high ?? low, item);
  }
  if (to < from) {
    return {
      fault: `${field.title} has a range that runs backwards, ${JSON.stringify(base)}`,
      fix: "write the values as a list, or as two ranges with a comma",
    };
  }
  const values: number[] = [];
  for (let value = from; value <= to; value += every) {
    values.push(value);
  }
  return { values };
}

/**
 * Reads one field. Refuses what AWS's reference does not list, even where a cron library takes it: ranges that run
 * over the end (`SAT-SUN`), `LW`, `L-3`, and L, W or # inside a list.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
 */
export function readField(name: CronFieldName, text: string): FieldReading {
  const field = cronFields[name];
  const special = specialValue(name, text);
  if (special !== undefined) {
    return { value: special };
  }
  const items = text.split(",");
  const daysField = name === "dayOfMonth" || name === "dayOfWeek";
  if (daysField && items.length > 1 && items.some((item) => /^(\d{1,2}|[A-Z]{3})?[LW]$|#/.test(item))) {
    return {
      fault: `${field.title} has L, W or # inside a list, which AWS does not document`,
      fix: "make one window for each of them",
    };
  }
  const values = new Set<number>();
  for (const item of items) {
    const read = listItem(field, item);
    if (!("values" in read)) {
      return read;
    }
    for (const value of read.values) {
      values.add(value);
    }
  }
  return { value: { kind: "values", values: [...values].sort((a, b) => a - b), all: text === "*" } };
}

/** AWS's name of a weekday, 1 (SUN) to 7 (SAT). */
export function weekdayName(weekday: number): string {
  return weekdays[weekday - 1] ?? String(weekday);
}
