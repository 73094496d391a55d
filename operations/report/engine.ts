import type { Unreadable } from "./partitions.ts";
import type { Parameters, Query } from "../../domain/report/queries.ts";

/** A row of a query by its columns, all texts: what is null is empty. */
export type Row = Readonly<Record<string, string>>;

/** What answers the queries in `reports/`. */
export interface Engine {
  /** The rows of a query, in its order. */
  readonly rows: (query: Query, parameters: Parameters) => Promise<readonly Row[]>;
  readonly close: () => void;
}

/** A store that is ready for reports. */
export interface OpenedStore {
  readonly engine: Engine;
  /** Locations whose files cannot be read, or whose collecting was cut off: nothing of them is in any report. */
  readonly unreadable: readonly Unreadable[];
}
