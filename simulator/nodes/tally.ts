import type { PatchComplianceDataState, PatchComplianceLevel } from "@aws-sdk/client-ssm";
import type { BaselineContent } from "../state/baselines.ts";
import type { PatchCounts } from "../state/journal.ts";
import type { Failing } from "../state/reports.ts";
import type { PackageState } from "../world/packageState.ts";
import { linesOf, managerOf, type Line, type Seen } from "./lines.ts";
import { sharedVerdicts, turnsBetween } from "./verdictCache.ts";

const countNames: readonly (keyof PatchCounts)[] = [
  "installed",
  "installedOther",
  "installedRejected",
  "pendingReboot",
  "missing",
  "failed",
  "availableSecurityUpdate",
  "criticalNonCompliant",
  "securityNonCompliant",
  "otherNonCompliant",
];

const countOfState: Readonly<Partial<Record<PatchComplianceDataState, keyof PatchCounts>>> = {
  INSTALLED: "installed",
  INSTALLED_OTHER: "installedOther",
  INSTALLED_REJECTED: "installedRejected",
  INSTALLED_PENDING_REBOOT: "pendingReboot",
  MISSING: "missing",
  FAILED: "failed",
  AVAILABLE_SECURITY_UPDATE: "availableSecurityUpdate",
};

const nonCompliant: ReadonlySet<PatchComplianceDataState> = new Set([
  "MISSING",
  "FAILED",
  "INSTALLED_REJECTED",
  "INSTALLED_PENDING_REBOOT",
]);
const critical: PatchComplianceLevel = "CRITICAL";

/** A row has a handful of lines, so three bits hold each of its ten counts. */
const bits = 3;
const one = Object.fromEntries(countNames.map((name, index) => [name, 1 << (bits * index)])) as Record<
  keyof PatchCounts,
  number
>;
const mask = (1 << bits) - 1;

/** What the lines of a row add to the counts, packed into one number. */
function weightOf({ table, baseline }: Seen, row: number, lines: readonly Line[]): number {
  let weight = 0;
  for (const { state, verdict } of lines) {
    const name = countOfState[state];
    if (name !== undefined) weight += one[name];
    const availableCounts =
      state === "AVAILABLE_SECURITY_UPDATE" && baseline.availableSecurityUpdatesComplianceStatus === "NON_COMPLIANT";
    if (!nonCompliant.has(state) && !availableCounts) continue;
    const isSecurity = table.rows[row]?.release(verdict.release).security === true;
    // A line may be both.
    if (verdict.level === critical) weight += one.criticalNonCompliant;
    if (isSecurity) weight += one.securityNonCompliant;
    if (verdict.level !== critical && !isSecurity) weight += one.otherNonCompliant;
  }
  return weight;
}

function countIn(weight: number, name: keyof PatchCounts): number {
  return (weight >>> (bits * countNames.indexOf(name))) & mask;
}

/** What a baseline last made of a machine, row by row, so that the next look goes over what has changed since. */
interface Tally {
  readonly seen: Seen;
  readonly weights: Uint32Array;
  readonly sums: Uint16Array;
}

const tallies = new WeakMap<PackageState, Tally>();
const none: ReadonlySet<number> = new Set();

function snapshot(state: PackageState, baseline: BaselineContent, at: Date): Seen {
  return {
    table: state.table,
    baseline,
    at,
    installed: state.installed.slice(),
    installedAt: state.installedAt.slice(),
    older: new Map(state.older),
    awaitingReboot: state.awaitingReboot.size === 0 ? none : new Set(state.awaitingReboot),
    failing: "none",
  };
}

/** Rows whose packages are no longer as they were seen. */
function touchedRows(state: PackageState, seen: Seen): ReadonlySet<number> {
  const { installed, installedAt, awaitingReboot } = state;
  const rows = new Set<number>();
  for (const row of awaitingReboot) if (!seen.awaitingReboot.has(row)) rows.add(row);
  for (const row of seen.awaitingReboot) if (!awaitingReboot.has(row)) rows.add(row);
  for (let row = 0; row < installed.length; row += 1)
    if (installed[row] !== seen.installed[row] || installedAt[row] !== seen.installedAt[row]) rows.add(row);
  return rows;
}

