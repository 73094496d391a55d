import { day } from "../time.ts";
import { partitionOf, type Partition } from "./layout.ts";
import { instantOf } from "./stamp.ts";

/** Folder of a store in which reports keep copies of its collections that are faster to read, under the same paths. */
export const copiesFolder = "parquet";

/** A file of a collection in a store, or a copy of one. */
export interface StoredFile extends Partition {
  readonly path: string;
  readonly isCopy: boolean;
}

/** The files of collections among the paths of a store. */
export function storedFiles(paths: readonly string[]): readonly StoredFile[] {
  return paths.flatMap((path) => {
    const isCopy = path.startsWith(`${copiesFolder}/`);
    const partition = partitionOf(isCopy ? path.slice(copiesFolder.length + 1) : path);
    return partition === undefined ? [] : [{ path, isCopy, ...partition }];
  });
}

/**
 * Files of collections that are kept no longer, in the order in which they may go: what says that a collection is whole
 * goes first. The newest collection of each location stays, however old it is: it is what the next one compares with.
 */
export function expiredFiles(files: readonly StoredFile[], keepDays: number, now: Date): readonly StoredFile[] {
  const placeOf = ({ accountId, region }: StoredFile): string => `${accountId} ${region}`;
  const newest = new Map<string, string>();
  for (const file of files)
    if (!file.isCopy && file.collected > (newest.get(placeOf(file)) ?? "")) newest.set(placeOf(file), file.collected);
  const oldest = now.getTime() - keepDays * day;
  return files
    .filter((file) => (instantOf(file.collected)?.getTime() ?? Infinity) < oldest)
    .filter((file) => file.collected !== newest.get(placeOf(file)))
    .toSorted((a, b) => Number(b.type === "Patchplane:Location") - Number(a.type === "Patchplane:Location"));
}
