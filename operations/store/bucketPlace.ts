/** A bucket, and what all keys in it begin with: empty, or with a slash at its end. */
export interface BucketPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** Reads `s3://bucket/prefix`; undefined for anything else. */
export function bucketPlace(text: string): BucketPlace | undefined {
  const parts = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(text);
  if (parts === null) return undefined;
  const [, bucket = "", path = ""] = parts;
  const prefix = path.replace(/\/+$/, "");
  return { bucket, prefix: prefix === "" ? "" : `${prefix}/` };
}
