/** A calendar day, as a test of days sees it. */
interface Day {
  readonly date: number;
  /** 1 is Sunday. */
  readonly weekday: number;
  /** Days of its month. */
  readonly monthLength: number;
}

/** What a cron expression means: days, by year, month and a test, and times of day. */
export interface CronRule {
  readonly years: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly isDay: (day: Day) => boolean;
  /** Seconds after midnight by the wall clock, in order. */
  readonly times: readonly number[];
  /** Whether day-of-week says a weekday of the month, `#` or `L`: the only days an offset can be counted from. */
  readonly onWeekdayOfMonth: boolean;
  /** Its seven fields as written, `0` for seconds left out. */
  readonly texts: readonly string[];
}

interface Field {
  readonly low: number;
  readonly high: number;
  readonly names?: string;
}

const fields = {
  second: { low: 0, high: 59 },
  minute: { low: 0, high: 59 },
  hour: { low: 0, high: 23 },
  date: { low: 1, high: 31 },
  month: { low: 1, high: 12, names: "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC" },
  weekday: { low: 1, high: 7, names: "SUNMONTUEWEDTHUFRISAT" },
  year: { low: 1970, high: 2199 },
} as const;

function one({ low, high, names = "" }: Field, text: string): number | undefined {
  const place = /^[A-Z]{3}$/.test(text) ? names.indexOf(text) : -1;
  if (place >= 0) return place % 3 === 0 ? low + place / 3 : undefined;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : low - 1;
  return low <= value && value <= high ? value : undefined;
}

/** The values of a list such as `1,5-9,20/10`; undefined for one that is not in the reference. */
function list(field: Field, text: string): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const [, base = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,4}))?$/.exec(item) ?? [];
    const every = Number(step ?? 1);
    const first = base === "*" ? field.low : one(field, base);
    // A step without an end goes on to the field's end: `5/20` in minutes is 5, 25 and 45.
    const open = to === undefined && (base === "*" || step !== undefined);
    const last = open ? field.high : to === undefined ? first : base === "*" ? undefined : one(field, to);
    if (first === undefined || last === undefined || first > last || every < 1 || every > field.high) return undefined;
    for (let value = first; value <= last; value += every) values.add(value);
  }
  return values;
}

type DayTest = CronRule["isDay"];

function isWeekend(weekday: number): boolean {
  return weekday === 1 || weekday === 7;
}

/** Whether a day is the weekday nearest to a date of its month: the date itself, else a Friday or Monday beside it. */
function isNearest(wanted: number, { date, weekday, monthLength }: Day): boolean {
  if (wanted > monthLength || isWeekend(weekday)) return false;
  const wantedWeekday = ((weekday - 1 + wanted - date + 35) % 7) + 1;
  if (wantedWeekday === 7) return date === (wanted === 1 ? 3 : wanted - 1);
  if (wantedWeekday === 1) return date === (wanted === monthLength ? wanted - 2 : wanted + 1);
  return date === wanted;
}

function dateTest(text: string): DayTest | undefined {
  if (text === "L") return ({ date, monthLength }) => date === monthLength;
  if (text.endsWith("W")) {
    const wanted = /^\d{1,2}W$/.test(text) ? one(fields.date, text.slice(0, -1)) : undefined;
    return wanted === undefined ? undefined : (day) => isNearest(wanted, day);
  }
  const dates = list(fields.date, text);
  return dates === undefined ? undefined : ({ date }) => dates.has(date);
}

function weekdayTest(text: string): DayTest | undefined {
  // Alone, L is the last day of the week.
  const [, name = "", form = ""] = /^([A-Z]{3}|\d)(L|#[1-5])$/.exec(text === "L" ? "7" : text) ?? [];
  const days = list(fields.weekday, text === "L" ? "7" : form === "" ? text : name);
  if (days === undefined) return undefined;
  if (form === "") return ({ weekday }) => days.has(weekday);
  if (form === "L") return ({ date, weekday, monthLength }) => days.has(weekday) && date + 7 > monthLength;
  return ({ date, weekday }) => days.has(weekday) && Math.ceil(date / 7) === Number(form.slice(1));
}

/**
 * Reads the fields of a `cron(…)`; undefined for one that AWS's reference does not describe. Six fields, or seven with
 * seconds in front; weekdays count from 1, Sunday; a step of years counts from 1970; exactly one of day-of-month and
 * day-of-week is `?`.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
 */
export function readCron(body: string): CronRule | undefined {
  const given = body.trim().split(/\s+/);
  const texts = given.length === 6 ? ["0", ...given] : given;
  const [second = "", minute = "", hour = "", date = "", month = "", weekday = "", year = ""] = texts;
  if (texts.length !== 7 || (date === "?") === (weekday === "?")) return undefined;
  const isDay = date === "?" ? weekdayTest(weekday) : dateTest(date);
  const clock = [list(fields.hour, hour), list(fields.minute, minute), list(fields.second, second)];
  const [years, months] = [list(fields.year, year), list(fields.month, month)];
  if (isDay === undefined || years === undefined || months === undefined) return undefined;
  let times: readonly number[] = [0];
  for (const values of clock) {
    if (values === undefined) return undefined;
    const sorted = [...values].sort((a, b) => a - b);
    times = times.flatMap((time) => sorted.map((value) => time * 60 + value));
  }
  return { years, months, isDay, times, onWeekdayOfMonth: /[#L]/.test(weekday), texts };
}
