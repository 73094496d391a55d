import { instantText } from "../time.ts";
import { freezeTouch } from "./freezes.ts";
import { nextRuns, runsBetween, startsOf, type Run } from "./nextRuns.ts";
import { sincePatchTuesday } from "./patchTuesday.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { localIso } from "./timeZones.ts";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** One run of a window, as a plan shows it. */
export interface WindowRun {
  /** ISO 8601 in UTC. */
  readonly utc: string;
  /** ISO 8601 in the window's own zone, with its offset. */
  readonly local: string;
  /** Day of the week there, e.g. `Sun`. */
  readonly weekday: string;
  /** Days since the last Patch Tuesday, by the local date. */
  readonly daysAfterPatchTuesday: number;
  /** See {@link Run}. */
  readonly note?: "gap" | "overlap" | "rate";
  /** Reason of a freeze that the run touches, behind the freeze's first day where the run begins before it. */
  readonly freeze?: string;
}

/** What a plan says of the first freeze that a run touches. */
function freezeOf(plane: Plane, window: Window, at: Date): string | undefined {
  for (const freeze of plane.freezes) {
    const touch = freezeTouch(window, freeze, at);
    if (touch !== undefined) return touch === "begins" ? freeze.reason : `from ${freeze.from} on: ${freeze.reason}`;
  }
  return undefined;
}

function shown(plane: Plane, window: Window, run: Run): WindowRun {
  const local = localIso(run.at, window.timezone);
  const date = local.slice(0, 10);
  const freeze = freezeOf(plane, window, run.at);
  return {
    utc: instantText(run.at),
    local,
    weekday: weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? "",
    daysAfterPatchTuesday: sincePatchTuesday(date).days,
    ...(run.note === undefined ? {} : { note: run.note }),
    ...(freeze === undefined ? {} : { freeze }),
  };
}

function inOrder(runs: readonly Run[]): readonly Run[] {
  return runs.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

/** The next runs of a window from an instant on, over all its schedules; none of an on-demand window. */
export function nextWindowRuns(plane: Plane, window: Window, asOf: Date, count: number): readonly WindowRun[] {
  if (window.onDemand) return [];
  const runs = inOrder(window.schedules.flatMap((schedule) => nextRuns(schedule, asOf, count)));
  return runs.slice(0, count).map((run) => shown(plane, window, run));
}

/** A window's runs in a stretch of time, both ends included; none of an on-demand window. */
export function windowRunsBetween(plane: Plane, window: Window, from: Date, until: Date): readonly WindowRun[] {
  if (window.onDemand) return [];
  const runs = inOrder(window.schedules.flatMap((schedule) => runsBetween(schedule, from, until)));
  return runs.map((run) => shown(plane, window, run));
}

/** Starts of a window's runs in a stretch of time, for checks that compare windows; see {@link startsOf}. */
export function startsBetween(window: Window, from: Date, until: Date): readonly Date[] {
  return window.onDemand
    ? []
    : window.schedules
        .flatMap((schedule) => startsOf(schedule, from, until, window.durationHours))
        .sort((a, b) => a.getTime() - b.getTime());
}
