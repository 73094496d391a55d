import { approvedFolder } from "./publications.ts";
import type { Location } from "../plane.ts";
import { syncFolder } from "./syncFolder.ts";
import { bucketArn, dataSyncArn, ownRoleArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";
import { policyDocument } from "./policyDocument.ts";
import type { PolicyDocument, PolicyStatement } from "./policyDocument.ts";

/** What the bucket policy is written for. */
export interface BucketPolicyOptions {
  readonly environment: string;
  readonly location: Location;
  readonly syncInventory: boolean;
}

/** Folders whose objects stay as they were written: records of runs and approvals, and what runs out of cycle installed by. */
const writtenOnce = ["runs", "installs", approvedFolder] as const;

type Condition = NonNullable<PolicyStatement["Condition"]>;

/** Folders of the deploying role alone: what decides what is installed, and who approved that. */
const publishedFolders = ["approvals", "overrides", approvedFolder] as const;
const changes = ["s3:PutObject*", "s3:DeleteObject*", "s3:ReplicateObject", "s3:RestoreObject"];

/** Nodes may add to `logs/`; whatever else their credentials hold, they change nothing here and delete nothing. */
function nodesOnlyAddLogs(sid: string, bucket: string, objects: (key: string) => string, condition: Condition) {
  return [
    { Sid: `${sid}OnlyAddLogs`, Effect: "Deny", Principal: "*", Action: "s3:Put*", NotResource: objects("logs/*") },
    {
      Sid: `${sid}DeleteNothing`,
      Effect: "Deny",
      Principal: "*",
      Action: "s3:Delete*",
      Resource: [bucket, objects("*")],
    },
  ].map((statement) => ({ ...statement, Condition: condition }) as PolicyStatement);
}

/** Nobody takes away or writes over what a run has put down. */
function writtenOnceStays(objects: (key: string) => string): readonly PolicyStatement[] {
  const Resource = writtenOnce.map((folder) => objects(`${folder}/*`));
  const everybody = { Effect: "Deny", Principal: "*", Resource } as const;
  return [
    { Sid: "RunsStay", ...everybody, Action: "s3:DeleteObject*" },
    {
      Sid: "RunsAreNotOverwritten",
      ...everybody,
      Action: "s3:PutObject",
      Condition: { Null: { "s3:if-none-match": "true" } },
    },
  ];
}

/**
 * The statements under which the service writes its resource data sync; the conditions of writing are the user guide's,
 * and looking at the ACL has none there.
 */
function dataSync(location: Location, bucket: string, objects: (key: string) => string): readonly PolicyStatement[] {
  const service = { Service: "ssm.amazonaws.com" };
  const source: Condition = {
    StringEquals: { "aws:SourceAccount": location.accountId },
    ArnLike: { "aws:SourceArn": dataSyncArn(location) },
  };
  return [
    {
      Sid: "DataSyncChecksBucket",
      Effect: "Allow",
      Principal: service,
      Action: "s3:GetBucketAcl",
      Resource: bucket,
    },
    {
      Sid: "DataSyncWrites",
      Effect: "Allow",
      Principal: service,
      Action: "s3:PutObject",
      Resource: objects(`${syncFolder}/*/accountid=${location.accountId}/*`),
      Condition: {
        ...source,
        StringEquals: { ...source["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control" },
      },
    },
  ];
}

/**
 * The policy of a location's bucket. Rights come from identity policies (one account); this takes away what must not
 * happen whatever they say:
 *
 * - nothing without TLS;
 * - nodes put to `logs/` and nothing else. A node is known by the stack's own roles (hybrid, Default Host Management), or by
 *   `ec2:SourceInstanceARN`, which AWS adds to requests signed with an instance profile's credentials and to no others;
 * - what is under `runs/`, `installs/` and `approved/` is written once, by a conditional write, and stays;
 * - where the deploying role is known, nobody else writes or deletes under `approvals/`, `overrides/` and `approved/`: one
 *   compromised node, or one operator with broad rights, could otherwise approve for all. `aws:PrincipalArn` of an
 *   assumed role is the role's ARN; a service that acts for itself has none, and is refused.
 *
 * Without a `roleArn` the second rule alone holds, so people with broad S3 rights are not kept out; and who deploys
 * straight from an instance profile is then taken for a node, so such a runner needs a `roleArn`.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function bucketPolicy({ environment, location, syncInventory }: BucketPolicyOptions): PolicyDocument {
  const names = locationNames(environment, location);
  const bucket = bucketArn(location, names.bucket);
  const objects = (key: string): string => bucketArn(location, names.bucket, key);
  const nodeRoles = [names.hybridRole, names.defaultHostRole].map((name) => ownRoleArn(location, environment, name));
  const deployer: readonly PolicyStatement[] =
    location.roleArn === undefined
      ? []
      : [
          {
            Sid: "OnlyDeployerPublishes",
            Effect: "Deny",
            Principal: "*",
            Action: changes,
            Resource: publishedFolders.map((folder) => objects(`${folder}/*`)),
            Condition: { ArnNotEquals: { "aws:PrincipalArn": location.roleArn } },
          },
        ];
  return policyDocument(
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [bucket, objects("*")],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    ...nodesOnlyAddLogs("NodeRoles", bucket, objects, { ArnEquals: { "aws:PrincipalArn": nodeRoles } }),
    ...nodesOnlyAddLogs("InstanceProfiles", bucket, objects, { Null: { "ec2:SourceInstanceARN": "false" } }),
    ...writtenOnceStays(objects),
    ...deployer,
    ...(syncInventory ? dataSync(location, bucket, objects) : []),
  );
}
