import type { Baseline } from "../../domain/baseline.ts";
import { contentOf } from "../../rehearsal/baselineContent.ts";
import type { JournalEntry, PackageState } from "../../simulator/index.ts";
import { assess, drawPackages, installRelease } from "../../simulator/index.ts";
import type { Evidence } from "./evidence.ts";
import { placeOf, type Change } from "../../rehearsal/packages.ts";
import type { KnownMachine } from "../../rehearsal/truth.ts";

/** What a baseline makes of a machine's packages at an instant. */
export interface Counts {
  /** Approved and not installed, whether nobody tried or an installation failed. */
  readonly lacking: number;
  readonly rejected: number;
  readonly pendingReboot: number;
  /** Security updates for Windows that no rule approves yet. */
  readonly availableSecurity: number;
}

function install(state: PackageState, change: Change, at: Date): void {
  const place = placeOf(state.table, change, at);
  if (place === undefined) throw new Error(`${change.name} was not released as ${change.to} by ${at.toISOString()}`);
  installRelease(state, place.row, place.release, at);
  state.awaitingReboot.add(place.row);
}

function happens(state: PackageState, entry: JournalEntry): void {
  if (entry.kind === "boot") state.awaitingReboot.clear();
  if (entry.kind !== "patching" && entry.kind !== "foreignPatching") return;
  for (const change of entry.packages) install(state, change, entry.at);
  if (entry.kind === "patching" && entry.rebooted) state.awaitingReboot.clear();
}

/**
 * The packages of a machine after some of what happened to it, from the world's beginning on.
 * @param entries - those of this machine, in the order in which they were decided
 */
export function packagesAfter(
  { scenario }: Evidence,
  { spec }: KnownMachine,
  entries: readonly JournalEntry[],
): PackageState {
  const state = drawPackages(spec, scenario.span.start, scenario.seed);
  for (const entry of entries) happens(state, entry);
  return state;
}

/** What a baseline of the plane says of packages at an instant. */
export function countsBy(baseline: Baseline, packages: PackageState, at: Date): Counts {
  const { counts } = assess(packages, contentOf(baseline), at);
  return {
    lacking: counts.missing,
    rejected: counts.installedRejected,
    pendingReboot: counts.pendingReboot,
    availableSecurity: counts.availableSecurityUpdate,
  };
}
