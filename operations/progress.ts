/** One part of a command's work that is worth a line while it goes on. */
export interface Step<T> {
  readonly title: string;
  /** Does it; never rejects for what a row of the answer can say. `show` tells how far it is. */
  readonly act: (show: (line: string) => void) => Promise<StepOutcome<T>>;
}

/** What came of a step. */
export interface StepOutcome<T> {
  readonly value: T;
  /** What came of it, in one line. */
  readonly line: string;
  /** Whether the line says that it failed. */
  readonly failed: boolean;
}

/** Runs steps side by side and shows them; the values are in the steps' order. */
export type RunSteps = <T>(steps: readonly Step<T>[]) => Promise<readonly T[]>;
