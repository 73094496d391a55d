import type { Fault } from "../domain/fault.ts";

/** Nobody mends more at a time, and no report needs to be longer. */
const mostFaults = 500;

/** The first faults in their order, and how many there are beside them. */
export function firstFaults(faults: readonly Fault[]): readonly Fault[] {
  const more = faults.length - mostFaults;
  const { file } = faults[mostFaults] ?? {};
  const rest = { path: "and more", message: `${String(more)} faults more, which follow when these are mended` };
  return more <= 0 ? faults : [...faults.slice(0, mostFaults), { ...(file === undefined ? {} : { file }), ...rest }];
}
