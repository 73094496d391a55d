import type { RunRecord } from "../collection/records.ts";
import { changeKinds, type ChangeKind, type PackageChange } from "../packages/changes.ts";
import { mayHaveInstalled } from "../packages/outcome.ts";
import { byText, manyOf } from "../text.ts";
import { cell, incomparable, serverCells, serverColumns } from "./comparedServers.ts";
import type { Approved, ChangeFacts, ComparedServer } from "./comparedServers.ts";
import type { Cell, Chart, ReportColumn, ReportDocument, ReportTable, SummaryFigure, Tone } from "./report.ts";

/** What a report of changes is asked, beside its servers. */
export type ChangesQuestion = Pick<ReportDocument, "asOf" | "question" | "unknowns"> & ChangeFacts;

const kindTones: Readonly<Record<ChangeKind, Tone>> = {
  upgraded: "good",
  installed: "neutral",
  removed: "warning",
  downgraded: "bad",
  rebuilt: "neutral",
  changed: "unknown",
};

const severityTones = { critical: "bad", high: "bad", medium: "warning", low: "neutral", unknown: "unknown" } as const;

const changeColumns: readonly ReportColumn[] = [
  ...serverColumns,
  { key: "package", title: "Package", kind: "code" },
  { key: "architecture", title: "Architecture", kind: "code" },
  { key: "before", title: "Before", kind: "code" },
  { key: "after", title: "After", kind: "code" },
  { key: "change", title: "Change", kind: "state", tones: kindTones },
  { key: "severity", title: "Severity", kind: "state", tones: severityTones },
  { key: "severity_source", title: "Severity by", kind: "text" },
  { key: "advisories", title: "Advisories", kind: "list" },
  { key: "cves", title: "CVEs", kind: "list" },
  { key: "exploited", title: "Exploited", kind: "state", tones: { yes: "bad" } },
  { key: "when", title: "When", kind: "instant" },
  { key: "run", title: "Run", kind: "list" },
  { key: "window", title: "Window", kind: "list" },
  { key: "approved_by", title: "Approved by", kind: "list" },
  { key: "approver", title: "Approver", kind: "list" },
  { key: "evidence", title: "Seen in", kind: "text" },
];

const comparisonColumns: readonly ReportColumn[] = [
  ...serverColumns,
  { key: "reason", title: "Why", kind: "text" },
  { key: "captured", title: "Inventory of", kind: "instant" },
];

/** Where a change was seen, in words. */
const evidence = { inventory: "two inventories", patches: "the run's own patch report", none: "" } as const;

function listed(texts: readonly string[]): Cell {
  return cell([...new Set(texts)].filter((text) => text !== "").join(", "));
}

/** Which runs a change is from: all that touched the server between the two captures, because AWS does not tell them apart. */
function runCells(compared: ComparedServer, approvedFor: ChangesQuestion["approvedFor"]): readonly Cell[] {
  const { server, runs } = compared;
  const approvals = runs.map((run): Approved => approvedFor(server, run));
  const ends = runs.map(({ ended, started }) => (ended === "" ? started : ended));
  return [
    cell(ends.sort(byText).at(-1) ?? ""),
    listed(runs.map(({ runId }) => runId)),
    listed(runs.map(({ window }) => window)),
    listed(approvals.map(({ by }) => by)),
    listed(approvals.map(({ whom }) => whom)),
  ];
}

function changeRows(
  compared: ComparedServer,
  { mendedBy, approvedFor }: ChangesQuestion,
): readonly (readonly Cell[])[] {
  const { server, comparison } = compared;
  if (comparison === undefined || comparison.basis === "none") return [];
  const who = serverCells(compared);
  const how = runCells(compared, approvedFor);
  return comparison.changes.map((change) => {
    const mended = mendedBy(server, change);
    return [
      ...who,
      change.name,
      cell(change.architecture),
      change.before ?? null,
      change.after ?? null,
      change.kind,
      mended.severity,
      cell(mended.severitySource),
      listed(mended.advisories),
      listed(mended.cves),
      mended.exploited ? "yes" : null,
      ...how,
      evidence[comparison.basis],
    ];
  });
}

function changesOf(servers: readonly ComparedServer[]): readonly (PackageChange & { readonly group: string })[] {
  return servers.flatMap(({ server, comparison }) =>
    comparison === undefined || comparison.basis === "none"
      ? []
      : comparison.changes.map((change) => ({ ...change, group: server.patchGroup })),
  );
}

/** The servers on which something is known to have changed, also where there may be more. */
function changedOf(servers: readonly ComparedServer[]): readonly ComparedServer[] {
  return servers.filter((server) => changesOf([server]).length > 0);
}

function incomparableOf(servers: readonly ComparedServer[]): readonly ComparedServer[] {
  return servers.filter((server) => incomparable(server) !== undefined);
}

