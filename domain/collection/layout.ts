import type { RecordType } from "./records.ts";
import { instantOf } from "./stamp.ts";

/** Every type of records; the location's own row is last, because it says that all others of the location are there. */
export const recordTypes = [
  "AWS:Application",
  "AWS:InstanceInformation",
  "AWS:Tag",
  "AWS:ComplianceItem",
  "AWS:PatchSummary",
  "Patchplane:Missing",
  "Patchplane:Server",
  "Patchplane:Run",
  "Patchplane:Location",
] as const satisfies readonly RecordType[];

/** What a file of a collection holds. */
export interface Partition {
  readonly type: RecordType;
  /** Stamp of the collection: `stampOf`. */
  readonly collected: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

/** A collection's account and Region. */
export function placeOf({ collected, accountId, region }: Omit<Partition, "type">): string {
  return `${collected} ${accountId} ${region}`;
}

/** The word that resource data sync writes for nodes. */
const resourceType = "ManagedInstanceInventory";
const file = "nodes.json.gz";
const form =
  /^(?<type>[^/]+)\/collected=(?<collected>[^/]+)\/accountid=(?<accountId>\d{12})\/region=(?<region>[^/]+)\/resourcetype=ManagedInstanceInventory\/[^/]+\.(?:json|json\.gz|parquet)$/;

/** Folder of the files that a resource data sync writes of a type, below the sync's own prefix; no `/` at its end. */
export function syncedFolder(type: string, place: Pick<Partition, "accountId" | "region">): string {
  return `${type}/${placeFolder(place)}`;
}

function placeFolder({ accountId, region }: Pick<Partition, "accountId" | "region">): string {
  return `accountid=${accountId}/region=${region}/resourcetype=${resourceType}`;
}

/** Folder of a partition, relative to the store, `/` between its parts and none at its end. */
export function partitionFolder({ type, collected, ...place }: Partition): string {
  return `${type}/collected=${collected}/${placeFolder(place)}`;
}

/**
 * Path of a partition's one file: gz JSON lines, one record a line. Readers take any `*.json` and `*.json.gz` of the
 * folder, so that a bucket that was synced by AWS, with a file for each node, reads alike.
 */
export function partitionFile(partition: Partition): string {
  return `${partitionFolder(partition)}/${file}`;
}

/** The partition that a path of the store belongs to; undefined for anything else that lies there. */
export function partitionOf(path: string): Partition | undefined {
  const { type, collected, accountId, region } = form.exec(path)?.groups ?? {};
  const known = recordTypes.find((name) => name === type);
  if (known === undefined || collected === undefined || accountId === undefined || region === undefined)
    return undefined;
  return instantOf(collected) === undefined ? undefined : { type: known, collected, accountId, region };
}
