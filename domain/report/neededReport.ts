import { severities } from "../packages/severity.ts";
import type { Plane } from "../plane.ts";
import { byText, manyOf } from "../text.ts";
import { cell, serverCells, serverColumns } from "./comparedServers.ts";
import type { OpenUpdate } from "./openUpdates.ts";
import type { Cell, ReportColumn, ReportDocument, ReportTable, SummaryFigure, Tone } from "./report.ts";
import { ageCells, ageColumns, byUrgency, severityTones, updateCells, updateColumns } from "./updateColumns.ts";

/** What every report about what is missing is asked. */
export type OpenQuestion = Pick<ReportDocument, "asOf" | "question" | "unknowns">;

/** Names that a cell shows; the count beside it is of all. */
const mostNames = 20;

/** Updates that are waited for, as opposed to those that a baseline keeps out. */
export function isWaitedFor({ is }: OpenUpdate): boolean {
  return is === "missing" || is === "failed";
}

function serverName({ server }: OpenUpdate): string {
  return server.name === "" ? server.resourceId : server.name;
}

function serversOf(updates: readonly OpenUpdate[]): readonly string[] {
  const byKey = new Map(updates.map((each) => [`${each.accountId} ${each.region} ${each.server.resourceId}`, each]));
  const bearers = Map.groupBy(byKey.values(), serverName);
  return [...byKey.values()]
    .map((each) => {
      const name = serverName(each);
      const isShared = (bearers.get(name)?.length ?? 0) > 1 && each.server.resourceId !== name;
      return isShared ? `${name} (${each.server.resourceId})` : name;
    })
    .sort(byText);
}

function namesCell(names: readonly string[]): Cell {
  const more = names.length - mostNames;
  return cell([...names.slice(0, mostNames), ...(more > 0 ? [`and ${String(more)} more`] : [])].join(", "));
}

const groupedColumns: readonly ReportColumn[] = [
  ...updateColumns,
  { key: "servers", title: "Servers", kind: "count" },
  { key: "oldest", title: "Oldest", kind: "days" },
  { key: "overdue_servers", title: "Overdue on", kind: "count" },
  { key: "which", title: "Which servers", kind: "list" },
];

/** Each update once: the same id and version in the same state, with the worst that is known of it. */
function groupedRows(updates: readonly OpenUpdate[]): readonly (readonly Cell[])[] {
  const groups = Map.groupBy(updates, ({ server, id, title, is }) =>
    [server.os, server.release, id, title, is].join("\n"),
  );
  return [...groups.values()]
    .map((all) => ({ all, worst: all.toSorted(byUrgency)[0] }))
    .toSorted((a, b) => (a.worst === undefined || b.worst === undefined ? 0 : byUrgency(a.worst, b.worst)))
    .flatMap(({ all, worst }) => {
      if (worst === undefined) return [];
      const ages = all.flatMap(({ age }) => (age === undefined ? [] : [age.days]));
      const overdue = all.filter(({ age }) => age?.state === "overdue").length;
      const names = serversOf(all);
      const oldest = ages.length === 0 ? null : Math.max(...ages);
      return [[...updateCells(worst), names.length, oldest, overdue, namesCell(names)]];
    });
}

function excludedTable(updates: readonly OpenUpdate[]): ReportTable {
  return {
    id: "excluded",
    title: "Kept out by a baseline",
    note: "Rejected packages that are installed all the same, and security updates that no rule approves yet. No window installs them.",
    empty: "nothing that a scan found is kept out",
    columns: groupedColumns,
    rows: groupedRows(updates.filter((update) => !isWaitedFor(update))),
  };
}

const rejectedColumns: readonly ReportColumn[] = [
  { key: "baseline", title: "Baseline", kind: "text" },
  { key: "os", title: "OS", kind: "text" },
  { key: "rejected", title: "Rejected", kind: "list" },
  { key: "count", title: "Patterns", kind: "count" },
];

