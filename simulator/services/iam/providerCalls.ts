import { readFileSync } from "node:fs";

/** A step in a resource's life. */
export type Phase = "create" | "read" | "update" | "delete";

interface ProviderCalls {
  readonly source: string;
  readonly types: Readonly<Record<string, Readonly<Record<Phase, readonly string[]>>>>;
}

/**
 * What the AWS provider's own code can call for each resource type of the stack, read off its source by
 * `tests/bootstrap/reference/write.ts`.
 */
const provider = JSON.parse(readFileSync(new URL("providerCalls.json", import.meta.url), "utf8")) as ProviderCalls;

/** Calls that the code holds and the stack never reaches, by type: because of an input that it does not set. */
const unreached: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    "logs.AssociateKmsKey": "only with kmsKeyId",
    "logs.DeleteRetentionPolicy": "only when the retention is taken away",
    "logs.DisassociateKmsKey": "only when kmsKeyId is taken away",
    "logs.PutLogGroupDeletionProtection": "only with deletionProtectionEnabled",
  },
  "aws:iam/policy:Policy": {
    "iam.SetDefaultPolicyVersion":
      "only with delayAfterPolicyCreationInMs; else the new version is the default at once",
  },
  "aws:iam/role:Role": {
    "iam.AttachRolePolicy": "only with managedPolicyArns",
    "iam.DeleteRolePermissionsBoundary": "only when a boundary is taken away",
    "iam.DeleteRolePolicy": "only with inlinePolicies or forceDetachPolicies",
    "iam.DetachRolePolicy": "only with managedPolicyArns or forceDetachPolicies",
    "iam.PutRolePolicy": "only with inlinePolicies",
    "iam.RemoveRoleFromInstanceProfile": "only where somebody put the role into a profile",
  },
  "aws:kms/key:Key": {
    "kms.DisableKey": "only with isEnabled: false",
    "kms.EnableKey": "only after isEnabled: false",
  },
  "aws:lambda/function:Function": {
    "ec2.DescribeSecurityGroups": "only with replaceSecurityGroupsOnDestroy",
    "lambda.DeleteFunctionCodeSigningConfig": "only when codeSigningConfigArn is taken away",
    "lambda.DeleteFunctionConcurrency": "only when the reserved concurrency is taken away",
    "lambda.GetDurableExecution": "only with durableConfig",
    "lambda.ListDurableExecutionsByFunction": "only with durableConfig",
    "lambda.PublishVersion": "only with publish",
    "lambda.PutFunctionCodeSigningConfig": "only with codeSigningConfigArn",
    "lambda.StopDurableExecution": "only with durableConfig",
  },
  "aws:s3/bucket:Bucket": {
    ...Object.fromEntries(
      [
        ..."DeleteBucketCors DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketPolicy DeleteBucketReplication".split(
          " ",
        ),
        ..."DeleteBucketWebsite PutBucketAccelerateConfiguration PutBucketAcl PutBucketCors PutBucketEncryption".split(
          " ",
        ),
        ..."PutBucketLifecycleConfiguration PutBucketLogging PutBucketPolicy PutBucketReplication".split(" "),
        ..."PutBucketRequestPayment PutBucketVersioning PutBucketWebsite PutObjectLockConfiguration".split(" "),
      ].map((name) => [`s3.${name}`, "only with the bucket's deprecated inline settings"]),
    ),
    "s3.DeleteBucketTagging": "only when the last tag is taken away",
    "s3.DeleteObject": "only with forceDestroy",
    "s3.DeleteObjects": "only with forceDestroy",
    "s3.ListObjectVersions": "only with forceDestroy",
    "s3.PutObjectLegalHold": "only with forceDestroy and a lock",
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    "s3.DeleteObjectTagging": "only when the last tag is taken away",
    "s3.PutObjectAcl": "only with acl",
    "s3.PutObjectLegalHold": "only with a lock",
    "s3.PutObjectRetention": "only with a lock",
  },
  "aws:ssm/document:Document": { "ssm.ModifyDocumentPermission": "only with permissions" },
};

/** S3's actions of another name than the operation. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const s3Actions: Readonly<Record<string, readonly string[]>> = {
  DeleteBucketEncryption: ["PutEncryptionConfiguration"],
  DeleteBucketLifecycle: ["PutLifecycleConfiguration"],
  DeleteBucketOwnershipControls: ["PutBucketOwnershipControls"],
  // With a version's id it is the second; the bucket keeps versions.
  DeleteObject: ["DeleteObject", "DeleteObjectVersion"],
  DeletePublicAccessBlock: ["PutBucketPublicAccessBlock"],
  GetBucketAccelerateConfiguration: ["GetAccelerateConfiguration"],
  GetBucketCors: ["GetBucketCORS"],
  GetBucketEncryption: ["GetEncryptionConfiguration"],
  GetBucketLifecycleConfiguration: ["GetLifecycleConfiguration"],
  GetBucketReplication: ["GetReplicationConfiguration"],
  GetObjectLockConfiguration: ["GetBucketObjectLockConfiguration"],
  GetPublicAccessBlock: ["GetBucketPublicAccessBlock"],
  HeadBucket: ["ListBucket"],
  HeadObject: ["GetObject"],
  ListObjectVersions: ["ListBucketVersions"],
  PutBucketEncryption: ["PutEncryptionConfiguration"],
  PutBucketLifecycleConfiguration: ["PutLifecycleConfiguration"],
  PutPublicAccessBlock: ["PutBucketPublicAccessBlock"],
};

function actionsOf(operation: string): readonly string[] {
  const [service = "", name = ""] = operation.split(".");
  if (!service.startsWith("s3")) return [`${service}:${name}`];
  return (s3Actions[name] ?? [name]).map((action) => `s3:${action}`);
}

/** Resource types of which the provider's calls are known. */
export function providerTypes(): readonly string[] {
  return Object.keys(provider.types);
}

/** Calls that are left out although the code holds none of them any more. */
export function staleExceptions(): readonly string[] {
  return Object.entries(unreached).flatMap(([type, calls]) => {
    const held = new Set(Object.values(provider.types[type] ?? {}).flat());
    return Object.keys(calls).filter((call) => !held.has(call));
  });
}

/** The IAM actions that the provider needs for a type in a step of its life, without those that the stack never reaches. */
export function neededActions(type: string, phase: Phase): readonly string[] {
  const calls = provider.types[type];
  if (calls === undefined) throw new Error(`what the provider calls for ${type} is not known`);
  const reached = calls[phase].filter((call) => unreached[type]?.[call] === undefined);
  return [...new Set(reached.flatMap(actionsOf))];
}
