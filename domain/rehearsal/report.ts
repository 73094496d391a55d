import type { LearnedPace } from "../checks/learnedPaces.ts";
import type { RehearsalLimits } from "../plane.ts";
import { byText } from "../text.ts";
import type { PassedLimit } from "./limits.ts";
import { lateReasons, ownReasons } from "./outcome.ts";
import type { Breach, GroupOutcome, LateReason, OverdueServer, SeedOutcome, WindowOutcome } from "./outcome.ts";

/** How a stack was rehearsed: all that decides the outcome besides its files. */
export interface RehearsalTerms {
  /** ISO 8601, UTC. */
  readonly begin: string;
  readonly weeks: number;
  /** Share of servers with a fault, 0–1. */
  readonly faults: number;
  readonly seeds: readonly number[];
  /** Days after which a reviewer approves what a scan shows missing; nobody approves anything when left out. */
  readonly reviewerDays?: number;
  /** How long servers take against the model, where it was measured; left out where nobody asked for it. */
  readonly paces?: readonly LearnedPace[];
}

/** What came of a group and operating system over all seeds: releases are summed, servers are the worst seed's. */
export interface GroupFigures extends Omit<GroupOutcome, "waits" | "overdue"> {
  /** Days from approval to installation of the releases that were installed; undefined when none was. */
  readonly medianDays?: number;
  readonly p95Days?: number;
  /** Of the first seed that has the most. */
  readonly overdue: readonly OverdueServer[];
}

/** What came of a version of a stack. */
export interface RehearsalFigures {
  /** What the version is called: the working tree, or a git ref with its commit. */
  readonly label: string;
  readonly servers: number;
  readonly groups: readonly GroupFigures[];
  /** Of every window and location each figure's worst seed. */
  readonly windows: readonly WindowOutcome[];
  /** Of the first seed that has the most. */
  readonly breaches: readonly Breach[];
}

/** A group and operating system, or a window and location. */
export interface WorseSubject {
  readonly group?: string;
  readonly os?: string;
  readonly window?: string;
  readonly location?: string;
}

/** A figure that the change makes worse; without a subject it is of the whole stack. */
export interface Worsened extends WorseSubject {
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

/** A rehearsal: the figures of a stack, and of its base where there is one. */
export interface RehearsalReport {
  readonly stack: string;
  readonly terms: RehearsalTerms;
  readonly head: RehearsalFigures;
  readonly base?: RehearsalFigures;
  /** Against the base; empty without one. */
  readonly worse: readonly Worsened[];
  /** Limits of the stack file, where it has any. */
  readonly limits?: RehearsalLimits;
  readonly passed: readonly PassedLimit[];
}

function quantile(waits: GroupOutcome["waits"], share: number): number | undefined {
  const total = waits.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [hours, count] of waits) {
    seen += count;
    if (seen >= share * total) return Math.round((hours / 24) * 10) / 10;
  }
  return undefined;
}

