import { nearest } from "../nearest.ts";
import { day, minute } from "../time.ts";
import { timeZoneNames } from "./timeZoneNames.ts";

/** How a wall-clock time stands in its zone: it exists once, not at all, or twice. */
export type LocalTimeKind = "exact" | "gap" | "overlap";

/** The instant a wall-clock time means. */
export interface LocalInstant {
  readonly at: Date;
  readonly kind: LocalTimeKind;
}

/** A stretch of wall-clock time that a zone skips when its clocks go forward. */
export interface ClockGap {
  /** First wall-clock time that does not exist, as if it were UTC. */
  readonly from: Date;
  /** First wall-clock time that exists again, as if it were UTC. */
  readonly to: Date;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** One formatter per zone: making one costs a hundred times as much as using it. */
function formatterOf(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known !== undefined) {
    return known;
  }
  const made = new Intl.DateTimeFormat("en-US-u-ca-iso8601-nu-latn", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(timezone, made);
  return made;
}

/**
 * Whether AWS's `ScheduleTimezone` takes the name: one of the IANA database's in its own letters, such as
 * `Europe/Berlin`, `Etc/UTC` or `UTC`. JavaScript takes more, which AWS refuses: fixed offsets (`+02:00`), ICU's own
 * names (`BST`, which is +06:00 there, `SystemV/PST8`) and any case of letters.
 */
export function isTimeZone(name: string): boolean {
  if (!timeZoneNames.has(name)) {
    return false;
  }
  try {
    formatterOf(name);
    return true;
  } catch (cause) {
    // A zone that is newer than this JavaScript's data: no date could be shown in it.
    if (cause instanceof RangeError) {
      return false;
    }
    throw cause;
  }
}

/** The name of the database that a wrong one most likely means; no abbreviation is near another one. */
export function nearestTimeZone(name: string): string | undefined {
  return name.length < 5 ? undefined : nearest(name, [...timeZoneNames]);
}

function formattedClock(at: Date, timezone: string): Date {
  const parts: Record<string, number> = {};
  for (const part of formatterOf(timezone).formatToParts(at)) {
    parts[part.type] = Number(part.value);
  }
  const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = parts;
  return new Date(Date.UTC(year, month - 1, date, hour, minutes, second));
}

function offsetAt(at: number, timezone: string): number {
  return formattedClock(new Date(at), timezone).getTime() - Math.floor(at / 1000) * 1000;
}

const midnights = new Map<string, number>();

/** A zone's offset at a midnight in UTC, remembered: the runs of all windows ask for the same few hundred days. */
function offsetAtMidnight(dayIndex: number, timezone: string): number {
  const key = `${timezone} ${String(dayIndex)}`;
  const offset = midnights.get(key) ?? offsetAt(dayIndex * day, timezone);
  midnights.set(key, offset);
  return offset;
}

/** The wall clock of a zone at an instant, as if it were UTC; whole seconds. Throws a RangeError for an unknown zone. */
export function wallClock(at: Date, timezone: string): Date {
  const second = Math.floor(at.getTime() / 1000) * 1000;
  if (timezone === "UTC") {
    return new Date(second);
  }
  // Formatting is slow; on a day on which the zone keeps its clocks, its midnights know the offset.
  const today = Math.floor(second / day);
  const before = offsetAtMidnight(today, timezone);
  return before === offsetAtMidnight(today + 1, timezone) ? new Date(second + before) : formattedClock(at, timezone);
}

/**
 * The instant of a wall-clock time (given as if it were UTC). Works as ECMAScript's Temporal does with its
 * `compatible` disambiguation: a time that a zone skips is moved forward by the length of the gap, and of a time
 * that comes twice the first is taken. AWS does not document what Systems Manager does then: INFERRED.
 */
export function instantOf(local: Date, timezone: string): LocalInstant {
  const wanted = local.getTime();
  if (timezone === "UTC") {
    return { at: new Date(wanted), kind: "exact" };
  }
  // A day's distance is more than any offset, and no zone changes its clocks twice within these few days.
  const before = offsetAtMidnight(Math.floor(wanted / day) - 1, timezone);
  const after = offsetAtMidnight(Math.floor(wanted / day) + 2, timezone);
  if (before === after) {
    return { at: new Date(wanted - before), kind: "exact" };
  }
  const matches = [wanted - before, wanted - after].filter((at) => at + offsetAt(at, timezone) === wanted);
  if (matches.length === 0) {
    return { at: new Date(wanted - before), kind: "gap" };
  }
  return { at: new Date(Math.min(...matches)), kind: matches.length === 1 ? "exact" : "overlap" };
}

/** An instant in a zone as ISO 8601 with its offset, e.g. `2026-12-13T23:30:00-05:00`; `Z` in UTC. */
export function localIso(at: Date, timezone: string): string {
  const local = wallClock(at, timezone);
  const clock = local.toISOString().slice(0, 19);
  const offset = Math.round((local.getTime() - at.getTime()) / minute);
  if (offset === 0) {
    return `${clock}Z`;
  }
  const size = Math.abs(offset);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${clock}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * Every stretch of wall-clock time that a zone skips in `years` years from the start of `fromYear`. Offsets are
 * compared once a week: no zone changes its clocks twice within one.
 */
export function clockGaps(timezone: string, fromYear: number, years: number): readonly ClockGap[] {
  const end = Date.UTC(fromYear + years, 0, 1);
  const gaps: ClockGap[] = [];
  let low = Date.UTC(fromYear, 0, 1);
  let offset = offsetAtMidnight(low / day, timezone);
  while (low < end) {
    const high = low + 7 * day;
    const next = offsetAtMidnight(high / day, timezone);
    if (next > offset) {
      const change = changeBetween(low, high, offset, timezone);
      gaps.push({ from: new Date(change + offset), to: new Date(change + next) });
    }
    low = high;
    offset = next;
  }
  return gaps;
}

function changeBetween(low: number, high: number, offset: number, timezone: string): number {
  let [from, to] = [low, high];
  while (to - from > minute) {
    const middle = from + Math.floor((to - from) / 2 / minute) * minute;
    if (offsetAt(middle, timezone) === offset) {
      from = middle;
    } else {
      to = middle;
    }
  }
  return to;
}
