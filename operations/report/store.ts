import { createReadStream, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { partitionFolder, partitionOf, type Partition } from "../../domain/collection/layout.ts";
import { byText } from "../../domain/text.ts";

/** A partition of a store with its files. */
export interface StoredPartition extends Partition {
  /** Absolute, sorted. */
  readonly files: readonly string[];
}

/** A location of a collection that is left out of reports, and why. */
export interface Unreadable extends Omit<Partition, "type"> {
  readonly reason: string;
}

/** What a store of collections holds. */
export interface Store {
  /** Absolute. */
  readonly folder: string;
  /** Sorted by path; those of locations that a collection did not finish are not among them. */
  readonly partitions: readonly StoredPartition[];
  /** Stamps of the collections that have at least one whole location, ascending. */
  readonly collections: readonly string[];
  /** Locations whose own row is not there. */
  readonly unfinished: readonly Unreadable[];
}

/** A collection's account and Region. */
export function placeOf({ collected, accountId, region }: Omit<Partition, "type">): string {
  return `${collected} ${accountId} ${region}`;
}

/** Lists a store. A folder that is not there is an empty store. */
export function openStore(folder: string): Store {
  const paths = globSync("*/collected=*/accountid=*/region=*/resourcetype=*/*.json{,.gz}", { cwd: folder });
  const found = paths.sort(byText).flatMap((path) => {
    const partition = partitionOf(path.replaceAll("\\", "/"));
    return partition === undefined ? [] : [{ partition, file: join(folder, path) }];
  });
  const groups = Map.groupBy(found, ({ partition }) => partitionFolder(partition));
  const partitions = [...groups.values()].flatMap((entries) => {
    const partition = entries[0]?.partition;
    return partition === undefined ? [] : [{ ...partition, files: entries.map(({ file }) => file) }];
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
  return { folder, partitions: whole, collections: [...new Set(whole.map(({ collected }) => collected))], unfinished };
}

/** Where the Parquet copy of a partition is. */
export function copyOf({ folder }: Store, partition: Partition): string {
  return join(folder, "parquet", partitionFolder(partition), "nodes.parquet");
}

/** Whether a partition's copy was made of its files as they are. */
export function isCopied(store: Store, partition: StoredPartition): boolean {
  const copy = statSync(copyOf(store, partition), { throwIfNoEntry: false });
  return copy !== undefined && partition.files.every((file) => statSync(file).mtimeMs <= copy.mtimeMs);
}

/** Why a file is not whole; undefined where it is. An upload that was cut off ends anywhere, also between two lines. */
export async function damageOf(file: string): Promise<string | undefined> {
  if (!file.endsWith(".gz")) return undefined;
  const unpacked = createGunzip();
  try {
    unpacked.resume();
    await pipeline(createReadStream(file), unpacked);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || !String(error.code).startsWith("Z_")) throw error;
    return error.message;
  }
}