function pooled(all: readonly GroupOutcome["waits"][]): GroupOutcome["waits"] {
  const counts = new Map<number, number>();
  for (const [hours, count] of all.flat()) counts.set(hours, (counts.get(hours) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function most<T>(all: readonly (readonly T[])[]): readonly T[] {
  return all.reduce((longest, each) => (each.length > longest.length ? each : longest), []);
}

/** Releases that came late or not at all; `own` counts only those that lie in a server, `stack` only the others. */
export function lateOf({ late }: Pick<GroupOutcome, "late">, whose: "all" | "own" | "stack" = "all"): number {
  return sum(
    lateReasons.map((reason) => (whose === "all" || ownReasons.has(reason) === (whose === "own") ? late[reason] : 0)),
  );
}

function groupFigures(seeds: readonly GroupOutcome[]): GroupFigures | undefined {
  const [first] = seeds;
  if (first === undefined) return undefined;
  const worst = (of: (seed: GroupOutcome) => number): number => Math.max(...seeds.map(of));
  const waits = pooled(seeds.map((seed) => seed.waits));
  const [medianDays, p95Days] = [quantile(waits, 0.5), quantile(waits, 0.95)];
  return {
    group: first.group,
    os: first.os,
    approval: first.approval,
    servers: first.servers,
    onTime: sum(seeds.map(({ onTime }) => onTime)),
    late: Object.fromEntries(
      lateReasons.map((reason) => [reason, sum(seeds.map(({ late }) => late[reason]))]),
    ) as Record<LateReason, number>,
    open: sum(seeds.map(({ open }) => open)),
    ...(medianDays === undefined ? {} : { medianDays }),
    ...(p95Days === undefined ? {} : { p95Days }),
    overdueNow: worst(({ overdueNow }) => overdueNow),
    overdueEver: worst(({ overdueEver }) => overdueEver),
    overdue: most(seeds.map(({ overdue }) => overdue)),
    neverClean: worst(({ neverClean }) => neverClean),
    longNonCompliant: worst(({ longNonCompliant }) => longNonCompliant),
    nonCompliant: most(seeds.map(({ nonCompliant }) => nonCompliant)),
    longAwaitingReboot: worst(({ longAwaitingReboot }) => longAwaitingReboot),
    neverScanned: worst(({ neverScanned }) => neverScanned),
  };
}

function windowFigures(seeds: readonly WindowOutcome[]): WindowOutcome | undefined {
  const [first] = seeds;
  if (first === undefined) return undefined;
  const worst = (of: (seed: WindowOutcome) => number): number => Math.max(...seeds.map(of));
  return {
    ...first,
    runs: Math.min(...seeds.map(({ runs }) => runs)),
    notRun: worst(({ notRun }) => notRun),
    overruns: worst(({ overruns }) => overruns),
    servers: worst(({ servers }) => servers),
    untouched: {
      cutOff: worst(({ untouched }) => untouched.cutOff),
      unreachable: worst(({ untouched }) => untouched.unreachable),
      errorLimit: worst(({ untouched }) => untouched.errorLimit),
      earlierStep: worst(({ untouched }) => untouched.earlierStep),
    },
    failed: worst(({ failed }) => failed),
    longestMinutes: worst(({ longestMinutes }) => longestMinutes),
    minutesUsed: worst(({ minutesUsed }) => minutesUsed),
  };
}

/** Puts the seeds of a version together. */
export function rehearsalFigures(label: string, seeds: readonly SeedOutcome[]): RehearsalFigures {
  const groups = Map.groupBy(
    seeds.flatMap((seed) => seed.groups),
    ({ group, os }) => `${group} ${os}`,
  );
  const windows = Map.groupBy(
    seeds.flatMap((seed) => seed.windows),
    ({ window, location }) => `${window} ${location}`,
  );
  return {
    label,
    servers: Math.max(0, ...seeds.map(({ servers }) => servers)),
    groups: [...groups.values()].flatMap((each) => groupFigures(each) ?? []),
    windows: [...windows.values()].flatMap((each) => windowFigures(each) ?? []),
    breaches: most(seeds.map(({ breaches }) => breaches)),
  };
}

type Figure<T> = readonly [what: string, of: (row: T) => number];

const groupFiguresCompared: readonly Figure<GroupFigures>[] = [
  ["security releases late", (group) => lateOf(group)],
  ["servers overdue at the end", ({ overdueNow }) => overdueNow],
  ["servers overdue at any time", ({ overdueEver }) => overdueEver],
  ["servers never seen clean", ({ neverClean }) => neverClean],
  ["servers non-compliant for more than 30 days", ({ longNonCompliant }) => longNonCompliant],
  ["servers awaiting a reboot for more than 30 days", ({ longAwaitingReboot }) => longAwaitingReboot],
  ["servers never scanned", ({ neverScanned }) => neverScanned],
];

const windowFiguresCompared: readonly Figure<WindowOutcome>[] = [
  ["runs that did not begin", ({ notRun }) => notRun],
  ["runs over the cutoff", ({ overruns }) => overruns],
  ["servers cut off", ({ untouched }) => untouched.cutOff],
  ["servers stopped by others' errors", ({ untouched }) => untouched.errorLimit],
];

const breachWords: Readonly<Record<Breach["kind"], string>> = {
  leftStopped: "services left stopped",
  reboot: "reboots where none are allowed",
  unapproved: "packages that nobody approved",
};

/** Kinds of breaches with how many there are, the same kinds always in the same order. */
export function breachCounts({ breaches }: Pick<RehearsalFigures, "breaches">): readonly (readonly [string, number])[] {
  return Object.entries(breachWords).map(([kind, words]) => [
    words,
    breaches.filter((breach) => breach.kind === kind).length,
  ]);
}

function compared<T extends object>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (row: T) => string,
  figures: readonly Figure<T>[],
  subjectOf: (row: T) => WorseSubject,
): readonly Worsened[] {
  const old = new Map(before.map((row) => [keyOf(row), row]));
  return after.flatMap((row) => {
    const was = old.get(keyOf(row));
    return figures.flatMap(([what, of]) => {
      const [then, now] = [was === undefined ? 0 : of(was), of(row)];
      return now > then ? [{ what, before: then, after: now, ...subjectOf(row) }] : [];
    });
  });
}

/** Every figure that is worse than in the base; of what the base does not have, every figure counts from 0. */
export function worsened(base: RehearsalFigures, head: RehearsalFigures): readonly Worsened[] {
  const breachesBefore = new Map(breachCounts(base));
  return [
    ...compared(
      base.groups,
      head.groups,
      ({ group, os }) => `${group} ${os}`,
      groupFiguresCompared,
      ({ group, os }) => ({ group, os }),
    ),
    ...compared(
      base.windows,
      head.windows,
      ({ window, location }) => `${window} ${location}`,
      windowFiguresCompared,
      ({ window, location }) => ({ window, location }),
    ),
    ...breachCounts(head).flatMap(([what, after]) => {
      const before = breachesBefore.get(what) ?? 0;
      return after > before ? [{ what, before, after }] : [];
    }),
  ];
}

/** Figures of all groups and windows together. */
export interface RehearsalTotals {
  readonly onTime: number;
  readonly late: number;
  /** Late for a reason that does not lie in the server. */
  readonly lateByStack: number;
  readonly open: number;
  readonly overdueNow: number;
  readonly overdueEver: number;
  readonly runs: number;
  readonly notRun: number;
  readonly overruns: number;
  readonly cutOff: number;
}

/** Adds up groups and windows. */
export function totalsOf({ groups, windows }: RehearsalFigures): RehearsalTotals {
  return {
    onTime: sum(groups.map(({ onTime }) => onTime)),
    late: sum(groups.map((group) => lateOf(group))),
    lateByStack: sum(groups.map((group) => lateOf(group, "stack"))),
    open: sum(groups.map(({ open }) => open)),
    overdueNow: sum(groups.map(({ overdueNow }) => overdueNow)),
    overdueEver: sum(groups.map(({ overdueEver }) => overdueEver)),
    runs: sum(windows.map(({ runs }) => runs)),
    notRun: sum(windows.map(({ notRun }) => notRun)),
    overruns: sum(windows.map(({ overruns }) => overruns)),
    cutOff: sum(windows.map(({ untouched }) => untouched.cutOff)),
  };
}

/**
 * Whether something is worse than the base, or a limit is passed; without either, whether anything went wrong that does
 * not lie in a server. What must never happen counts where there is no base.
 */
export function hasRehearsalFindings({ head, base, worse, limits, passed }: RehearsalReport): boolean {
  if (passed.length > 0) return true;
  if (base !== undefined) return worse.length > 0;
  if (limits !== undefined) return head.breaches.length > 0;
  const { lateByStack, notRun, overruns, cutOff } = totalsOf(head);
  return lateByStack + notRun + overruns + cutOff + head.breaches.length > 0;
}

/** Sorted by group and operating system, then by name: the order of a page. */
export function byGroup(left: GroupFigures, right: GroupFigures): number {
  return byText(left.group, right.group) || byText(left.os, right.os);
}
