import type { HttpResponse } from "../../http/exchange.ts";
import type { ObjectStore } from "../../state/objects.ts";

const mostKeys = 1000;
const known = new Set([
  "x-id",
  "list-type",
  "prefix",
  "delimiter",
  "max-keys",
  "continuation-token",
  "start-after",
  "encoding-type",
]);

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function element(name: string, value: string | number | boolean): string {
  return `<${name}>${escaped(String(value))}</${name}>`;
}

/** One line of a listing: an object, or a prefix that stands for all below it. */
interface Entry {
  readonly name: string;
  readonly isPrefix: boolean;
}

function entriesOf(keys: readonly string[], prefix: string, delimiter: string): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const key of keys) {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? key : key.slice(0, end + delimiter.length);
    found.set(name, { name, isPrefix: end >= 0 });
  }
  return [...found.values()];
}

/** Whether a request without a key asks for a listing that the embedded cloud has. */
export function isListing(method: string, query: URLSearchParams): boolean {
  return method === "GET" && query.get("list-type") === "2" && [...query.keys()].every((name) => known.has(name));
}

/**
 * Answers ListObjectsV2: keys in order, a page of 1,000 at most. A bucket that nothing was put into is empty. What is not
 * a request of it is undefined.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function listObjects(store: ObjectStore, bucket: string, query: URLSearchParams): HttpResponse | undefined {
  const text = (name: string): string => query.get(name) ?? "";
  const [prefix, delimiter, startAfter, token] = [
    text("prefix"),
    text("delimiter"),
    text("start-after"),
    text("continuation-token"),
  ];
  const wanted = Number(query.get("max-keys") ?? mostKeys);
  const encoding = query.get("encoding-type");
  if (!Number.isInteger(wanted) || wanted < 0 || (encoding !== null && encoding !== "url")) return undefined;
  const shown = (name: string): string => (encoding === "url" ? encodeURIComponent(name).replaceAll("%2F", "/") : name);
  const after = token === "" ? startAfter : Buffer.from(token, "base64url").toString("utf8");
  const all = entriesOf(store.keys(bucket, prefix), prefix, delimiter).filter(({ name }) => name > after);
  const page = all.slice(0, Math.min(wanted, mostKeys));
  const isTruncated = page.length < all.length && page.length > 0;
  const objects = page.flatMap(({ name, isPrefix }) => {
    const version = isPrefix ? undefined : store.current(`${bucket}/${name}`);
    if (version === undefined) return [];
    const fields = [
      element("Key", shown(name)),
      element("LastModified", version.storedAt.toISOString()),
      element("ETag", version.eTag),
      element("Size", version.body.length),
      element("StorageClass", "STANDARD"),
    ];
    return [`<Contents>${fields.join("")}</Contents>`];
  });
  const prefixes = page.filter(({ isPrefix }) => isPrefix);
  const last = page.at(-1)?.name ?? "";
  const body = [
    element("Name", bucket),
    element("Prefix", shown(prefix)),
    ...(delimiter === "" ? [] : [element("Delimiter", shown(delimiter))]),
    ...(startAfter === "" ? [] : [element("StartAfter", shown(startAfter))]),
    ...(token === "" ? [] : [element("ContinuationToken", token)]),
    ...(encoding === null ? [] : [element("EncodingType", encoding)]),
    element("KeyCount", page.length),
    element("MaxKeys", Math.min(wanted, mostKeys)),
    element("IsTruncated", isTruncated),
    ...(isTruncated ? [element("NextContinuationToken", Buffer.from(last).toString("base64url"))] : []),
    ...objects,
    ...prefixes.map(({ name }) => `<CommonPrefixes>${element("Prefix", shown(name))}</CommonPrefixes>`),
  ];
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body.join("")}</ListBucketResult>`,
  };
}
