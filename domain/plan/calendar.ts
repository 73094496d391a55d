import { machineCount, serversOf } from "../fleet/placement.ts";
import type { Plane } from "../plane.ts";
import { dateText } from "../time.ts";
import type { Window } from "../window.ts";
import { scheduleText } from "./treatment.ts";
import { nextWindowRuns, type WindowRun } from "../schedule/windowRuns.ts";
import { byText } from "../text.ts";

/** A window with more runs a year is named by its rule: nobody enters a daily scan into a calendar 365 times. */
const mostRunsListed = 60;

/** One run in the calendar. */
export interface CalendarEntry {
  readonly window: string;
  readonly operation: "scan" | "install";
  readonly durationHours: number;
  readonly timezone: string;
  readonly groups: readonly string[];
  readonly businessUnits: readonly string[];
  readonly locations: readonly string[];
  /** Machines it reaches. */
  readonly servers: number;
  readonly run: WindowRun;
}

/** A year of an environment's windows. */
export interface Calendar {
  readonly environment: string;
  /** Dates, `yyyy-mm-dd`, in UTC. */
  readonly from: string;
  readonly until: string;
  /** In the order of their starts. */
  readonly entries: readonly CalendarEntry[];
  /** Windows that are too frequent to list, or have no runs of their own, in words. */
  readonly unlisted: readonly {
    readonly window: string;
    readonly operation: "scan" | "install";
    readonly when: string;
  }[];
}

function businessUnitsOf(plane: Plane, window: Window): readonly string[] {
  const units = window.groups.map((name) => plane.groups[name]?.businessUnit ?? "").filter((unit) => unit !== "");
  return [...new Set(units)].sort();
}

function entriesOf(plane: Plane, window: Window, from: Date, until: Date): readonly CalendarEntry[] {
  const { name, operation, durationHours, timezone, groups, locations } = window;
  const servers = locations.reduce((sum, location) => sum + machineCount(serversOf(plane, window, location)), 0);
  const shared = { window: name, operation, durationHours, timezone, groups, locations, servers };
  const businessUnits = businessUnitsOf(plane, window);
  // One more than are listed tells that there are too many: a window may run every minute.
  const runs = nextWindowRuns(plane, window, from, mostRunsListed + 1).filter(
    ({ utc }) => Date.parse(utc) <= until.getTime(),
  );
  return runs.map((run) => ({ ...shared, businessUnits, run }));
}

/**
 * The runs of every window in the twelve months from an instant on.
 * @param businessUnit - only windows of groups of that unit
 */
export function annualCalendar(plane: Plane, from: Date, businessUnit?: string): Calendar {
  const until = new Date(from);
  until.setUTCFullYear(until.getUTCFullYear() + 1);
  const windows = Object.values(plane.windows).filter(
    (window) => businessUnit === undefined || businessUnitsOf(plane, window).includes(businessUnit),
  );
  const listed = windows.map((window) => ({ window, entries: entriesOf(plane, window, from, until) }));
  const rare = listed.filter(({ entries }) => entries.length > 0 && entries.length <= mostRunsListed);
  return {
    environment: plane.environment,
    from: dateText(from),
    until: dateText(until),
    entries: rare
      .flatMap(({ entries }) => entries)
      .toSorted((a, b) => byText(a.run.utc + a.window, b.run.utc + b.window)),
    unlisted: listed
      .filter(({ entries }) => entries.length === 0 || entries.length > mostRunsListed)
      .map(({ window: { name, operation }, window }) => ({ window: name, operation, when: scheduleText(window) })),
  };
}
