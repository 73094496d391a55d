import type { PatchingEntry, PackageTable } from "../simulator/index.ts";

/** A package that an operation changed. */
export type Change = PatchingEntry["packages"][number];

/** A release of a table: index of its row, and its number. */
export interface Place {
  readonly row: number;
  readonly release: number;
}

interface Names {
  readonly plain: ReadonlyMap<string, readonly number[]>;
  /** The names of kernels change with every release. */
  readonly renamed: readonly number[];
}

const namesOf = new WeakMap<PackageTable, Names>();

function names(table: PackageTable): Names {
  const known = namesOf.get(table);
  if (known !== undefined) return known;
  const rows = table.rows.map((row, index) => ({ row, index }));
  const plain = Map.groupBy(
    rows.filter(({ row }) => !row.renamed),
    ({ row }) => row.name,
  );
  const made = {
    plain: new Map([...plain].map(([name, same]) => [name, same.map(({ index }) => index)])),
    renamed: rows.filter(({ row }) => row.renamed).map(({ index }) => index),
  };
  namesOf.set(table, made);
  return made;
}

/**
 * Where a change stands in a table; undefined when nothing of that name and version had come out by then. Of releases
 * that share name and version, as Windows' monthly tools do, it is the newest.
 */
export function placeOf(table: PackageTable, { name, to }: Change, at: Date): Place | undefined {
  const { plain, renamed } = names(table);
  for (const index of plain.get(name) ?? renamed) {
    const row = table.rows[index];
    if (row === undefined) continue;
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
