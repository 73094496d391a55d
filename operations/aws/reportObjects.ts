import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import pMap from "p-map";

/** Calls at a time of one client. */
const concurrency = 4;

/** A file of a report. */
export interface ReportFile {
  readonly key: string;
  readonly body: string | Uint8Array;
  readonly contentType: string;
}

/** Keys under a prefix, the first thousand. */
export async function keysUnder(client: S3Client, bucket: string, prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Contents.flatMap(({ Key }) => Key ?? []);
}

/**
 * MD5 of the content of objects, in hexadecimal digits, by key, of those that are there: their ETag, where S3 encrypts by
 * its own key and an object came in one part. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export async function contentDigests(
  client: S3Client,
  bucket: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const read = async (key: string) => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }));
    const digest = Contents.find(({ Key }) => Key === key)?.ETag?.replaceAll('"', "");
    return digest === undefined ? [] : [[key, digest] as const];
  };
  return new Map((await pMap(keys, read, { concurrency })).flat());
}

/** An object that this project has written as JSON. */
export async function readJson<T>(client: S3Client, bucket: string, key: string): Promise<T> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return JSON.parse((await Body?.transformToString()) ?? "") as T;
}

/** Puts an object, over one that is there. */
export async function put(
  client: S3Client,
  bucket: string,
  { key, body, contentType }: ReportFile,
  condition: { readonly IfNoneMatch?: "*" } = {},
): Promise<void> {
  await client.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, ...condition }),
  );
}

/**
 * Puts an object that must not be there yet; one that is stays as it is.
 *
 * @returns whether it was put
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putOnce(client: S3Client, bucket: string, file: ReportFile): Promise<boolean> {
  try {
    await put(client, bucket, file, { IfNoneMatch: "*" });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "PreconditionFailed") return false;
    throw error;
  }
}
