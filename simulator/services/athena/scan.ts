import { gunzipSync } from "node:zlib";
import type { SimulatedCloud } from "../../state/cloud.ts";
import type { RoleSession } from "../../state/identity.ts";
import { denial } from "../iam/authorize.ts";
import type { Place } from "../records.ts";
import { bucketHome, s3Need } from "../s3/access.ts";
import type { CatalogTable } from "./catalog.ts";
import { AthenaFailure } from "./failure.ts";
import type { Scan } from "./syntax.ts";

/** Who queries, and where. */
export interface Querying {
  readonly cloud: SimulatedCloud;
  readonly place: Place;
  /** Undefined for who may do everything. */
  readonly session: RoleSession | undefined;
}

/** A row by the names of its columns, in lower case. */
export type Line = Readonly<Record<string, string | null>>;

/** What a table holds of what a query asks for. */
export interface Scanned {
  readonly lines: readonly Line[];
  /** Bytes that were read, as they are stored. */
  readonly bytes: number;
}

type Partition = Readonly<Record<string, string>>;

/** The partitions that a query's values and the table's own come to. */
function partitionsOf({ keys }: CatalogTable, { values }: Scan): readonly Partition[] {
  return keys.reduce<readonly Partition[]>(
    (found, { name, values: own }) => {
      const asked = values.get(name);
      if (own === undefined && asked === undefined)
        throw new AthenaFailure(
          `CONSTRAINT_VIOLATION: Injected projected partition column ${name} must have only (and at least one) equality conditions in the WHERE clause!`,
        );
      const read = own === undefined ? [...new Set(asked)] : own.filter((value) => asked?.includes(value) ?? true);
      return found.flatMap((partition) => read.map((value) => ({ ...partition, [name]: value })));
    },
    [{}],
  );
}

/** A line as the JSON SerDe reads it: names in lower case, and whatever is no text as the text that it is written by. */
function lineOf(json: string, path: string): Line {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("no object");
    return Object.fromEntries(
      Object.entries(value).map(([name, cell]: [string, unknown]) => [
        name.toLowerCase(),
        typeof cell === "string" || cell === null ? cell : JSON.stringify(cell),
      ]),
    );
  } catch {
    throw new AthenaFailure(`HIVE_CURSOR_ERROR: Row is not a valid JSON Object: ${path}`);
  }
}

function unpacked(body: Buffer, path: string): string {
  if (!path.endsWith(".gz")) return body.toString("utf8");
  try {
    return gunzipSync(body).toString("utf8");
  } catch (error) {
    throw new AthenaFailure(
      `HIVE_CURSOR_ERROR: Failed to read file: ${path}: ${error instanceof Error ? error.message : "damaged"}`,
    );
  }
}

/** Splits `s3://bucket/key`. */
export function s3Place(url: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url) ?? [];
  return { bucket, key };
}

/** Fails where the caller may not do something in S3. */
export function mayInS3(
  { cloud, place, session }: Querying,
  home: Place,
  asked: { action: string; bucket: string; key?: string; keys?: Readonly<Record<string, string>> },
): void {
  const denied =
    session === undefined ? undefined : denial(session, home.region, [s3Need(cloud, home, place.accountId, asked)]);
  if (denied !== undefined)
    throw new AthenaFailure(
      `Permission denied on S3 path: s3://${asked.bucket}/${asked.key ?? asked.keys?.["s3:prefix"] ?? ""}. Access Denied: ${denied}`,
    );
}

/** Where a bucket is; one that nobody has made is an error of S3. */
export function homeOf({ cloud }: Querying, bucket: string): Place {
  const home = bucketHome(cloud, bucket);
  if (home === undefined) throw new AthenaFailure(`The specified bucket does not exist: ${bucket} (NoSuchBucket)`);
  return home;
}

/**
 * Reads what a query asks of a table, object by object, with the rights of who asks. A partition without objects is
 * empty.
 */
export function scanTable(querying: Querying, table: CatalogTable, scan: Scan): Scanned {
  const lines: Line[] = [];
  let bytes = 0;
  for (const partition of partitionsOf(table, scan)) {
    const path = table.template.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => partition[name] ?? "");
    const { bucket, key: prefix } = s3Place(path);
    const home = homeOf(querying, bucket);
    const store = querying.cloud.objects(home.accountId);
    mayInS3(querying, home, { action: "s3:ListBucket", bucket, keys: { "s3:prefix": prefix } });
    for (const key of store.keys(bucket, prefix)) {
      mayInS3(querying, home, { action: "s3:GetObject", bucket, key });
      const body = store.current(`${bucket}/${key}`)?.body ?? Buffer.alloc(0);
      bytes += body.length;
      const file = `s3://${bucket}/${key}`;
      for (const line of unpacked(body, key).split("\n"))
        if (line.trim() !== "") lines.push({ ...lineOf(line, file), ...partition });
    }
  }
  return { lines, bytes };
}
