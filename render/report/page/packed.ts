import type { Cell, ReportColumn } from "../../../domain/report/report.ts";

/** A column by its distinct values: a row is the place of its value, and the greater place is the greater value. */
export interface PackedColumn extends Pick<ReportColumn, "key" | "title" | "kind" | "tones"> {
  /** Ascending, the missing value last. */
  readonly values: readonly Cell[];
}

/** A table as the page's script gets it. */
export interface PackedTable {
  /** Of its element. */
  readonly id: string;
  /** Rows. */
  readonly count: number;
  readonly columns: readonly PackedColumn[];
}

/*
 * The packed bytes: the length of a JSON text in four bytes, the last one first, the text, which is the tables, and the
 * rows: for each table and column the lowest byte of every row's place, then the next byte of every row's, as many as
 * its values need. Bytes of one weight together are what a compressor makes least of.
 */

/** Bytes that a place among so many values needs. */
export function placeBytes(values: number): number {
  return Math.max(1, Math.ceil(Math.log2(values) / 8));
}
