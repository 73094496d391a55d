import type { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";

/** One record of CSV, and the line that it ends in. */
export interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** A record that is not CSV, by the line that it begins in. */
export interface BrokenRecord {
  readonly line: number;
  readonly message: string;
}

/** What a text holds: records that are CSV, and those that are not. */
export interface RecordsRead {
  readonly records: readonly CsvRecord[];
  readonly broken: readonly BrokenRecord[];
}

/** How often reading begins anew behind a quote that is never closed: each time all of the rest is read. */
const mostBeginnings = 10;

/** Of a quote within a cell the parser knows where the record ends; of the other faults it takes the next lines in. */
const knowsItsEnd: ReadonlySet<string> = new Set(["INVALID_OPENING_QUOTE"]);

const neverClosed = "not CSV: a quote opens a cell, and none closes it";
const messages: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: "not CSV: a quote within a cell that does not begin with one",
  CSV_INVALID_CLOSING_QUOTE: "not CSV: text behind a cell's closing quote",
  CSV_QUOTE_NOT_CLOSED: neverClosed,
};

function messageOf({ code, message }: CsvError): string {
  return messages[code] ?? `not CSV: ${message}`;
}

function readFrom(text: string, lines: readonly string[], before: number, to: number) {
  const [records, broken]: [CsvRecord[], BrokenRecord[]] = [[], []];
  let lost: number | undefined;
  parse(text, {
    ...{ bom: true, info: true, relax_column_count: true, to },
    // Spreadsheets write a row of commas for a row that was emptied.
    ...{ skip_empty_lines: true, skip_records_with_empty_values: true, skip_records_with_error: true },
    on_record: (read: unknown) => {
      const { record, info } = read as CsvRecord;
      if (lost === undefined) records.push({ record, info: { lines: before + info.lines } });
      return undefined;
    },
    on_skip: (error: (CsvError & { readonly lines?: number }) | undefined) => {
      if (error === undefined || lost !== undefined) return undefined;
      const noticed = before + (error.lines ?? 1);
      if (knowsItsEnd.has(error.code)) {
        if (broken.at(-1)?.line !== noticed) broken.push({ line: noticed, message: messageOf(error) });
        return undefined;
      }
      const last = Math.max(before, records.at(-1)?.info.lines ?? 0, broken.at(-1)?.line ?? 0);
      const line = lines.findIndex((each, index) => index >= last && /[^,\s]/.test(each)) + 1;
      // What closes it lines later belongs to another cell.
      broken.push({ line, message: line < noticed ? neverClosed : messageOf(error) });
      lost = line;
      return undefined;
    },
  });
  return { records, broken, lost };
}

/**
 * Reads CSV to its end, whatever is broken on the way: behind a record that has no end the next line is taken for a
 * record's beginning.
 * @param to - records after which no more are read
 */
export function readRecords(text: string, to: number): RecordsRead {
  const lines = text.split("\n");
  let [records, broken]: [readonly CsvRecord[], readonly BrokenRecord[]] = [[], []];
  let rest = text;
  for (let [before, beginnings] = [0, 0]; ; beginnings += 1) {
    const read = readFrom(rest, lines, before, to - records.length);
    // Not pushed: there may be more of them than a call takes arguments.
    [records, broken] = [records.concat(read.records), broken.concat(read.broken)];
    if (read.lost === undefined || read.lost >= lines.length || records.length >= to) break;
    before = read.lost;
    rest = lines.slice(before).join("\n");
    if (beginnings < mostBeginnings) continue;
    const message = "what follows is not looked at, until the quotes above are mended";
    broken = broken.concat({ line: before + 1, message });
    break;
  }
  return { records, broken };
}
