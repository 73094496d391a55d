/** One embedded cloud to start and to scan. */
export interface SimulatorTask {
  readonly checkout: string;
  /** EC2 instances in it. */
  readonly servers: number;
  readonly seed: number;
}

/** What that cost. */
export interface SimulatorCost {
  readonly servers: number;
  /** Until it listens, the drawing of its machines included. */
  readonly startSeconds: number;
  /** One maintenance window per location that scans every server by AWS-RunPatchBaseline. */
  readonly scanSeconds: number;
  /** Highest memory of the process, in MiB. */
  readonly mebibytes: number;
}
