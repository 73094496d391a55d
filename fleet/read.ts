import { hiddenTextFault, utf16Fault, type Fault, type PlacelessFault } from "../domain/fault.ts";
import { type Server, serverKey } from "../domain/server.ts";
import { Cells } from "./cells.ts";
import { readRecords, type CsvRecord } from "./records.ts";
import { checkRow, toServer, type FleetContext } from "./rows.ts";
import { fleetColumnNames, type FleetColumnName, type FleetRow } from "./schema.ts";
import { byText } from "../domain/text.ts";

export type { FleetContext } from "./rows.ts";

/** What was read: the rows that are right, sorted by id, and the faults of the others. */
export interface FleetReading {
  readonly servers: readonly Server[];
  readonly faults: readonly Fault[];
}

/** Longest fleet file, in characters, and its most rows: several times the largest fleet that was tried. */
const longestFile = 16_777_216;
const mostRows = 50_000;
const mostColumns = 100;
/** Rows at fault after which the rest are not looked at: nobody mends more at a time. */
const mostFaultyRows = 10_000;

/** What a spreadsheet or PowerShell made of the file, where that is no UTF-8 CSV. */
function formFault(text: string): PlacelessFault | undefined {
  const utf16 = utf16Fault(text);
  if (utf16 !== undefined) return { ...utf16, fix: "save it as CSV UTF-8 (PowerShell: Export-Csv -Encoding utf8)" };
  if (/^\uFEFF?"?#TYPE /.test(text)) {
    const fix = "take the line out, or write the file by Export-Csv -NoTypeInformation";
    return { message: "the first line is PowerShell's #TYPE, and names no columns", fix };
  }
  if (/^\uFEFF?"?sep=/i.test(text)) {
    const fix = "take the line out, and separate the columns by commas";
    return { message: "the first line is Excel's sep=, and names no columns", fix };
  }
  return undefined;
}

/** A first line that names no column at all: the heading is missing, or separated otherwise. */
function noHeading(heading: readonly string[]): Omit<Fault, "file"> {
  const text = heading.slice(0, mostColumns).join(",");
  const fix = /[;\t|]/.test(text) ? "separate the columns by commas" : "write it above the rows";
  const allowed = fleetColumnNames.join(",");
  return { line: 1, path: "row", message: "the first line names none of the columns", value: text, allowed, fix };
}

/** What is wrong with the heading. */
function headingFaults(heading: readonly string[], cells: Cells): readonly Omit<Fault, "file">[] {
  const known: readonly string[] = fleetColumnNames;
  const missing = known.filter((name) => !heading.includes(name));
  if (missing.length === known.length) {
    return [noHeading(heading)];
  }
  if (heading.length > mostColumns) {
    const allowed = `at most ${String(mostColumns)}`;
    return [{ line: 1, path: "row", message: "the first line has too many columns", value: heading.length, allowed }];
  }
  return [
    ...heading.flatMap((name, index) => {
      const path = name.trim() === "" ? `column ${String(index + 1)}` : name;
      const place = { line: 1, ...cells.at(1, index, heading.length), path };
      if (!known.includes(name)) {
        return [{ ...place, message: "unknown column", allowed: known.join(", ") }];
      }
      return heading.indexOf(name) === index ? [] : [{ ...place, message: "duplicate column" }];
    }),
    ...missing.map((name) => ({
      line: 1,
      path: name,
      message: "the column is missing",
      fix: "add it to the first line",
    })),
  ];
}

/** What no other row may have: names of Auto Scaling groups are their account and Region's own. */
function identityOf(row: FleetRow): string {
  return row.cloud === "azure" ? row.id.toLowerCase() : serverKey(row);
}

/** Finds values that may stand in one row only. */
class Unique {
  readonly #lines = new Map<string, number>();

  /** The line that had the value before, and notes the value. */
  seen(value: string, line: number): number | undefined {
    const before = this.#lines.get(value);
    if (before === undefined) this.#lines.set(value, line);
    return before;
  }
}

function compareIds(a: Server, b: Server): number {
  return byText(a.id, b.id);
}

const oneLine = { oneLine: true };

