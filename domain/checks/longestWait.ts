import { readSchedule } from "../schedule/awsCron.ts";
import type { Baseline } from "../baseline.ts";
import type { WindowSchedule } from "../window.ts";
import { sinceMonthlyUpdate } from "../schedule/patchTuesday.ts";
import { cycleRuns, referenceDays, referenceRuns, stepsInHours } from "../schedule/referenceRuns.ts";

type Rule = Baseline["rules"][number];

/** Longest time between two runs of schedules, and whether there is only one date. */
export type Interval = { readonly days: number } | { readonly oneDate: true } | undefined;

/**
 * The longest time a server may wait between two runs of the given schedules, in whole days. Recurring schedules are
 * taken together over the reference year; a list of dates is taken by itself, and the better of the two counts.
 * Undefined when nothing ever runs.
 */
export function longestInterval(schedules: readonly WindowSchedule[]): Interval {
  return once(knownSteps, JSON.stringify(schedules), () => stepBetween(schedules));
}

const knownSteps = new Map<string, Interval>();

/** What was computed for a key before: schedules recur in every location and for many groups. */
function once<T>(known: Map<string, T>, key: string, compute: () => T): T {
  const found = known.get(key);
  if (found !== undefined || known.has(key)) return found as T;
  const value = compute();
  known.set(key, value);
  return value;
}

function stepBetween(schedules: readonly WindowSchedule[]): Interval {
  const days: number[] = ofKind(schedules, "rate").map((schedule) => rateDays(schedule));
  const recurring = ofKind(schedules, "cron").flatMap((schedule) => referenceRuns(schedule));
  if (recurring.length > 0) {
    days.push(recurring.length === 1 ? referenceDays : longest(stepsInHours(recurring)) / 24);
  }
  const dates = ofKind(schedules, "at").flatMap((schedule) => referenceRuns(schedule));
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

function ofKind(schedules: readonly WindowSchedule[], kind: "rate" | "cron" | "at"): readonly WindowSchedule[] {
  return schedules.filter(({ expression }) => {
    const read = readSchedule(expression, "maintenanceWindow");
    return "schedule" in read && read.schedule.kind === kind;
  });
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

/**
 * Whether a rule approves the monthly cumulative updates of Windows itself: those of security. Updates of applications,
 * definitions and the like have a life of their own, and a preview comes again with the next month's security update.
 */
export function approvesMonthlyUpdate({ operatingSystem, rules }: Baseline, index: number): boolean {
  const filters: Readonly<Partial<Record<string, readonly string[]>>> = rules[index]?.filters ?? {};
  const allows = (key: string, value: string): boolean =>
    filters[key]?.some((each) => each === value || each === "*") ?? true;
  return operatingSystem === "WINDOWS" && allows("CLASSIFICATION", "SecurityUpdates") && allows("PATCH_SET", "OS");
}

/** Longest a patch of one rule waits: from a run just missed to the next that may install it, and its approval. */
export interface RuleWait {
  /** Index of the rule in its baseline. */
  readonly rule: number;
  /**
   * Longest time between two runs that may install what the rule approves. More than between any two where a Patch
   * Tuesday starts the delay anew, and null where no run ever comes after the delay and before the next one.
   */
  readonly intervalDays: number | null;
  readonly delayDays: number;
  /** `intervalDays` and `delayDays` together; null as that is. */
  readonly worstDays: number | null;
  readonly slaDays: number;
}

/**
 * How long the patches of each rule of a baseline may wait, where schedules install it. Rules that end at a date are
 * left out; empty where no run follows another.
 *
 * Of Windows' cumulative updates only the newest is offered. One released at t is therefore installed, by itself or
 * within a newer one, at the first run at which both it and the last Patch Tuesday's are `delay` days old: the first run
 * from t + `delay` on that lies at least `delay` days behind the last Patch Tuesday. So the longest wait is the longest
 * step between runs of that kind, and the delay.
 */
export function ruleWaits(baseline: Baseline, schedules: readonly WindowSchedule[]): readonly RuleWait[] {
  const interval = longestInterval(schedules);
  if (interval === undefined || "oneDate" in interval) return [];
  const rules: readonly Rule[] = baseline.rules;
  return rules.flatMap((each, rule) => {
    const delayDays = approvalDelayDays(each);
    if (delayDays === undefined) return [];
    const between =
      delayDays > 0 && approvesMonthlyUpdate(baseline, rule) ? monthlyInterval(schedules, delayDays) : interval.days;
    const intervalDays = between === null ? null : Math.max(between, interval.days);
    const worstDays = intervalDays === null ? null : intervalDays + delayDays;
    return [{ rule, intervalDays, delayDays, worstDays, slaDays: each.slaDays }];
  });
}

const knownIntervals = new Map<string, number | null>();
const knownServing = new Map<string, readonly Date[]>();

/** As {@link longestInterval}, of those runs alone that come after the delay of the last Patch Tuesday's update. */
function monthlyInterval(schedules: readonly WindowSchedule[], delayDays: number): number | null {
  return once(knownIntervals, JSON.stringify([delayDays, schedules]), () => {
    // Of a rate nobody knows the phase: at worst a run comes just before a Patch Tuesday, and one just before its approval.
    const days = ofKind(schedules, "rate").map((schedule) => {
      const step = rateDays(schedule);
      return (Math.ceil(delayDays / step) + 1) * step;
    });
    days.push(longestServed(ofKind(schedules, "cron"), cycleRuns, delayDays));
    const dates = ofKind(schedules, "at");
    if (dates.length > 1) {
      days.push(longestServed(dates, referenceRuns, delayDays));
    }
    const shortest = Math.min(...days);
    return shortest === Infinity ? null : Math.round(shortest);
  });
}

/** Longest step in days between those of schedules' runs that serve; Infinity where none does. */
function longestServed(
  schedules: readonly WindowSchedule[],
  runsOf: (schedule: WindowSchedule) => readonly Date[],
  delayDays: number,
): number {
  const serving = schedules.flatMap((schedule) =>
    once(knownServing, JSON.stringify([delayDays, schedule]), () =>
      runsOf(schedule).filter((at) => sinceMonthlyUpdate(at).days >= delayDays),
    ),
  );
  if (serving.length === 0) return Infinity;
  // What the first run leaves waits for the next at least, and what the last leaves has waited since the one before.
  const ends = schedules.flatMap((schedule) =>
    [runsOf(schedule).at(0), runsOf(schedule).at(-1)].filter((at) => at !== undefined),
  );
  const times = ends.map((at) => at.getTime());
  const [first, last] = [new Date(Math.min(...times)), new Date(Math.max(...times))];
  return longest(stepsInHours([first, ...serving, last])) / 24;
}
