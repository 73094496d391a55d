/** How many at a time, and how many may fail. */
export interface RolloutLimits {
  readonly concurrency: number;
  /** Further starts stop when more than this many have failed. */
  readonly errors: number;
}

/** How one member of a rollout went. */
export interface RolloutStep {
  readonly minutes: number;
  readonly failed: boolean;
}

/** Why a member was not started. */
export type NotStarted = "errors" | "cutoff";

const minute = 60_000;

/** A count or a percentage of a total: percentages round down, and a concurrency is at least one. */
function share(value: string, total: number): number {
  return value.endsWith("%") ? Math.floor((Number(value.slice(0, -1)) * total) / 100) : Number(value);
}

/**
 * Reads MaxConcurrency and MaxErrors for a number of nodes. The rounding of percentages is an assumption: AWS's pages
 * give even examples only.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
 */
export function rolloutLimits(maxConcurrency: string, maxErrors: string, total: number): RolloutLimits {
  return { concurrency: Math.max(1, share(maxConcurrency, total)), errors: share(maxErrors, total) };
}

/** A member that was started, or not. */
export type RolloutResult<T, S> =
  | { readonly member: T; readonly startedAt: Date; readonly step: S }
  | { readonly member: T; readonly notStarted: NotStarted };

/** Times in ascending order; a place is found by halving, so that thousands of members stay cheap. */
function insert(times: number[], time: number): void {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  times.splice(low, 0, time);
}

/**
 * Goes through members in order, as many at a time as the limits say, in virtual time. A member starts when a place is
 * free; after too many failures, or from `cutoff` on, no further one starts, while those under way go on.
 */
export function rollout<T, S extends RolloutStep>(
  members: readonly T[],
  limits: RolloutLimits,
  start: Date,
  cutoff: Date | undefined,
  run: (member: T, at: Date) => S,
): { readonly results: readonly RolloutResult<T, S>[]; readonly end: Date } {
  const places = Math.max(1, Math.min(limits.concurrency, members.length));
  const busy: number[] = [];
  const failures: number[] = [];
  let end = start.getTime();
  const results = members.map((member): RolloutResult<T, S> => {
    // Every place is free until each has been taken once.
    const at = busy.length < places ? start.getTime() : (busy[0] ?? start.getTime());
    const tooMany = failures[limits.errors];
    if (tooMany !== undefined && tooMany <= at) return { member, notStarted: "errors" };
    if (cutoff !== undefined && at >= cutoff.getTime()) return { member, notStarted: "cutoff" };
    if (busy.length === places) busy.shift();
    const step = run(member, new Date(at));
    const finished = at + step.minutes * minute;
    insert(busy, finished);
    if (step.failed) insert(failures, finished);
    end = Math.max(end, finished);
    return { member, startedAt: new Date(at), step };
  });
  return { results, end: new Date(end) };
}
