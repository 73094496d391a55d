import type { Json } from "../simulator/plugins/pluginClient.ts";
import type { Subject } from "./typeAnswers.ts";

/** A resource of the component, and what is edited of it. */
interface SupportEdits extends Pick<Subject, "type" | "updates" | "differences" | "same" | "faults"> {
  /** The Pulumi name. */
  readonly name: string;
  /** Inputs beside the component's, or in place of them. */
  readonly given?: Json;
}

const long = (length: number): string => "x".repeat(length);

const tags = { Environment: "prod", Location: "main", ManagedBy: "patchplane" };
/** Edits of tags: a value, one more, one less, none. */
const tagEdits = {
  "a tag's value": { tags: { ...tags, Location: "other" } },
  "a tag more": { tags: { ...tags, Team: "ops" } },
  "a tag less": { tags: { Environment: "prod", ManagedBy: "patchplane" } },
  "no tags": { tags: undefined },
};

function policyOf(statement: Json): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "Judged", Effect: "Allow", ...statement }] });
}

const nobody = { AWS: "arn:aws:iam::111122223333:root" };
function indented(policy: string): string {
  return JSON.stringify(JSON.parse(policy), undefined, 2);
}

const notJson = { policy: "{" };

/** What follows one another here can be made in this order. */
export const supportEdits: readonly SupportEdits[] = [
  {
    type: "aws:kms/key:Key",
    name: "main-notifications-key",
    updates: { description: { description: "other" } },
    differences: {
      ...tagEdits,
      policy: { policy: policyOf({ Principal: nobody, Action: "kms:*", Resource: "*" }) },
      "no rotation": { enableKeyRotation: false },
      "deletion window": { deletionWindowInDays: 7 },
      usage: { keyUsage: "SIGN_VERIFY", enableKeyRotation: false },
    },
    faults: { "a window of 6 days": { deletionWindowInDays: 6 }, policy: notJson },
  },
  {
    type: "aws:kms/alias:Alias",
    name: "main-notifications-key-alias",
    updates: {},
    differences: { name: { name: "alias/other" } },
    faults: { "a name of AWS": { name: "alias/aws/other" }, "a name without alias/": { name: "other" } },
  },
  {
    type: "aws:s3/bucket:Bucket",
    name: "main-storage-bucket",
    updates: {},
    differences: { ...tagEdits, name: { bucket: "patchplane-other" }, "force destroy": { forceDestroy: true } },
    faults: {},
  },
  {
    type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    name: "main-storage-ownership",
    updates: {},
    differences: { rule: { rule: { objectOwnership: "ObjectWriter" } }, bucket: { bucket: "patchplane-other" } },
    faults: { rule: { rule: { objectOwnership: "Nobody" } } },
  },
  {
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    name: "main-storage-public-access",
    updates: { "policies pass": { blockPublicPolicy: false } },
    differences: { "left out": { ignorePublicAcls: undefined }, bucket: { bucket: "patchplane-other" } },
    faults: {},
  },
  {
    type: "aws:s3/bucketVersioning:BucketVersioning",
    name: "main-storage-versioning",
    updates: { suspended: { versioningConfiguration: { status: "Suspended" } } },
    differences: { bucket: { bucket: "patchplane-other" } },
    faults: { status: { versioningConfiguration: { status: "On" } } },
  },
  {
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    name: "main-storage-encryption",
    updates: {},
    differences: {
      algorithm: { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
      bucket: { bucket: "patchplane-other" },
    },
    faults: { algorithm: { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "DES" } }] } },
  },
  {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    name: "main-storage-policy",
    updates: {},
    differences: {
      policy: { policy: policyOf({ Principal: nobody, Action: "s3:*", Resource: "*" }) },
      bucket: { bucket: "patchplane-other" },
    },
    faults: { policy: notJson },
  },
  {
    type: "aws:iam/policy:Policy",
    name: "main-access-node",
    updates: {
      policy: { policy: policyOf({ Action: ["ssm:UpdateInstanceInformation"], Resource: "*" }) },
    },
    differences: { ...tagEdits, name: { name: "other" }, path: { path: "/" }, description: { description: "other" } },
    same: {
      "keys in another order, an action alone": {
        policy: policyOf({ Resource: ["*"], Action: "ssm:UpdateInstanceInformation" }),
      },
      indented: { policy: indented(policyOf({ Action: ["ssm:UpdateInstanceInformation"], Resource: "*" })) },
    },
    faults: { policy: notJson, "a long name": { name: long(129) }, path: { path: "other" } },
  },
  {
    type: "aws:iam/role:Role",
    name: "main-access-hybrid",
    updates: { description: { description: "other" } },
    differences: {
      ...tagEdits,
      trust: { assumeRolePolicy: policyOf({ Principal: { Service: "ssm.amazonaws.com" }, Action: "sts:AssumeRole" }) },
      name: { name: "other" },
      path: { path: "/" },
      "no boundary": { permissionsBoundary: undefined },
      "longer sessions": { maxSessionDuration: 7200 },
      "no description": { description: undefined },
    },
    faults: {
      trust: { assumeRolePolicy: "{" },
      "a long name": { name: long(65) },
      "a long description": { description: long(1001) },
      "short sessions": { maxSessionDuration: 3599 },
    },
  },
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    name: "main-access-window-policy",
    given: { role: "patchplane-prod-main-hybrid-node" },
    updates: { policy: { policy: policyOf({ Action: "ssm:SendCommand", Resource: "*" }) } },
    differences: {
      name: { name: "other" },
      role: { role: "other" },
    },
    same: { "a list of one action": { policy: policyOf({ Action: ["ssm:SendCommand"], Resource: "*" }) } },
    faults: { policy: notJson, "a long name": { name: long(129) } },
  },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "main-access-hybrid-node",
    updates: {},
    differences: { policy: { policyArn: "arn:aws:iam::111122223333:policy/other" }, role: { role: "other" } },
    faults: { policy: { policyArn: "other" } },
  },
  {
    type: "aws:sns/topic:Topic",
    name: "main-notifications-topic",
    updates: { "display name": { displayName: "Patching" } },
    differences: { ...tagEdits, "no key": { kmsMasterKeyId: undefined }, name: { name: "other" } },
    faults: { "a name with a space": { name: "a b" }, "a long name": { name: long(257) } },
  },
  {
    type: "aws:sns/topicPolicy:TopicPolicy",
    name: "main-notifications-topic-policy",
    updates: { policy: { policy: policyOf({ Principal: nobody, Action: "sns:Publish", Resource: "*" }) } },
    differences: {
      topic: { arn: "arn:aws:sns:us-east-1:111122223333:other" },
    },
    same: {
      "an account's id for its root": {
        policy: policyOf({ Principal: { AWS: "111122223333" }, Action: "sns:Publish", Resource: "*" }),
      },
      indented: { policy: indented(policyOf({ Principal: nobody, Action: "sns:Publish", Resource: "*" })) },
    },
    faults: { policy: notJson, topic: { arn: "other" } },
  },
  {
    type: "aws:sns/topicSubscription:TopicSubscription",
    name: "main-notifications-mail-patching@example.com",
    updates: {},
    differences: {
      endpoint: { endpoint: "other@example.com" },
      protocol: { protocol: "email-json" },
      topic: { topic: "arn:aws:sns:us-east-1:111122223333:other" },
    },
    faults: { protocol: { protocol: "pigeon" }, topic: { topic: "other" } },
  },
  {
    type: "aws:sqs/queue:Queue",
    name: "main-reporter-queue",
    updates: {},
    differences: {
      ...tagEdits,
      retention: { messageRetentionSeconds: 600 },
      "no encryption": { sqsManagedSseEnabled: false },
      name: { name: "other" },
      "a visibility": { visibilityTimeoutSeconds: 60 },
    },
    faults: {
      "a short retention": { messageRetentionSeconds: 59 },
      "a name with a space": { name: "a b" },
      "a long name": { name: long(81) },
    },
  },
  {
    type: "aws:sqs/queuePolicy:QueuePolicy",
    name: "main-reporter-queue-policy",
    updates: {},
    differences: {
      policy: { policy: policyOf({ Principal: nobody, Action: "sqs:SendMessage", Resource: "*" }) },
      queue: { queueUrl: "https://sqs.us-east-1.amazonaws.com/111122223333/other" },
    },
    faults: { policy: notJson },
  },
  {
    type: "aws:cloudwatch/logGroup:LogGroup",
    name: "main-reporter-log",
    updates: { retention: { retentionInDays: 30 } },
    differences: { ...tagEdits, name: { name: "/aws/lambda/other" } },
    faults: { retention: { retentionInDays: 399 }, "a name with a space": { name: "a b" } },
  },
  {
    type: "aws:cloudwatch/eventRule:EventRule",
    name: "main-reporter-ended-runs-1",
    updates: { pattern: { eventPattern: '{"source":["aws.ssm"]}' }, description: { description: "other" } },
    differences: {
      ...tagEdits,
      name: { name: "other" },
      disabled: { state: "DISABLED" },
    },
    same: { "a pattern with spaces": { eventPattern: '{ "source": [ "aws.ssm" ] }' } },
    faults: {
      pattern: { eventPattern: "{" },
      "a long name": { name: long(65) },
      "a long description": { description: long(513) },
    },
  },
  {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    name: "main-reporter-ended-runs-1-target",
    given: { arn: "arn:aws:lambda:us-east-1:111122223333:function:patchplane-prod-run-reporter" },
    updates: {},
    differences: {
      target: { targetId: "other" },
      rule: { rule: "other" },
      arn: { arn: "arn:aws:sqs:us-east-1:111122223333:other" },
      "no queue": { deadLetterConfig: undefined },
    },
    faults: { target: { targetId: "a b" }, rule: { rule: long(65) } },
  },
];
