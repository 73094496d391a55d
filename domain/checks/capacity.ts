import { finding } from "./checkTable.ts";
import { counted } from "../text.ts";
import type { Finding } from "../fault.ts";
import { machineCount, serversOf, windowTargets } from "../fleet/placement.ts";
import { minutesAtBest, plannedMinutes, type PlannedRun } from "../fleet/patchTime.ts";
import { longestInterval } from "./longestWait.ts";
import { installSchedules } from "./sla.ts";
import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { operatingSystemOf, type OperatingSystem, type Server } from "../server.ts";

/** Whether a window's time is enough for the servers it reaches in one location. */
export interface CapacityVerdict {
  readonly window: string;
  readonly location: string;
  /** Machines the window reaches there; an Auto Scaling group counts its usual size. */
  readonly hosts: number;
  /** Machines patched at the same time, of the target that takes longest. */
  readonly atOnce: number;
  /** Rounds of `atOnce` machines that target needs. */
  readonly rounds: number;
  /** Minutes that a slow server takes, hooks included. */
  readonly minutesPerHost: number;
  readonly minutesFrom: MinutesFrom;
  readonly minutesNeeded: number;
  /** Duration less cutoff: AWS starts nothing after that. */
  readonly minutesAvailable: number;
  readonly fits: boolean;
  /** Whether servers are cut off whatever they have to install: even fast ones that miss nothing take longer. */
  readonly cutsOff: boolean;
  /** Smallest concurrency that fits, in the unit the window uses; left out when the time is too short for any. */
  readonly fittingConcurrency?: string;
  /** Smallest duration, with the same cutoff, that fits; left out beyond AWS's 24 hours. */
  readonly fittingDurationHours?: number;
}

/**
 * Where the minutes of a server come from: what the window says, the estimate of {@link plannedMinutes}, or the 95th
 * percentile of what installations took.
 */
export type MinutesFrom =
  | { readonly kind: "stackFile" | "model" }
  | { readonly kind: "measured"; readonly os: OperatingSystem; readonly runs: number };

const longestDurationHours = 24;

/**
 * Machines that a MaxConcurrency lets run at once. AWS takes a percentage of the resolved targets and does not say how
 * it rounds: this rounds down, to one at least, which never promises too much (INFERRED).
 */
export function machinesAtOnce(maxConcurrency: string, hosts: number): number {
  const percent = /^(\d+)%$/.exec(maxConcurrency)?.[1];
  const allowed = percent === undefined ? Number(maxConcurrency) : Math.floor((hosts * Number(percent)) / 100);
  return Math.max(1, Math.min(allowed, hosts));
}

/**
 * The verdict on a window in a location. A window has one patch task per reboot option of its groups, at the same
 * priority, so they run side by side and the slowest decides.
 */
export function windowCapacity(plane: Plane, window: Window, location: string): CapacityVerdict {
  const servers = serversOf(plane, window, location);
  const minutesAvailable = (window.durationHours - window.cutoffHours) * 60;
  const sizes = windowTargets(plane, window).map((target) =>
    machineCount(servers.filter((server) => target.groups.includes(server.patchGroup))),
  );
  const loads = sizes.map((hosts) => ({ hosts, ...roundsFor(window.maxConcurrency, hosts) }));
  const slowest = loads.reduce((worst, load) => (load.rounds > worst.rounds ? load : worst), {
    hosts: 0,
    atOnce: 0,
    rounds: 0,
  });
  const run = plannedRun(plane, window, location, servers);
  const { minutesPerHost, minutesFrom } = minutesOf(plane, window, location, run);
  const minutesNeeded = slowest.rounds * minutesPerHost;
  const atBest = Math.max(
    0,
    ...loads.map(({ hosts, atOnce }) => (hosts * minutesAtBest(plane, run)) / Math.max(1, atOnce)),
  );
  const verdict = {
    window: window.name,
    location,
    hosts: machineCount(servers),
    atOnce: slowest.atOnce,
    rounds: slowest.rounds,
    minutesPerHost,
    minutesFrom,
    minutesNeeded,
    minutesAvailable,
    fits: minutesNeeded <= minutesAvailable,
    cutsOff: atBest > minutesAvailable,
  };
  return verdict.fits ? verdict : { ...verdict, ...whatFits(window, sizes, verdict) };
}

/** The slowest of the window's operating systems decides: each by what was measured, or else by the model. */
function minutesOf(
  plane: Plane,
  window: Window,
  location: string,
  run: PlannedRun,
): Pick<CapacityVerdict, "minutesPerHost" | "minutesFrom"> {
  if (window.minutesPerHost !== undefined)
    return { minutesPerHost: window.minutesPerHost, minutesFrom: { kind: "stackFile" } };
  const measured = (plane.learned ?? []).filter(
    (each) => each.window === window.name && each.location === location && run.systems.has(each.os),
  );
  const known = new Set(measured.map(({ os }) => os));
  const [slowest] = measured.toSorted((a, b) => b.p95Minutes - a.p95Minutes);
  const systems = run.systems.difference(known);
  const planned = slowest !== undefined && systems.size === 0 ? 0 : plannedMinutes(plane, { ...run, systems });
  if (slowest === undefined || run.operation === "scan" || slowest.p95Minutes < planned)
    return { minutesPerHost: planned, minutesFrom: { kind: "model" } };
  const { os, runs, p95Minutes } = slowest;
  return { minutesPerHost: Math.max(1, p95Minutes), minutesFrom: { kind: "measured", os, runs } };
}

