import { unitInterval } from "./chance.ts";
import type { MachineSpec } from "./machine.ts";
import { packageTable } from "./packageTable.ts";
import type { PackageTable } from "./packageTable.ts";

/** What is installed on a machine: one number per row of its table. */
export interface PackageState {
  readonly table: PackageTable;
  /** Release index installed. */
  readonly installed: Uint16Array;
  /** When it was installed, in seconds since 1970. */
  readonly installedAt: Uint32Array;
  /** Rows installed without a reboot since the machine last booted. */
  readonly awaitingReboot: Set<number>;
}

const dayLength = 86_400_000;
const second = 1000;
/** A machine was last brought up to date between so many days before the world began. */
const freshestDays = 12;
const stalestDays = 75;

/** Draws the packages of a machine as they are when the world begins. */
export function drawPackages(spec: MachineSpec, worldStart: Date, seed: number): PackageState {
  const table = packageTable(spec);
  const age = freshestDays + unitInterval(seed, "patched", spec.id) * (stalestDays - freshestDays);
  const patchedAt = new Date(worldStart.getTime() - age * dayLength);
  const installed = Uint16Array.from(table.rows, (row) => row.calendar.newest(patchedAt));
  const installedAt = Uint32Array.from(table.rows, () => Math.floor(patchedAt.getTime() / second));
  return { table, installed, installedAt, awaitingReboot: new Set() };
}
