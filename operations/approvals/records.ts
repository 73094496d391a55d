import { writeFile } from "node:fs/promises";
import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { recordKey, type ApprovalRecord } from "../../domain/approvals/merge.ts";
import { approvedFolder } from "../../domain/stack/publications.ts";
import type { Approval, Location, Plane } from "../../domain/plane.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { s3Client } from "../aws/clients.ts";
import { awsFailure } from "../aws/failure.ts";
import { readJson } from "../aws/reportObjects.ts";
import { allPages } from "../pages.ts";
import { readRecords } from "../store/records.ts";
import type { CollectionStore } from "../store/store.ts";

function isMissing(error: unknown): boolean {
  return error instanceof Error && ["NoSuchKey", "NotFound"].includes(error.name);
}

/** Whether an object is in a bucket that the caller may list. */
export async function hasObject(client: S3Client, Bucket: string, Key: string): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand({ Bucket, Key }));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Who approved what a location installs by; undefined where nobody has recorded it. 1 GetObject. */
export async function readApprovalRecord(
  client: S3Client,
  bucket: string,
  approval: Approval,
): Promise<ApprovalRecord | undefined> {
  try {
    return await readJson<ApprovalRecord>(client, bucket, recordKey(approval));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Who approved what a group's windows install by: the first location's that has it on record, for all have the same.
 * Undefined where none has.
 */
export async function approvalRecordOf(
  { environment }: Pick<Plane, "environment">,
  approval: Approval,
  locations: readonly Location[],
): Promise<ApprovalRecord | { readonly failure: string } | undefined> {
  let failure: string | undefined;
  for (const location of locations) {
    const client = s3Client(location);
    try {
      const bucket = bucketName(environment, location.name, location.accountId);
      const record = await readApprovalRecord(client, bucket, approval);
      if (record !== undefined) return record;
    } catch (error) {
      failure ??= `${location.name}: ${awsFailure(error, location)}`;
    } finally {
      client.destroy();
    }
  }
  return failure === undefined ? undefined : { failure };
}

/** Folder of a location's records in a store of collections. */
function storedFolder(location: string): string {
  return `${approvedFolder}/${location}`;
}

/**
 * Copies a location's records of approvals into a store, each once: reports need no cloud then. 1 ListObjectsV2 for
 * every thousand, 1 GetObject for each that the store has not got.
 * @returns why they could not be read; undefined where they were
 */
export async function keepApprovalRecords(
  { environment }: Pick<Plane, "environment">,
  location: Location,
  store: CollectionStore,
): Promise<string | undefined> {
  const client = s3Client(location);
  const Bucket = bucketName(environment, location.name, location.accountId);
  try {
    const kept = new Set(await store.paths(storedFolder(location.name)));
    const pages = await allPages(paginateListObjectsV2({ client }, { Bucket, Prefix: `${approvedFolder}/` }));
    for (const { Key = "" } of pages.flatMap(({ Contents = [] }) => Contents)) {
      const path = `${storedFolder(location.name)}${Key.slice(approvedFolder.length)}`;
      if (kept.has(path)) continue;
      const record = await readJson<ApprovalRecord>(client, Bucket, Key);
      await store.write(path, (file) => writeFile(file, `${JSON.stringify(record)}\n`));
    }
    return undefined;
  } catch (error) {
    return awsFailure(error, location);
  } finally {
    client.destroy();
  }
}

/**
 * The records of approvals that a store holds, by their keys: the first of each, since one deployment is of all
 * locations, and a record that could not be written then is written by a later one.
 */
export async function storedApprovalRecords(store: CollectionStore): Promise<ReadonlyMap<string, ApprovalRecord>> {
  const records = new Map<string, ApprovalRecord>();
  for (const path of (await store.paths(approvedFolder)).filter((each) => each.endsWith(".json"))) {
    for await (const record of readRecords(store, path) as AsyncGenerator<ApprovalRecord>)
      if (record.recordedAt < (records.get(recordKey(record))?.recordedAt ?? "~"))
        records.set(recordKey(record), record);
  }
  return records;
}
