import Table from "cli-table3";
import stringWidth from "string-width";
import { wrapped } from "./writers/wrap.ts";

const noBorder = {
  "top-left": "",
  "top-mid": "",
  top: "",
  "top-right": "",
  "bottom-left": "",
  "bottom-mid": "",
  bottom: "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
const gap = 2;

/** One column of a plain table. */
export interface Column<Row> {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (row: Row) => string | number;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => stringWidth(text)));
}

/**
 * How wide columns may be for a table to fit: titles are wrapped first, then what has most to give. Nothing is parted
 * within a word, so that a table of long words stays wider.
 */
function fittedWidths(columns: readonly (readonly string[])[], width: number): readonly number[] {
  const whole = columns.map(widest);
  const total = (widths: readonly number[]): number =>
    widths.reduce((sum, each) => sum + each, gap * (widths.length - 1));
  if (total(whole) <= width) return whole;
  const least = columns.map((cells) => widest(cells.flatMap((cell) => cell.split(" "))));
  const widths = columns.map(([title = "", ...cells]) => Math.max(widest(cells), widest(title.split(" "))));
  const givers = widths.map((_, index) => index);
  const spare = (index: number): number => (widths[index] ?? 0) - (least[index] ?? 0);
  let over = total(widths) - width;
  for (const index of givers.sort((a, b) => spare(b) - spare(a))) {
    const given = Math.max(0, Math.min(over, spare(index)));
    widths[index] = (widths[index] ?? 0) - given;
    over -= given;
  }
  return widths;
}

/**
 * A table as plain text, without colour or borders: it reads the same on a terminal, in a pipe and in a log.
 * @param width - columns of the terminal; cells are wrapped between words to fit
 */
export function plainTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width = Infinity): string {
  const texts = columns.map(({ title, cell }) => [title, ...rows.map((row) => String(cell(row)))]);
  const widths = fittedWidths(texts, width);
  const cells = texts.map((column, index) => column.map((text) => wrapped(text, widths[index] ?? Infinity).join("\n")));
  const line = (row: number): string[] => cells.map((column) => column[row] ?? "");
  const table = new Table({
    head: line(0),
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": gap },
    chars: noBorder,
  });
  table.push(...rows.map((_, row) => line(row + 1)));
  return table
    .toString()
    .split("\n")
    .map((text) => text.trimEnd())
    .join("\n");
}
