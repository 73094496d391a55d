import { gzipSync } from "node:zlib";
import type { Cell, ReportColumn, ReportTable } from "../../../domain/report/report.ts";
import { clean } from "../../writers/clean.ts";
import { placeBytes, type PackedColumn, type PackedTable } from "./packed.ts";

/** Names with numbers in them are in the order of the numbers; by the code units where that leaves two alike. */
const collator = new Intl.Collator("en", { numeric: true });

function ascending(left: Cell, right: Cell): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== typeof right) return typeof left === "number" ? -1 : 1;
  return collator.compare(String(left), String(right)) || (left < right ? -1 : 1);
}

/** A packed column with the place of every row's value. */
interface PlacedColumn extends PackedColumn {
  readonly places: Uint32Array;
}

function placed({ key, title, kind, tones }: ReportColumn, cells: readonly Cell[]): PlacedColumn {
  const cleaned = new Map<Cell, Cell>();
  for (const cell of cells) {
    if (!cleaned.has(cell)) cleaned.set(cell, typeof cell === "string" ? clean(cell) || null : cell);
  }
  const values = [...new Set(cleaned.values())].sort(ascending);
  const placeOf = new Map(values.map((value, place) => [value, place]));
  const places = Uint32Array.from(cells, (cell) => placeOf.get(cleaned.get(cell) ?? null) ?? 0);
  return { key, title: clean(title), kind, ...(tones === undefined ? {} : { tones }), values, places };
}

function planes({ values, places }: PlacedColumn): readonly Uint8Array[] {
  return Array.from({ length: placeBytes(values.length) }, (_, weight) =>
    Uint8Array.from(places, (place) => (place >>> (8 * weight)) & 0xff),
  );
}

/** Tables by their columns, and the text that the page's script unpacks. */
export interface Packed {
  readonly tables: readonly PackedTable[];
  /** Compressed, in base64. */
  readonly text: string;
}

/** Packs tables; their texts lose what acts on a reader. */
export function packTables(tables: readonly (readonly [id: string, table: ReportTable])[]): Packed {
  const all = tables.map(([id, { columns, rows }]) => ({
    id,
    count: rows.length,
    columns: columns.map((column, index) =>
      placed(
        column,
        rows.map((row) => row[index] ?? null),
      ),
    ),
  }));
  const packed = all.map((table) => ({ ...table, columns: table.columns.map(({ places, ...column }) => column) }));
  const json = Buffer.from(JSON.stringify(packed));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const bytes = Buffer.concat([length, json, ...all.flatMap(({ columns }) => columns.flatMap(planes))]);
  return { tables: packed, text: gzipSync(bytes, { level: 9 }).toString("base64") };
}
