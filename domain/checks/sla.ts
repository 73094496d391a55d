import { readSchedule } from "../schedule/awsCron.ts";
import { finding } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import { isOrdinaryInstall, placementOf, reaches } from "../fleet/placement.ts";
import type { Baseline } from "../baseline.ts";
import type { ManagedGroup, Plane } from "../plane.ts";
import type { Window, WindowSchedule } from "../window.ts";
import { referenceDays, referenceRuns, stepsInHours } from "../schedule/referenceRuns.ts";
import { operatingSystemOf } from "../server.ts";

/** A business unit's own duty: its production is patched at least this often, whatever the patches are. */
export const businessUnitDuties: Readonly<Record<string, { readonly everyDays: number }>> = {
  source: { everyDays: 30 },
};

/** Whether an environment's name, of a stack or of a server, says production. */
export function isProduction(environment: string): boolean {
  return /^prod/i.test(environment);
}

type Rule = Baseline["rules"][number];

/** Longest time between two runs of schedules, and whether there is only one date. */
export type Interval = { readonly days: number } | { readonly oneDate: true } | undefined;

/**
 * The longest time a server may wait between two runs of the given schedules, in whole days. Recurring schedules are
 * taken together over the reference year; a list of dates is taken by itself, and the better of the two counts.
 * Undefined when nothing ever runs.
 */
export function longestInterval(schedules: readonly WindowSchedule[]): Interval {
  const read = schedules.map((schedule) => ({ schedule, kind: kindOf(schedule) }));
  const of = (kind: string): readonly WindowSchedule[] =>
    read.filter((entry) => entry.kind === kind).map((entry) => entry.schedule);
  const days: number[] = of("rate").map((schedule) => rateDays(schedule));
  const recurring = of("cron").flatMap((schedule) => referenceRuns(schedule));
  if (recurring.length > 0) {
    days.push(recurring.length === 1 ? referenceDays : longest(stepsInHours(recurring)) / 24);
  }
  const dates = of("at").flatMap((schedule) => referenceRuns(schedule));
  if (dates.length > 1) {
    days.push(longest(stepsInHours(dates)) / 24);
  }
  if (days.length > 0) {
    return { days: Math.round(Math.min(...days)) };
  }
  return dates.length === 1 ? { oneDate: true } : undefined;
}

/** The longest of steps, of which there may be more than a call takes arguments. */
function longest(steps: readonly number[]): number {
  return steps.reduce((most, step) => Math.max(most, step), 0);
}

function kindOf(schedule: WindowSchedule): string {
  const read = readSchedule(schedule.expression, "maintenanceWindow");
  return "schedule" in read ? read.schedule.kind : "refused";
}

function rateDays(schedule: WindowSchedule): number {
  const read = readSchedule(schedule.expression, "maintenanceWindow");
  return "schedule" in read && read.schedule.kind === "rate" ? read.schedule.minutes / 1440 : Infinity;
}

/** Days from a patch's release to its approval by a rule; undefined for a rule that ends at a date. */
export function approvalDelayDays(rule: Rule): number | undefined {
  if ("approveUntilDate" in rule) {
    return undefined;
  }
  return "approveAfterDays" in rule ? rule.approveAfterDays : 0;
}

/** A rule whose patches may be installed later than its SLA allows. */
export interface SlaBreach {
  /** Index of the rule in its baseline. */
  readonly rule: number;
  readonly slaDays: number;
  readonly delayDays: number;
  /** Interval plus delay: what a patch that comes out just after a run has to wait. */
  readonly worstDays: number;
}

/** The rules of a baseline that an interval between runs cannot keep, the worst first. */
export function slaBreaches(baseline: Baseline, intervalDays: number): readonly SlaBreach[] {
  const rules: readonly Rule[] = baseline.rules;
  return rules
    .flatMap((rule, index) => {
      const delayDays = approvalDelayDays(rule);
      return delayDays === undefined
        ? []
        : [{ rule: index, slaDays: rule.slaDays, delayDays, worstDays: intervalDays + delayDays }];
    })
    .filter((breach) => breach.worstDays > breach.slaDays)
    .toSorted((a, b) => b.worstDays - b.slaDays - (a.worstDays - a.slaDays));
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
      const interval = longestInterval(installSchedules(windows, name, location));
      if (interval === undefined) {
        continue;
      }
      const used = new Set(servers.map((server) => group.baselines[operatingSystemOf(server)]));
      const found = (place: string): readonly Finding[] => [
        ...checkDuty(plane, group, interval, place),
        ...(group.approval === "automatic" ? checkRules(plane, group, used, interval, place) : []),
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

function checkRules(
  plane: Plane,
  group: ManagedGroup,
  used: ReadonlySet<string | undefined>,
  interval: NonNullable<Interval>,
  location: string,
): readonly Finding[] {
  const path = `groups.${group.name}`;
  if ("oneDate" in interval) {
    const message = `its only install window in location ${location} has one date, and nothing follows it`;
    return [finding("sla", { path, message, fix: "add the next dates" })];
  }
  return [...used].flatMap((name) => {
    const baseline = name === undefined ? undefined : plane.baselines[name];
    const [worst] = baseline === undefined ? [] : slaBreaches(baseline, interval.days);
    if (name === undefined || worst === undefined) {
      return [];
    }
    return [
      finding("sla", {
        path,
        message:
          `up to ${String(interval.days)} days between install runs in location ${location} and ` +
          `${String(worst.delayDays)} days of approval delay in rules[${String(worst.rule)}] of ${name}`,
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
