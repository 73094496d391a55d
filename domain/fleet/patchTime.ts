import type { PatchPace, Plane } from "../plane.ts";
import type { OperatingSystem } from "../server.ts";

const linux: PatchPace = {
  scanMinutes: 3,
  minutesPerPackage: 0.2,
  rebootMinutes: 4,
  packagesAtOnce: 6,
  packagesPerDay: 1.3,
  mostPackages: 80,
  fastest: 0.7,
  slowest: 1.4,
};
const windows: PatchPace = {
  ...linux,
  scanMinutes: 4,
  minutesPerPackage: 6,
  rebootMinutes: 6,
  packagesAtOnce: 1,
  packagesPerDay: 0.05,
  mostPackages: 4,
};

/** The pace of each operating system while nobody has measured the fleet. */
export const usualPaces: Plane["paces"] = {
  AMAZON_LINUX_2: linux,
  AMAZON_LINUX_2023: linux,
  DEBIAN: linux,
  UBUNTU: linux,
  WINDOWS: windows,
};

/** What the servers of a window have to do in one run. */
export interface PlannedRun {
  readonly operation: "scan" | "install";
  readonly systems: ReadonlySet<OperatingSystem>;
  /** Days since the run before; `Infinity` where nothing says how long. */
  readonly days: number;
  /** Whether a server may reboot. */
  readonly reboots: boolean;
  /** Seconds that all hooks may take. */
  readonly hookSeconds: number;
}

/** Minutes an installation is planned with at least, as AWS Managed Services does, while nobody has measured less. */
export const leastPlannedMinutes = 30;

function packagesAfter({ packagesAtOnce, packagesPerDay, mostPackages }: PatchPace, days: number): number {
  return Math.min(mostPackages, packagesAtOnce + packagesPerDay * days);
}

/** Minutes that a slow server of an operating system takes, without hooks. */
export function slowMinutes(pace: PatchPace, { operation, days, reboots }: PlannedRun): number {
  const installing = packagesAfter(pace, days) * pace.minutesPerPackage + (reboots ? pace.rebootMinutes : 0);
  return pace.slowest * (pace.scanMinutes + (operation === "scan" ? 0 : installing));
}

/** Minutes that a slow server of the slowest operating system takes, its hooks up to their limits included. */
export function plannedMinutes({ paces }: Pick<Plane, "paces">, run: PlannedRun): number {
  const { operation, systems, hookSeconds } = run;
  const patching = Math.ceil(Math.max(0, ...[...systems].map((os) => slowMinutes(paces[os], run))));
  return operation === "scan" ? patching : Math.max(leastPlannedMinutes, patching) + Math.ceil(hookSeconds / 60);
}

/** Minutes that a fast server takes which has nothing to install. */
export function minutesAtBest({ paces }: Pick<Plane, "paces">, { systems }: PlannedRun): number {
  const scans = [...systems].map((os) => paces[os].scanMinutes * paces[os].fastest);
  return scans.length === 0 ? 0 : Math.min(...scans);
}