/** What baselines reject: a scan does not report what it would have found of it. */
function rejectedTable({ baselines }: Plane): ReportTable {
  const rows = Object.values(baselines)
    .filter(({ rejectedPatches }) => rejectedPatches.length > 0)
    .toSorted((a, b) => byText(a.name, b.name))
    .map(({ name, operatingSystem, rejectedPatches }) => {
      return [name, operatingSystem, [...rejectedPatches].sort(byText).join(", "), rejectedPatches.length];
    });
  return {
    id: "rejected",
    title: "What baselines reject",
    note: "Systems Manager reports nothing as missing that a baseline rejects.",
    empty: "no baseline rejects anything",
    columns: rejectedColumns,
    rows,
  };
}

function figures(waited: readonly OpenUpdate[], excluded: readonly OpenUpdate[]): readonly SummaryFigure[] {
  const figure = (key: string, label: string, value: number, bad: Tone, note?: string): SummaryFigure => {
    return {
      key,
      label,
      kind: "count",
      value,
      tone: value === 0 ? "neutral" : bad,
      ...(note === undefined ? {} : { note }),
    };
  };
  return [
    figure("updates", "Updates that are missing somewhere", groupedRows(waited).length, "warning"),
    figure("servers", "Servers that need one", serversOf(waited).length, "warning"),
    ...severities.map((severity) =>
      figure(
        severity,
        `Missing, ${severity}`,
        waited.filter((each) => each.severity === severity).length,
        severityTones[severity],
      ),
    ),
    figure("overdue", "Overdue", waited.filter(({ age }) => age?.state === "overdue").length, "bad"),
    figure(
      "excluded",
      "Kept out by a baseline",
      excluded.length,
      "warning",
      "counted on each server, and named below: no window installs them",
    ),
  ];
}

/** What is missing in a sentence, and of how many servers that is not known. */
function headline(waited: readonly OpenUpdate[], excluded: readonly OpenUpdate[], unknown: number): string {
  const known = unknown === 0 ? "" : " that is known";
  const missing =
    waited.length === 0
      ? `No update is missing on any server${known}`
      : `${manyOf(groupedRows(waited).length, "update")} missing on ${manyOf(serversOf(waited).length, "server")}`;
  const kept =
    excluded.length === 0
      ? ""
      : `; ${manyOf(groupedRows(excluded).length, "more is", "more are")} kept out by a baseline`;
  return `${missing}${kept}${unknown === 0 ? "" : `; of ${manyOf(unknown, "server")} it is not known`}.`;
}

/**
 * Each missing update once, and on which servers; what baselines keep out is counted and named beside it.
 *
 * @param unknown - servers of which nothing, or nothing new, is known
 */
export function neededReport(
  plane: Plane,
  updates: readonly OpenUpdate[],
  unknown: number,
  asked: OpenQuestion,
): ReportDocument {
  const waited = updates.filter(isWaitedFor).toSorted(byUrgency);
  const excluded = updates.filter((update) => !isWaitedFor(update));
  return {
    schema: "patchplane/report/1",
    kind: "needed",
    title: "Needed updates",
    ...asked,
    headline: headline(waited, excluded, unknown),
    summary: [
      ...figures(waited, excluded),
      {
        key: "servers_unknown",
        label: "Servers unknown",
        kind: "count",
        value: unknown,
        tone: unknown === 0 ? "neutral" : "unknown",
        note: "what they lack is not known, or what they were last known to lack is counted",
      },
    ],
    charts: [],
    tables: [
      {
        id: "updates",
        title: "Missing updates",
        empty: "nothing is missing on the servers that are known",
        columns: groupedColumns,
        rows: groupedRows(waited),
      },
      {
        id: "servers",
        title: "Missing updates by server",
        empty: "nothing is missing on the servers that are known",
        columns: [...serverColumns, ...updateColumns, ...ageColumns],
        rows: waited.map((update) => [...serverCells(update), ...updateCells(update), ...ageCells(update)]),
      },
      excludedTable(updates),
      rejectedTable(plane),
    ],
  };
}
