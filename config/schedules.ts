import { nowhereNear, onDate, patchTuesday } from "../domain/schedule/awsCron.ts";
import type { Fault, PlacelessFault } from "../domain/fault.ts";
import type { Window, WindowSchedule } from "../domain/window.ts";
import { toWindow } from "./toPlane.ts";
import type { Settings } from "./schema/stack.ts";
import { scheduleForms, type WindowSettings } from "./schema/window.ts";
import { byText } from "../domain/text.ts";

/** A window's schedules, or what is wrong with them. */
type Compiled = { readonly schedules: readonly WindowSchedule[] } | { readonly faults: readonly Fault[] };

const utc = "UTC";

function faultsAt(path: string, faults: readonly PlacelessFault[]): Compiled {
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

function compileDates(dates: readonly string[], at: string, timezone: string, path: string): Compiled {
  const schedules: WindowSchedule[] = [];
  const faults = dates.flatMap((date, index) => {
    const place = `${path}.schedule.dates[${String(index)}]`;
    const twice = dates.indexOf(date) === index ? [] : [{ message: "duplicate date", value: date }];
    const run = onDate(date, at, timezone);
    if ("expression" in run) schedules.push({ suffix: date, ...run, timezone: utc });
    return [...twice, ...("fault" in run ? [run.fault] : [])].map((fault) => ({ path: place, ...fault }));
  });
  return faults.length > 0 ? { faults } : { schedules: schedules.sort((a, b) => byText(a.suffix, b.suffix)) };
}

function compileSchedule(window: WindowSettings, timezone: string, path: string): Compiled {
  const { schedule, offsetDays } = window;
  if (window.onDemand) {
    return schedule === undefined
      ? { schedules: [{ suffix: "", expression: nowhereNear, timezone: utc }] }
      : faultsAt(`${path}.schedule`, [
          { message: "an on-demand window has no schedule", fix: "take out one of the two" },
        ]);
  }
  if (schedule === undefined) {
    return faultsAt(`${path}.schedule`, [
      { message: "is missing", allowed: scheduleForms, fix: "write one, or onDemand: true" },
    ]);
  }
  if (typeof schedule === "string") {
    const zone = schedule.startsWith("at(") ? utc : timezone;
    const offset = offsetDays === undefined ? {} : { offsetDays };
    return { schedules: [{ suffix: "", expression: schedule, ...offset, timezone: zone }] };
  }
  if (offsetDays !== undefined) {
    return noOffset(`${path}.offsetDays`);
  }
  if ("dates" in schedule) {
    return compileDates(schedule.dates, schedule.at, timezone, path);
  }
  const days = Number(String(schedule.patchTuesday).replace(/\D/g, ""));
  return { schedules: [{ suffix: "", ...patchTuesday(days, schedule.at), timezone }] };
}

/** What could be compiled of a stack's windows. */
export interface CompiledWindows {
  readonly windows: Readonly<Record<string, Window>>;
  readonly faults: readonly Fault[];
}

/**
 * The windows with their AWS schedules. Expressions that the file gives as they are pass unchecked: the plane's own
 * checks read them. Where the stack has no time zone that is one, UTC stands in its place, so that it hides no other
 * fault.
 * @param locations - names of all locations
 */
export function compileWindows(settings: Partial<Settings>, locations: readonly string[]): CompiledWindows {
  const windows: Record<string, Window> = {};
  const faults: Fault[] = [];
  for (const [name, window] of Object.entries(settings.windows ?? {})) {
    const timezone = window.timezone ?? settings.timezone ?? utc;
    const compiled = compileSchedule(window, timezone, `windows.${name}`);
    if ("faults" in compiled) {
      faults.push(...compiled.faults);
    } else {
      windows[name] = toWindow(name, window, compiled.schedules, { timezone, locations });
    }
  }
  return { windows, faults };
}
