import type { ProjectFiles } from "../../config/projectFiles.ts";
import type { Fault } from "../../domain/fault.ts";
import type { Plane } from "../../domain/plane.ts";
import type { ComparedServer } from "../../domain/report/comparedServers.ts";
import { changesReport } from "../../domain/report/changesReport.ts";
import { serverState, type CountedServer } from "../../domain/report/complianceFacts.ts";
import { complianceReport, isPatchedHere } from "../../domain/report/complianceReport.ts";
import type { KnownAdvisories } from "../../domain/report/knownAdvisories.ts";
import { neededReport } from "../../domain/report/neededReport.ts";
import { openUpdates, type OpenUpdate } from "../../domain/report/openUpdates.ts";
import { outcomeReport } from "../../domain/report/outcomeReport.ts";
import { ownerReport } from "../../domain/report/ownerReport.ts";
import type { ReportDocument, ReportKind, ReportQuestion } from "../../domain/report/report.ts";
import { instantText } from "../../domain/time.ts";
import { advisoriesOf } from "../advisories/known.ts";
import type { CollectionStore } from "../store/store.ts";
import { approvalsOf } from "./approvals.ts";
import { chosenCollections, newestCollection, type ChoiceQuestion, type Chosen } from "./choice.ts";
import { comparedServers } from "./compared.ts";
import { openDuckdb } from "./duckdb.ts";
import type { Engine, OpenedStore, Row } from "./engine.ts";
import { countedServers, storedUpdates, trendOf, unreadServers } from "./open.ts";
import { runServers } from "./outcome.ts";
import { collectionsIn, type Collections, type Unreadable } from "./partitions.ts";
import { get, placeIn, type ServerFilter } from "./rows.ts";
import { absentPlaces, trendRows } from "./unread.ts";

/** What a report is asked. */
export interface ReportRequest extends Omit<ChoiceQuestion, "asOf">, ServerFilter {
  readonly kind: ReportKind;
}

/** What every report of a store is made with. */
export interface ReportContext {
  /** Folder of the project, which approvals are looked up in. */
  readonly root: string;
  readonly files: ProjectFiles;
  readonly stack: string;
  readonly plane: Plane;
  readonly store: CollectionStore;
  /** Folder for the Parquet copies of the collections; it may be removed at any time. */
  readonly copies: string;
  /** Opens the collections for another engine than DuckDB. */
  readonly open?: (collections: Collections) => OpenedStore;
  readonly asOf: Date;
}

/** A store of which reports are made, one after the other. */
export interface OpenedReports {
  readonly engine: Engine;
  /** Makes a report, or says what stands against it. */
  readonly report: (
    request: ReportRequest,
  ) => Promise<{ readonly report: ReportDocument } | { readonly faults: readonly Fault[] }>;
}

interface Sources extends ReportContext {
  readonly opened: OpenedStore;
  readonly collections: Collections;
  readonly known: KnownAdvisories;
  readonly approvedFor: Awaited<ReturnType<typeof approvalsOf>>;
}

function questionOf({ stack, plane }: Sources, request: ReportRequest, { before, after }: Chosen): ReportQuestion {
  const { run, since, until, groups, owners, servers } = request;
  return {
    stack,
    timezone: plane.timezone,
    ...(run === undefined ? {} : { run }),
    ...(since === undefined ? {} : { since: instantText(since) }),
    ...(until === undefined ? {} : { until: instantText(until) }),
    ...(before === undefined ? {} : { before }),
    after,
    ...(groups === undefined ? {} : { groups }),
    ...(owners === undefined ? {} : { owners }),
    ...(servers === undefined ? {} : { servers }),
  };
}

/** Locations of which collections have no record at all, each with why. */
function unreadOf({ opened, collections, plane }: Sources, { after }: Chosen): readonly Unreadable[] {
  const unreadable = opened.unreadable.filter(({ collected }) => collected <= after);
  const places = collections.partitions.filter(
    ({ type, collected }) => type === "Patchplane:Location" && collected <= after,
  );
  return [...unreadable, ...absentPlaces(plane, [...unreadable, ...places])];
}

