import { unitInterval } from "./chance.ts";

/** When the releases of a package come out; they are numbered from 0, oldest first, and never end. */
export interface ReleaseCalendar {
  /** When a release comes out. */
  at(index: number): Date;
  /** Number of the newest release on offer at an instant; at least 0, because something is always there. */
  newest(now: Date): number;
}

const dayLength = 86_400_000;
/** The repositories' first day. */
const epoch = Date.UTC(2024, 0, 1);
const epochYear = 2024;
const calendarSeed = 7;
const releaseHour = 17;
const tuesday = 2;

/** Every release falls at a drawn moment of its own stretch of `days`, so the order never breaks. */
export function steadyCalendar(days: number, key: string): ReleaseCalendar {
  // Thousands of machines ask for the same few moments: whole milliseconds, as dates are.
  const known: number[] = [];
  const at = (index: number): number =>
    (known[index] ??= Math.floor(
      epoch + (index + unitInterval(calendarSeed, "release", `${key}/${String(index)}`)) * days * dayLength,
    ));
  return {
    at: (index) => new Date(index === 0 ? epoch : at(index)),
    newest: (now) => {
      const stretch = Math.floor((now.getTime() - epoch) / (days * dayLength));
      return Math.max(0, at(stretch) <= now.getTime() ? stretch : stretch - 1);
    },
  };
}

/** One release on the first day, and never another. */
export const onceCalendar: ReleaseCalendar = { at: () => new Date(epoch), newest: () => 0 };

/** A calendar that stops on a day: what comes out later is never on offer. */
export function untilCalendar(calendar: ReleaseCalendar, end: Date): ReleaseCalendar {
  const last = calendar.newest(end);
  return { at: (index) => calendar.at(index), newest: (now) => Math.min(last, calendar.newest(now)) };
}

/** The nth Tuesday of a month counted from January 2024, 17:00 UTC; Patch Tuesday is the second. */
export function nthTuesday(month: number, nth: number): Date {
  const first = new Date(Date.UTC(epochYear, month, 1));
  const date = 1 + ((tuesday - first.getUTCDay() + 7) % 7) + (nth - 1) * 7;
  return new Date(Date.UTC(epochYear, month, date, releaseHour));
}

/** Releases month by month: a month, counted from January 2024, has none or some, in order. */
export function monthlyCalendar(releasesIn: (month: number) => readonly Date[]): ReleaseCalendar {
  const known: Date[] = [];
  let months = 0;
  const extend = (): void => {
    known.push(...releasesIn(months));
    months += 1;
  };
  const monthOf = (now: Date): number => (now.getUTCFullYear() - epochYear) * 12 + now.getUTCMonth();
  return {
    at: (index) => {
      while (known.length <= index) extend();
      return known[index] ?? new Date(epoch);
    },
    newest: (now) => {
      while (months <= monthOf(now)) extend();
      let index = known.length - 1;
      while (index > 0 && (known[index]?.getTime() ?? 0) > now.getTime()) index -= 1;
      return Math.max(0, index);
    },
  };
}

/**
 * An optional release: number 0 stands for none, which is what every machine begins with, and each of the others is on
 * offer only until a day, when something else replaces it.
 */
export function optionalCalendar(calendar: ReleaseCalendar, replacedAt: (release: Date) => Date): ReleaseCalendar {
  const at = (index: number): Date => (index === 0 ? new Date(epoch) : calendar.at(index - 1));
  return {
    at,
    newest: (now) => {
      const index = calendar.newest(now) + 1;
      const release = at(index);
      return release.getTime() <= now.getTime() && now.getTime() < replacedAt(release).getTime() ? index : 0;
    },
  };
}
