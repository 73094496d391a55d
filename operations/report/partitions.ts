import { partitionFolder, partitionOf, placeOf, type Partition } from "../../domain/collection/layout.ts";
import type { CollectionStore } from "../store/store.ts";

/** A partition of a store with the paths of its files. */
export interface StoredPartition extends Partition {
  readonly paths: readonly string[];
}

/** A location of a collection that is left out of reports, and why. */
export interface Unreadable extends Omit<Partition, "type"> {
  readonly reason: string;
}

/** What a store of collections holds. */
export interface Collections {
  /** Sorted by path; those of locations that a collection did not finish are not among them. */
  readonly partitions: readonly StoredPartition[];
  /** Stamps of the collections that have at least one whole location, ascending. */
  readonly stamps: readonly string[];
  /** Locations whose own row is not there. */
  readonly unfinished: readonly Unreadable[];
}

/** Lists the collections of a store. */
export async function collectionsIn(store: CollectionStore): Promise<Collections> {
  const found = (await store.paths("")).flatMap((path) => {
    const partition = partitionOf(path);
    return partition === undefined || path.endsWith(".parquet") ? [] : [{ partition, path }];
  });
  const groups = Map.groupBy(found, ({ partition }) => partitionFolder(partition));
  const partitions = [...groups.values()].flatMap((entries) => {
    const partition = entries[0]?.partition;
    return partition === undefined ? [] : [{ ...partition, paths: entries.map(({ path }) => path) }];
  });
  const finished = new Set(partitions.filter(({ type }) => type === "Patchplane:Location").map(placeOf));
  const whole = partitions.filter((partition) => finished.has(placeOf(partition)));
  const cutOff = partitions.filter((partition) => !finished.has(placeOf(partition)));
  const unfinished = [...Map.groupBy(cutOff, placeOf).values()].flatMap((entries) =>
    entries.slice(0, 1).map(({ collected, accountId, region }) => {
      return {
        collected,
        accountId,
        region,
        reason: "its collecting was cut off: the location's own row is not there",
      };
    }),
  );
  return { partitions: whole, stamps: [...new Set(whole.map(({ collected }) => collected))].sort(), unfinished };
}
