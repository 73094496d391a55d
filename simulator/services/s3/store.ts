import { createHash } from "node:crypto";
import type { ObjectVersion, ObjectStore } from "../../state/objects.ts";

/** Hashes what is asked for: a fleet writes tens of thousands of logs that nobody reads. */
class StoredVersion implements ObjectVersion {
  readonly body: Buffer;
  readonly contentType: string;
  readonly storedAt: Date;
  readonly deleted: boolean;
  readonly #path: string;
  readonly #number: number;

  constructor(path: string, number: number, given: Omit<ObjectVersion, "versionId" | "eTag">) {
    this.#path = path;
    this.#number = number;
    this.body = given.body;
    this.contentType = given.contentType;
    this.storedAt = given.storedAt;
    this.deleted = given.deleted;
  }

  get versionId(): string {
    const text = `${this.#path}|${String(this.#number)}`;
    return createHash("sha256").update(text).digest("base64url").slice(0, 32);
  }

  get eTag(): string {
    return `"${createHash("md5").update(this.body).digest("hex")}"`;
  }
}

/** Makes an empty store; every write keeps the versions before it. */
export function createObjectStore(): ObjectStore {
  const objects = new Map<string, ObjectVersion[]>();
  const add = (path: string, body: Buffer, contentType: string, storedAt: Date, deleted: boolean): ObjectVersion => {
    const versions = objects.get(path) ?? [];
    objects.set(path, versions);
    const version = new StoredVersion(path, versions.length, { body, contentType, storedAt, deleted });
    versions.push(version);
    return version;
  };
  const current = (path: string): ObjectVersion | undefined => {
    const latest = objects.get(path)?.at(-1);
    return latest?.deleted === true ? undefined : latest;
  };
  return {
    put: (path, body, contentType, at) => add(path, body, contentType, at, false),
    remove: (path, at) => {
      if (current(path) !== undefined) add(path, Buffer.alloc(0), "", at, true);
    },
    current,
    versions: (path) => objects.get(path) ?? [],
    keys: (bucket, prefix) =>
      [...objects.keys()]
        .filter((path) => path.startsWith(`${bucket}/${prefix}`) && current(path) !== undefined)
        .map((path) => path.slice(bucket.length + 1))
        .sort(),
  };
}
