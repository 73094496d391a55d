/** What a report can be about; a kind's tables are described in docs/run-reports.md. */
export const reportKinds = ["changes", "outcome", "needed", "compliance", "owner"] as const;

/** One of {@link reportKinds}. */
export type ReportKind = (typeof reportKinds)[number];

/**
 * How a cell is read, sorted and aligned.
 *
 * - `text`: words or a name. `code`: an id, a version, a package: never broken, never translated.
 * - `list`: texts joined by `, `. `state`: one of few words; {@link ReportColumn.tones} says how they are meant.
 * - `count`: a whole number. `days`, `minutes`: a whole number of them. `percent`: 0–100, one decimal at most.
 * - `instant`: ISO 8601 in UTC, `2026-11-15T03:00:00Z`. `date`: `yyyy-mm-dd`.
 */
export type ColumnKind =
  "text" | "code" | "list" | "state" | "count" | "days" | "minutes" | "percent" | "instant" | "date";

/** How a value is meant, where it means something by itself. */
export type Tone = "good" | "neutral" | "warning" | "bad" | "unknown";

/** A cell. `null` is "there is none", and never "not known": what is not known says so in words. */
export type Cell = string | number | null;

/** A column of a table. */
export interface ReportColumn {
  /** snake_case, unique in its table: the name of the column in JSON, CSV and SQL. */
  readonly key: string;
  readonly title: string;
  readonly kind: ColumnKind;
  /** How the words of a `state` are meant; a word that is not named is neutral. */
  readonly tones?: Readonly<Record<string, Tone>>;
}

/** A table; rows are in the order in which they are to be read. */
export interface ReportTable {
  /** kebab-case, unique in its report. */
  readonly id: string;
  readonly title: string;
  /** What a reader has to know to read it right. */
  readonly note?: string;
  /** Said in the place of the rows where there are none. */
  readonly empty: string;
  readonly columns: readonly ReportColumn[];
  /** A cell for every column. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A figure of the summary. */
export interface SummaryFigure {
  /** snake_case, unique in its report. */
  readonly key: string;
  readonly label: string;
  readonly kind: ColumnKind;
  readonly value: Cell;
  readonly tone: Tone;
  /** One sentence: what it counts, or what to do. */
  readonly note?: string;
}

/** What all charts have. */
interface ChartCommon {
  /** kebab-case, unique in its report. */
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  /** What a value is: `servers`, `updates`, `minutes`, `%`. */
  readonly unit: string;
}

/** Values of one name. */
export interface ChartSeries {
  readonly name: string;
  readonly tone: Tone;
  /** One for every category or instant; `null` where there is none. */
  readonly values: readonly (number | null)[];
}

/** Bars, one a category, their series stacked. */
export interface BarChart extends ChartCommon {
  readonly kind: "bars";
  readonly categories: readonly string[];
  readonly series: readonly ChartSeries[];
  /** A line across each bar, such as the cutoff of the window whose length the bar is. */
  readonly limits?: readonly ChartSeries[];
}

/** Lines over time. */
export interface LineChart extends ChartCommon {
  readonly kind: "lines";
  /** ISO 8601 in UTC, ascending. */
  readonly instants: readonly string[];
  readonly series: readonly ChartSeries[];
}

/** A picture of what the tables say; never the only place where something is said. */
export type Chart = BarChart | LineChart;

/** What was asked; what was left out was not narrowed. */
export interface ReportQuestion {
  readonly stack: string;
  /** Window execution id, or the command id where no window sent it. */
  readonly run?: string;
  /** ISO 8601 in UTC. */
  readonly since?: string;
  readonly until?: string;
  /** Stamps of the two collections that are compared, `2026-11-15T030000Z`. */
  readonly before?: string;
  readonly after?: string;
  readonly groups?: readonly string[];
  readonly owners?: readonly string[];
  readonly servers?: readonly string[];
  /** The stack's own zone, an IANA name; left out where it is not known. Times are in UTC all the same. */
  readonly timezone?: string;
}

/** A report without a format: JSON as it stands, and what every writer and the page are made from. */
export interface ReportDocument {
  readonly schema: "patchplane/report/1";
  readonly kind: ReportKind;
  readonly title: string;
  /** The instant that ages are counted to, ISO 8601 in UTC. */
  readonly asOf: string;
  readonly question: ReportQuestion;
  /** The answer in one sentence, with what it is a part of. */
  readonly headline: string;
  readonly summary: readonly SummaryFigure[];
  readonly charts: readonly Chart[];
  readonly tables: readonly ReportTable[];
  /** What the report cannot know, and why, one sentence each: locations that did not answer, data older than the run. */
  readonly unknowns: readonly string[];
}
