import type { Cell } from "../../../../domain/report/report.ts";
import { cellText, dayText, isNumeric } from "../cellText.ts";
import { placeBytes, type PackedColumn, type PackedTable } from "../packed.ts";

/** A column as the page works with it. */
export interface Column extends Pick<PackedColumn, "key" | "title" | "kind" | "tones" | "values"> {
  /** The values as they are shown. */
  readonly texts: readonly string[];
  readonly lowerTexts: readonly string[];
  /** Of each row, the place of its value. */
  readonly rows: Uint32Array;
  readonly control: Control;
}

/** A table as the page works with it. */
export interface Table {
  readonly id: string;
  readonly columns: readonly Column[];
  readonly count: number;
}

/** How a column is narrowed: one of its values, one of its days, a least number, a part of its text. */
export type Control =
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "atLeast" }
  | { readonly kind: "contains" };

/** More or longer ones are no list to choose from. */
const mostChoices = 40;
const longestChoice = 32;

function controlOf({ kind, values }: PackedColumn, texts: readonly string[]): Control {
  if (isNumeric(kind)) return { kind: "atLeast" };
  const dated = kind === "instant" || kind === "date";
  const choices = dated ? [...new Set(values.map((value) => (value === null ? "–" : dayText(String(value)))))] : texts;
  const short = choices.length <= mostChoices && choices.every((choice) => choice.length <= longestChoice);
  return short && kind !== "list" ? { kind: "choice", choices } : { kind: "contains" };
}

/** The tables that were packed into these bytes. */
export function unpacked(buffer: ArrayBuffer): readonly Table[] {
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  let at = 4 + length;
  return (JSON.parse(text) as readonly PackedTable[]).map(({ id, count, columns }) => ({
    id,
    count,
    columns: columns.map((column) => {
      const rows = new Uint32Array(count);
      for (let weight = 0; weight < placeBytes(column.values.length); weight++) {
        const plane = new Uint8Array(buffer, at, count);
        for (let row = 0; row < count; row++) rows[row] = (rows[row] ?? 0) + (plane[row] ?? 0) * 256 ** weight;
        at += count;
      }
      const texts = column.values.map((value) => cellText(column.kind, value));
      const lowerTexts = texts.map((each) => each.toLowerCase());
      return { ...column, texts, lowerTexts, rows, control: controlOf(column, texts) };
    }),
  }));
}

/** A name, or a part of one that is whole nowhere on the page. */
export interface Name {
  readonly text: string;
  readonly whole: boolean;
}

/** What is to be seen of a table. */
export interface Query {
  /** By column: what its control says. */
  readonly narrowed: ReadonlyMap<Column, string>;
  /** By column: a name of the whole page's filter. */
  readonly named: ReadonlyMap<Column, Name>;
  /** Words that a row has to have, each in any of its cells. */
  readonly search: string;
  readonly sort?: { readonly column: Column; readonly descending: boolean };
}

function narrows({ control, kind }: Column, wanted: string): (value: Cell, text: string, lower: string) => boolean {
  const lowerWanted = wanted.toLowerCase();
  if (control.kind === "contains") return (_, __, lower) => lower.includes(lowerWanted);
  if (control.kind === "atLeast") return (value) => typeof value === "number" && value >= Number(wanted);
  if (kind === "instant") return (value, text) => text.startsWith(wanted) || (value === null && wanted === text);
  return (_, text) => text === wanted;
}

/** Names that a column has; a list has several in a cell. */
export function namesIn(kind: Column["kind"], text: string): readonly string[] {
  return kind === "list" ? text.split(", ") : [text];
}

function names({ kind }: Column, { text, whole }: Name): (value: Cell, text: string, lower: string) => boolean {
  const name = text.toLowerCase();
  return (_, __, lower) => (whole ? namesIn(kind, lower).includes(name) : lower.includes(name));
}

type Test = (row: number) => boolean;

/** Each value is tested once, however many rows have it. */
function tested({ values, texts, lowerTexts, rows }: Column, test: ReturnType<typeof narrows>): Test {
  const fits = values.map((value, place) => test(value, texts[place] ?? "", lowerTexts[place] ?? ""));
  return (row) => fits[rows[row] ?? 0] === true;
}

function searched({ columns }: Table, search: string): readonly Test[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return words.map((word) => {
    const found = columns
      .filter(({ lowerTexts }) => lowerTexts.some((lower) => lower.includes(word)))
      .map((column) => tested(column, (_, __, lower) => lower.includes(word)));
    return (row) => found.some((test) => test(row));
  });
}

/** Sorts rows by their places, which are few: counted, not compared; rows of one value keep their order. */
function sorted(rows: Uint32Array, { values, rows: places }: Column, descending: boolean): Uint32Array {
  const missing = values.at(-1) === null ? values.length - 1 : values.length;
  const order = (row: number): number => {
    const place = places[row] ?? 0;
    return descending && place < missing ? missing - 1 - place : place;
  };
  const starts = new Uint32Array(values.length + 1);
  for (const row of rows) starts[order(row) + 1] = (starts[order(row) + 1] ?? 0) + 1;
  for (let place = 1; place < starts.length; place++) starts[place] = (starts[place] ?? 0) + (starts[place - 1] ?? 0);
  const result = new Uint32Array(rows.length);
  for (const row of rows) {
    const place = order(row);
    const at = starts[place] ?? 0;
    result[at] = row;
    starts[place] = at + 1;
  }
  return result;
}

/** Rows that a query leaves, in its order. */
export function rowsOf(table: Table, { narrowed, named, search, sort }: Query): Uint32Array {
  const tests = [
    ...[...narrowed].map(([column, wanted]) => tested(column, narrows(column, wanted))),
    ...[...named].map(([column, wanted]) => tested(column, names(column, wanted))),
    ...searched(table, search),
  ];
  const rows = new Uint32Array(table.count);
  let count = 0;
  for (let row = 0; row < table.count; row++) {
    if (tests.every((test) => test(row))) rows[count++] = row;
  }
  const left = rows.slice(0, count);
  return sort === undefined ? left : sorted(left, sort.column, sort.descending);
}

/** A table's rows as CSV under the columns' keys; no cell runs as a formula. */
export function csvOf({ columns }: Table, rows: Uint32Array): string {
  const cell = (value: Cell): string => {
    const text = String(value ?? "");
    const harmless = typeof value === "string" && /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  const lines = [columns.map(({ key }) => key).join(",")];
  for (const row of rows) {
    lines.push(columns.map(({ values, rows: places }) => cell(values[places[row] ?? 0] ?? null)).join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}
