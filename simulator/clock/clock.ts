import type { Clock } from "../state/cloud.ts";

/** Starts a clock. */
export function createClock(start: Date): Clock {
  let current = start.getTime();
  return {
    now: () => new Date(current),
    moveTo: (date) => {
      if (date.getTime() < current)
        throw new RangeError(
          `the virtual clock cannot go back, got ${date.toISOString()}; it stands at ${new Date(current).toISOString()}`,
        );
      current = date.getTime();
    },
  };
}
