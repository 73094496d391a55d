import {
  checkOnDate,
  checkPatchTuesday,
  isTimeZone,
  nowhereNear,
  onDate,
  patchTuesday,
  type ScheduleFault,
} from "../domain/awsCron.ts";
import type { Fault } from "../domain/fault.ts";
import type { WindowSchedule } from "../domain/plane.ts";
import type { WindowSettings } from "./windowSchema.ts";

/** A window's schedules, or what is wrong with them. */
export type Compiled = { readonly schedules: readonly WindowSchedule[] } | { readonly faults: readonly Fault[] };

const utc = "UTC";

function faultsAt(path: string, faults: readonly ScheduleFault[]): Compiled {
  return { faults: faults.map((fault) => ({ path, ...fault })) };
}

function noOffset(path: string): Compiled {
  return {
    faults: [
      {
        path,
        message: "only a cron(…) schedule takes an offset",
        fix: 'leave it out; patchTuesday: "+5d" has its own',
      },
    ],
  };
}

function compilePatchTuesday(days: string | number, at: string, timezone: string, path: string): Compiled {
  const offset = Number(String(days).replace(/\D/g, ""));
  const faults = checkPatchTuesday(offset, at);
  return faults.length > 0
    ? faultsAt(`${path}.schedule`, faults)
    : { schedules: [{ suffix: "", ...patchTuesday(offset, at), timezone }] };
}

function compileDates(dates: readonly string[], at: string, timezone: string, path: string): Compiled {
  const faults = dates.flatMap((date, index) => {
    const place = `${path}.schedule.dates[${String(index)}]`;
    const twice = dates.indexOf(date) === index ? [] : [{ message: "the date stands there twice", value: date }];
    return [...twice, ...checkOnDate(date, at, timezone)].map((fault) => ({ path: place, ...fault }));
  });
  if (faults.length > 0) {
    return { faults };
  }
  const sorted = dates.toSorted();
  return { schedules: sorted.map((date) => ({ suffix: date, expression: onDate(date, at, timezone), timezone: utc })) };
}

/**
 * The AWS schedules of a window. Expressions that the file gives as they are pass unchecked: the plane's own checks
 * read them.
 * @param timezone - the window's, or else the stack's
 * @param path - `windows.<name>`
 */
export function compileSchedule(window: WindowSettings, timezone: string, path: string): Compiled {
  const { schedule, offsetDays } = window;
  if (!isTimeZone(timezone)) {
    // The stack's own time zone is one fault, however many windows use it: the references report it.
    return window.timezone === undefined
      ? { faults: [] }
      : faultsAt(`${path}.timezone`, [
          { message: "not an IANA time zone", value: timezone, allowed: "a name such as Europe/Berlin or UTC" },
        ]);
  }
  if (window.onDemand) {
    return schedule === undefined
      ? { schedules: [{ suffix: "", expression: nowhereNear, timezone: utc }] }
      : faultsAt(`${path}.schedule`, [
          { message: "an on-demand window has no schedule", fix: "take out one of the two" },
        ]);
  }
  if (schedule === undefined) {
    const allowed =
      'cron(…), rate(…), at(…), { patchTuesday: "+5d", at: "23:30" } or { dates: ["2026-12-06"], at: "22:00" }';
    return faultsAt(`${path}.schedule`, [{ message: "is missing", allowed, fix: "write one, or onDemand: true" }]);
  }
  if (typeof schedule === "string") {
    const zone = schedule.startsWith("at(") ? utc : timezone;
    const offset = offsetDays === undefined ? {} : { offsetDays };
    return { schedules: [{ suffix: "", expression: schedule, ...offset, timezone: zone }] };
  }
  if (offsetDays !== undefined) {
    return noOffset(`${path}.offsetDays`);
  }
  return "dates" in schedule
    ? compileDates(schedule.dates, schedule.at, timezone, path)
    : compilePatchTuesday(schedule.patchTuesday, schedule.at, timezone, path);
}