function figures(servers: readonly ComparedServer[]): readonly SummaryFigure[] {
  const changed = changedOf(servers);
  const kinds = Map.groupBy(changesOf(servers), ({ kind }) => kind);
  const noRun = changed.filter(({ runs }) => runs.length === 0).length;
  const apart = incomparableOf(servers).length;
  const figure = (key: string, label: string, value: number, tone: Tone, note?: string): SummaryFigure => {
    return { key, label, kind: "count", value, tone, ...(note === undefined ? {} : { note }) };
  };
  return [
    figure(
      "servers_compared",
      "Servers compared",
      servers.length - apart,
      "neutral",
      `of ${manyOf(servers.length, "server")} that are asked about`,
    ),
    figure("servers_changed", "Servers with changes", changed.length, "neutral"),
    ...changeKinds.map((kind) => {
      const count = kinds.get(kind)?.length ?? 0;
      return figure(kind, `Packages ${kind}`, count, count === 0 ? "neutral" : kindTones[kind]);
    }),
    figure(
      "servers_without_run",
      "Servers that changed outside of a run",
      noRun,
      noRun === 0 ? "good" : "warning",
      "no window and no command of this stack installed on them in that time",
    ),
    figure(
      "servers_not_compared",
      "Servers that cannot be compared",
      apart,
      apart === 0 ? "good" : "unknown",
      "nothing, or not all, is known of what changed on them; the reasons are in a table of their own",
    ),
  ];
}

/** What changed in one sentence, and of how many servers that is not known. */
function headline(servers: readonly ComparedServer[]): string {
  const changed = changedOf(servers).length;
  const apart = incomparableOf(servers).length;
  if (servers.length === 0) return "No server is asked about.";
  if (changed === 0 && apart === servers.length)
    return `Whether packages changed is known of no server; ${manyOf(apart, "server")} asked about.`;
  const known =
    changed === 0
      ? `No package changed on any of ${manyOf(servers.length - apart, "server")} that can be compared`
      : `${manyOf(changesOf(servers).length, "package")} changed on ${manyOf(changed, "server")} of ${servers.length.toLocaleString("en-US")}`;
  return apart === 0 ? `${known}.` : `${known}; of ${manyOf(apart, "server")} it is not known, or not to the end.`;
}

function chartOf(servers: readonly ComparedServer[]): readonly Chart[] {
  const changes = changesOf(servers);
  if (changes.length === 0) return [];
  const groups = [...new Set(changes.map(({ group }) => group))].sort(byText);
  const counts = Map.groupBy(changes, ({ group, kind }) => `${kind} ${group}`);
  const series = changeKinds
    .map((kind) => ({
      name: kind,
      tone: kindTones[kind],
      values: groups.map((group) => counts.get(`${kind} ${group}`)?.length ?? 0),
    }))
    .filter(({ values }) => values.some((value) => value > 0));
  const categories = groups.map((group) => (group === "" ? "(no group)" : group));
  return [
    { kind: "bars", id: "changes-by-group", title: "Changed packages by group", unit: "packages", categories, series },
  ];
}

function comparisonTable(servers: readonly ComparedServer[]): ReportTable {
  const rows = servers.flatMap((compared) => {
    const reason = incomparable(compared);
    if (reason === undefined) return [];
    return [[...serverCells(compared), reason, cell(compared.server.inventoryCaptured)]];
  });
  return {
    id: "not-compared",
    title: "Servers that cannot be compared",
    note: "What changed on them is not known, or not to the end. It is not nothing.",
    empty: "every server could be compared",
    columns: comparisonColumns,
    rows,
  };
}

/** Which packages changed on which server: from, to, by which run, approved by whom, and what it mended. */
export function changesReport(servers: readonly ComparedServer[], asked: ChangesQuestion): ReportDocument {
  const { asOf, question, unknowns } = asked;
  return {
    schema: "patchplane/report/1",
    kind: "changes",
    title: question.run === undefined ? "Package changes" : `Package changes of run ${question.run}`,
    asOf,
    question,
    headline: headline(servers),
    summary: figures(servers),
    charts: chartOf(servers),
    tables: [
      {
        id: "changes",
        title: "Package changes",
        empty: "no package changed on the servers that could be compared",
        columns: changeColumns,
        rows: servers.flatMap((server) => changeRows(server, asked)),
      },
      comparisonTable(servers),
    ],
    unknowns,
  };
}

/**
 * The installations of a server that ended after its packages were captured first and began before they were again. What
 * never began there installed nothing.
 */
export function installsBetween(
  runs: readonly RunRecord[],
  capturedBefore: string,
  capturedAfter: string,
): readonly RunRecord[] {
  return runs
    .filter((run) => mayHaveInstalled(run) && (run.ended === "" || run.ended > capturedBefore))
    .filter(({ started }) => started < capturedAfter)
    .toSorted((a, b) => byText(a.started, b.started) || byText(a.runId, b.runId));
}
