import type { ComplianceItemRecord } from "../collection/records.ts";
import { versionOfPatch } from "../packages/installed.ts";
import { cell, serverCells, serverColumns } from "./comparedServers.ts";
import type { ReportColumn, ReportTable } from "./report.ts";
import type { RunHistory } from "./runHistory.ts";
import type { ReportedServer } from "./runReport.ts";
import {
  ageCells,
  ageColumns,
  byUrgency,
  severityTones,
  updateCells,
  updateColumns as openColumns,
} from "./updateColumns.ts";

const updateColumns: readonly ReportColumn[] = [
  { key: "server", title: "Server", kind: "text" },
  { key: "node", title: "Node", kind: "code" },
  { key: "owner", title: "Owner", kind: "text" },
  { key: "update", title: "Update", kind: "code" },
  { key: "before", title: "Version before", kind: "code" },
  { key: "version", title: "Version after", kind: "code" },
  {
    key: "state",
    title: "State",
    kind: "state",
    tones: { installed: "good", "needs a reboot": "warning", failed: "bad" },
  },
  { key: "severity", title: "Severity", kind: "state", tones: severityTones },
  { key: "severity_source", title: "Severity by", kind: "text" },
  { key: "advisories", title: "Advisories", kind: "list" },
  { key: "cves", title: "CVEs", kind: "list" },
  { key: "exploited", title: "Exploited", kind: "state", tones: { yes: "bad" } },
  { key: "classification", title: "Classification", kind: "text" },
  { key: "installed_at", title: "Installed", kind: "instant" },
];

function stateWord({ PatchState }: ComplianceItemRecord): string {
  if (PatchState === "FAILED") return "failed";
  return PatchState === "INSTALLED_PENDING_REBOOT" ? "needs a reboot" : "installed";
}

/** Every update that the run installed or could not install, server by server. */
export function updatesTable(servers: readonly ReportedServer[], history: RunHistory | undefined): ReportTable {
  const rows = servers.flatMap(({ server, installed, failed }) =>
    [...installed, ...failed].map(({ patch, known }) => [
      server.name,
      server.resourceId,
      cell(server.owner),
      patch.Id,
      known?.before ?? null,
      versionOfPatch(patch) ?? null,
      stateWord(patch),
      known?.severity ?? "unknown",
      cell(known?.severitySource ?? ""),
      cell(known?.advisories.join(", ") ?? ""),
      cell(known?.cves.join(", ") ?? ""),
      known?.exploited === true ? "yes" : null,
      cell(patch.Classification),
      cell(patch.InstalledTime),
    ]),
  );
  const of = history === undefined ? "is in patchplane report" : `is as of the collection ${history.collected}`;
  const note = `By the report that each server made when the run ended; what was there before ${of}.`;
  return { id: "updates", title: "Updates", note, empty: "nothing was installed", columns: updateColumns, rows };
}

/** Columns of an age that need no stack file. */
const keptColumns = ageColumns.filter(({ key }) => !key.startsWith("next_"));

/** What is past its time limit and was not installed by the run. */
export function overdueTable(servers: readonly ReportedServer[], { collected }: RunHistory): ReportTable {
  return {
    id: "overdue",
    title: "Overdue",
    note: `Past its time limit and not installed by this run, the longest first, as the collection ${collected} has it.`,
    empty: "nothing is overdue",
    columns: [...serverColumns, ...openColumns, ...keptColumns],
    rows: servers
      .flatMap((each) => each.overdue.map((update) => ({ each, update })))
      .toSorted((a, b) => byUrgency(a.update, b.update))
      .map(({ each, update }) => [
        ...serverCells(each),
        ...updateCells(update),
        ...ageCells(update).slice(0, keptColumns.length),
      ]),
  };
}
