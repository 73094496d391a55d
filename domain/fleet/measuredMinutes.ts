import type { LearnedMinutes } from "../plane.ts";
import type { OperatingSystem } from "../server.ts";
import { byText } from "../text.ts";

/** How long one installation took on one server. */
export interface TimedRun {
  readonly window: string;
  readonly os: OperatingSystem;
  readonly minutes: number;
}

/** {@link LearnedMinutes} of one location. */
export type MeasuredMinutes = Omit<LearnedMinutes, "location">;

/** Least installations from which something is learned: of fewer, the 95th percentile is the slowest one. */
export const leastMeasuredRuns = 20;

/** The smallest value that so large a share of the values does not exceed (nearest rank). */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

/**
 * Median and 95th percentile of every window and operating system with at least {@link leastMeasuredRuns}, in whole
 * minutes, rounded up; by window, then operating system, whatever the order of the runs.
 */
export function measuredMinutes(runs: readonly TimedRun[]): readonly MeasuredMinutes[] {
  const alike = Map.groupBy(runs, ({ window, os }) => `${window} ${os}`);
  return [...alike.values()]
    .flatMap((each): readonly MeasuredMinutes[] => {
      const [first] = each;
      if (first === undefined || each.length < leastMeasuredRuns) return [];
      const sorted = each.map(({ minutes }) => minutes).toSorted((a, b) => a - b);
      const at = (share: number): number => Math.ceil(quantile(sorted, share));
      const { window, os } = first;
      return [{ window, os, runs: each.length, medianMinutes: at(0.5), p95Minutes: at(0.95) }];
    })
    .toSorted((a, b) => byText(a.window, b.window) || byText(a.os, b.os));
}
