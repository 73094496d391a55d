import { openStates, type ScannedLocation, type ScannedServer } from "../../domain/approvals/review.ts";
import { partitionFile } from "../../domain/collection/layout.ts";
import type { CollectionRecords, RecordType } from "../../domain/collection/records.ts";
import type { Location } from "../../domain/plane.ts";
import { readRecords } from "../store/records.ts";
import type { CollectionStore } from "../store/store.ts";
import { historyOf, stampsOf, type ScansQuestion } from "./scans.ts";

async function recordsOf<Type extends RecordType>(
  store: CollectionStore,
  type: Type,
  collected: string,
  { accountId, region }: Location,
  isWanted: (record: CollectionRecords[Type]) => boolean,
): Promise<readonly CollectionRecords[Type][]> {
  const found: CollectionRecords[Type][] = [];
  for await (const each of readRecords(store, partitionFile({ type, collected, accountId, region }))) {
    const record = each as CollectionRecords[Type];
    if (isWanted(record)) found.push(record);
  }
  return found;
}

/**
 * What a stored collection holds of reviewed groups' scans in a location; undefined where it holds nothing of it.
 * @throws BrokenFile when a file of it cannot be read to its end
 */
export async function storedScans(
  location: Location,
  { groups, store, collection = "" }: ScansQuestion,
): Promise<ScannedLocation | undefined> {
  const collected = (await stampsOf(store, location)).filter((stamp) => stamp.startsWith(collection)).at(-1);
  if (collected === undefined) return undefined;
  const records = await recordsOf(store, "Patchplane:Server", collected, location, ({ patchGroup }) =>
    groups.includes(patchGroup),
  );
  const nodes = new Set(records.map(({ resourceId }) => resourceId));
  const [patches, missing, history] = await Promise.all([
    recordsOf(
      store,
      "AWS:ComplianceItem",
      collected,
      location,
      ({ resourceId, PatchState }) => nodes.has(resourceId) && openStates.includes(PatchState),
    ),
    recordsOf(store, "Patchplane:Missing", collected, location, ({ resourceId }) => nodes.has(resourceId)),
    historyOf(store, location, collected),
  ]);
  const patchesOf = Map.groupBy(patches, ({ resourceId }) => resourceId);
  const missingOf = Map.groupBy(missing, ({ resourceId }) => resourceId);
  const { accountId, region } = location;
  const isStranger = ({ serverId }: (typeof records)[number]): boolean => serverId === "";
  return {
    location: location.name,
    servers: records
      .filter((server) => !isStranger(server))
      .map((server): ScannedServer => {
        const { resourceId } = server;
        const open = { patches: patchesOf.get(resourceId) ?? [], missing: missingOf.get(resourceId) ?? [] };
        return { accountId, region, server, ...open };
      }),
    strangers: records
      .filter(isStranger)
      .map(({ patchGroup, resourceId, name }) => ({ group: patchGroup, node: resourceId, name })),
    ...(history === undefined ? {} : { historyOf: history }),
  };
}
