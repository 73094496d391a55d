import type { Cell, ReportColumn } from "../../../domain/report/report.ts";

/** A column by its distinct values: a row is a number in them, and the greater number is the greater value. */
export interface PackedColumn extends Pick<ReportColumn, "key" | "title" | "kind" | "tones"> {
  /** Ascending, the missing value last. */
  readonly values: readonly Cell[];
  /** Of each row, the place of its value. */
  readonly rows: readonly number[];
}

/** A table as the page's script gets it. */
export interface PackedTable {
  /** Of its element. */
  readonly id: string;
  readonly columns: readonly PackedColumn[];
}
