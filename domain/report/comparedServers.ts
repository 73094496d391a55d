import type { RunRecord, ServerRecord } from "../collection/records.ts";
import { noComparison, type Comparison } from "../packages/comparison.ts";
import type { PackageChange } from "../packages/changes.ts";
import type { Severity } from "../packages/severity.ts";
import type { Cell, ReportColumn } from "./report.ts";

/** A server of two collections, and what became of its packages between them. */
export interface ComparedServer {
  readonly accountId: string;
  readonly region: string;
  /** As the second collection has it, else as the first. */
  readonly server: ServerRecord;
  /** Undefined where nobody knows its operating system, and so the rules of its packages. */
  readonly comparison?: Comparison;
  /** Installations that touched it between the two captures, the first first. */
  readonly runs: readonly RunRecord[];
}

/** What a change of a package mended, by the advisories that are known. */
export interface Mended {
  readonly advisories: readonly string[];
  readonly cves: readonly string[];
  readonly severity: Severity;
  /** Who says so; empty where nobody does. */
  readonly severitySource: string;
  /** Whether one of the CVEs is known to be exploited. */
  readonly exploited: boolean;
}

/** What let a run install what it installed. */
export interface Approved {
  /** Path of the approvals file, or the words for a group that needs none. */
  readonly by: string;
  /** Who brought the file in; empty where nobody is known. */
  readonly whom: string;
}

/** What a report needs beside the servers. */
export interface ChangeFacts {
  readonly mendedBy: (server: ServerRecord, change: PackageChange) => Mended;
  readonly approvedFor: (server: ServerRecord, run: RunRecord) => Approved;
}

/** Nothing is known of what a change mended. */
export const nothingMended: Mended = {
  advisories: [],
  cves: [],
  severity: "unknown",
  severitySource: "",
  exploited: false,
};

/** A text, or none where it is empty. */
export function cell(text: string): Cell {
  return text === "" ? null : text;
}

/** The columns that say which server it is and whose; {@link serverCells} fills them. */
export const serverColumns: readonly ReportColumn[] = [
  { key: "server", title: "Server", kind: "text" },
  { key: "node", title: "Node", kind: "code" },
  { key: "owner", title: "Owner", kind: "text" },
  { key: "group", title: "Group", kind: "text" },
  { key: "business_unit", title: "Business unit", kind: "text" },
  { key: "cloud", title: "Cloud", kind: "text" },
  { key: "account", title: "Account", kind: "code" },
  { key: "region", title: "Region", kind: "text" },
  { key: "os", title: "OS", kind: "text" },
];

/** What a server is called, and whose it is. */
export function serverCells({
  server,
  accountId,
  region,
}: Pick<ComparedServer, "accountId" | "region" | "server">): readonly Cell[] {
  return [
    server.name === "" ? server.resourceId : server.name,
    cell(server.resourceId),
    cell(server.owner),
    cell(server.patchGroup),
    cell(server.businessUnit),
    cell(server.cloud),
    accountId,
    region,
    cell(`${server.os} ${server.release}`.trim()),
  ];
}

/** Why nothing, or not all, can be said of a server's packages; undefined where it can. */
export function incomparable({ server, comparison }: ComparedServer): string | undefined {
  if (comparison === undefined) return "its operating system is not known: no row of the fleet file names it";
  if (comparison.basis !== "none")
    return comparison.incomplete === undefined ? undefined : noComparison[comparison.incomplete];
  return server.reason === "" ? noComparison[comparison.reason] : server.reason;
}
