/** The cloud's own time: it stands still until it is advanced. */
export interface Clock {
  now(): Date;
  /** Moves forward; a date in the past is a `RangeError`. */
  moveTo(date: Date): void;
}

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
