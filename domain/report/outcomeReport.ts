import type { ServerRecord } from "../collection/records.ts";
import { runOutcomes, type RunOutcome, type ServerOutcome } from "../packages/outcome.ts";
import { day, minute } from "../time.ts";
import { byText, firstOf, manyOf, withCounts } from "../text.ts";
import { cell, serverCells, serverColumns } from "./comparedServers.ts";
import type { OpenQuestion } from "./neededReport.ts";
import type { Cell, Chart, ReportColumn, ReportDocument, SummaryFigure, Tone } from "./report.ts";

/** One server of a run, judged. */
export interface RunServer {
  readonly accountId: string;
  readonly region: string;
  readonly server: ServerRecord;
  readonly result: ServerOutcome;
  /** Packages that were installed, upgraded or otherwise changed; left out where that is not known. */
  readonly changed?: number;
  /** Updates that still lack, by what it last reported. */
  readonly missing?: number;
  /** ISO 8601 in UTC; empty where the run sent it nothing. */
  readonly started: string;
  readonly ended: string;
  readonly commands: readonly string[];
  /** Windows, or ids, of other installations between what is compared. */
  readonly others?: readonly string[];
}

/** How long a window's run may take, for the chart of its length. */
export interface RunLimits {
  readonly location: string;
  /** Name of the window in the stack file. */
  readonly window: string;
  readonly durationMinutes: number;
  readonly cutoffMinutes: number;
}

/** What an outcome is called. */
export const outcomeWords: Readonly<Record<RunOutcome, string>> = {
  failed: "failed",
  cutOff: "cut off",
  unreachable: "unreachable",
  notReached: "not reached",
  unknown: "unknown",
  pendingReboot: "pending reboot",
  patched: "patched",
  nothingToDo: "nothing to do",
  scanned: "scanned",
};

const outcomeTones: Readonly<Record<RunOutcome, Tone>> = {
  failed: "bad",
  cutOff: "bad",
  unreachable: "bad",
  notReached: "bad",
  unknown: "unknown",
  pendingReboot: "warning",
  patched: "good",
  nothingToDo: "good",
  scanned: "good",
};

/** Other runs that a note names. */
const mostNamed = 3;

const columns: readonly ReportColumn[] = [
  ...serverColumns,
  {
    key: "outcome",
    title: "Outcome",
    kind: "state",
    tones: Object.fromEntries(runOutcomes.map((outcome) => [outcomeWords[outcome], outcomeTones[outcome]])),
  },
  { key: "reason", title: "Why", kind: "text" },
  { key: "changed", title: "Packages changed", kind: "count" },
  { key: "missing", title: "Still missing", kind: "count" },
  { key: "started", title: "Started", kind: "instant" },
  { key: "ended", title: "Ended", kind: "instant" },
  { key: "minutes", title: "Took", kind: "minutes" },
  { key: "command", title: "Command", kind: "list" },
];

function minutesOf({ started, ended }: Pick<RunServer, "started" | "ended">): number | undefined {
  const took = Date.parse(ended) - Date.parse(started);
  return Number.isNaN(took) || took < 0 || took > 2 * day ? undefined : Math.round(took / minute);
}

function row(each: RunServer): readonly Cell[] {
  const { result, changed, missing, started, ended, commands } = each;
  return [
    ...serverCells(each),
    outcomeWords[result.outcome],
    cell(result.reason),
    changed ?? null,
    missing ?? null,
    cell(started),
    cell(ended),
    minutesOf(each) ?? null,
    cell(commands.join(", ")),
  ];
}

function figures(servers: readonly RunServer[], isEmpty: boolean): readonly SummaryFigure[] {
  const counts = runOutcomes.map((outcome): SummaryFigure => {
    const value = servers.filter(({ result }) => result.outcome === outcome).length;
    const label = `Servers ${outcomeWords[outcome]}`;
    const key = outcomeWords[outcome].replaceAll(" ", "_");
    return { key, label, kind: "count", value, tone: value === 0 ? "neutral" : outcomeTones[outcome] };
  });
  return [
    {
      key: "servers",
      label: "Servers",
      kind: "count",
      value: servers.length,
      tone: isEmpty ? "bad" : "neutral",
      note: isEmpty
        ? "that its window is for; the run met none of them: look at its targets and at the servers' PatchGroup tags"
        : "that the run touched, or that its window is for",
    },
    ...counts,
  ];
}

