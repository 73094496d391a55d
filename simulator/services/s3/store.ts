import { createHash } from "node:crypto";
import type { ObjectVersion, ObjectStore } from "../../state/objects.ts";

/** Hashes what is asked for: a fleet writes tens of thousands of logs that nobody reads. */
class StoredVersion implements ObjectVersion {
  readonly body: Buffer;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storedAt: Date;
  readonly deleted: boolean;
  readonly #path: string;
  readonly #number: number;

  constructor(path: string, number: number, given: Omit<ObjectVersion, "versionId" | "eTag">) {
    this.#path = path;
    this.#number = number;
    this.body = given.body;
    this.contentType = given.contentType;
    this.metadata = given.metadata;
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
  const add = (path: string, given: Omit<ObjectVersion, "versionId" | "eTag">): ObjectVersion => {
    const versions = objects.get(path) ?? [];
    objects.set(path, versions);
    const version = new StoredVersion(path, versions.length, given);
    versions.push(version);
    return version;
  };
  const current = (path: string): ObjectVersion | undefined => {
    const latest = objects.get(path)?.at(-1);
    return latest?.deleted === true ? undefined : latest;
  };
  return {
    put: (path, body, contentType, storedAt, metadata = {}) =>
      add(path, { body, contentType, metadata, storedAt, deleted: false }),
    remove: (path, storedAt) => {
      if (current(path) === undefined) return;
      add(path, { body: Buffer.alloc(0), contentType: "", metadata: {}, storedAt, deleted: true });
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
