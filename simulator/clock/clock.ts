import type { Clock } from "../state/cloud.ts";

/** Starts a clock. */
export function createClock(start: Date): Clock {
  let current = new Date(start);
  return {
    // One object for all that happens at an instant: thousands of records keep it.
    now: () => current,
    moveTo: (date) => {
      if (date < current)
        throw new RangeError(
          `the virtual clock cannot go back, got ${date.toISOString()}; it stands at ${current.toISOString()}`,
        );
      if (date > current) current = new Date(date);
    },
  };
}
