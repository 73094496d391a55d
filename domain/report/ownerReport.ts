import { byText, manyOf } from "../text.ts";
import { cell, incomparable, type ComparedServer } from "./comparedServers.ts";
import { isWaitedFor, type OpenQuestion } from "./neededReport.ts";
import type { OpenUpdate } from "./openUpdates.ts";
import type { Cell, ReportColumn, ReportDocument } from "./report.ts";
import { ageCells, ageColumns, byUrgency, updateCells, updateColumns } from "./updateColumns.ts";

const whoColumns: readonly ReportColumn[] = [
  { key: "owner", title: "Owner", kind: "text" },
  { key: "server", title: "Server", kind: "text" },
  { key: "group", title: "Group", kind: "text" },
];

function whoCells({ server }: Pick<OpenUpdate, "server">): readonly Cell[] {
  return [cell(server.owner), server.name === "" ? server.resourceId : server.name, cell(server.patchGroup)];
}

const lastColumns: readonly ReportColumn[] = [
  ...whoColumns,
  { key: "package", title: "Package", kind: "code" },
  { key: "before", title: "Before", kind: "code" },
  { key: "after", title: "After", kind: "code" },
  { key: "change", title: "Change", kind: "state", tones: { downgraded: "bad", removed: "warning" } },
  { key: "run", title: "Run", kind: "list" },
];

function lastRows(compared: ComparedServer): readonly (readonly Cell[])[] {
  const { comparison, runs } = compared;
  const reason = incomparable(compared);
  const unknown = reason === undefined ? [] : [[...whoCells(compared), null, null, null, `not known: ${reason}`, null]];
  if (comparison === undefined || comparison.basis === "none") return unknown;
  const known = comparison.changes.map(({ name, before, after, kind }) => {
    return [
      ...whoCells(compared),
      name,
      before ?? null,
      after ?? null,
      kind,
      cell(runs.map(({ runId }) => runId).join(", ")),
    ];
  });
  return [...known, ...unknown];
}

/** What the next cycle will install for each owner and when, and what the last one did. */
export function ownerReport(
  updates: readonly OpenUpdate[],
  compared: readonly ComparedServer[],
  asked: OpenQuestion,
): ReportDocument {
  const waited = updates.filter(isWaitedFor);
  const byOwner = <T extends Pick<OpenUpdate, "server">>(a: T, b: T): number => {
    return byText(a.server.owner, b.server.owner) || byText(a.server.name, b.server.name);
  };
  const coming = waited.filter(({ age }) => age?.takenBy !== undefined);
  const stuck = waited.filter(({ age }) => age?.takenBy === undefined);
  const rowsOf = (all: readonly OpenUpdate[]) =>
    all
      .toSorted((a, b) => byOwner(a, b) || byUrgency(a, b))
      .map((update) => [...whoCells(update), ...updateCells(update), ...ageCells(update)]);
  const columns = [...whoColumns, ...updateColumns, ...ageColumns];
  const owners = new Set([...waited, ...compared].map(({ server }) => server.owner));
  const overdue = waited.filter(({ age }) => age?.state === "overdue").length;
  return {
    schema: "patchplane/report/1",
    kind: "owner",
    title: "Owners' digest",
    ...asked,
    headline: `The next runs install ${manyOf(coming.length, "update")}; ${manyOf(stuck.length, "update has", "updates have")} no run; ${manyOf(overdue, "is", "are")} overdue.`,
    summary: [
      { key: "owners", label: "Owners", kind: "count", value: owners.size, tone: "neutral" },
      {
        key: "coming",
        label: "Updates that the next runs will install",
        kind: "count",
        value: coming.length,
        tone: "neutral",
      },
      {
        key: "without_run",
        label: "Updates that no run will install",
        kind: "count",
        value: stuck.length,
        tone: stuck.length === 0 ? "good" : "warning",
        note: "no window comes for them, or they are not approved",
      },
      { key: "overdue", label: "Overdue", kind: "count", value: overdue, tone: overdue === 0 ? "good" : "bad" },
    ],
    charts: [],
    tables: [
      {
        id: "next",
        title: "What the next runs will install",
        empty: "nothing waits for a run",
        columns,
        rows: rowsOf(coming),
      },
      {
        id: "without-run",
        title: "What no run will install",
        note: "No window comes for these, or nobody has approved them: somebody has to see to it.",
        empty: "everything has a run that will take it",
        columns,
        rows: rowsOf(stuck),
      },
      {
        id: "last",
        title: "What the last cycle did",
        empty: "no package changed",
        columns: lastColumns,
        rows: compared.toSorted(byOwner).flatMap(lastRows),
      },
    ],
  };
}
