import { unitInterval } from "./chance.ts";

/** When the releases of a package come out. */
export interface ReleaseCalendar {
  /** When a release comes out. */
  at(index: number): Date;
  /** Number of the newest release at an instant; at least 0, because something is always there. */
  newest(now: Date): number;
}

const dayLength = 86_400_000;
/** The repositories' first day. */
const epoch = Date.UTC(2024, 0, 1);
const calendarSeed = 7;
const releaseHour = 17;
const tuesday = 2;

/** Every release falls at a drawn moment of its own stretch of `days`, so the order never breaks. */
function steady(days: number, key: string): ReleaseCalendar {
  const at = (index: number): number =>
    epoch + (index + unitInterval(calendarSeed, "release", `${key}/${String(index)}`)) * days * dayLength;
  return {
    at: (index) => new Date(index === 0 ? epoch : at(index)),
    newest: (now) => {
      const stretch = Math.floor((now.getTime() - epoch) / (days * dayLength));
      return Math.max(0, at(stretch) <= now.getTime() ? stretch : stretch - 1);
    },
  };
}

function nthTuesday(month: number, nth: number): number {
  const first = new Date(Date.UTC(2024, month, 1));
  const date = 1 + ((tuesday - first.getUTCDay() + 7) % 7) + (nth - 1) * 7;
  return Date.UTC(2024, month, date, releaseHour);
}

/** One release a month, on the nth Tuesday at 17:00 UTC; Patch Tuesday is the second. */
function monthly(nth: number): ReleaseCalendar {
  return {
    at: (index) => new Date(nthTuesday(index, nth)),
    newest: (now) => {
      const month = (now.getUTCFullYear() - 2024) * 12 + now.getUTCMonth();
      return Math.max(0, nthTuesday(month, nth) <= now.getTime() ? month : month - 1);
    },
  };
}

/** A calendar of releases from 2024 on: every so many days on average, or monthly on a Tuesday. */
export function releaseCalendar(cadence: number | "patchTuesday" | "fourthTuesday", key: string): ReleaseCalendar {
  if (typeof cadence === "number") return steady(cadence, key);
  return monthly(cadence === "patchTuesday" ? 2 : 4);
}
