import { serversOf, machineCount } from "../fleet/placement.ts";
import type { Location, Plane, Window } from "../plane.ts";
import { plannedLocation } from "../stack/plannedLocation.ts";
import { takes } from "../values.ts";
import type { FleetScope } from "./placedServers.ts";

/** The last run that has ended of one of the stack's maintenance windows. */
export interface WindowRun {
  /** The window's name in AWS. */
  readonly window: string;
  readonly windowId: string;
  readonly startedAt: Date;
  /** What AWS says of it: `SUCCESS`, `FAILED`, `TIMED_OUT`, `CANCELLED`, `SKIPPED_OVERLAPPING`. */
  readonly status: string;
  /** Whether a task had an invocation; left out of a run that did not succeed, or had no task. */
  readonly reached?: boolean;
}

/** What a location says of the runs of its windows, or why it does not. */
export type WindowRuns = { readonly runs: readonly WindowRun[] } | { readonly failure: string };

/** A window's last run, and what the fleet file says that it should have reached. */
export interface WindowStatus extends WindowRun {
  /** Machines of the fleet file that the window is for, in its location. */
  readonly servers: number;
}

function serversIn(plane: Plane, scope: FleetScope, location: Location, window: Window): number {
  const servers = serversOf(plane, window, location.name).filter(
    ({ patchGroup }) => plane.groups[patchGroup]?.kind === "managed" && takes(scope.groups, patchGroup),
  );
  return machineCount(servers);
}

/** How many servers each of the stack's windows of a location is for, by the window's name in AWS. */
export function serversByWindow(plane: Plane, scope: FleetScope, location: Location): ReadonlyMap<string, number> {
  const windows = [...plannedLocation(plane, location).windows].filter(([, { window }]) =>
    window.groups.some((group) => takes(scope.groups, group)),
  );
  return new Map(windows.map(([name, { window }]) => [name, serversIn(plane, scope, location, window)]));
}

/** Whether a window ran to its end, and reached none of the servers that it is for. */
export function reachedNobody({ reached, servers }: WindowStatus): boolean {
  return reached === false && servers > 0;
}
