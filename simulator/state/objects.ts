/** One version of an object. */
export interface ObjectVersion {
  readonly versionId: string;
  readonly body: Buffer;
  readonly contentType: string;
  /** The uploader's own words, by name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Quoted MD5, as S3's ETag of a plain upload. */
  readonly eTag: string;
  readonly storedAt: Date;
  readonly deleted: boolean;
}

/** Objects of one account, by `bucket/key`, oldest version first. */
export interface ObjectStore {
  put(path: string, body: Buffer, contentType: string, at: Date, metadata?: ObjectVersion["metadata"]): ObjectVersion;
  remove(path: string, at: Date): void;
  current(path: string): ObjectVersion | undefined;
  versions(path: string): readonly ObjectVersion[];
  /** Keys of a bucket that begin with a prefix, sorted. */
  keys(bucket: string, prefix: string): readonly string[];
}
