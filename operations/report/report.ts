import { join } from "node:path";
import type { ProjectFiles } from "../../config/projectFiles.ts";
import type { Fault } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import { changesReport } from "../../domain/report/changesReport.ts";
import { advisoryIndex } from "../../domain/advisories/join.ts";
import { knownAdvisories, type KnownAdvisories } from "../../domain/report/knownAdvisories.ts";
import { complianceReport } from "../../domain/report/complianceReport.ts";
import { neededReport } from "../../domain/report/neededReport.ts";
import { openUpdates, type OpenUpdate } from "../../domain/report/openUpdates.ts";
import { outcomeReport } from "../../domain/report/outcomeReport.ts";
import { ownerReport } from "../../domain/report/ownerReport.ts";
import type { ReportDocument, ReportKind, ReportQuestion } from "../../domain/report/report.ts";
import { storedAdvisories } from "../advisories/stored.ts";
import { folderStore } from "../store/folderStore.ts";
import { BrokenFile } from "../store/records.ts";
import type { CollectionStore } from "../store/store.ts";
import { approvalsOf } from "./approvals.ts";
import { chosenCollections, newestCollection, type ChoiceQuestion, type Chosen } from "./choice.ts";
import { comparedServers } from "./compared.ts";
import { openDuckdb, type OpenedStore } from "./duckdb.ts";
import { countedServers, storedUpdates, trendOf, unreadServers } from "./open.ts";
import { runServers } from "./outcome.ts";
import { collectionsIn, type Unreadable } from "./partitions.ts";
import { get, placeIn, type ServerFilter } from "./rows.ts";

/** What a report is asked. */
export interface ReportRequest extends ChoiceQuestion, ServerFilter {
  /** Folder of the project, which approvals are looked up in. */
  readonly root: string;
  readonly files: ProjectFiles;
  readonly stack: string;
  readonly plane: Plane;
  /** Folder of the collections, absolute. */
  readonly collections: string;
  readonly kind: ReportKind;
}

function isoOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function questionOf(request: ReportRequest, { before, after }: Chosen): ReportQuestion {
  const { stack, run, since, until, groups, owners, servers } = request;
  return {
    stack,
    ...(run === undefined ? {} : { run }),
    ...(since === undefined ? {} : { since: isoOf(since) }),
    ...(until === undefined ? {} : { until: isoOf(until) }),
    ...(before === undefined ? {} : { before }),
    after,
    ...(groups === undefined ? {} : { groups }),
    ...(owners === undefined ? {} : { owners }),
    ...(servers === undefined ? {} : { servers }),
  };
}

/** Locations of the collections that say nothing, each with why. */
async function unknownsOf({ engine, unreadable }: OpenedStore, { before, after }: Chosen): Promise<readonly string[]> {
  const rows = await engine.rows("locations", { since: before ?? after, until: after });
  const unread = rows
    .filter((row) => get(row, "state") !== "collected")
    .map((row): Unreadable => ({ collected: get(row, "collected"), ...placeIn(row), reason: get(row, "reason") }));
  return [...unreadable, ...unread]
    .filter(({ collected }) => collected === before || collected === after)
    .map(({ collected, accountId, region, reason }) => {
      return `Account ${accountId}, ${region}, collection ${collected}: ${reason}.`;
    })
    .sort();
}

/** What a store knows of advisories, and what keeps it from knowing them. */
interface Known extends KnownAdvisories {
  readonly unknowns: readonly string[];
}

async function advisoriesOf(store: CollectionStore, asOf: Date): Promise<Known> {
  try {
    return { ...knownAdvisories(advisoryIndex(await storedAdvisories(store)), asOf), unknowns: [] };
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error;
    return { ...knownAdvisories(new Map(), asOf), unknowns: [`Severities and CVEs: ${error.message}.`] };
  }
}

/** A report's store, opened, and what else it is judged by. */
interface Opened extends OpenedStore {
  readonly known: Known;
}

async function openOf(
  { engine, known }: Opened,
  request: ReportRequest,
  after: string,
): Promise<readonly OpenUpdate[]> {
  const stored = await storedUpdates(engine, after, request);
  return openUpdates(request.plane, stored, known.offeredBy, request.asOf);
}

async function made(opened: Opened, request: ReportRequest, chosen: Chosen): Promise<ReportDocument> {
  const { engine } = opened;
  const { plane, kind, run } = request;
  const { before = chosen.after, after } = chosen;
  const asked = {
    asOf: isoOf(request.asOf),
    question: questionOf(request, chosen),
    unknowns: [...(await unknownsOf(opened, chosen)), ...opened.known.unknowns],
  };
  switch (kind) {
    case "changes":
      return changesReport(await comparedServers(engine, { ...request, before, after }), {
        ...asked,
        mendedBy: opened.known.mendedBy,
        approvedFor: await approvalsOf(request.root, request.files, plane),
      });
    case "outcome": {
      const { servers, limits } = await runServers(engine, plane, { ...request, before, after, run: run ?? "" });
      return outcomeReport(servers, limits, asked);
    }
    case "needed":
      return neededReport(plane, await openOf(opened, request, after), asked);
    case "compliance": {
      const unread = opened.unreadable.filter(({ collected }) => collected === after);
      const servers = [...(await countedServers(engine, after, request)), ...unreadServers(plane, unread, request)];
      return complianceReport(
        servers,
        await openOf(opened, request, after),
        await trendOf(engine, after, request),
        asked,
      );
    }
    case "owner": {
      const updates = await openOf(opened, request, after);
      const compared = before === after ? [] : await comparedServers(engine, { ...request, before, after });
      return ownerReport(updates, compared, asked);
    }
  }
}

/** Kinds that say what became of something between two collections; the others say how one stands. */
const comparing: ReadonlySet<ReportKind> = new Set(["changes", "outcome", "owner"]);

/** Reads a store and makes a report of it, or says what stands against it. */
export async function readReport(
  request: ReportRequest,
): Promise<{ readonly report: ReportDocument } | { readonly faults: readonly Fault[] }> {
  const store = folderStore(request.collections);
  const collections = await collectionsIn(store);
  const opened = await openDuckdb(store, collections, join(request.collections, "parquet"));
  try {
    const chosen = comparing.has(request.kind)
      ? await chosenCollections(opened.engine, collections.stamps, request)
      : newestCollection(collections.stamps, request);
    if ("faults" in chosen) return chosen;
    const known = await advisoriesOf(store, request.asOf);
    return { report: await made({ ...opened, known }, request, chosen) };
  } finally {
    opened.engine.close();
  }
}
