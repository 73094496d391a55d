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
/** Where a table would be torn otherwise. */
const narrowGap = 1;

/** One column of a plain table. */
export interface Column<Row> {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (row: Row) => string | number;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => stringWidth(text)));
}

function total(widths: readonly number[], between: number): number {
  return widths.reduce((sum, each) => sum + each, between * (widths.length - 1));
}

/**
 * How wide columns may be for a table to fit: titles are wrapped first, then what has most to give. Nothing is parted
 * within a word; undefined where a table of long words does not fit therefore.
 */
function fittedWidths(
  columns: readonly (readonly string[])[],
  width: number,
  between: number,
): readonly number[] | undefined {
  const whole = columns.map(widest);
  if (total(whole, between) <= width) return whole;
  const least = columns.map((cells) => widest(cells.flatMap((cell) => cell.split(" "))));
  const widths = columns.map(([title = "", ...cells]) => Math.max(widest(cells), widest(title.split(" "))));
  const givers = widths.map((_, index) => index);
  const spare = (index: number): number => (widths[index] ?? 0) - (least[index] ?? 0);
  let over = total(widths, between) - width;
  for (const index of givers.sort((a, b) => spare(b) - spare(a))) {
    const given = Math.max(0, Math.min(over, spare(index)));
    widths[index] = (widths[index] ?? 0) - given;
    over -= given;
  }
  return over > 0 ? undefined : widths;
}

/** What stands in a cell that has nothing to say. */
const nothing = ["", "–"];

/** Rows under each other, for a terminal that a table would be torn by: the first cell, and below it the others by title. */
function stacked(columns: readonly (readonly string[])[], width: number): string {
  const [names = [], ...others] = columns;
  const rows = names.slice(1).flatMap((name, row) => {
    const said = others.flatMap(([title = "", ...cells]) => {
      const cell = cells[row] ?? "";
      return nothing.includes(cell.trim()) ? [] : [`${title}: ${cell.trim()}`];
    });
    const below = said.length === 0 ? [] : wrapped(said.join("; "), width - 2 * gap);
    return [...wrapped(name, width), ...below.map((text) => `${" ".repeat(2 * gap)}${text}`)];
  });
  return rows.join("\n");
}

/**
 * A table as plain text, without colour or borders: it reads the same on a terminal, in a pipe and in a log.
 * @param width - columns of the terminal; cells are wrapped between words to fit, and where that is not enough the rows
 * stand under each other
 */
export function plainTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width = Infinity): string {
  const texts = columns.map(({ title, cell }) => [title, ...rows.map((row) => String(cell(row)))]);
  const [between, widths] =
    [gap, narrowGap]
      .map((each) => [each, fittedWidths(texts, width, each)] as const)
      .find(([, fits]) => fits !== undefined) ?? [];
  if (between === undefined || widths === undefined) return stacked(texts, width);
  const cells = texts.map((column, index) => column.map((text) => wrapped(text, widths[index] ?? Infinity).join("\n")));
  const line = (row: number): string[] => cells.map((column) => column[row] ?? "");
  const table = new Table({
    head: line(0),
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": between },
    chars: noBorder,
  });
  table.push(...rows.map((_, row) => line(row + 1)));
  return table
    .toString()
    .split("\n")
    .map((text) => text.trimEnd())
    .join("\n");
}
