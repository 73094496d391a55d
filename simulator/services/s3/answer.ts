import type { SimulatedCloud } from "../../state/cloud.ts";
import { isListing, listObjects } from "./listing.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { denial, sessionOf } from "../iam/authorize.ts";
import type { Context } from "../iam/evaluator.ts";
import type { ObjectVersion } from "../../state/objects.ts";
import { writeSyncedFiles } from "../ssm/syncedFiles.ts";
import { recordAt, textIn } from "../records.ts";
import { bucketHome, s3Need } from "./access.ts";

const metadataPrefix = "x-amz-meta-";
/** Of names and values together. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const mostMetadata = 2048;

function errorResponse(status: number, code: string, message: string, resource: string): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><Resource>${encodeURI(resource)}</Resource></Error>`,
  };
}

function objectHeaders(version: ObjectVersion): Record<string, string> {
  return {
    etag: version.eTag,
    "x-amz-version-id": version.versionId,
    "last-modified": version.storedAt.toUTCString(),
    "content-type": version.contentType,
    "content-length": String(version.body.length),
    ...Object.fromEntries(Object.entries(version.metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value])),
  };
}

/** What an upload says beside its content, by name. */
function metadataOf({ headers }: HttpRequest): ObjectVersion["metadata"] {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(metadataPrefix))
      .map(([name, value]) => [name.slice(metadataPrefix.length), String(value)]),
  );
}

