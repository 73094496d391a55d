import { measuredMinutes } from "../fleet/measuredMinutes.ts";
import type { LearnedMinutes, Location, Plane } from "../plane.ts";
import type { OperatingSystem } from "../server.ts";
import { plannedLocation } from "../stack/plannedLocation.ts";
import type { RunRecord } from "./records.ts";
import { timedRuns } from "./timedRuns.ts";

/**
 * What installations of the stack's own windows took in a location, by the stack file's names: a window with a list of
 * dates is several in AWS, and one here. Other windows are left out.
 * @param systems - operating systems by node; runs on other nodes are left out
 */
export function learnedMinutes(
  plane: Plane,
  location: Location,
  runs: readonly RunRecord[],
  systems: ReadonlyMap<string, OperatingSystem>,
): readonly LearnedMinutes[] {
  const planned = plannedLocation(plane, location).windows;
  const own = timedRuns(runs, systems).flatMap((run) => {
    const window = planned.get(run.window)?.window.name;
    return window === undefined ? [] : [{ ...run, window }];
  });
  return measuredMinutes(own).map((measured) => ({ location: location.name, ...measured }));
}