/** Cells with characters that nobody sees, or that act on a screen; a row is looked at as one text first. */
function hiddenCells(row: FleetRow, record: readonly string[]): ReadonlyMap<FleetColumnName, PlacelessFault> {
  if (hiddenTextFault(record.join(" "), oneLine) === undefined) return new Map();
  return new Map(
    fleetColumnNames.flatMap((name) => {
      const fault = hiddenTextFault(row[name], oneLine);
      return fault === undefined ? [] : [[name, fault] as const];
    }),
  );
}

function readRows(
  heading: readonly string[],
  rows: readonly CsvRecord[],
  file: string,
  cells: Cells,
  context: FleetContext,
): FleetReading {
  const faults: Fault[] = [];
  const servers: Server[] = [];
  const ids = new Unique();
  const vmIds = new Unique();
  let faulty = 0;
  for (const [index, { record, info }] of rows.entries()) {
    const line = info.lines;
    if (faulty === mostFaultyRows) {
      const message = `${String(rows.length - index)} rows more are not looked at, until these are mended`;
      faults.push({ file, line, path: "row", message });
      break;
    }
    if (record.length !== heading.length) {
      const allowed = `${String(heading.length)}, as in the first line`;
      faults.push({ file, line, path: "row", message: "wrong number of columns", value: record.length, allowed });
      faulty += 1;
      continue;
    }
    const row = Object.fromEntries(heading.map((name, index) => [name, record[index] ?? ""])) as FleetRow;
    const before = faults.length;
    const report = (path: FleetColumnName, fault: PlacelessFault): void => {
      faults.push({ file, line, ...cells.at(line, heading.indexOf(path), heading.length), path, ...fault });
    };
    const hidden = hiddenCells(row, record);
    for (const [column, fault] of hidden) report(column, fault);
    checkRow(row, context, (column, fault) => {
      if (!hidden.has(column)) report(column, fault);
    });
    const first = ids.seen(identityOf(row), line);
    if (first !== undefined) report("id", { message: `line ${String(first)} has the same id`, value: row.id });
    const same = row.vm_id === "" ? undefined : vmIds.seen(row.vm_id.toLowerCase(), line);
    if (same !== undefined) report("vm_id", { message: `line ${String(same)} has the same vm_id`, value: row.vm_id });
    if (faults.length > before) faulty += 1;
    else servers.push(toServer(row, context, line));
  }
  return { servers: servers.sort(compareIds), faults };
}

/**
 * Reads a fleet file. A byte order mark and Windows line ends do no harm; ARM ids are lower-cased.
 * @param file - its path, for faults
 */
export function readFleet(text: string, file: string, context: FleetContext): FleetReading {
  const form = formFault(text);
  if (form !== undefined) return { servers: [], faults: [{ file, line: 1, path: "row", ...form }] };
  if (text.length > longestFile) {
    const allowed = `at most ${String(longestFile)} characters`;
    const fault = { file, line: 1, path: "row", message: "the file is too long", value: text.length, allowed };
    return { servers: [], faults: [fault] };
  }
  // Of what is too much, no more is read than tells so.
  const { records, broken } = readRecords(text, mostRows + 2);
  const fix = 'close every quote, and write one that belongs to a cell as ""';
  const notCsv = broken.slice(0, mostFaultyRows).map((fault): Fault & { readonly line: number } => {
    return { file, path: "row", ...fault, fix };
  });
  const [heading, ...rows] = records;
  // Without the first line nobody knows what the others say.
  const isHeadless = notCsv.some(({ line }) => line < (heading?.info.lines ?? Infinity));
  if (isHeadless) return { servers: [], faults: notCsv };
  if (heading === undefined) {
    const fault = {
      file,
      line: 1,
      path: "row",
      message: "the file is empty",
      allowed: `a first line ${fleetColumnNames.join(",")}`,
    };
    return { servers: [], faults: [fault] };
  }
  if (rows.length > mostRows) {
    const line = rows[mostRows]?.info.lines ?? 1;
    const allowed = `at most ${String(mostRows)}`;
    return { servers: [], faults: [{ file, line, path: "row", message: "too many rows", allowed }] };
  }
  const cells = new Cells(text);
  const faults = headingFaults(heading.record, cells);
  const reading =
    faults.length > 0
      ? { servers: [], faults: faults.map((fault) => ({ file, ...fault })) }
      : readRows(heading.record, rows, file, cells, context);
  const inOrder = [...reading.faults, ...notCsv].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { servers: reading.servers, faults: inOrder };
}
