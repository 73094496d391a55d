import { faultReport } from "../../config/faultReport.ts";
import type { ProjectFiles } from "../../config/projectFiles.ts";
import type { Fault } from "../../domain/fault.ts";

/** Something in the command line or the configuration that a person has to correct: exit code 2. */
export class UsageError extends Error {
  readonly faults: readonly Fault[];
  readonly #files: Pick<ProjectFiles, "read">;

  /** @param files - those the faults are in, to show their lines */
  constructor(faults: readonly Fault[], files: Pick<ProjectFiles, "read"> = { read: () => undefined }) {
    super(faultReport(faults, files));
    this.name = "UsageError";
    this.faults = faults;
    this.#files = files;
  }

  /** The same with faults in other words. */
  with(change: (fault: Fault) => Fault): UsageError {
    return new UsageError(this.faults.map(change), this.#files);
  }
}
