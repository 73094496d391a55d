import { machineCount, serversOf } from "../fleet/placement.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { windowPatience, type WindowPatience } from "../stack/windowTasks.ts";
import { differences, type Difference } from "./differences.ts";
import { scheduleText, timingOf } from "./treatment.ts";
import { nextWindowRuns, type WindowRun } from "../schedule/windowRuns.ts";

const runsShown = 3;

/** One version of a window. */
export interface WindowVersion {
  /** Expression, dates or `on demand`, with the zone. */
  readonly schedule: string;
  readonly timezone: string;
  readonly operation: "scan" | "install";
  readonly groups: readonly string[];
  readonly locations: readonly string[];
  readonly durationHours: number;
  readonly atCutoff: Window["atCutoff"];
  /** Whether hooks stand before and after the patching of each server. */
  readonly hooked: { readonly before: boolean; readonly after: boolean };
  /** Machines it reaches, over all its locations. */
  readonly servers: number;
  readonly patience: WindowPatience;
  /** The next three runs; empty on demand, and when none is left. */
  readonly runs: readonly WindowRun[];
}

/** What becomes of a window. */
export interface WindowPlan {
  readonly name: string;
  readonly state: "added" | "removed" | "changed" | "same";
  readonly before?: WindowVersion;
  readonly after?: WindowVersion;
  readonly differences: readonly Difference[];
}

function version(plane: Plane, window: Window, asOf: Date): WindowVersion {
  const { timezone, operation, groups, locations, durationHours, atCutoff, hooks } = window;
  return {
    schedule: scheduleText(window),
    timezone,
    operation,
    groups,
    locations,
    durationHours,
    atCutoff,
    hooked: { before: hooks.before.length > 0, after: hooks.after.length > 0 },
    servers: window.locations.reduce((sum, name) => sum + machineCount(serversOf(plane, window, name)), 0),
    patience: windowPatience(plane.groups, window),
    runs: nextWindowRuns(plane, window, asOf, runsShown),
  };
}

function compared(window: Window): unknown {
  const { groups, locations, minutesPerHost } = window;
  return { ...timingOf(window), groups, locations, minutesPerHost: String(minutesPerHost ?? "estimated") };
}

/** Every window of either version with its next dates before and after, by name. */
export function windowPlans(before: Plane, after: Plane, asOf: Date): readonly WindowPlan[] {
  const names = [...new Set([...Object.keys(before.windows), ...Object.keys(after.windows)])].sort();
  return names.flatMap((name): readonly WindowPlan[] => {
    const [was, is] = [before.windows[name], after.windows[name]];
    const old = was === undefined ? undefined : version(before, was, asOf);
    const now = is === undefined ? undefined : version(after, is, asOf);
    if (was === undefined || old === undefined) {
      return now === undefined ? [] : [{ name, state: "added", after: now, differences: [] }];
    }
    if (is === undefined || now === undefined) return [{ name, state: "removed", before: old, differences: [] }];
    const changes = differences(compared(was), compared(is));
    return [{ name, state: changes.length > 0 ? "changed" : "same", before: old, after: now, differences: changes }];
  });
}
