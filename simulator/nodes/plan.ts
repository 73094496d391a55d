import type { BaselineContent } from "../state/baselines.ts";
import type { PackageState } from "../world/packageState.ts";
import { matchesAny, matchesEntry } from "./matching.ts";
import type { OverrideEntry } from "./overrideFiles.ts";
import { managerOf } from "./lines.ts";
import type { ReportRow } from "./report.ts";

/** Releases to bring onto a machine, by row of its table. */
export type InstallPlan = ReadonlyMap<number, number>;

interface Ground {
  readonly state: PackageState;
  readonly baseline: BaselineContent;
  readonly now: Date;
}

function matchesOverride(entry: OverrideEntry, forms: readonly string[]): boolean {
  return matchesEntry(entry.id, forms) && (entry.title === undefined || matchesEntry(entry.title, forms));
}

function offeredOf({ state, baseline, now }: Ground, row: number): readonly number[] {
  const entry = state.table.rows[row];
  if (entry === undefined) return [];
  const question = { table: state.table, row: entry, installed: state.installed[row] ?? 0, baseline, now };
  return managerOf(state.table.os).offered(question);
}

function formsOf(state: PackageState, row: number, release: number): readonly string[] {
  const entry = state.table.rows[row];
  return entry === undefined ? [] : managerOf(state.table.os).forms(entry, release);
}

/**
 * What an override list asks for: on Linux any newer release that is offered and listed, whatever the baseline says of
 * it; on Windows what is listed and approved.
 */
export function listedUpgrades(
  ground: Ground,
  missing: readonly ReportRow[],
  list: readonly OverrideEntry[],
): InstallPlan {
  const { state } = ground;
  if (state.table.os === "WINDOWS") {
    const ids = list.map((entry) => entry.id);
    return new Map(
      missing
        .filter((line) => matchesAny(ids, formsOf(state, line.row, line.release)))
        .map((line) => [line.row, line.release]),
    );
  }
  const plan = new Map<number, number>();
  for (const [row] of state.table.rows.entries()) {
    const wanted = offeredOf(ground, row).find((release) =>
      list.some((entry) => matchesOverride(entry, formsOf(state, row, release))),
    );
    if (wanted !== undefined) plan.set(row, wanted);
  }
  return plan;
}

/** What the baseline asks for. */
export function missingUpgrades(missing: readonly ReportRow[]): InstallPlan {
  return new Map(missing.map((line) => [line.row, line.release]));
}

/** Whether a package may come along as a dependency. */
function mayComeAlong(
  ground: Ground,
  row: number,
  release: number,
  list: readonly OverrideEntry[] | undefined,
): boolean {
  const { state, baseline } = ground;
  const forms = formsOf(state, row, release);
  if (list !== undefined) {
    // Listed with another version only: the list forbids this one.
    const named = list.filter((entry) => matchesEntry(entry.id, forms));
    return named.length === 0 || named.some((entry) => matchesOverride(entry, forms));
  }
  return !(baseline.rejectedPatchesAction === "BLOCK" && matchesAny(baseline.rejectedPatches, forms));
}

/** What an upgrade needs, and what that needs; the release of each that is to come along. */
function neededBy(ground: Ground, row: number, release: number, wanted: InstallPlan): ReadonlyMap<number, number> {
  const { table, installed } = ground.state;
  const found = new Map<number, number>();
  const follow = (from: number, at: number): void => {
    for (const need of table.rows[from]?.needs ?? []) {
      const isOne = table.rows[need]?.chain === table.rows[from]?.chain;
      // Packages of one source go by one version; of another's the newest comes.
      const target = wanted.get(need) ?? (isOne ? at : offeredOf(ground, need)[0]);
      if (target === undefined || target <= (installed[need] ?? 0) || found.has(need)) continue;
      found.set(need, target);
      follow(need, target);
    }
  };
  follow(row, release);
  return found;
}

/**
 * Adds what upgrades need, and drops upgrades whose dependency may not come: one that the baseline rejects with BLOCK,
 * or one that the override list names with another version.
 */
export function withDependencies(
  ground: Ground,
  wanted: InstallPlan,
  list: readonly OverrideEntry[] | undefined,
): InstallPlan {
  const plan = new Map<number, number>();
  for (const [row, release] of wanted) {
    const needed = [...neededBy(ground, row, release, wanted)];
    if (!needed.every(([need, target]) => mayComeAlong(ground, need, target, list))) continue;
    plan.set(row, release);
    for (const [need, target] of needed) plan.set(need, target);
  }
  return plan;
}
