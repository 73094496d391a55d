import type {
  Cell,
  ColumnKind,
  ReportColumn,
  ReportDocument,
  ReportTable,
  SummaryFigure,
  Tone,
} from "../../domain/report/report.ts";
import { heading, lines, mark, paragraph, said, table, value, words } from "../document.ts";
import type { Block, Document, Mark, Words } from "../document.ts";

/** Columns that words belong in, as opposed to names and ids. */
const prose: ReadonlySet<ColumnKind> = new Set(["text", "state", "list"]);
const numbers: ReadonlySet<ColumnKind> = new Set(["count", "days", "minutes", "percent"]);

const marks: Readonly<Partial<Record<Tone, Mark>>> = { good: "mended", warning: "warning", bad: "error" };

const units: Readonly<Partial<Record<ColumnKind, string>>> = { days: " d", minutes: " min", percent: "%" };

function cellText(cell: Cell, kind: ColumnKind): string {
  return cell === null ? "" : `${String(cell)}${typeof cell === "number" ? (units[kind] ?? "") : ""}`;
}

function cellWords(cell: Cell, { kind }: ReportColumn): Words {
  const text = cellText(cell, kind);
  return prose.has(kind) || numbers.has(kind) ? said(text) : [value(text)];
}

function figureLine({ label, kind, value: figure, tone, note }: SummaryFigure): Words {
  const sign = marks[tone];
  return [
    ...(sign === undefined || sign === "mended" ? [] : [mark(sign), " "]),
    ...words`${said(label)}: ${said(cellText(figure, kind) || "none")}`,
    ...(note === undefined || tone === "good" || tone === "neutral" ? [] : [` (${note})`]),
  ];
}

/** How much of a report is shown. */
export interface ReportLength {
  /** Rows of each table; the rest is counted. @default all */
  readonly most?: number;
  /** Whether only the columns that fit on a terminal are. @default false */
  readonly narrow?: boolean;
}

/**
 * Columns that a reader looks up and does not look for: where a server is, what repeats from row to row, where things
 * are from. A terminal and paper leave them out, a page has them last.
 */
const backgroundColumns: ReadonlySet<string> = new Set([
  "node",
  "business_unit",
  "cloud",
  "account",
  "region",
  "os",
  "architecture",
  "severity_source",
  "advisories",
  "exploited",
  "window",
  "approver",
  "evidence",
  "captured",
]);

/** What answers the question that a table is looked at for, in the order in which readers ask. */
const leadingColumns: readonly string[] = [
  ...["when", "package", "before", "after", "change"],
  ...["outcome", "reason", "owner"],
  ...["update", "severity", "overdue", "due", "next_window", "next_run"],
  ...["servers", "oldest", "overdue_servers"],
];

/**
 * Places of the columns in which some row says something, in the order of reading: the first, what answers, what is
 * beside it, and last where things are from.
 */
export function readingOrder({ columns, rows }: ReportTable): readonly number[] {
  const said = columns.flatMap((_, index) =>
    index === 0 || rows.some((row) => (row[index] ?? null) !== null) ? [index] : [],
  );
  const rank = (index: number): number => {
    const key = columns[index]?.key ?? "";
    if (index === 0) return -1;
    const place = leadingColumns.indexOf(key);
    return backgroundColumns.has(key) ? Infinity : place < 0 ? leadingColumns.length : place;
  };
  return said.toSorted((a, b) => (rank(a) === rank(b) ? a - b : rank(a) - rank(b)));
}

/** Whether the name in the first column is that of several nodes, which then tell its rows apart. */
function hasNamesakes({ columns, rows }: ReportTable): boolean {
  const node = columns.findIndex(({ key }) => key === "node");
  const nodeOf = new Map(rows.map((row) => [row[0], row[node]]));
  return node > 0 && rows.some((row) => nodeOf.get(row[0]) !== row[node]);
}

/** Columns that a terminal and paper do without; of those that say which server it is the least that does. */
export function leftOutWhereNarrow(table: ReportTable): ReadonlySet<number> {
  const keepsNode = hasNamesakes(table);
  return new Set(
    table.columns.flatMap(({ key }, index) =>
      index > 0 && backgroundColumns.has(key) && !(keepsNode && key === "node") ? [index] : [],
    ),
  );
}

/** The columns that are shown; on a terminal without what a reader looks up. */
function shownColumns(table: ReportTable, narrow: boolean): readonly number[] {
  const leftOut = narrow ? leftOutWhereNarrow(table) : new Set<number>();
  return readingOrder(table).filter((index) => !leftOut.has(index));
}

function tableBlocks(each: ReportTable, { most = Infinity, narrow = false }: ReportLength): readonly Block[] {
  const note = each.note === undefined || each.rows.length === 0 ? [] : [paragraph(each.note)];
  if (each.rows.length === 0) return heading(each.title, [paragraph(each.empty)]);
  const shown = shownColumns(each, narrow);
  const titles = shown.flatMap((index) => {
    const column = each.columns[index];
    return column === undefined ? [] : [`${column.title}${numbers.has(column.kind) ? "|" : ""}`];
  });
  const rows = each.rows.slice(0, most).map((row) =>
    shown.flatMap((index): Words[] => {
      const column = each.columns[index];
      return column === undefined ? [] : [[...cellWords(row[index] ?? null, column)]];
    }),
  );
  const more = each.rows.length - rows.length;
  const [made] = table(titles, rows, "rows");
  if (made?.kind !== "table") return [];
  return heading(each.title, [...note, { ...made, ...(more === 0 ? {} : { more }) }]);
}

function questionLine({ question, asOf }: ReportDocument): Words {
  const parts: readonly (readonly [string, string | undefined])[] = [
    ["stack", question.stack],
    ["run", question.run],
    ["since", question.since],
    ["until", question.until],
    ["from collection", question.before],
    ["to collection", question.after],
    ["groups", question.groups?.join(", ")],
    ["owners", question.owners?.join(", ")],
    ["servers", question.servers?.join(", ")],
    ["as of", asOf],
  ];
  return parts
    .flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]))
    .flatMap(({ name, text }, index) => [...(index === 0 ? [] : [", "]), `${name} `, value(text)]);
}

/**
 * A report for a reader: what was asked, the figures, what is not known, the tables. Charts say nothing that the tables
 * do not, and are the page's alone.
 */
export function reportDocument(report: ReportDocument, length: ReportLength = {}): Document {
  return {
    title: [report.title],
    blocks: [
      paragraph(questionLine(report)),
      paragraph(said(report.headline)),
      ...heading("Summary", lines(report.summary.map(figureLine))),
      ...heading("Not known", lines(report.unknowns.map((sentence) => said(sentence)))),
      ...report.tables.flatMap((each) => tableBlocks(each, length)),
    ],
  };
}
