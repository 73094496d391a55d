import type { QueryExecution } from "@aws-sdk/client-athena";
import type { AthenaPlace } from "./athena.ts";
import type { Query } from "../../domain/report/queries.ts";

/** A query that Athena did not answer, with what to do. */
export class QueryFailed extends Error {
  constructor(query: Query, what: string, cause?: unknown) {
    super(`Athena did not answer the query "${query}": ${what}`, { cause });
    this.name = "QueryFailed";
  }
}

/** What Athena's reasons mean, and what to do; the first that matches. */
function explained(reason: string, { scanLimitGigabytes, workgroup }: AthenaPlace): string {
  if (/bytes scanned limit/i.test(reason)) {
    return (
      `it would read more than the ${String(scanLimitGigabytes)} GB that the workgroup ${workgroup} allows; narrow the ` +
      "report to fewer collections, or raise reports.athena.scanLimitGigabytes and deploy"
    );
  }
  if (/access ?denied|insufficient permissions|not authorized/i.test(reason)) {
    return `not allowed: ${reason}; docs/reports.md lists the rights that it takes`;
  }
  if (/HIVE_CURSOR_ERROR|HIVE_BAD_DATA/.test(reason)) {
    return `a file of a collection is damaged: ${reason}; remove that collection, or ask --engine duckdb, which leaves its location out`;
  }
  if (/(TABLE|SCHEMA)_NOT_FOUND|EntityNotFoundException/.test(reason)) {
    return `${reason}; deploy the stack, which makes the tables`;
  }
  return reason;
}

/** The failure of a query that ended otherwise than well. */
export function queryFailure(query: Query, { Status }: QueryExecution, place: AthenaPlace): QueryFailed {
  const { StateChangeReason: reason, State = "UNKNOWN" } = Status ?? {};
  return new QueryFailed(query, explained(reason ?? `it is ${State.toLowerCase()}`, place));
}

/** The failure where Athena has no such workgroup; undefined for any other error. */
export function workgroupMissing(query: Query, error: unknown, { workgroup }: AthenaPlace): QueryFailed | undefined {
  if (!(error instanceof Error) || !/workgroup is not found/i.test(error.message)) return undefined;
  return new QueryFailed(query, `there is no workgroup ${workgroup}; deploy the stack, which makes it`, error);
}
