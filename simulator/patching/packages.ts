import type { SimulatedCloud } from "../cloud.ts";
import type { PackageChange } from "../journal.ts";
import { activeFault } from "../world/faults.ts";
import type { Machine } from "../world/machine.ts";
import { drawPackages } from "../world/packageState.ts";
import type { PackageState } from "../world/packageState.ts";
import type { InstallPlan } from "./plan.ts";

const second = 1000;

/** Packages of a machine, drawn when first needed. */
export function packagesOf(cloud: SimulatedCloud, machine: Machine): PackageState {
  machine.packages ??= drawPackages(machine.spec, cloud.startedAt, cloud.seed);
  return machine.packages;
}

/** A machine comes up: what awaited a reboot is in force now. */
export function boot(cloud: SimulatedCloud, machine: Machine, at: Date): void {
  packagesOf(cloud, machine).awaitingReboot.clear();
  machine.bootedAt = at;
  machine.hang = undefined;
}

/** Restarts a machine and tells whether it comes back; one that hangs in its reboot is out of reach from then on. */
export function reboot(cloud: SimulatedCloud, machine: Machine, downAt: Date, upAt: Date): boolean {
  if (activeFault(machine, "rebootHang", downAt) !== undefined) {
    machine.hang = { from: downAt };
    return false;
  }
  boot(cloud, machine, upAt);
  return true;
}

/** Installs releases; they await a reboot from then on. */
export function installReleases(packages: PackageState, plan: InstallPlan, at: Date): readonly PackageChange[] {
  return [...plan].map(([row, release]) => {
    const entry = packages.table.rows[row];
    const from = entry?.release(packages.installed[row] ?? 0).version ?? "";
    packages.installed[row] = release;
    packages.installedAt[row] = Math.floor(at.getTime() / second);
    packages.awaitingReboot.add(row);
    return { name: entry?.name ?? "", from, to: entry?.release(release).version ?? "" };
  });
}