/** Uploads of newer SDKs may be framed (`aws-chunked`): every chunk is `<hex length>[;extensions]\r\n<bytes>\r\n`. */
function unframed(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf("\r\n", position);
    const size = Number.parseInt(body.subarray(position, lineEnd).toString("latin1"), 16);
    if (lineEnd < 0 || !(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
}

/** What keeps a caller from an object, or from listing its bucket, by its rights and the bucket's policy; undefined where nothing does. */
function refusal(
  cloud: SimulatedCloud,
  accountId: string,
  path: string,
  request: HttpRequest,
  isList: boolean,
): string | undefined {
  const { accessKeyId, region = cloud.world.homeRegion } = request.scope ?? {};
  const session = sessionOf(cloud, accessKeyId);
  if (session === undefined) return undefined;
  const [bucket = "", ...rest] = path.split("/");
  const key = rest.join("/");
  const home = { accountId, region };
  const need = (action: string, of: { key?: string; keys: Context }) =>
    s3Need(cloud, home, accountId, { action, bucket, ...of });
  const tagged = (request.headers["x-amz-tagging"] ?? "") !== "";
  const removal = request.url.searchParams.has("versionId") ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
  const actions: Readonly<Record<string, readonly string[]>> = {
    PUT: tagged ? ["s3:PutObject", "s3:PutObjectTagging"] : ["s3:PutObject"],
    DELETE: [removal],
  };
  const condition = request.headers["if-none-match"]?.toString();
  const keys: Context = condition === undefined ? {} : { "s3:if-none-match": condition };
  const prefix = request.url.searchParams.get("prefix") ?? "";
  const needs = isList
    ? [need("s3:ListBucket", { keys: { "s3:prefix": prefix } })]
    : (actions[request.method] ?? ["s3:GetObject"]).map((action) => need(action, { key, keys }));
  return denial(session, region, needs);
}

function putObject(cloud: SimulatedCloud, accountId: string, path: string, request: HttpRequest): HttpResponse {
  const framed = request.headers["x-amz-content-sha256"]?.toString().startsWith("STREAMING-") === true;
  const body = framed ? unframed(request.body) : request.body;
  const contentType = request.headers["content-type"] ?? "binary/octet-stream";
  // Conditional writes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  if (request.headers["if-match"] !== undefined || !["*", undefined].includes(request.headers["if-none-match"]))
    return errorResponse(
      501,
      "NotImplemented",
      "Of conditions the embedded cloud has If-None-Match: * only.",
      `/${path}`,
    );
  if (request.headers["if-none-match"] === "*" && cloud.objects(accountId).current(path) !== undefined)
    return errorResponse(
      412,
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      `/${path}`,
    );
  const metadata = metadataOf(request);
  if (Buffer.byteLength(Object.entries(metadata).flat().join("")) > mostMetadata)
    return errorResponse(
      400,
      "MetadataTooLarge",
      "Your metadata headers exceed the maximum allowed metadata size",
      `/${path}`,
    );
  const version = cloud.objects(accountId).put(path, body, contentType, cloud.clock.now(), metadata);
  return { status: 200, headers: { etag: version.eTag, "x-amz-version-id": version.versionId }, body: "" };
}

/** The policy of a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
function bucketPolicy(cloud: SimulatedCloud, accountId: string, bucket: string, request: HttpRequest): HttpResponse {
  const home = bucketHome(cloud, bucket);
  if (home === undefined)
    return errorResponse(404, "NoSuchBucket", "The specified bucket does not exist", `/${bucket}`);
  const session = sessionOf(cloud, request.scope?.accessKeyId);
  const need = s3Need(cloud, home, accountId, { action: "s3:GetBucketPolicy", bucket });
  const refused = session === undefined ? undefined : denial(session, home.region, [need]);
  // Another account is not told who has the bucket.
  if (refused !== undefined || home.accountId !== accountId)
    return errorResponse(403, "AccessDenied", refused ?? "Access Denied", `/${bucket}`);
  const policy = textIn(recordAt(cloud, home, "s3-bucket-policy", bucket), "policy");
  if (policy === "") return errorResponse(404, "NoSuchBucketPolicy", "The bucket policy does not exist", `/${bucket}`);
  return { status: 200, headers: { "content-type": "application/json" }, body: policy };
}

/**
 * Answers PUT, GET, HEAD and DELETE of an object, path style, in the caller's account. Buckets need not be made first;
 * every bucket keeps its versions. Of listings there is ListObjectsV2, of sub-resources a bucket's policy; others are
 * `NotImplemented`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function answerS3(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const path = decodeURIComponent(request.url.pathname).slice(1);
  const [bucket = "", ...rest] = path.split("/");
  const allowed = new Set(["x-id", "versionId"]);
  const strange = [...request.url.searchParams.keys()].filter((name) => !allowed.has(name));
  const accountId = cloud.accountOf(request.scope?.accessKeyId);
  const store = cloud.objects(accountId);
  const asked = [...request.url.searchParams.keys()].filter((name) => name !== "x-id");
  if (request.method === "GET" && rest.join("/") === "" && asked.join() === "policy")
    return bucketPolicy(cloud, accountId, bucket, request);
  const isList = bucket !== "" && rest.join("/") === "" && isListing(request.method, request.url.searchParams);
  if (!isList && (bucket === "" || rest.join("/") === "" || strange.length > 0))
    return errorResponse(
      501,
      "NotImplemented",
      "The embedded cloud has object PUT, GET, HEAD and DELETE, ListObjectsV2 and GetBucketPolicy only.",
      `/${path}`,
    );
  const denied = refusal(cloud, accountId, path, request, isList);
  if (denied !== undefined) return errorResponse(403, "AccessDenied", denied, `/${path}`);
  const prefix = request.url.searchParams.get("prefix") ?? "";
  writeSyncedFiles(cloud, accountId, bucket, (key) => (isList ? key.startsWith(prefix) : path === `${bucket}/${key}`));
  if (isList)
    return (
      listObjects(store, bucket, request.url.searchParams) ??
      errorResponse(400, "InvalidArgument", "Provided max-keys or encoding-type is not valid.", `/${path}`)
    );
  const wanted = request.url.searchParams.get("versionId");
  const version =
    wanted === null ? store.current(path) : store.versions(path).find(({ versionId }) => versionId === wanted);
  switch (request.method) {
    case "PUT":
      return putObject(cloud, accountId, path, request);
    case "GET":
    case "HEAD":
      if (version === undefined)
        return errorResponse(404, "NoSuchKey", "The specified key does not exist.", `/${path}`);
      return { status: 200, headers: objectHeaders(version), body: request.method === "GET" ? version.body : "" };
    case "DELETE":
      store.remove(path, cloud.clock.now());
      return { status: 204, headers: {}, body: "" };
    default:
      return errorResponse(
        405,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
        `/${path}`,
      );
  }
}
