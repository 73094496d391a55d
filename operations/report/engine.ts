import type { Parameters, Query } from "./sql.ts";

/** A row of a query by its columns, all texts: what is null is empty. */
export type Row = Readonly<Record<string, string>>;

/** What answers the queries in `reports/`. */
export interface Engine {
  /** The rows of a query, in its order. */
  readonly rows: (query: Query, parameters: Parameters) => Promise<readonly Row[]>;
  readonly close: () => void;
}
