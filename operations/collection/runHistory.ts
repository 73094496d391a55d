import { advisoryIndex } from "../../domain/advisories/join.ts";
import type { ApplicationRecord, ComplianceItemRecord } from "../../domain/collection/records.ts";
import { keptSla } from "../../domain/packages/ages.ts";
import { packageOfPatch } from "../../domain/packages/installed.ts";
import type { Location } from "../../domain/plane.ts";
import { knownAdvisories } from "../../domain/report/knownAdvisories.ts";
import { storedUpdatesOf } from "../../domain/report/locationHistory.ts";
import { isWaitedFor } from "../../domain/report/neededReport.ts";
import { judgedUpdates } from "../../domain/report/openUpdates.ts";
import type { RunHistory } from "../../domain/report/runHistory.ts";
import { storedAdvisories } from "../advisories/stored.ts";
import type { CollectionStore } from "../store/store.ts";
import { newestCollection, readHistory, recordsOf } from "./history.ts";

/** A run, as far as what was before it depends on it. */
export interface HistoryQuestion {
  readonly place: Pick<Location, "accountId" | "region">;
  /** When the run began. */
  readonly before: Date;
  /** When it ended: ages are counted to this. */
  readonly asOf: Date;
  /** What the run installed. */
  readonly patches: readonly ComplianceItemRecord[];
}

/**
 * What the newest collection before a run knows of the place's servers, without a stack file: time limits are those
 * that the collection has kept. Only what is needed of packages and advisories is kept in memory.
 * @returns undefined where there is no collection of that time
 * @throws BrokenFile, and whatever the store says
 */
export async function readRunHistory(
  store: CollectionStore,
  { place, before, asOf, patches }: HistoryQuestion,
): Promise<RunHistory | undefined> {
  const newest = await newestCollection(store, place, before);
  const [history] = await readHistory(store, [place], before);
  if (newest === undefined || history === undefined) return undefined;
  const installed = Map.groupBy(patches, ({ resourceId }) => resourceId);
  const names = new Map(
    [...installed].map(([node, own]) => [node, new Set(own.map(({ Id }) => packageOfPatch(Id).name))]),
  );
  const applications = await recordsOf<ApplicationRecord>(
    store,
    "AWS:Application",
    newest,
    ({ resourceId, Name }) => names.get(resourceId)?.has(Name) === true,
  );
  const stored = storedUpdatesOf(history);
  const known = new Set([...stored, ...patches.map(({ Id: id }) => ({ id }))].map(({ id }) => packageOfPatch(id).name));
  const advisories = knownAdvisories(
    advisoryIndex(await storedAdvisories(store, ({ package: name }) => known.has(name))),
    asOf,
  );
  const updates = judgedUpdates(stored, advisories.offeredBy, asOf, ({ stackDays }, patch) => {
    // Which window comes next is in the stack file alone.
    return { sla: keptSla(stackDays, patch), coming: [] };
  });
  return {
    collected: history.collected,
    servers: history.servers,
    packages: Map.groupBy(applications, ({ resourceId }) => resourceId),
    overdue: updates.filter((update) => isWaitedFor(update) && update.age?.state === "overdue"),
    advisories,
  };
}