function shift(sums: Uint16Array, weight: number, by: 1 | -1): void {
  for (let index = 0; index < sums.length; index += 1)
    sums[index] = (sums[index] ?? 0) + by * ((weight >>> (bits * index)) & mask);
}

function weigh({ seen, weights, sums }: Tally, rows: Iterable<number>): void {
  const verdictsOf = sharedVerdicts(managerOf(seen.table.os), seen.table, seen.baseline, seen.at);
  for (const row of rows) {
    const weight = weightOf(seen, row, linesOf(seen, row, verdictsOf));
    const before = weights[row] ?? 0;
    if (weight === before) continue;
    shift(sums, before, -1);
    shift(sums, weight, 1);
    weights[row] = weight;
  }
}

function counted(state: PackageState, baseline: BaselineContent, at: Date): Tally {
  const last = tallies.get(state);
  const turned = last?.seen.baseline === baseline ? turnsBetween(state.table, baseline, last.seen.at, at) : undefined;
  if (last === undefined || turned === undefined) {
    const seen = snapshot(state, baseline, at);
    const tally = {
      seen,
      weights: new Uint32Array(state.table.rows.length),
      sums: new Uint16Array(countNames.length),
    };
    weigh(tally, state.table.rows.keys());
    return tally;
  }
  const touched = touchedRows(state, last.seen);
  // Reports hold on to what was seen: one that nothing has touched is shared by all of them.
  const seen = touched.size === 0 ? { ...last.seen, at } : snapshot(state, baseline, at);
  const tally = { ...last, seen };
  weigh(tally, new Set([...touched, ...turned]));
  return tally;
}

/**
 * Counts what a baseline makes of a machine's packages as they are at an instant.
 *
 * The work is in proportion to what has changed since the machine was last counted by that baseline: its packages, what
 * awaits a reboot, and rows of which a release has come out or a rule's delay has passed.
 * @returns what was counted, and a snapshot of the packages that later changes leave alone
 */
export function tally(
  state: PackageState,
  baseline: BaselineContent,
  at: Date,
  failing: Failing,
): { readonly seen: Seen; readonly counts: PatchCounts } {
  const made = counted(state, baseline, at);
  tallies.set(state, made);
  const sumOf = (name: keyof PatchCounts): number => made.sums[countNames.indexOf(name)] ?? 0;
  const failed = failing === "none" ? 0 : missingIn(made, failing);
  return {
    seen: { ...made.seen, failing },
    // Written out: the engine keeps such an object in half the space of one that is put together by name.
    counts: {
      installed: sumOf("installed"),
      installedOther: sumOf("installedOther"),
      installedRejected: sumOf("installedRejected"),
      pendingReboot: sumOf("pendingReboot"),
      missing: sumOf("missing") - failed,
      failed: sumOf("failed") + failed,
      availableSecurityUpdate: sumOf("availableSecurityUpdate"),
      criticalNonCompliant: sumOf("criticalNonCompliant"),
      securityNonCompliant: sumOf("securityNonCompliant"),
      otherNonCompliant: sumOf("otherNonCompliant"),
    },
  };
}

function missingIn({ weights, sums }: Tally, failing: Exclude<Failing, "none">): number {
  if (failing === "missing") return sums[countNames.indexOf("missing")] ?? 0;
  return [...failing].reduce((sum, row) => sum + countIn(weights[row] ?? 0, "missing"), 0);
}

/** Rows of a machine with something missing, by what was last counted of it. */
export function rowsMissing(state: PackageState): readonly number[] {
  const { weights = [] } = tallies.get(state) ?? {};
  return [...weights.entries()].flatMap(([row, weight]) => (countIn(weight, "missing") > 0 ? [row] : []));
}
