/** States of a query. https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecutionStatus.html */
export type QueryState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** What a query has answered; cells as Athena writes them, null where there is none. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** How a query ended. */
export interface QueryEnd {
  readonly state: Exclude<QueryState, "QUEUED" | "RUNNING">;
  readonly reason?: string;
  readonly scannedBytes: number;
  /** Of one that succeeded. */
  readonly result?: QueryResult;
}

/** A query that was handed in. */
export interface QueryRun {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly workgroup: string;
  readonly sql: string;
  readonly database: string;
  readonly submittedAt: Date;
  /** Folder of the result, `s3://…/`. */
  readonly output: string;
  /** As it was told last: a query is first seen queued, then running, and then at its end. */
  state: QueryState;
  end: QueryEnd | undefined;
}
