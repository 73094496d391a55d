import type { Failure } from "../../check.ts";
import { diffProperties } from "../../diff.ts";
import { givenText, requiredText, textMapOf } from "../../fields.ts";
import { flag, map, optional, output, required, text, uncovered } from "../../schema.ts";
import { notEmpty, oneOf } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { bucketParent, objectId } from "./s3.ts";

const checksums = ["Crc32", "Crc32c", "Crc64nvme", "Sha1", "Sha256"].map((name) => `checksum${name}`);

const properties = {
  ...regional,
  ...tagged,
  ...uncovered("acl", "checksumAlgorithm", "kmsKeyId", "overrideProvider", "source", "sourceHash", "websiteRedirect"),
  ...uncovered("objectLockLegalHoldStatus", "objectLockMode", "objectLockRetainUntilDate"),
  ...Object.fromEntries(checksums.map((name) => [name, output()])),
  arn: output(),
  bucket: required(text(notEmpty), { forceNew: true }),
  bucketKeyEnabled: optional(flag, { computed: true }),
  cacheControl: optional(text()),
  content: optional(text()),
  contentBase64: optional(text()),
  contentDisposition: optional(text()),
  contentEncoding: optional(text()),
  contentLanguage: optional(text()),
  contentType: optional(text(), { computed: true }),
  etag: optional(text(), { computed: true }),
  forceDestroy: optional(flag, { default: false }),
  key: required(text(notEmpty), { forceNew: true }),
  metadata: optional(map()),
  serverSideEncryption: optional(text(oneOf("AES256", "aws:kms", "aws:kms:dsse")), { computed: true }),
  storageClass: optional(text(), { computed: true }),
  versionId: output(),
};

/** Inputs whose change uploads the object again. */
const uploaded = [
  ..."bucketKeyEnabled cacheControl content contentBase64 contentDisposition contentEncoding contentLanguage".split(
    " ",
  ),
  ..."contentType etag metadata serverSideEncryption storageClass".split(" "),
];

function uploads(old: Values, new_: Values): boolean {
  return diffProperties(properties, old, new_).some(({ path }) => uploaded.some((name) => path.startsWith(name)));
}

function failures(inputs: Values): readonly Failure[] {
  const metadata = inputs["metadata"];
  const names = typeof metadata === "object" && metadata !== null ? Object.keys(metadata) : [];
  return [
    ...(inputs["content"] !== undefined && inputs["contentBase64"] !== undefined
      ? [{ path: "content", reason: "excludes contentBase64" }]
      : []),
    ...names
      .filter((name) => name !== name.toLowerCase())
      .map((name) => ({ path: `metadata.${name}`, reason: "must be lower case" })),
  ];
}

async function upload(session: Session, inputs: Values): Promise<void> {
  const parent = bucketParent(inputs);
  if ((await session.records.get(parent.type, parent.id)) === undefined) {
    throw new Error(parent.missing);
  }
  const base64 = givenText(inputs, "contentBase64");
  const content = base64 === undefined ? (givenText(inputs, "content") ?? "") : Buffer.from(base64, "base64");
  const metadata = Object.entries(textMapOf(inputs, "metadata")).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  const plain = [
    ["cache-control", givenText(inputs, "cacheControl")],
    ["content-disposition", givenText(inputs, "contentDisposition")],
    ["content-encoding", givenText(inputs, "contentEncoding")],
    ["content-language", givenText(inputs, "contentLanguage")],
    ["content-type", givenText(inputs, "contentType") ?? "application/octet-stream"],
    ["x-amz-tagging", new URLSearchParams(textMapOf(inputs, "tags")).toString()],
  ].filter(([, value]) => value !== undefined && value !== "");
  await session.objects.put(
    requiredText(inputs, "bucket"),
    requiredText(inputs, "key"),
    content,
    Object.fromEntries([...plain, ...metadata]) as Record<string, string>,
  );
}

function place(id: string): { readonly bucket: string; readonly key: string } {
  const slash = id.indexOf("/");
  return { bucket: id.slice(0, slash), key: id.slice(slash + 1) };
}

/**
 * `aws:s3/bucketObjectv2:BucketObjectv2`, stored in the embedded cloud's S3. As with the real provider, the content in
 * the state is what was uploaded: a foreign change shows as another `etag` only.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export const bucketObject: ResourceType = {
  properties,
  check: failures,
  renewed: (old, new_) => (uploads(old, new_) ? ["etag", "versionId"] : []),
  create: async (session, inputs) => {
    await upload(session, inputs);
    return { id: objectId(inputs) };
  },
  read: async (session, id, state) => {
    const { bucket, key } = place(id);
    const found = await session.objects.head(bucket, key);
    if (found === undefined) {
      return undefined;
    }
    return {
      ...state,
      ...defined({
        arn: `arn:${session.partition}:s3:::${bucket}/${key}`,
        bucket,
        bucketKeyEnabled: state["bucketKeyEnabled"] ?? false,
        contentType: found.contentType,
        etag: found.etag,
        key,
        // None is told as an empty map only where there was some.
        metadata:
          Object.keys({ ...textMapOf(state, "metadata"), ...found.metadata }).length > 0 ? found.metadata : undefined,
        serverSideEncryption: state["serverSideEncryption"] ?? "AES256",
        storageClass: state["storageClass"] ?? "STANDARD",
        versionId: found.versionId,
      }),
    };
  },
  update: async (session, _id, old, new_) => {
    // Tags are kept with the object, and the S3 subset knows no tagging by itself: they are sent once more with it.
    if (diffProperties(properties, old, new_).length > 0) {
      await upload(session, new_);
    }
  },
  delete: async (session, id) => {
    const { bucket, key } = place(id);
    await session.objects.delete(bucket, key);
  },
};
