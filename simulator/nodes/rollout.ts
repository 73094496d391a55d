import type { SimulatedCloud } from "../state/cloud.ts";

/** How many at a time, and how many may fail. */
export interface RolloutLimits {
  readonly concurrency: number;
  /** Further starts stop when more than this many have failed. */
  readonly errors: number;
}

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

/** What a rollout does with its members. */
export interface RolloutWork<T> {
  /** Starts one, and reports its end once, by whether it failed. */
  start(member: T, ended: (failed: boolean) => void): void;
  /** Is told of each that is not started because too many have failed. */
  leftOut(member: T): void;
  /** Every member has ended or was left out. */
  ended(): void;
}

/**
 * Goes through members in order, as many at a time as the limits say, in virtual time. A member starts when a place is
 * free; after too many failures no further one does, while those under way go on.
 */
export function rollout<T>(
  cloud: SimulatedCloud,
  members: readonly T[],
  limits: RolloutLimits,
  work: RolloutWork<T>,
): void {
  const waiting = members[Symbol.iterator]();
  let left = members.length;
  let running = 0;
  let failures = 0;
  let due = false;
  const fill = (): void => {
    due = false;
    while (left > 0 && (failures > limits.errors || running < limits.concurrency)) {
      const { value: member } = waiting.next() as IteratorYieldResult<T>;
      left -= 1;
      if (failures > limits.errors) {
        work.leftOut(member);
        continue;
      }
      running += 1;
      work.start(member, (failed) => {
        running -= 1;
        if (failed) failures += 1;
        // What ends at one instant is counted whole before anything else starts.
        if (!due) cloud.agenda.add(cloud.clock.now(), fill);
        due = true;
      });
    }
    if (left === 0 && running === 0) work.ended();
  };
  fill();
}
