import { unitInterval } from "./chance.ts";
import type { MachineSpec } from "./machineSpec.ts";
import { packageTable } from "./packageTable.ts";
import type { PackageRow, PackageTable } from "./packageRow.ts";
import { traitsOf } from "./traits.ts";

/** A release of a package on a machine. */
export interface InstalledRelease {
  readonly release: number;
  /** When it was installed, in seconds since 1970. */
  readonly installedAt: number;
}

/** What is installed on a machine: one number per row of its table. */
export interface PackageState {
  readonly table: PackageTable;
  /** Newest release index installed; 0 on an optional row means that none is. */
  readonly installed: Uint16Array;
  /** When it was installed, in seconds since 1970. */
  readonly installedAt: Uint32Array;
  /** Older releases that stay installed beside the newest, newest first, by row: kernels. */
  readonly older: Map<number, readonly InstalledRelease[]>;
  /** Rows installed without a reboot since the machine last booted. */
  readonly awaitingReboot: Set<number>;
}

/** What an installation changed. */
export interface PackageChange {
  readonly name: string;
  /** Version replaced; empty when nothing of that name was there. */
  readonly from: string;
  readonly to: string;
}

const dayLength = 86_400_000;
const second = 1000;
/** A machine was last brought up to date between so many days before the world began. */
const freshestDays = 12;
const stalestDays = 75;

/** The releases that a machine had before the newest one and keeps. */
function drawOlder(row: PackageRow, installed: number): readonly InstalledRelease[] {
  // A machine that is patched now and then has one kernel besides the one that it runs.
  const before = installed - 1;
  if (before < 0) return [];
  return [{ release: before, installedAt: Math.floor(row.release(before).releasedAt.getTime() / second) }];
}

/** Draws the packages of a machine as they are when the world begins. */
export function drawPackages(spec: MachineSpec, worldStart: Date, seed: number): PackageState {
  const table = packageTable(spec, traitsOf(spec, seed));
  const age = freshestDays + unitInterval(seed, "patched", spec.id) * (stalestDays - freshestDays);
  const patchedAt = new Date(worldStart.getTime() - age * dayLength);
  const installed = new Uint16Array(table.rows.length);
  const older = new Map<number, readonly InstalledRelease[]>();
  for (let index = 0; index < table.rows.length; index += 1) {
    const row = table.rows[index];
    // Nobody installs optional updates without being asked.
    if (row === undefined || row.optional) continue;
    const newest = row.calendar.newest(patchedAt);
    installed[index] = newest;
    if (row.kept > 1) older.set(index, drawOlder(row, newest));
  }
  const installedAt = new Uint32Array(table.rows.length).fill(Math.floor(patchedAt.getTime() / second));
  return { table, installed, installedAt, older, awaitingReboot: new Set() };
}

/**
 * Brings a release onto a machine. Where releases are installed side by side the one before stays, as many as the
 * package manager keeps.
 */
export function installRelease(state: PackageState, index: number, release: number, at: Date): PackageChange {
  const row = state.table.rows[index];
  if (row === undefined) throw new RangeError(`no row ${String(index)} in the package table`);
  const before = { release: state.installed[index] ?? 0, installedAt: state.installedAt[index] ?? 0 };
  if (row.kept > 1) state.older.set(index, [before, ...(state.older.get(index) ?? [])].slice(0, row.kept - 1));
  state.installed[index] = release;
  state.installedAt[index] = Math.floor(at.getTime() / second);
  const { name, version } = row.release(release);
  return { name, from: row.renamed ? "" : row.release(before.release).version, to: version };
}

const none: readonly InstalledRelease[] = [];

/**
 * Older releases of a row that a report names: where each is a package of its own name. Of packages of one name the
 * newest alone is looked at.
 */
export function reportedOlder(
  state: Pick<PackageState, "table" | "older">,
  index: number,
): readonly InstalledRelease[] {
  return state.table.rows[index]?.renamed === true ? (state.older.get(index) ?? none) : none;
}

/** One installed release of a package. */
export interface InstalledPackage extends InstalledRelease {
  readonly row: PackageRow;
}

/** Everything that is installed, in the order of the table: releases that lie side by side one by one, newest first. */
export function installedPackages(
  state: Pick<PackageState, "table" | "installed" | "installedAt" | "older">,
): readonly InstalledPackage[] {
  const { table, installed, installedAt, older } = state;
  return table.rows.flatMap((row, index) => {
    const release = installed[index] ?? 0;
    if (row.optional && release === 0) return [];
    const newest = { row, release, installedAt: installedAt[index] ?? 0 };
    return [newest, ...(older.get(index) ?? none).map((kept) => ({ row, ...kept }))];
  });
}
