import type { BaselineContent } from "../state/baselines.ts";
import type { PackageRow, PackageTable } from "../world/packageRow.ts";
import { managerOf } from "./lines.ts";
import { delaysOf } from "./verdictCache.ts";

/** A release that a baseline comes to want on every machine of a kind that has nothing as new. */
export interface WantedRelease {
  /** Index into the table's rows. */
  readonly row: number;
  readonly release: number;
  /** Since when it is wanted; the start, for what was wanted by then. */
  readonly from: Date;
}

const dayLength = 86_400_000;

/** The instants at which a baseline may think of a package anew: the start, and every release's own day and delays. */
function turns(row: PackageRow, delays: readonly number[], start: Date, end: Date): readonly number[] {
  const found = new Set([start.getTime()]);
  const first = row.calendar.newest(new Date(start.getTime() - Math.max(...delays) * dayLength));
  const last = row.calendar.newest(end);
  for (let index = first; index <= last; index += 1) {
    for (const days of delays) {
      const at = row.release(index).releasedAt.getTime() + days * dayLength;
      if (at > start.getTime() && at <= end.getTime()) found.add(at);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * What a baseline comes to want between two instants, in the order of the table and of time; both ends count. Packages
 * that nobody updates are left out: optional ones, and those whose every release is a package of its own name.
 */
export function wantedReleases(
  table: PackageTable,
  baseline: BaselineContent,
  { start, end }: { readonly start: Date; readonly end: Date },
): readonly WantedRelease[] {
  const manager = managerOf(table.os);
  const delays = delaysOf(baseline);
  return table.rows.flatMap((row, index) => {
    if (row.renamed || row.optional) return [];
    const found: WantedRelease[] = [];
    for (const at of turns(row, delays, start, end)) {
      const from = new Date(at);
      const missing = manager
        .verdicts({ table, row, installed: 0, baseline, now: from })
        .find(({ state }) => state === "MISSING");
      if (missing !== undefined && missing.release > (found.at(-1)?.release ?? 0))
        found.push({ row: index, release: missing.release, from });
    }
    return found;
  });
}
