import { serversOf } from "../fleet/placement.ts";
import { slowMinutes } from "../fleet/patchTime.ts";
import type { Plane } from "../plane.ts";
import { operatingSystems, type OperatingSystem } from "../server.ts";
import { plannedRun } from "./capacity.ts";

/** How many times as long as the model says the servers of an operating system take, by what was measured. */
export interface LearnedPace {
  readonly os: OperatingSystem;
  readonly times: number;
  /** Installations that were measured. */
  readonly runs: number;
}

/**
 * Compares what installations took with the model, over all windows of a plane: the 95th percentile of each with what a
 * slow server would take there, weighted by the number of installations.
 */
export function learnedPaces(plane: Plane): readonly LearnedPace[] {
  return operatingSystems.flatMap((os) => {
    const own = (plane.learned ?? []).flatMap(({ window: name, location, os: of, runs, p95Minutes }) => {
      const window = plane.windows[name];
      if (of !== os || window === undefined) return [];
      const run = plannedRun(plane, window, location, serversOf(plane, window, location));
      return [{ runs, measured: p95Minutes * runs, planned: slowMinutes(plane.paces[os], run) * runs }];
    });
    const sum = (of: (each: (typeof own)[number]) => number): number => own.reduce((all, each) => all + of(each), 0);
    const [measured, planned, runs] = [
      sum((each) => each.measured),
      sum((each) => each.planned),
      sum((each) => each.runs),
    ];
    return runs === 0 || measured === 0 ? [] : [{ os, times: Math.round((measured / planned) * 100) / 100, runs }];
  });
}

/** A plane whose servers take as many times as long as was measured. */
export function atLearnedPaces(plane: Plane): Plane {
  const paces = { ...plane.paces };
  for (const { os, times } of learnedPaces(plane)) {
    const { scanMinutes, minutesPerPackage, rebootMinutes } = paces[os];
    const slower = { scanMinutes: scanMinutes * times, minutesPerPackage: minutesPerPackage * times };
    paces[os] = { ...paces[os], ...slower, rebootMinutes: rebootMinutes * times };
  }
  return { ...plane, paces };
}