/** What a server of a window has to do in one run: as much as waits since the run before. */
export function plannedRun(plane: Plane, window: Window, location: string, servers: readonly Server[]): PlannedRun {
  // A baseline override names the few packages that the groups' own baselines leave out: kernels.
  const overridden = window.baselineOverride.length > 0;
  const intervals = window.groups.map((group) => longestInterval(installSchedules([window], group, location)));
  const days = intervals.map((interval) => (interval !== undefined && "days" in interval ? interval.days : Infinity));
  const { before, after } = window.hooks;
  return {
    operation: window.operation,
    systems: new Set(servers.map((server) => operatingSystemOf(server))),
    days: overridden ? 0 : Math.max(...days),
    reboots: windowTargets(plane, window).some(({ reboot }) => reboot === "RebootIfNeeded"),
    hookSeconds: [...before, ...after].reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, 0),
  };
}

function roundsFor(maxConcurrency: string, hosts: number): { readonly atOnce: number; readonly rounds: number } {
  const atOnce = hosts === 0 ? 0 : machinesAtOnce(maxConcurrency, hosts);
  return { atOnce, rounds: hosts === 0 ? 0 : Math.ceil(hosts / atOnce) };
}

function whatFits(
  window: Window,
  sizes: readonly number[],
  { minutesPerHost, minutesNeeded, minutesAvailable }: CapacityVerdict,
): Pick<CapacityVerdict, "fittingConcurrency" | "fittingDurationHours"> {
  const hours = window.cutoffHours + Math.ceil(minutesNeeded / 60);
  const duration = hours <= longestDurationHours ? { fittingDurationHours: hours } : {};
  const rounds = Math.floor(minutesAvailable / minutesPerHost);
  if (rounds < 1) {
    return duration;
  }
  if (!window.maxConcurrency.endsWith("%")) {
    return { fittingConcurrency: String(Math.max(...sizes.map((hosts) => Math.ceil(hosts / rounds)))), ...duration };
  }
  // Rounding makes small groups jump, so the percentage is looked for and not solved for; 100 % always fits.
  const percents = Array.from({ length: 100 }, (_, index) => `${String(index + 1)}%`);
  const fitting = percents.find((percent) => sizes.every((hosts) => roundsFor(percent, hosts).rounds <= rounds));
  return fitting === undefined ? duration : { fittingConcurrency: fitting, ...duration };
}

/** The verdict on every window in every one of its locations, in the plane's order. */
export function windowCapacities(plane: Plane): readonly CapacityVerdict[] {
  return Object.values(plane.windows).flatMap((window) =>
    window.locations.map((location) => windowCapacity(plane, window, location)),
  );
}

function adviceOf(verdict: CapacityVerdict): string {
  const ways: string[] = [];
  if (verdict.fittingConcurrency !== undefined) {
    ways.push(`raise maxConcurrency to ${verdict.fittingConcurrency}`);
  }
  if (verdict.fittingDurationHours !== undefined) {
    ways.push(`raise durationHours to ${String(verdict.fittingDurationHours)}`);
  }
  return [...ways, "spread the groups over more windows"].join(", or ");
}

/**
 * Installing windows in which the first failure stops everybody, because their `maxErrors` is a percentage of few servers. AWS does
 * not say how it rounds; this rounds down, which never promises too much (INFERRED).
 */
export function checkMaxErrors(plane: Plane): readonly Finding[] {
  const windows = Object.values(plane.windows).filter(({ operation }) => operation === "install");
  return windows.flatMap((window) =>
    window.locations.flatMap((location) => {
      const percent = /^(\d+)%$/.exec(window.maxErrors)?.[1];
      const sizes = windowTargets(plane, window).map(({ groups }) =>
        machineCount(serversOf(plane, window, location).filter(({ patchGroup }) => groups.includes(patchGroup))),
      );
      const few = sizes.filter((hosts) => hosts > 1 && Math.floor((hosts * Number(percent)) / 100) === 0);
      const [hosts] = few.toSorted((a, b) => a - b);
      if (percent === undefined || percent === "0" || hosts === undefined) return [];
      return [
        finding("max-errors", {
          path: `windows.${window.name}.maxErrors`,
          message: `${window.maxErrors} of ${counted(hosts, "server")} in location ${location} is none, so the first failure stops the run for all of them`,
          value: window.maxErrors,
          allowed: `a number, or at least ${String(Math.ceil(100 / hosts))}%`,
          fix: "write a number of servers, or a percentage that is one of them at least",
          about: { window: window.name, location },
        }),
      ];
    }),
  );
}

function measuredText({ minutesFrom }: CapacityVerdict): string {
  if (minutesFrom.kind !== "measured") return "";
  return ` (95th percentile of ${counted(minutesFrom.runs, "installation")} on ${minutesFrom.os})`;
}

/** Findings about windows that are too short for their servers; one whose cutoff leaves no time is another check's. */
export function checkCapacity(plane: Plane): readonly Finding[] {
  return windowCapacities(plane)
    .filter((verdict) => !verdict.fits && verdict.minutesAvailable > 0)
    .map((verdict) =>
      finding("window-capacity", {
        path: `windows.${verdict.window}`,
        message:
          `${String(verdict.hosts)} servers in location ${verdict.location}, ${String(verdict.atOnce)} at once and ` +
          `${String(verdict.minutesPerHost)} minutes each${measuredText(verdict)}, need ${String(verdict.minutesNeeded)} minutes; the window ` +
          `has ${String(verdict.minutesAvailable)} until its cutoff${verdict.cutsOff ? ", which is too short even for fast servers that miss nothing" : ""}`,
        fix: adviceOf(verdict),
        about: { window: verdict.window, location: verdict.location },
      }),
    );
}
