import type { Approval, Freeze, Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { frozenGroups } from "../schedule/freezes.ts";
import { localIso } from "../schedule/timeZones.ts";
import { nextWindowRuns, windowRunsBetween, type WindowRun } from "../schedule/windowRuns.ts";
import { hour } from "../time.ts";

/** A window's near future. */
export interface Upcoming {
  readonly runs: readonly WindowRun[];
  /** When it opened, if it is open at the moment. */
  readonly openSince?: Date;
}

/**
 * The freezes that end on a day or after it, and hold for one of the windows.
 * @param groups - on whose behalf
 */
export function freezesAhead(
  plane: Plane,
  windows: readonly Window[],
  groups: readonly string[],
  asOf: Date,
): readonly Freeze[] {
  const today = localIso(asOf, plane.timezone).slice(0, 10);
  const holds = (freeze: Freeze): boolean =>
    windows.some((window) => frozenGroups({ ...window, groups }, freeze).length > 0);
  return plane.freezes.filter((freeze) => freeze.to >= today && holds(freeze));
}

/**
 * The next runs of a window; none of one that opens on demand. After an approval's expiry AWS runs it no more.
 * @param groups - whose freezes count
 */
export function upcoming(
  plane: Plane,
  window: Window,
  groups: readonly string[],
  asOf: Date,
  count: number,
  approval?: Approval,
): Upcoming {
  const end = approval === undefined ? Infinity : Date.parse(approval.expires);
  const runs = nextWindowRuns(plane, { ...window, groups }, asOf, count).filter(({ utc }) => Date.parse(utc) < end);
  const longestAgo = new Date(asOf.getTime() - window.durationHours * hour + 1);
  // When a rate(…) opened nobody knows here.
  const open = windowRunsBetween(plane, window, longestAgo, asOf).findLast(
    ({ utc, note }) => note !== "rate" && Date.parse(utc) < end,
  );
  return open === undefined ? { runs } : { runs, openSince: new Date(open.utc) };
}