/** Locations of the collections that say nothing, each with why. */
function unknownsOf(rows: readonly Row[], unread: readonly Unreadable[], { before, after }: Chosen): readonly string[] {
  const unanswered = rows
    .filter((row) => get(row, "state") !== "collected")
    .map((row): Unreadable => ({ collected: get(row, "collected"), ...placeIn(row), reason: get(row, "reason") }));
  return [...unread, ...unanswered]
    .filter(({ collected }) => collected === before || collected === after)
    .map(({ collected, accountId, region, reason }) => {
      return `Account ${accountId}, ${region}, collection ${collected}: ${reason}.`;
    })
    .sort();
}

async function openOf(
  { opened, known, plane, asOf }: Sources,
  request: ReportRequest,
  after: string,
): Promise<readonly OpenUpdate[]> {
  const stored = (await storedUpdates(opened.engine, after, request)).filter(isPatchedHere);
  return openUpdates(plane, stored, known.offeredBy, asOf);
}

function hasChanged(comparison: ComparedServer["comparison"]): boolean {
  return comparison !== undefined && comparison.basis !== "none" && comparison.changes.length > 0;
}

async function made(sources: Sources, request: ReportRequest, chosen: Chosen): Promise<ReportDocument> {
  const { opened, plane, known, approvedFor } = sources;
  const { engine } = opened;
  const { before = chosen.after, after } = chosen;
  const locations = await engine.rows("locations", { since: before, until: after });
  const unread = unreadOf(sources, chosen);
  const unknowns = unknownsOf(locations, unread, chosen);
  const counted = async (): Promise<readonly CountedServer[]> => [
    ...(await countedServers(engine, after, request)),
    ...unreadServers(
      plane,
      unread.filter(({ collected }) => collected === after),
      request,
    ),
  ];
  const asked = {
    asOf: instantText(sources.asOf),
    question: questionOf(sources, request, chosen),
    unknowns,
  };
  const askedOf = (updates: readonly OpenUpdate[]) => {
    const unclear = updates.filter(({ severity }) => severity === "unknown").map(({ server }) => server.os);
    return { ...asked, unknowns: [...unknowns, ...known.gaps(unclear)] };
  };
  switch (request.kind) {
    case "changes": {
      const servers = await comparedServers(engine, { ...request, before, after });
      const changed = servers.filter(({ comparison }) => hasChanged(comparison)).map(({ server }) => server.os);
      const { mendedBy, gaps } = known;
      return changesReport(servers, { ...asked, unknowns: [...unknowns, ...gaps(changed)], mendedBy, approvedFor });
    }
    case "outcome": {
      const { run = "" } = request;
      const { servers, limits, isEmpty } = await runServers(engine, plane, { ...request, before, after, run });
      return outcomeReport(servers, limits, asked, isEmpty && servers.length > 0);
    }
    case "needed": {
      const updates = await openOf(sources, request, after);
      const unknown = (await counted()).filter((each) => isPatchedHere(each) && serverState(each) === "unknown");
      return neededReport(plane, updates, unknown.length, askedOf(updates));
    }
    case "compliance": {
      const servers = await counted();
      const trend = trendOf(await trendRows(engine, plane, after, unread), request).filter(
        ({ group }) => plane.groups[group]?.kind !== "elsewhere",
      );
      const updates = await openOf(sources, request, after);
      return complianceReport(servers, updates, trend, askedOf(updates));
    }
    case "owner": {
      const updates = await openOf(sources, request, after);
      const servers = await comparedServers(engine, { ...request, before, after });
      return ownerReport(updates, servers, askedOf(updates));
    }
  }
}

/** Kinds that say what became of something between two collections; the others say how one stands. */
const comparing: ReadonlySet<ReportKind> = new Set(["changes", "outcome", "owner"]);

/** Opens a store, has reports made of it, and closes it. */
export async function withReports<T>(context: ReportContext, make: (opened: OpenedReports) => Promise<T>): Promise<T> {
  const { store, asOf } = context;
  const collections = await collectionsIn(store);
  const opened = context.open?.(collections) ?? (await openDuckdb(store, collections, context.copies));
  const { engine } = opened;
  try {
    const sources: Sources = {
      ...context,
      opened,
      collections,
      known: await advisoriesOf(store, asOf),
      approvedFor: await approvalsOf(context.root, context.files, context.plane, store),
    };
    return await make({
      engine,
      report: async (request) => {
        const question = { ...request, asOf };
        const chosen = comparing.has(request.kind)
          ? await chosenCollections(engine, collections.stamps, question)
          : newestCollection(collections.stamps, question);
        return "faults" in chosen ? chosen : { report: await made(sources, request, chosen) };
      },
    });
  } finally {
    engine.close();
  }
}
