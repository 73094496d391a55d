import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { allPages } from "../pages.ts";
import type { BucketPlace } from "./bucketPlace.ts";
import type { CollectionStore } from "./store.ts";

/** Collections below a prefix of a bucket. An object is there whole or not at all, as S3 promises. */
export function s3Store(client: S3Client, { bucket, prefix }: BucketPlace): CollectionStore {
  const at = (path: string) => ({ Bucket: bucket, Key: `${prefix}${path}` });
  return {
    place: `s3://${bucket}/${prefix}`,
    paths: async (below) => {
      const request = { Bucket: bucket, Prefix: `${prefix}${below === "" ? "" : `${below}/`}` };
      const pages = await allPages(paginateListObjectsV2({ client }, request));
      const found = pages.flatMap(({ Contents = [] }) => Contents);
      return found.flatMap(({ Key }) => (Key === undefined ? [] : [Key.slice(prefix.length)])).sort();
    },
    read: async (path) => {
      const { Body } = await client.send(new GetObjectCommand(at(path)));
      // The SDK's type covers browsers too; under Node it is a stream of Node's.
      return Body as Readable;
    },
    write: async (path, fill) => {
      const folder = await mkdtemp(join(tmpdir(), "patchplane-"));
      try {
        const file = join(folder, "object");
        await fill(file);
        await client.send(new PutObjectCommand({ ...at(path), Body: await readFile(file) }));
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    remove: async (path) => {
      await client.send(new DeleteObjectCommand(at(path)));
    },
  };
}
