import type { SimulatedCloud } from "../state/cloud.ts";
import { activeFault } from "../world/faults.ts";
import type { Machine } from "../world/machine.ts";
import { drawPackages, installRelease } from "../world/packageState.ts";
import type { PackageChange, PackageState } from "../world/packageState.ts";
import type { InstallPlan } from "./plan.ts";

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
    packages.awaitingReboot.add(row);
    return installRelease(packages, row, release, at);
  });
}
