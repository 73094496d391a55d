import { formatFault, type Fault } from "../../domain/fault.ts";

/** A cloud did not do what a command needs to answer at all: exit code 3. */
export class CloudError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "CloudError";
    this.faults = faults;
  }
}

/**
 * Locations without whose scans nothing can be said of what a command line chooses.
 * @param failures - at least one
 * @param others - faults that stand beside them
 */
export function unreadScans(
  failures: readonly { readonly location: string; readonly failure: string }[],
  fix = "see to it first",
  others: readonly Fault[] = [],
): CloudError {
  const unread = failures.map(({ location, failure }) => {
    return { path: `location ${location}`, message: `its scans cannot be read: ${failure}`, fix };
  });
  const faults = [...unread, ...others];
  return new CloudError(faults, faults.map(formatFault).join("\n"));
}
