import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import type { Server } from "../domain/server.ts";
import { byText } from "../domain/text.ts";
import { fleetColumnNames, type FleetRow } from "./schema.ts";
import { sortKey, toRow, type OnboardingMethods } from "./write.ts";

/** What becomes of a fleet file; its rows are named by the lines that reading gave them. */
export interface FleetEdits {
  readonly added?: readonly Server[];
  readonly removed?: readonly Server[];
  /** The values of columns that change, by row. */
  readonly changed?: ReadonlyMap<Server, Partial<FleetRow>>;
}

interface Line {
  readonly key: string;
  readonly text: string;
}

interface RawRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/** A line as it was; what the parser gives ends somewhere in its line end. */
function ended(raw: string, end: string): string {
  return `${raw.replace(/[\r\n]+$/, "")}${end}`;
}

function keyOf(row: FleetRow): string {
  return sortKey({ ...row, id: row.cloud === "azure" ? row.id.toLowerCase() : row.id });
}

/**
 * The text of a fleet file with rows added, taken out and changed, and every other byte as it was: the order of rows and
 * columns, quotes and line ends. A new row goes before the first that {@link writeFleet} would sort behind it.
 * @param text - a file that reading found no fault in
 */
export function editFleet(text: string, edits: FleetEdits, subscriptions: OnboardingMethods = {}): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const options = { bom: true, info: true, raw: true, skip_empty_lines: true, relax_column_count: true } as const;
  const [head, ...records] = parse(text, options) as unknown as readonly RawRecord[];
  const heading = head?.record ?? fleetColumnNames;
  const written = (row: FleetRow): string =>
    stringify([heading.map((name) => row[name as keyof FleetRow])], { record_delimiter: end });
  const removed = new Set(edits.removed?.map(({ line }) => line));
  const changed = new Map([...(edits.changed ?? [])].map(([{ line }, values]) => [line, values]));
  const kept = records.flatMap(({ record, raw, info }): readonly Line[] => {
    if (removed.has(info.lines)) return [];
    const row = Object.fromEntries(heading.map((name, index) => [name, record[index] ?? ""])) as FleetRow;
    const values = changed.get(info.lines);
    return [{ key: keyOf(row), text: values === undefined ? ended(raw, end) : written({ ...row, ...values }) }];
  });
  const added = (edits.added ?? [])
    .map((server) => toRow(server, subscriptions))
    .map((row) => ({ key: keyOf(row), text: written(row) }))
    .sort((a, b) => byText(a.key, b.key));
  const lines = [...kept];
  for (const line of added) {
    const at = lines.findIndex(({ key }) => key > line.key);
    lines.splice(at < 0 ? lines.length : at, 0, line);
  }
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  return [mark, ended(head?.raw.replace(/^\uFEFF/, "") ?? "", end), ...lines.map((line) => line.text)].join("");
}
