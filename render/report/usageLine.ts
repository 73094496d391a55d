const megabyte = 1_000_000;
const terabyte = 1_000_000_000_000;

/**
 * What Athena asks for a terabyte that it reads, in US dollars: the price of most Regions, as docs/reports.md has it
 * with date and source.
 */
const dollarsPerTerabyte = 5;

/** What queries read, in a line, and about what that costs. */
export function usageLine(usage: {
  readonly queries: number;
  readonly scannedBytes: number;
  readonly billedBytes: number;
}): string {
  const { queries, scannedBytes, billedBytes } = usage;
  const cost = (billedBytes / terabyte) * dollarsPerTerabyte;
  return (
    `Athena read ${(scannedBytes / megabyte).toFixed(1)} MB in ${String(queries)} ${queries === 1 ? "query" : "queries"}` +
    `, about $${cost.toFixed(5)} at $${String(dollarsPerTerabyte)} a TB and 10 MB a query at least`
  );
}
