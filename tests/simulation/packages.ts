import type { PatchingEntry, PackageTable } from "../../simulator/index.ts";

/** A package that an operation changed. */
export type Change = PatchingEntry["packages"][number];

/** A release of a table: index of its row, and its number. */
export interface Place {
  readonly row: number;
  readonly release: number;
}

/**
 * Where a change stands in a table; undefined when nothing of that name and version had come out by then. Of releases
 * that share name and version, as Windows' monthly tools do, it is the newest.
 */
export function placeOf(table: PackageTable, { name, to }: Change, at: Date): Place | undefined {
  for (const [index, row] of table.rows.entries()) {
    // The names of kernels change with every release.
    if (!row.renamed && row.name !== name) continue;
    for (let release = row.calendar.newest(at); release >= 0; release -= 1) {
      const found = row.release(release);
      if (found.name === name && found.version === to) return { row: index, release };
    }
  }
  return undefined;
}

/** Everything that some rows need, and what that needs in turn. */
export function neededBy(table: PackageTable, rows: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...rows];
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    for (const need of table.rows[row]?.needs ?? []) {
      if (found.has(need)) continue;
      found.add(need);
      open.push(need);
    }
  }
  return found;
}
