import { account } from "./template.ts";

/** One call the AWS provider makes for a resource: on what, and with which tags at hand. */
export interface NeededCall {
  readonly actions: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** What a type of resource needs to be read, and besides to be made, changed and removed. */
export interface Needed {
  readonly read: readonly NeededCall[];
  readonly write: readonly NeededCall[];
}

const regional = (service: string, resource: string): string => `arn:aws:${service}:us-east-1:${account}:${resource}`;
const owned = { "aws:ResourceTag/ManagedBy": "patchplane", "aws:ResourceTag/Environment": "prod" };
const tagging = { "aws:RequestTag/ManagedBy": "patchplane", "aws:RequestTag/Environment": "prod" };

const bucket = `arn:aws:s3:::patchplane-prod-prod-use1-${account}`;
const published = `${bucket}/approvals/0123456789abcdef.yaml`;
const topic = regional("sns", "patchplane-prod-patching");
const queue = regional("sqs", "patchplane-prod-node-results");
const rule = regional("events", "rule/patchplane-prod-node-results");
const key = regional("kms", "key/1234");
const alias = regional("kms", "alias/patchplane-prod-patching");
const role = `arn:aws:iam::${account}:role/patchplane-prod-prod-use1-window`;
const policy = `arn:aws:iam::${account}:policy/patchplane-prod-prod-use1-node`;
const document = regional("ssm", "document/patchplane-prod-hooks");
const awsDocument = "arn:aws:ssm:us-east-1::document/AWS-RunPatchBaseline";
const baseline = regional("ssm", "patchbaseline/pb-1");
const awsBaseline = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-2";
const window = regional("ssm", "maintenancewindow/mw-1");
const association = regional("ssm", "association/1234");
const dataSync = regional("ssm", "resource-data-sync/patchplane-prod-inventory");
const tier = regional("ssm", "servicesetting/ssm/managed-instance/activation-tier");
const passed = { actions: "iam:PassRole", resource: role, context: { "iam:PassedToService": "ssm.amazonaws.com" } };

/** A bucket and its parts are read by the same calls. */
const bucketRead: NeededCall = {
  actions:
    "s3:GetBucketAcl s3:GetBucketCORS s3:GetBucketLocation s3:GetBucketLogging s3:GetBucketObjectLockConfiguration " +
    "s3:GetBucketPolicy s3:GetBucketRequestPayment s3:GetBucketTagging s3:GetBucketVersioning s3:GetBucketWebsite " +
    "s3:GetAccelerateConfiguration s3:GetEncryptionConfiguration s3:GetLifecycleConfiguration " +
    "s3:GetReplicationConfiguration s3:ListBucket s3:ListTagsForResource",
  resource: bucket,
};

const none: readonly NeededCall[] = [];

function part(read: string, write: string): Needed {
  return { read: [{ actions: read, resource: bucket }], write: [{ actions: write, resource: bucket }] };
}

/**
 * What each type of resource of the stack needs: the calls of terraform-provider-aws for it, as far as its public
 * source and the recorded requests of the embedded cloud show them. A new type has to be thought about here.
 */
export const neededByType: Readonly<Record<string, Needed>> = {
  "aws:cloudwatch/eventRule:EventRule": {
    read: [{ actions: "events:DescribeRule events:ListTagsForResource", resource: rule }],
    write: [
      { actions: "events:PutRule events:DeleteRule events:EnableRule events:DisableRule", resource: rule },
      { actions: "events:TagResource events:UntagResource", resource: rule },
    ],
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    read: [{ actions: "events:ListTargetsByRule", resource: rule }],
    write: [{ actions: "events:PutTargets events:RemoveTargets", resource: rule }],
  },
  "aws:iam/policy:Policy": {
    read: [{ actions: "iam:GetPolicy iam:GetPolicyVersion iam:ListPolicyVersions", resource: policy }],
    write: [
      { actions: "iam:CreatePolicy iam:DeletePolicy iam:TagPolicy iam:UntagPolicy", resource: policy },
      { actions: "iam:CreatePolicyVersion iam:DeletePolicyVersion", resource: policy },
    ],
  },
  "aws:iam/role:Role": {
    read: [{ actions: "iam:GetRole iam:ListRolePolicies iam:ListAttachedRolePolicies", resource: role }],
    write: [
      { actions: "iam:CreateRole iam:DeleteRole iam:UpdateRole iam:UpdateRoleDescription", resource: role },
      { actions: "iam:UpdateAssumeRolePolicy iam:TagRole iam:UntagRole", resource: role },
      { actions: "iam:ListInstanceProfilesForRole", resource: role },
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    read: [{ actions: "iam:GetRolePolicy", resource: role }],
    write: [{ actions: "iam:PutRolePolicy iam:DeleteRolePolicy", resource: role }],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    read: [{ actions: "iam:ListAttachedRolePolicies", resource: role }],
    write: [
      { actions: "iam:AttachRolePolicy iam:DetachRolePolicy", resource: role, context: { "iam:PolicyARN": policy } },
    ],
  },
  "aws:kms/alias:Alias": {
    read: [{ actions: "kms:ListAliases", resource: "*" }],
    write: [
      { actions: "kms:CreateAlias kms:UpdateAlias kms:DeleteAlias", resource: alias },
      { actions: "kms:CreateAlias kms:UpdateAlias kms:DeleteAlias", resource: key, context: owned },
    ],
  },
  "aws:kms/key:Key": {
    read: [
      {
        actions: "kms:DescribeKey kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListResourceTags",
        resource: key,
        context: owned,
      },
    ],
    write: [
      { actions: "kms:CreateKey", resource: "*", context: tagging },
      { actions: "kms:TagResource", resource: key, context: tagging },
      {
        actions:
          "kms:PutKeyPolicy kms:EnableKeyRotation kms:DisableKeyRotation kms:ScheduleKeyDeletion kms:UntagResource " +
          "kms:UpdateKeyDescription",
        resource: key,
        context: owned,
      },
    ],
  },
  "aws:s3/bucket:Bucket": {
    read: [bucketRead],
    write: [{ actions: "s3:CreateBucket s3:DeleteBucket s3:PutBucketTagging s3:TagResource", resource: bucket }],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": part(
    "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration",
  ),
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    read: [{ actions: "s3:GetObject s3:GetObjectTagging", resource: published }],
    write: [
      { actions: "s3:PutObject s3:PutObjectTagging s3:DeleteObject s3:DeleteObjectVersion", resource: published },
      { actions: "s3:ListBucketVersions", resource: bucket },
    ],
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": part(
    "s3:GetBucketOwnershipControls",
    "s3:PutBucketOwnershipControls",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": part("s3:GetBucketPolicy", "s3:PutBucketPolicy s3:DeleteBucketPolicy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": part(
    "s3:GetBucketPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": part(
    "s3:GetEncryptionConfiguration",
    "s3:PutEncryptionConfiguration",
  ),
  "aws:s3/bucketVersioning:BucketVersioning": part("s3:GetBucketVersioning", "s3:PutBucketVersioning"),
  "aws:sns/topic:Topic": {
    read: [{ actions: "sns:GetTopicAttributes sns:ListTagsForResource", resource: topic }],
    write: [
      { actions: "sns:CreateTopic sns:DeleteTopic sns:SetTopicAttributes", resource: topic },
      { actions: "sns:TagResource sns:UntagResource", resource: topic },
    ],
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    read: [{ actions: "sns:GetTopicAttributes", resource: topic }],
    write: [{ actions: "sns:SetTopicAttributes", resource: topic }],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    read: [{ actions: "sns:GetSubscriptionAttributes sns:ListSubscriptionsByTopic", resource: `${topic}:0123` }],
    write: [
      { actions: "sns:Subscribe", resource: topic },
      { actions: "sns:Unsubscribe sns:SetSubscriptionAttributes", resource: `${topic}:0123` },
    ],
  },
  "aws:sqs/queue:Queue": {
    read: [{ actions: "sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListQueueTags", resource: queue }],
    write: [
      {
        actions: "sqs:CreateQueue sqs:DeleteQueue sqs:SetQueueAttributes sqs:TagQueue sqs:UntagQueue",
        resource: queue,
      },
    ],
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    read: [{ actions: "sqs:GetQueueAttributes", resource: queue }],
    write: [{ actions: "sqs:SetQueueAttributes", resource: queue }],
  },
  "aws:ssm/activation:Activation": {
    read: [{ actions: "ssm:DescribeActivations", resource: "*" }],
    write: [{ actions: "ssm:CreateActivation ssm:DeleteActivation", resource: "*" }, passed],
  },
  "aws:ssm/association:Association": {
    read: [{ actions: "ssm:DescribeAssociation ssm:ListTagsForResource", resource: association }],
    write: [
      { actions: "ssm:CreateAssociation ssm:AddTagsToResource", resource: association, context: tagging },
      { actions: "ssm:CreateAssociation ssm:UpdateAssociation", resource: awsDocument },
      { actions: "ssm:UpdateAssociation ssm:DeleteAssociation", resource: association, context: owned },
    ],
  },
  "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline": {
    read: [
      { actions: "ssm:GetDefaultPatchBaseline", resource: awsBaseline },
      { actions: "ssm:DescribePatchBaselines", resource: "*" },
    ],
    write: [{ actions: "ssm:RegisterDefaultPatchBaseline", resource: baseline }],
  },
  "aws:ssm/document:Document": {
    read: [
      {
        actions: "ssm:DescribeDocument ssm:GetDocument ssm:DescribeDocumentPermission ssm:ListTagsForResource",
        resource: document,
      },
    ],
    write: [
      {
        actions: "ssm:CreateDocument ssm:UpdateDocument ssm:UpdateDocumentDefaultVersion ssm:DeleteDocument",
        resource: document,
      },
      { actions: "ssm:AddTagsToResource", resource: document, context: tagging },
    ],
  },
  "aws:ssm/maintenanceWindow:MaintenanceWindow": {
    read: [{ actions: "ssm:GetMaintenanceWindow ssm:ListTagsForResource", resource: window }],
    write: [
      { actions: "ssm:CreateMaintenanceWindow", resource: "*", context: tagging },
      { actions: "ssm:AddTagsToResource", resource: window, context: tagging },
      { actions: "ssm:UpdateMaintenanceWindow ssm:DeleteMaintenanceWindow", resource: window, context: owned },
    ],
  },
  "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": {
    read: [{ actions: "ssm:DescribeMaintenanceWindowTargets", resource: window }],
    write: [
      { actions: "ssm:RegisterTargetWithMaintenanceWindow", resource: window, context: owned },
      {
        actions: "ssm:UpdateMaintenanceWindowTarget ssm:DeregisterTargetFromMaintenanceWindow",
        resource: window,
        context: owned,
      },
      {
        actions: "ssm:UpdateMaintenanceWindowTarget ssm:DeregisterTargetFromMaintenanceWindow",
        resource: regional("ssm", "windowtarget/1"),
      },
    ],
  },
  "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask": {
    read: [{ actions: "ssm:GetMaintenanceWindowTask", resource: window }],
    write: [
      { actions: "ssm:RegisterTaskWithMaintenanceWindow", resource: window, context: owned },
      {
        actions: "ssm:UpdateMaintenanceWindowTask ssm:DeregisterTaskFromMaintenanceWindow",
        resource: window,
        context: owned,
      },
      {
        actions: "ssm:UpdateMaintenanceWindowTask ssm:DeregisterTaskFromMaintenanceWindow",
        resource: regional("ssm", "windowtask/1"),
      },
      passed,
    ],
  },
  "aws:ssm/patchBaseline:PatchBaseline": {
    read: [{ actions: "ssm:GetPatchBaseline ssm:ListTagsForResource", resource: baseline }],
    write: [
      { actions: "ssm:CreatePatchBaseline", resource: "*", context: tagging },
      { actions: "ssm:AddTagsToResource", resource: baseline, context: tagging },
      { actions: "ssm:UpdatePatchBaseline ssm:DeletePatchBaseline", resource: baseline, context: owned },
    ],
  },
  "aws:ssm/patchGroup:PatchGroup": {
    read: [{ actions: "ssm:DescribePatchGroups", resource: "*" }],
    write: [baseline, awsBaseline].map((resource) => ({
      actions: "ssm:RegisterPatchBaselineForPatchGroup ssm:DeregisterPatchBaselineForPatchGroup",
      resource,
    })),
  },
  "aws:ssm/resourceDataSync:ResourceDataSync": {
    read: [{ actions: "ssm:ListResourceDataSync", resource: "*" }],
    write: [{ actions: "ssm:CreateResourceDataSync ssm:DeleteResourceDataSync", resource: dataSync }],
  },
  "aws:ssm/serviceSetting:ServiceSetting": {
    read: [{ actions: "ssm:GetServiceSetting", resource: tier }],
    write: [{ actions: "ssm:UpdateServiceSetting ssm:ResetServiceSetting", resource: tier }, passed],
  },
  "pulumi:providers:aws": { read: none, write: none },
};
