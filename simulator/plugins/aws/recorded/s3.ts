import { requiredText, textOf } from "../../fields.ts";
import { flag, list, object, optional, output, required, set, text, uncovered } from "../../schema.ts";
import { length, notEmpty, oneOf, pattern } from "../../textChecks.ts";
import type { Property } from "../../schema.ts";
import type { Values } from "../../values.ts";
import { regional, tagged, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { dnsSuffixOf } from "../../../partitions.ts";
import { documentLength, policyText, recorded, type RecordedType } from "./recorded.ts";

const bucketRecord = "s3-bucket";

/** S3's own limit. https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
const bucketPolicyLimit = 20 * 1024;

/** The bucket that a setting belongs to. */
export const ofBucket: Readonly<Record<"bucket", Property>> = {
  bucket: required(text(notEmpty, length(1, 63)), { forceNew: true }),
};

/** The record of the bucket that something belongs to. */
export function bucketParent(inputs: Values): ReturnType<NonNullable<RecordedType["parent"]>> {
  const id = requiredText(inputs, "bucket");
  return { type: bucketRecord, id, missing: `NoSuchBucket: The specified bucket does not exist (${id})` };
}

const inlineSettings = [
  ..."accelerationStatus acl corsRules grants lifecycleRules logging objectLockConfiguration policy".split(" "),
  ..."replicationConfiguration requestPayer serverSideEncryptionConfiguration versioning website".split(" "),
];

function domain(session: Session): string {
  return dnsSuffixOf(session.region);
}

/**
 * `aws:s3/bucket:Bucket`. Settings of a bucket are resources of their own; the deprecated inline ones are refused. That
 * a bucket still holds objects does not stop its deletion.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export const bucket: ResourceType = recorded({
  record: bucketRecord,
  properties: {
    ...regional,
    ...tagged,
    ...uncovered(...inlineSettings, "bucketNamespace", "bucketPrefix"),
    arn: output(),
    bucket: optional(
      text(pattern(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "3 to 63 lower-case letters, digits, dots and hyphens")),
      { forceNew: true, computed: true },
    ),
    bucketDomainName: output(),
    bucketRegion: output(),
    bucketRegionalDomainName: output(),
    forceDestroy: optional(flag, { default: false }),
    objectLockEnabled: optional(flag, { forceNew: true, computed: true }),
  },
  nameProperty: "bucket",
  id: (_session, inputs) => requiredText(inputs, "bucket"),
  outputs: (session, id, inputs) => ({
    arn: `arn:${session.partition}:s3:::${id}`,
    bucketDomainName: `${id}.s3.${domain(session)}`,
    bucketRegion: session.region,
    bucketRegionalDomainName: `${id}.s3.${session.region}.${domain(session)}`,
    objectLockEnabled: inputs["objectLockEnabled"] ?? false,
  }),
  taken: () =>
    "BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.",
});

function setting(type: Omit<RecordedType, "id" | "parent">): ResourceType {
  return recorded({
    ...type,
    properties: { ...regional, ...ofBucket, ...type.properties },
    id: (_session, inputs) => requiredText(inputs, "bucket"),
    parent: (_session, inputs) => bucketParent(inputs),
  });
}

/** `aws:s3/bucketPolicy:BucketPolicy`. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const bucketPolicy: ResourceType = setting({
  record: "s3-bucket-policy",
  properties: { policy: required(policyText) },
  refusal: (inputs) =>
    documentLength(requiredText(inputs, "policy")) > bucketPolicyLimit
      ? "PolicyTooLarge: Bucket policies are limited to 20 KB."
      : undefined,
});

/** `aws:s3/bucketVersioning:BucketVersioning`. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const bucketVersioning: ResourceType = setting({
  record: "s3-bucket-versioning",
  properties: {
    ...uncovered("expectedBucketOwner", "mfa"),
    versioningConfiguration: required(
      object({
        mfaDelete: optional(text(oneOf("Enabled", "Disabled")), { computed: true }),
        status: required(text(oneOf("Enabled", "Suspended", "Disabled"))),
      }),
    ),
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export const bucketServerSideEncryptionConfiguration: ResourceType = setting({
  record: "s3-bucket-encryption",
  properties: {
    ...uncovered("expectedBucketOwner"),
    rules: required(
      set(
        object({
          applyServerSideEncryptionByDefault: optional(
            object({
              kmsMasterKeyId: optional(text(), { computed: true }),
              sseAlgorithm: required(text(oneOf("AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"))),
            }),
          ),
          blockedEncryptionTypes: optional(list(text(oneOf("NONE", "SSE-C"))), { computed: true }),
          bucketKeyEnabled: optional(flag, { computed: true }),
        }),
      ),
    ),
  },
});

const off = { default: false };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const bucketPublicAccessBlock: ResourceType = setting({
  record: "s3-bucket-public-access-block",
  properties: {
    ...uncovered("skipDestroy"),
    blockPublicAcls: optional(flag, off),
    blockPublicPolicy: optional(flag, off),
    ignorePublicAcls: optional(flag, off),
    restrictPublicBuckets: optional(flag, off),
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html */
export const bucketOwnershipControls: ResourceType = setting({
  record: "s3-bucket-ownership-controls",
  properties: {
    rule: required(
      object({
        objectOwnership: required(text(oneOf("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"))),
      }),
    ),
  },
});

/** Id of an object: its bucket and key. */
export function objectId(inputs: Values): string {
  return `${requiredText(inputs, "bucket")}/${textOf(inputs, "key") ?? ""}`;
}
