import type { Plane } from "../domain/plane.ts";
import type { Progress } from "../engine/resolve.ts";

/** What every part of the benchmark works with. */
export interface Session {
  readonly checkout: string;
  /** Temporary folder that is removed at the end. */
  readonly folder: string;
  /** The checked-in stack's, whose shape every drawn fleet has. */
  readonly plane: Plane;
  readonly seed: number;
  /** How often each thing is measured. */
  readonly rounds: number;
  /** Ends what runs. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}
