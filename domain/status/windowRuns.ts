import { serversOf, machineCount } from "../fleet/placement.ts";
import type { Location, Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { plannedLocation } from "../stack/plannedLocation.ts";
import { takes } from "../values.ts";
import type { FleetScope } from "./placedServers.ts";

/** The last run that has ended of one of the stack's maintenance windows. */
export interface WindowRun {
  /** The window's name in AWS. */
  readonly window: string;
  readonly windowId: string;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  /** What AWS says of it: `SUCCESS`, `FAILED`, `TIMED_OUT`, `CANCELLED`, `SKIPPED_OVERLAPPING`. */
  readonly status: string;
  /** Whether a task had an invocation; left out of a run that did not succeed, or had no task. */
  readonly reached?: boolean;
  /**
   * The commands that patched, of a window that installs: none where the run had nothing that it may install. Left out
   * of any other window, and where AWS keeps them no longer (30 days).
   */
  readonly commands?: readonly CommandEnds[];
}

/**
 * How a command ended on each node, as `StatusDetails` has it, by node id.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export type CommandEnds = ReadonlyMap<string, string>;

/** A run that has not ended. */
export interface OpenRun {
  /** The window's name in AWS. */
  readonly window: string;
  readonly startedAt: Date;
}

/** A window that an operator has given a time: it opens once. */
export interface ArmedWindow {
  /** The window's name in AWS. */
  readonly window: string;
  readonly at: Date;
}

/** What a location says of the runs of its windows, or why it does not. */
export type WindowRuns =
  | {
      readonly runs: readonly WindowRun[];
      readonly open: readonly OpenRun[];
      readonly armed: readonly ArmedWindow[];
    }
  | { readonly failure: string };

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

/** One of the stack's windows in a location. */
export interface OwnWindow {
  readonly window: Window;
  /** How many machines of the fleet file it is for there. */
  readonly servers: number;
  readonly installs: boolean;
}

/** The stack's windows in a location, by their names in AWS. */
export function ownWindows(plane: Plane, scope: FleetScope, location: Location): ReadonlyMap<string, OwnWindow> {
  const windows = [...plannedLocation(plane, location).windows].filter(([, { window }]) =>
    window.groups.some((group) => takes(scope.groups, group)),
  );
  return new Map(
    windows.map(([name, { window }]) => [
      name,
      { window, servers: serversIn(plane, scope, location, window), installs: window.operation === "install" },
    ]),
  );
}

/** Whether a window ran to its end, and reached none of the servers that it is for. */
export function reachedNobody({ reached, servers }: WindowStatus): boolean {
  return reached === false && servers > 0;
}
