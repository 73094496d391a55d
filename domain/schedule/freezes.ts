import { readSchedule } from "./awsCron.ts";
import { nextRuns } from "./nextRuns.ts";
import { instantOf, localIso } from "./timeZones.ts";
import type { Freeze } from "../plane.ts";
import type { Window } from "../window.ts";
import { day, hour } from "../time.ts";

/** How a run lies to a freeze: it begins in it, or before it and is still open when it begins. */
export type FreezeTouch = "begins" | "goesOn";

/** A run that touches a freeze. */
export interface FrozenRun {
  readonly touch: FreezeTouch;
  /** Date of its start in the window's zone, `yyyy-mm-dd`. */
  readonly date: string;
}

function midnight(date: string, timezone: string, daysLater = 0): number {
  return instantOf(new Date(Date.parse(`${date}T00:00:00Z`) + daysLater * day), timezone).at.getTime();
}

/** The freeze's days in the zone of a window, from the first one's midnight to the midnight behind the last one. */
export function stretchOf({ from, to }: Freeze, timezone: string): readonly [number, number] {
  return [midnight(from, timezone), midnight(to, timezone, 1)];
}

/** The groups of a window that a freeze holds for; none of a scan, unless the freeze names it. */
export function frozenGroups(window: Window, { groups, windows }: Freeze): readonly string[] {
  const holds = windows?.includes(window.name) ?? window.operation === "install";
  return holds ? window.groups.filter((group) => groups?.includes(group) ?? true) : [];
}

/**
 * Whether a run of a window touches a freeze that holds for one of its groups. A freeze's days are those of the
 * window's zone, and a run lasts as long as the window is open. Checks and lists of dates both ask this.
 */
export function freezeTouch(window: Window, freeze: Freeze, start: Date): FreezeTouch | undefined {
  if (frozenGroups(window, freeze).length === 0) return undefined;
  const [from, to] = stretchOf(freeze, window.timezone);
  const at = start.getTime();
  if (at >= to || at + window.durationHours * hour <= from) return undefined;
  return at < from ? "goesOn" : "begins";
}

/**
 * The runs of a window that touch a freeze, in order; a `rate(…)` has none of which anybody knows the date.
 * @param most - how many at most
 */
export function frozenRuns(window: Window, freeze: Freeze, most: number): readonly FrozenRun[] {
  if (window.onDemand || frozenGroups(window, freeze).length === 0) return [];
  const [from] = stretchOf(freeze, window.timezone);
  const earliest = new Date(from - window.durationHours * hour + 1);
  return window.schedules
    .flatMap((schedule) => nextRuns(schedule, earliest, most))
    .filter(({ note }) => note !== "rate")
    .map(({ at }) => at)
    .sort((a, b) => a.getTime() - b.getTime())
    .slice(0, most)
    .flatMap((at) => {
      const touch = freezeTouch(window, freeze, at);
      return touch === undefined ? [] : [{ touch, date: localIso(at, window.timezone).slice(0, 10) }];
    });
}

/** A `rate(…)` of a window and a freeze that it may fall into, whenever AWS made the window. */
export interface FrozenRate {
  readonly expression: string;
  /** Whether one of its runs touches the freeze whatever day it is counted from. */
  readonly certain: boolean;
}

/** The most frequent `rate(…)` of a window that a freeze holds for. */
export function frozenRate(window: Window, freeze: Freeze): FrozenRate | undefined {
  if (window.onDemand || frozenGroups(window, freeze).length === 0) return undefined;
  const [from, to] = stretchOf(freeze, window.timezone);
  const [shortest] = window.schedules
    .flatMap(({ expression }) => {
      const read = readSchedule(expression, "maintenanceWindow");
      return "schedule" in read && read.schedule.kind === "rate"
        ? [{ expression, minutes: read.schedule.minutes }]
        : [];
    })
    .sort((a, b) => a.minutes - b.minutes);
  if (shortest === undefined) return undefined;
  const step = shortest.minutes * 60_000;
  return { expression: shortest.expression, certain: step <= to - from + window.durationHours * hour };
}
