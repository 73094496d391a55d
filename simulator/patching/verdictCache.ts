import type { BaselineContent } from "../ssm/baselineRecords.ts";
import type { PackageTable } from "../world/packageTable.ts";
import type { PackageManager, Verdict } from "./verdict.ts";

/** Verdicts of one baseline on one table at one instant, by row and installed release. */
type Known = Map<number, readonly Verdict[]>;

const instantsKept = 8;
const releaseLimit = 65_536;

const caches = new WeakMap<BaselineContent, Map<PackageTable, Map<number, Known>>>();

function knownAt(baseline: BaselineContent, table: PackageTable, now: number): Known {
  const tables = caches.get(baseline) ?? new Map<PackageTable, Map<number, Known>>();
  caches.set(baseline, tables);
  const instants = tables.get(table) ?? new Map<number, Known>();
  tables.set(table, instants);
  const known = instants.get(now) ?? new Map<number, readonly Verdict[]>();
  instants.set(now, known);
  const [oldest] = instants.keys();
  if (instants.size > instantsKept && oldest !== undefined) instants.delete(oldest);
  return known;
}

/**
 * Answers what a baseline says of the packages of a kind of machine at an instant. A verdict does not depend on the
 * machine, so thousands of machines that scan at once share them.
 */
export function sharedVerdicts(
  manager: PackageManager,
  table: PackageTable,
  baseline: BaselineContent,
  now: Date,
): (row: number, installed: number) => readonly Verdict[] {
  const known = knownAt(baseline, table, now.getTime());
  return (index, installed) => {
    const key = index * releaseLimit + installed;
    const found = known.get(key);
    if (found !== undefined) return found;
    const row = table.rows[index];
    const verdicts = row === undefined ? [] : manager.verdicts({ table, row, installed, baseline, now });
    known.set(key, verdicts);
    return verdicts;
  };
}
