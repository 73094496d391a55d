import { businessUnitDuties, isProduction } from "../checks/sla.ts";
import { isOrdinaryInstall, windowsAt } from "../fleet/placement.ts";
import type { Baseline } from "../baseline.ts";
import { isReviewed, managed, type ApprovedPatch, type Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { nextWindowRuns } from "../schedule/windowRuns.ts";
import { operatingSystemOf, type Server } from "../server.ts";
import { day } from "../time.ts";
import type { Severity } from "./severity.ts";

/** Days for what is critical or exploited, or of which nobody knows how bad it is; and for everything else. */
export const slaDays = { critical: 30, other: 90 } as const;

/** A patch that a server lacks. */
export interface MissingPatch {
  /** `name.arch` on Linux, `KB…` on Windows. */
  readonly id: string;
  /** Exact version on Linux, as approvals write it; left out on Windows. */
  readonly version?: string;
  /** When a collection first saw it missing. */
  readonly since: Date;
  /** Compliance level that the baseline's rule gives it. */
  readonly level: string;
  readonly severity: Severity;
  /** Whether it mends something that is known to be exploited. */
  readonly exploited: boolean;
}

/** Days within which a patch has to be installed, and what asks for so few. */
export interface PatchSla {
  readonly days: number;
  readonly because: "critical" | "exploited" | "unknownSeverity" | "rule" | "businessUnit" | "other";
}

/** Where a server stands, for what a patch's time limit and next window depend on. */
export interface PatchedServer {
  readonly server: Pick<Server, "patchGroup" | "environment" | "os" | "release">;
  /** Name of its location. */
  readonly location: string;
}

function bySeverity({ severity, exploited }: Pick<MissingPatch, "severity" | "exploited">): PatchSla {
  if (exploited) return { days: slaDays.critical, because: "exploited" };
  if (severity === "critical") return { days: slaDays.critical, because: "critical" };
  if (severity === "unknown") return { days: slaDays.critical, because: "unknownSeverity" };
  return { days: slaDays.other, because: "other" };
}

function byRule(plane: Plane, { server }: PatchedServer, level: string): readonly PatchSla[] {
  const name = managed(plane, server.patchGroup)?.baselines[operatingSystemOf(server)];
  const rules: Baseline["rules"][number][] = [
    ...((name === undefined ? undefined : plane.baselines[name])?.rules ?? []),
  ];
  return rules
    .filter(({ complianceLevel }) => complianceLevel === level.toUpperCase())
    .map((rule) => ({ days: rule.slaDays, because: "rule" }));
}

function byDuty(plane: Plane, { server }: PatchedServer): readonly PatchSla[] {
  const unit = managed(plane, server.patchGroup)?.businessUnit;
  const duty = unit === undefined ? undefined : businessUnitDuties[unit];
  if (duty === undefined || !isProduction(server.environment)) return [];
  return [{ days: duty.everyDays, because: "businessUnit" }];
}

function shortest(first: PatchSla, others: readonly PatchSla[]): PatchSla {
  return others.reduce((found, each) => (each.days < found.days ? each : found), first);
}

/** Days that a stack asks for whatever a patch mends: by its baseline's rule for a compliance level, or by a duty. */
export function stackDays(plane: Plane, placed: PatchedServer, level: string): number | undefined {
  const [first, ...others] = [...byRule(plane, placed, level), ...byDuty(plane, placed)];
  return first === undefined ? undefined : shortest(first, others).days;
}

/**
 * The time limit of a missing patch: the shortest of what its severity, the baseline's rule for its compliance level and
 * its business unit's own duty allow. An unknown severity counts as critical.
 */
export function slaOf(plane: Plane, placed: PatchedServer, patch: MissingPatch): PatchSla {
  return shortest(bySeverity(patch), [...byRule(plane, placed, patch.level), ...byDuty(plane, placed)]);
}

/** The same for who has no stack file: with the days that a collection has kept of it, {@link stackDays}. */
export function keptSla(days: number | undefined, patch: Pick<MissingPatch, "severity" | "exploited">): PatchSla {
  return shortest(bySeverity(patch), days === undefined ? [] : [{ days, because: "rule" }]);
}

/** A run of a window that will install. */
export interface ComingRun {
  readonly window: string;
  readonly at: Date;
}

/** How many runs ahead are looked at: the one that may take a patch, and whether another follows in time. */
const runsAhead = 2;
/** As many runs in a row as a freeze may hold up before nothing further is looked for. */
const mostHeldUp = 512;

function freeRuns(plane: Plane, window: Window, asOf: Date): readonly ComingRun[] {
  for (let count = runsAhead; ; count *= 2) {
    const runs = nextWindowRuns(plane, window, asOf, count);
    const free = runs.filter(({ freeze }) => freeze === undefined);
    if (free.length >= runsAhead || runs.length < count || count > mostHeldUp) {
      return free.slice(0, runsAhead).map(({ utc }) => ({ window: window.name, at: new Date(utc) }));
    }
  }
}

/**
 * The next runs of windows that install on a group's servers in a location by themselves, two of each window, the
 * soonest first. Runs that a freeze touches, of kernels only, and on demand are not among them.
 */
export function comingRuns(plane: Plane, group: string, location: string, asOf: Date): readonly ComingRun[] {
  return windowsAt(plane, location)
    .filter((window) => isOrdinaryInstall(window) && window.groups.includes(group))
    .flatMap((window) => freeRuns(plane, window, asOf))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

function isApproved(patches: readonly ApprovedPatch[] | undefined, { id, version }: MissingPatch): boolean {
  return patches?.some((patch) => patch.id === id && (patch.title === undefined || patch.title === version)) ?? false;
}

/** The coming runs that may install a patch on a server: in a reviewed group those before its approval expires. */
export function runsFor(
  plane: Plane,
  { server }: PatchedServer,
  patch: MissingPatch,
  runs: readonly ComingRun[],
): readonly ComingRun[] {
  if (!isReviewed(plane, server.patchGroup)) return runs;
  const approval = plane.approvals[server.patchGroup];
  if (!isApproved(approval?.patches[operatingSystemOf(server)], patch)) return [];
  return runs.filter(({ at }) => approval !== undefined && at.getTime() < Date.parse(approval.expires));
}

/** How a missing patch stands to its time limit. */
export interface PatchAge {
  /** Whole days since it was first seen missing. */
  readonly days: number;
  /** End of its time limit. */
  readonly dueAt: Date;
  /**
   * `onTime`: another run follows the next one before the limit. `due`: the next run is the last in time, or none comes
   * in time. `overdue`: the limit has passed.
   */
  readonly state: "onTime" | "due" | "overdue";
  /** Whole days past the limit; 0 where it is not overdue. */
  readonly overdueDays: number;
  /** The next run that may install it; left out where none is known. */
  readonly takenBy?: ComingRun;
}

/**
 * How old a missing patch is, measured against its time limit.
 *
 * @param runs - coming runs that may install it, the soonest first: {@link runsFor}
 */
export function patchAge(since: Date, limitDays: number, asOf: Date, runs: readonly ComingRun[]): PatchAge {
  const dueAt = new Date(since.getTime() + limitDays * day);
  const overdue = asOf.getTime() > dueAt.getTime();
  const [takenBy] = runs;
  const inTime = runs.filter(({ at }) => at.getTime() <= dueAt.getTime()).length;
  return {
    days: Math.max(0, Math.floor((asOf.getTime() - since.getTime()) / day)),
    dueAt,
    state: overdue ? "overdue" : inTime < runsAhead ? "due" : "onTime",
    overdueDays: overdue ? Math.floor((asOf.getTime() - dueAt.getTime()) / day) : 0,
    ...(takenBy === undefined ? {} : { takenBy }),
  };
}
