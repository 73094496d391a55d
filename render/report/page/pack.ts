import { gzipSync } from "node:zlib";
import type { Cell, ReportColumn, ReportTable } from "../../../domain/report/report.ts";
import { clean } from "../../writers/clean.ts";
import type { PackedColumn, PackedTable } from "./packed.ts";

/** Names with numbers in them are in the order of the numbers; by the code units where that leaves two alike. */
const collator = new Intl.Collator("en", { numeric: true });

function ascending(left: Cell, right: Cell): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== typeof right) return typeof left === "number" ? -1 : 1;
  return collator.compare(String(left), String(right)) || (left < right ? -1 : 1);
}

function packColumn({ key, title, kind, tones }: ReportColumn, cells: readonly Cell[]): PackedColumn {
  const cleaned = new Map<Cell, Cell>();
  for (const cell of cells) {
    if (!cleaned.has(cell)) cleaned.set(cell, typeof cell === "string" ? clean(cell) || null : cell);
  }
  const values = [...new Set(cleaned.values())];
  values.sort(ascending);
  const places = new Map(values.map((value, place) => [value, place]));
  const rows = cells.map((cell) => places.get(cleaned.get(cell) ?? null) ?? 0);
  return { key, title: clean(title), kind, ...(tones === undefined ? {} : { tones }), values, rows };
}

/** The table by columns, its texts without what acts on a reader. */
export function packTable(id: string, { columns, rows }: ReportTable): PackedTable {
  return {
    id,
    columns: columns.map((column, index) =>
      packColumn(
        column,
        rows.map((row) => row[index] ?? null),
      ),
    ),
  };
}

/** What the page's script unpacks: JSON, compressed, in base64. */
export function packedText(tables: readonly PackedTable[]): string {
  return gzipSync(JSON.stringify(tables), { level: 9 }).toString("base64");
}
