import { finding } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import { isOrdinaryInstall, placementOf, reaches } from "../fleet/placement.ts";
import { longestInterval, ruleWaits, type Interval, type RuleWait } from "./longestWait.ts";
import type { ManagedGroup, Plane } from "../plane.ts";
import type { Window, WindowSchedule } from "../window.ts";
import { operatingSystemOf } from "../server.ts";

/** A business unit's own duty: its production is patched at least this often, whatever the patches are. */
export const businessUnitDuties: Readonly<Record<string, { readonly everyDays: number }>> = {
  source: { everyDays: 30 },
};

/** Whether an environment's name, of a stack or of a server, says production. */
export function isProduction(environment: string): boolean {
  return /^prod/i.test(environment);
}

/** Schedules of the windows that install on a group in a location by themselves; neither on demand nor of kernels. */
export function installSchedules(
  windows: readonly Window[],
  group: string,
  location: string,
): readonly WindowSchedule[] {
  return windows
    .filter((window) => isOrdinaryInstall(window) && !window.onDemand && reaches(window, group, location))
    .flatMap((window) => window.schedules);
}

/**
 * Findings about automatic groups whose install windows come too seldom for the SLA of their rules, and about business
 * units with a duty of their own. On-demand windows have no interval; what has no window is another check's matter.
 */
export function checkSla(plane: Plane): readonly Finding[] {
  const windows = Object.values(plane.windows);
  const findings = new Map<string, Finding>();
  for (const [location, groups] of placementOf(plane)) {
    for (const [name, servers] of groups) {
      const group = plane.groups[name];
      if (group?.kind !== "managed") {
        continue;
      }
      const schedules = installSchedules(windows, name, location);
      const interval = longestInterval(schedules);
      if (interval === undefined) {
        continue;
      }
      const used = new Set(servers.map((server) => group.baselines[operatingSystemOf(server)]));
      const found = (place: string): readonly Finding[] => [
        ...checkDuty(plane, group, interval, place),
        ...(group.approval === "automatic" ? checkRules(plane, group, used, { schedules, interval }, place) : []),
      ];
      // The same windows in the next location say the same: once is enough.
      const keys = found("").map(({ id, path, message }) => `${id} ${path} ${message}`);
      for (const [index, each] of found(location).entries()) {
        findings.set(keys[index] ?? "", { ...each, about: { group: name, location } });
      }
    }
  }
  return [...findings.values()];
}

/** When a group's windows install, and how far apart at most. */
interface Installs {
  readonly schedules: readonly WindowSchedule[];
  readonly interval: NonNullable<Interval>;
}

/** What a rule may be over its SLA by, in days; a patch that never comes is the check `windows-superseded`'s matter. */
function over({ worstDays, slaDays }: RuleWait): number {
  return (worstDays ?? 0) - slaDays;
}

function checkRules(
  plane: Plane,
  group: ManagedGroup,
  used: ReadonlySet<string | undefined>,
  { schedules, interval }: Installs,
  location: string,
): readonly Finding[] {
  const path = `groups.${group.name}`;
  if ("oneDate" in interval) {
    const message = `its only install window in location ${location} has one date, and nothing follows it`;
    return [finding("sla", { path, message, fix: "add the next dates" })];
  }
  return [...used].flatMap((name) => {
    const baseline = name === undefined ? undefined : plane.baselines[name];
    const waits = baseline === undefined ? [] : ruleWaits(baseline, schedules);
    const [worst] = waits.filter((wait) => over(wait) > 0).toSorted((a, b) => over(b) - over(a));
    if (name === undefined || worst === undefined) {
      return [];
    }
    const anew = worst.intervalDays === interval.days ? "" : ", which every Patch Tuesday starts anew";
    return [
      finding("sla", {
        path,
        message:
          `up to ${String(interval.days)} days between install runs in location ${location} and ` +
          `${String(worst.delayDays)} days of approval delay in rules[${String(worst.rule)}] of ${name}${anew}`,
        value: worst.worstDays,
        allowed: `${String(worst.slaDays)} days`,
        fix: "install more often, approve earlier, or give the rule the SLA that is really meant",
      }),
    ];
  });
}

function checkDuty(
  plane: Plane,
  group: ManagedGroup,
  interval: NonNullable<Interval>,
  location: string,
): readonly Finding[] {
  const duty = group.businessUnit === undefined ? undefined : businessUnitDuties[group.businessUnit];
  if (duty === undefined || !isProduction(plane.environment)) {
    return [];
  }
  if ("days" in interval && interval.days <= duty.everyDays) {
    return [];
  }
  const days =
    "days" in interval ? `up to ${String(interval.days)} days pass` : "only one date is known, so time passes";
  return [
    finding("sla-cadence", {
      path: `groups.${group.name}`,
      message: `${days} between install runs in location ${location} for business unit ${group.businessUnit ?? ""}`,
      ...("days" in interval ? { value: interval.days } : {}),
      allowed: `every ${String(duty.everyDays)} days in production`,
      fix: "add a window or a date",
    }),
  ];
}
