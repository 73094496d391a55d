import { counted } from "../text.ts";
import type { Cell, ReportColumn, ReportDocument, SummaryFigure, Tone } from "./report.ts";
import type { RunEvidence, WindowRunFacts } from "./runFacts.ts";
import { runResults, type ServerOutcome, type ServerResult } from "./runOutcome.ts";

/** What an outcome is called. */
export const outcomeWords: Readonly<Record<ServerOutcome, string>> = {
  scanned: "scanned",
  nothingToDo: "nothing to do",
  patched: "patched",
  pendingReboot: "pending reboot",
  unknown: "unknown",
  cutOff: "cut off",
  notReached: "not reached",
  unreachable: "unreachable",
  failed: "failed",
};

const tones: Readonly<Record<ServerOutcome, Tone>> = {
  scanned: "good",
  nothingToDo: "good",
  patched: "good",
  pendingReboot: "warning",
  unknown: "unknown",
  cutOff: "bad",
  notReached: "bad",
  unreachable: "bad",
  failed: "bad",
};

/** Outcomes that somebody has to do something about. */
function needsSomebody({ outcome }: ServerResult): boolean {
  return tones[outcome] !== "good";
}

const serverColumns: readonly ReportColumn[] = [
  { key: "server", title: "Server", kind: "text" },
  { key: "node", title: "Node", kind: "code" },
  {
    key: "outcome",
    title: "Outcome",
    kind: "state",
    tones: Object.fromEntries(Object.entries(outcomeWords).map(([key, word]) => [word, tones[key as ServerOutcome]])),
  },
  { key: "reason", title: "Reason", kind: "text" },
  { key: "installed", title: "Installed", kind: "count" },
  { key: "failed", title: "Failed", kind: "count" },
  { key: "missing", title: "Still missing", kind: "count" },
  { key: "started", title: "Started", kind: "instant" },
  { key: "ended", title: "Ended", kind: "instant" },
  { key: "command", title: "Command", kind: "code" },
];

const updateColumns: readonly ReportColumn[] = [
  { key: "server", title: "Server", kind: "text" },
  { key: "node", title: "Node", kind: "code" },
  { key: "update", title: "Update", kind: "code" },
  { key: "version", title: "Version after", kind: "code" },
  {
    key: "state",
    title: "State",
    kind: "state",
    tones: { installed: "good", "needs a reboot": "warning", failed: "bad" },
  },
  { key: "classification", title: "Classification", kind: "text" },
  { key: "installed_at", title: "Installed", kind: "instant" },
];

function serverRow({ node, outcome, reason, record, installed, failed, missing }: ServerResult): readonly Cell[] {
  const started = record?.started ?? "";
  const ended = record?.ended ?? "";
  return [
    node.name,
    node.id,
    outcomeWords[outcome],
    reason === "" ? null : reason,
    installed.length,
    failed.length,
    missing ?? null,
    started === "" ? null : started,
    ended === "" ? null : ended,
    record?.commandId ?? null,
  ];
}

/** Title of a patch without its id: on Linux `name.arch:version`, on Windows the update's name. */
function versionOf(id: string, title: string): string | null {
  return title.startsWith(`${id}:`) ? title.slice(id.length + 1) : null;
}

function updateRows({ node, installed, failed }: ServerResult): readonly (readonly Cell[])[] {
  return [...installed, ...failed].map((patch) => [
    node.name,
    node.id,
    patch.Id,
    versionOf(patch.Id, patch.Title),
    patch.PatchState === "FAILED"
      ? "failed"
      : patch.PatchState === "INSTALLED_PENDING_REBOOT"
        ? "needs a reboot"
        : "installed",
    patch.Classification,
    patch.InstalledTime === "" ? null : patch.InstalledTime,
  ]);
}

function figures(run: WindowRunFacts, results: readonly ServerResult[]): readonly SummaryFigure[] {
  const count = (...outcomes: readonly ServerOutcome[]): number =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const figure = (key: string, label: string, value: number, bad: Tone, note?: string): SummaryFigure => ({
    key,
    label,
    kind: "count",
    value,
    tone: value === 0 ? "neutral" : bad,
    ...(note === undefined ? {} : { note }),
  });
  const updates = results.reduce((sum, { installed }) => sum + installed.length, 0);
  return [
    {
      key: "status",
      label: "Status of the run",
      kind: "state",
      value: run.status,
      tone: run.status === "SUCCESS" ? "good" : "bad",
    },
    figure("servers", "Servers", results.length, "neutral", "that the window is for, or that the run met"),
    figure("fine", "Fine", count("scanned", "nothingToDo", "patched"), "good"),
    figure("updates", "Updates installed", updates, "good"),
    figure("failed", "Failed", count("failed"), "bad"),
    figure("cut_off", "Cut off", count("cutOff"), "bad"),
    figure("unreachable", "Unreachable", count("unreachable"), "bad"),
    figure("not_reached", "Not reached", count("notReached"), "bad"),
    figure("pending_reboot", "Pending reboot", count("pendingReboot"), "warning"),
    figure("unknown", "Unknown", count("unknown"), "unknown"),
  ];
}

/** A run's report, and what it says in a form to tell it by. */
export interface RunReport {
  readonly document: ReportDocument;
  readonly run: WindowRunFacts;
  readonly results: readonly ServerResult[];
  /** Whether the run met none of the servers that the fleet file has for it, which AWS calls a success. */
  readonly isEmpty: boolean;
}

/**
 * What one run of a window did, server by server and update by update.
 * @param idleWindows windows that have no servers, so that nobody is missed
 */
export function runReport(evidence: RunEvidence, idleWindows: readonly string[]): RunReport {
  const { run, stack, unknowns } = evidence;
  const results = runResults(evidence);
  const document: ReportDocument = {
    schema: "patchplane/report/1",
    kind: "outcome",
    title: `Run of ${run.window}`,
    asOf: run.ended,
    question: { stack, run: run.runId, since: run.started, until: run.ended },
    summary: figures(run, results),
    charts: [],
    tables: [
      {
        id: "servers",
        title: "Servers",
        empty: "the run met no server",
        columns: serverColumns,
        rows: results.map(serverRow),
      },
      {
        id: "updates",
        title: "Updates",
        empty: "nothing was installed",
        columns: updateColumns,
        rows: results.flatMap(updateRows),
      },
    ],
    unknowns,
  };
  const isEmpty = run.tasks.length > 0 && run.records.length === 0 && !idleWindows.includes(run.window);
  return { document, run, results, isEmpty };
}

/**
 * Whether somebody has to be told of a run: of every installation, and of what went wrong. A scan of the whole fleet
 * every night in which nothing did is not worth a mail.
 */
export function isWorthTelling({ run, results, isEmpty }: RunReport): boolean {
  return isEmpty || run.records.some(({ operation }) => operation === "Install") || results.some(needsSomebody);
}

/** In one line, what a run came to. */
export function runLine(results: readonly ServerResult[]): string {
  const troubled = results.filter(needsSomebody).length;
  return `${counted(results.length - troubled, "server")} fine, ${String(troubled)} to look after`;
}