/** How long the run took in each location, against its window's end and cutoff. */
function lengthChart(servers: readonly RunServer[], limits: readonly RunLimits[]): readonly Chart[] {
  if (limits.length === 0) return [];
  const lengths = limits.map(({ location }) => {
    const own = servers.filter(({ server, started }) => server.location === location && started !== "");
    const started = own.map((each) => each.started).sort(byText)[0];
    const ended = own
      .map((each) => each.ended)
      .sort(byText)
      .at(-1);
    return started === undefined || ended === undefined ? null : (minutesOf({ started, ended }) ?? null);
  });
  return [
    {
      kind: "bars",
      id: "length",
      title: "Length of the run against its window",
      unit: "minutes",
      categories: limits.map(({ location }) => location),
      series: [{ name: "run", tone: "neutral", values: lengths }],
      limits: [
        { name: "cutoff", tone: "warning", values: limits.map(({ cutoffMinutes }) => cutoffMinutes) },
        { name: "end of the window", tone: "bad", values: limits.map(({ durationMinutes }) => durationMinutes) },
      ],
    },
  ];
}

/** A run is called by its window and its day where it has one; ids say nothing to people. */
function titleOf(servers: readonly RunServer[], limits: readonly RunLimits[], run = ""): string {
  const windows = [...new Set(limits.map(({ window }) => window))];
  if (windows.length === 0) return `Outcome of run ${run}`.trim();
  const [first] = servers.flatMap(({ started }) => (started === "" ? [] : [started])).sort(byText);
  const day = first === undefined ? "" : `, ${first.slice(0, 10)}`;
  // Every location has runs of its own of a window, of one name and one night.
  const places = [...new Set(limits.map(({ location }) => location))].sort(byText);
  return `Outcome of ${windows.join(", ")} in ${firstOf(places, mostNamed)}${day}`;
}

/** What a count of servers did, where the word of the outcome alone is no sentence. */
const happened: Readonly<Partial<Record<RunOutcome, string>>> = {
  nothingToDo: "had nothing to do",
  pendingReboot: "await a reboot",
};

/** What became of how many servers, the worst first. */
function headline(title: string, servers: readonly RunServer[], isEmpty: boolean): string {
  const what = title.replace(/^Outcome of /, "");
  if (isEmpty) return `${what}: it met none of the ${manyOf(servers.length, "server")} that its window is for.`;
  const counts = withCounts(
    runOutcomes.map((outcome) => {
      const count = servers.filter(({ result }) => result.outcome === outcome).length;
      return [count, `${count.toLocaleString("en-US")} ${happened[outcome] ?? outcomeWords[outcome]}`];
    }),
  );
  return `${what}: of ${manyOf(servers.length, "server")} ${counts === "" ? "none was met" : counts}.`;
}

/** What the counts of packages are of, where other runs installed on the same servers in between. */
function othersNote(servers: readonly RunServer[]): { readonly note?: string } {
  const shared = servers.filter(({ others = [] }) => others.length > 0);
  if (shared.length === 0) return {};
  const names = [...new Set(shared.flatMap(({ others = [] }) => others))].sort(byText);
  return {
    note:
      `Packages changed are those between the two collections. On ${manyOf(shared.length, "server")} ` +
      `${firstOf(names, mostNamed)} installed in that time too, and whose a change is cannot be told.`,
  };
}

/**
 * What a run came to on each server that it touched or should have reached, the worst first.
 * @param isEmpty - whether the run met no node, although its window is for some
 */
export function outcomeReport(
  servers: readonly RunServer[],
  limits: readonly RunLimits[],
  asked: OpenQuestion,
  isEmpty: boolean,
): ReportDocument {
  const rank = ({ result }: RunServer): number => runOutcomes.indexOf(result.outcome);
  const sorted = servers.toSorted((a, b) => rank(a) - rank(b) || byText(a.server.name, b.server.name));
  const title = titleOf(servers, limits, asked.question.run);
  return {
    schema: "patchplane/report/1",
    kind: "outcome",
    title,
    ...asked,
    headline: headline(title, servers, isEmpty),
    summary: figures(servers, isEmpty),
    charts: lengthChart(servers, limits),
    tables: [
      {
        id: "servers",
        title: "Servers of the run",
        ...othersNote(servers),
        empty: "the run is for no server",
        columns,
        rows: sorted.map(row),
      },
    ],
  };
}
