import * as pulumi from "@pulumi/pulumi";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketObjectv2 } from "@pulumi/aws/s3/bucketObjectv2.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import { ResourceDataSync } from "@pulumi/aws/ssm/resourceDataSync.js";
import type * as inputs from "@pulumi/aws/types/input.js";
import type { Location } from "../../domain/plane.ts";
import { collectionsFolder, resultDays, resultsFolder } from "../../domain/stack/athena.ts";
import type { PublishedObject } from "../../domain/stack/publications.ts";
import { bucketPolicy } from "../../domain/stack/bucketPolicy.ts";
import { ownTags } from "../../domain/stack/awsNames.ts";
import { syncFolder } from "../../domain/stack/syncFolder.ts";
import { locationNames } from "../../domain/stack/locationNames.ts";

const type = "patchplane:aws:PatchStorage";
const abandonedUploadDays = 7;

/** What {@link PatchStorage} keeps, and for how long. */
export interface PatchStorageArgs {
  readonly environment: string;
  readonly location: Location;
  /** Days that command logs, and versions that are no longer current, are kept; at least 1. */
  readonly logRetentionDays: number;
  /** Whether Systems Manager copies inventory and compliance of the nodes to `sync/`. */
  readonly syncInventory: boolean;
  /** Whether Athena writes its results to `athena/`, and reads `collections/`. @default false */
  readonly queried?: boolean;
  /** Objects to publish; equal keys are one object. */
  readonly published: readonly PublishedObject[];
}

/**
 * Logs go after a while; what replaced or deleted objects leave behind is kept as long, so that it can be looked up. Any
 * node may write over any log, so that a log's versions are its evidence.
 */
function lifecycleRules({
  logRetentionDays,
  queried = false,
}: PatchStorageArgs): inputs.s3.BucketLifecycleConfigurationRule[] {
  const noncurrentVersionExpiration = { noncurrentDays: logRetentionDays };
  const results = {
    id: resultsFolder,
    status: "Enabled",
    filter: { prefix: `${resultsFolder}/` },
    expiration: { days: resultDays },
    noncurrentVersionExpiration: { noncurrentDays: 1 },
  };
  return [
    ...(queried ? [results] : []),
    {
      id: "logs",
      status: "Enabled",
      filter: { prefix: "logs/" },
      expiration: { days: logRetentionDays },
      noncurrentVersionExpiration,
    },
    ...["approvals", "overrides", syncFolder, ...(queried ? [collectionsFolder] : [])].map((folder) => ({
      id: folder,
      status: "Enabled",
      filter: { prefix: `${folder}/` },
      noncurrentVersionExpiration,
    })),
    {
      id: "abandoned-uploads",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
    },
  ];
}

/**
 * The bucket of one location: `logs/` of commands, published `approvals/` and `overrides/`, and the resource data sync
 * under `sync/`. Versioned, encrypted by S3, closed to the public, TLS only, lifecycle on every folder.
 *
 * Ownership is enforced (no ACLs): S3 takes `bucket-owner-full-control`, the one ACL that the data sync must send, all
 * the same. Object Lock stays off, because the data sync cannot write to a bucket that has it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export class PatchStorage extends pulumi.ComponentResource {
  /** Name of the bucket, known once its policy is in place. */
  readonly bucketName: pulumi.Output<string>;
  /** `s3://` URL of each published object, by its key; known once the object is there. */
  readonly urls: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: PatchStorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const names = locationNames(args.environment, args.location);
    const tags = ownTags(args.environment, args.location);

    // Resources of their own have these; a refresh lets the bucket know of them, and an update must not take them away:
    // https://github.com/pulumi/pulumi-aws/issues/6244
    const ignoreChanges = ["lifecycleRules", "serverSideEncryptionConfiguration", "versioning"];
    const { bucket } = new Bucket(`${name}-bucket`, { bucket: names.bucket, tags }, { parent: this, ignoreChanges });
    const versioning = new BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { parent: this },
    );
    new BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this },
    );
    new BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, rules: lifecycleRules(args) },
      { parent: this, dependsOn: [versioning] },
    );
    const closed = new BucketPublicAccessBlock(
      `${name}-public-access`,
      { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      { parent: this },
    );
    // S3 refuses two changes of a bucket's access at the same time, so the policy waits for the block.
    const policy = new BucketPolicy(
      `${name}-policy`,
      { bucket, policy: pulumi.jsonStringify(bucketPolicy(args)) },
      { parent: this, dependsOn: [closed] },
    );
    this.bucketName = policy.bucket;

    if (args.syncInventory) {
      new ResourceDataSync(
        `${name}-sync`,
        {
          name: names.dataSync,
          s3Destination: {
            bucketName: bucket,
            prefix: syncFolder,
            region: args.location.region,
            syncFormat: "JsonSerDe",
          },
        },
        { parent: this, dependsOn: [policy], deleteBeforeReplace: true },
      );
    }
    const urls: Record<string, pulumi.Output<string>> = {};
    for (const { key, content, contentType, metadata } of new Map(
      args.published.map((object) => [object.key, object]),
    ).values()) {
      const object = new BucketObjectv2(
        `${name}-${key}`,
        { bucket, key, content, contentType, tags, ...(metadata === undefined ? {} : { metadata: { ...metadata } }) },
        { parent: this, dependsOn: [policy, versioning] },
      );
      urls[key] = pulumi.interpolate`s3://${object.bucket}/${object.key}`;
    }
    this.urls = urls;
    this.registerOutputs({ bucketName: this.bucketName, urls: this.urls });
  }
}
