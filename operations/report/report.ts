import { join } from "node:path";
import type { ProjectFiles } from "../../config/projectFiles.ts";
import type { Fault } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import { changesReport } from "../../domain/report/changesReport.ts";
import { nothingMended } from "../../domain/report/comparedServers.ts";
import type { ReportDocument, ReportKind, ReportQuestion } from "../../domain/report/report.ts";
import { folderStore } from "../store/folderStore.ts";
import { approvalsOf } from "./approvals.ts";
import { chosenCollections, type ChoiceQuestion } from "./choice.ts";
import { comparedServers } from "./compared.ts";
import { openDuckdb, type OpenedStore } from "./duckdb.ts";
import type { Unreadable } from "./partitions.ts";
import { collectionsIn } from "./partitions.ts";

/** What a report is asked. */
export interface ReportRequest extends ChoiceQuestion {
  /** Folder of the project, which approvals are looked up in. */
  readonly root: string;
  readonly files: ProjectFiles;
  readonly stack: string;
  readonly plane: Plane;
  /** Folder of the collections, absolute. */
  readonly collections: string;
  readonly kind: ReportKind;
  readonly groups?: readonly string[];
  readonly owners?: readonly string[];
  readonly servers?: readonly string[];
}

function questionOf(request: ReportRequest, before: string, after: string): ReportQuestion {
  const { stack, run, since, until, groups, owners, servers } = request;
  return {
    stack,
    ...(run === undefined ? {} : { run }),
    ...(since === undefined ? {} : { since: isoOf(since) }),
    ...(until === undefined ? {} : { until: isoOf(until) }),
    before,
    after,
    ...(groups === undefined ? {} : { groups }),
    ...(owners === undefined ? {} : { owners }),
    ...(servers === undefined ? {} : { servers }),
  };
}

function isoOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Locations of the two collections that say nothing, each with why. */
async function unknownsOf(
  { engine, unreadable }: OpenedStore,
  { before, after }: { readonly before: string; readonly after: string },
): Promise<readonly string[]> {
  const rows = await engine.rows("locations", { since: before, until: after });
  const unread = rows
    .filter((row) => row["state"] !== "collected")
    .map((row): Unreadable & { readonly location?: string } => ({
      collected: row["collected"] ?? "",
      accountId: row["account_id"] ?? "",
      region: row["region"] ?? "",
      reason: row["reason"] ?? "",
    }));
  return [...unreadable, ...unread]
    .filter(({ collected }) => collected === before || collected === after)
    .map(
      ({ collected, accountId, region, reason }) =>
        `Account ${accountId}, ${region}, collection ${collected}: ${reason}.`,
    )
    .sort();
}

/** Reads a store and makes a report of it, or says what stands against it. */
export async function readReport(
  request: ReportRequest,
): Promise<{ readonly report: ReportDocument } | { readonly faults: readonly Fault[] }> {
  const store = folderStore(request.collections);
  const collections = await collectionsIn(store);
  const opened = await openDuckdb(store, collections, join(request.collections, "parquet"));
  try {
    const chosen = await chosenCollections(opened.engine, collections.stamps, request);
    if ("faults" in chosen) return chosen;
    const servers = await comparedServers(opened.engine, { ...request, ...chosen });
    return {
      report: changesReport(servers, {
        asOf: isoOf(request.asOf),
        question: questionOf(request, chosen.before, chosen.after),
        unknowns: await unknownsOf(opened, chosen),
        mendedBy: () => nothingMended,
        approvedFor: await approvalsOf(request.root, request.files, request.plane),
      }),
    };
  } finally {
    opened.engine.close();
  }
}
