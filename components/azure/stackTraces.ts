/**
 * Does something while errors take no stack trace; what it throws has its message, and no trace.
 *
 * For registering resources by the hundred: the SDK takes a trace for each of the four promises behind every property
 * of every resource, for a report of promises that never settle. Through the source maps that Pulumi's runner reads
 * for each trace, that is about half of a program's time, and it stays in memory to the end (docs/performance.md). The
 * positions in the source that the SDK sends to the engine are not affected: it lifts the limit for them.
 */
export function withoutStackTraces<T>(act: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return act();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
