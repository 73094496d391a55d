import type { ComplianceItemRecord, MissingRecord, RecordType, ServerRecord } from "../../domain/collection/records.ts";
import { stampOf } from "../../domain/collection/stamp.ts";
import { storedFiles, type StoredFile } from "../../domain/collection/stored.ts";
import type { Location } from "../../domain/plane.ts";
import { isOpen, type LocationHistory } from "../../domain/report/locationHistory.ts";
import { byText } from "../../domain/text.ts";
import { readRecords } from "../store/records.ts";
import type { CollectionStore } from "../store/store.ts";

/** One account and Region. */
type Place = Pick<Location, "accountId" | "region">;

/** Reads those records of a type of one collection of a place that are wanted; the others are not kept. */
export async function recordsOf<Row>(
  store: CollectionStore,
  type: RecordType,
  { accountId, region, collected }: StoredFile,
  wanted: (record: Row) => boolean = () => true,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (const file of storedFiles(await store.paths(type))) {
    if (file.collected !== collected || file.accountId !== accountId || file.region !== region) continue;
    for await (const record of readRecords(store, file.path)) if (wanted(record as Row)) found.push(record as Row);
  }
  return found;
}

/** The newest whole collection of a place that was begun before a time; undefined where there is none. */
export async function newestCollection(
  store: CollectionStore,
  { accountId, region }: Place,
  before: Date,
): Promise<StoredFile | undefined> {
  return storedFiles(await store.paths("Patchplane:Location"))
    .filter((file) => file.accountId === accountId && file.region === region && file.collected <= stampOf(before))
    .toSorted((a, b) => byText(a.collected, b.collected))
    .at(-1);
}

/**
 * What the newest collection of each place says of what its servers lack; places without one are left out.
 * @throws BrokenFile, and whatever the store says
 */
export async function readHistory(
  store: CollectionStore,
  places: readonly Place[],
  asOf: Date,
): Promise<readonly LocationHistory[]> {
  const found: LocationHistory[] = [];
  for (const place of places) {
    const newest = await newestCollection(store, place, asOf);
    if (newest === undefined) continue;
    const { accountId, region, collected } = newest;
    found.push({
      ...{ accountId, region, collected },
      servers: await recordsOf<ServerRecord>(store, "Patchplane:Server", newest),
      missing: await recordsOf<MissingRecord>(store, "Patchplane:Missing", newest),
      items: await recordsOf<ComplianceItemRecord>(store, "AWS:ComplianceItem", newest, isOpen),
    });
  }
  return found;
}
