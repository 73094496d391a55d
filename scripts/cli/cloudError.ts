import type { Fault } from "../../domain/fault.ts";

/** A cloud did not do what a command needs to answer at all: exit code 3. */
export class CloudError extends Error {
  readonly faults: readonly Fault[];

  constructor(fault: Fault, cause: unknown) {
    super(fault.message, { cause });
    this.name = "CloudError";
    this.faults = [fault];
  }
}
