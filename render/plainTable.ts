import Table from "cli-table3";

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

/** One column of a plain table. */
export interface Column<Row> {
  readonly title: string;
  readonly align: "left" | "right";
  readonly cell: (row: Row) => string | number;
}

/** A table as plain text, without colour or borders: it reads the same on a terminal, in a pipe and in a log. */
export function plainTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: noBorder,
  });
  for (const row of rows) table.push(columns.map(({ cell }) => cell(row)));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
