/** A message that a topic took. Who is subscribed by mail gets it; no mail is sent here. */
export interface PublishedMessage {
  readonly at: Date;
  readonly topicArn: string;
  /** Absent where the publisher gave none. */
  readonly subject?: string;
  readonly message: string;
  /** The service that published, or the ARN of the role; `anybody` for a caller whose rights are not enforced. */
  readonly by: string;
}

/** A message that a queue holds; nothing here takes it out again. */
export interface QueuedMessage {
  readonly at: Date;
  readonly queueArn: string;
  readonly body: string;
  readonly by: string;
}

/** One attempt of Lambda to run a function. */
export interface FunctionRun {
  readonly at: Date;
  readonly functionArn: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly result: "success" | "error" | "timeout" | "outOfMemory";
  /** What the handler answered. */
  readonly answer?: unknown;
  /** Name and message of what it threw, or how its process ended. */
  readonly error?: string;
  /** Of the wall clock. */
  readonly milliseconds: number;
  /** Most memory that its process held, in MiB. */
  readonly peakMebibytes: number;
  /** What it wrote to its log. */
  readonly log: string;
}

/** What services told each other and people. */
export interface Deliveries {
  readonly published: PublishedMessage[];
  readonly queued: QueuedMessage[];
  readonly functionRuns: FunctionRun[];
  /** When an alarm last saw what it is for, by its ARN. */
  readonly alarmedAt: Map<string, Date>;
  /** Work that the virtual clock waits for: functions that were called at its present time. */
  readonly pending: (() => Promise<void>)[];
}
