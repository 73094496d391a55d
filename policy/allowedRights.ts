/**
 * What the program's policies may allow. Everything else is refused, so that a new right is a reviewed line of this
 * file. In patterns, `<account>` is the account of the resource's own provider.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */

const ownBucket = "arn:[a-z-]+:s3:::patchplane-[a-z0-9-]+-<account>";
const ownDocuments = "arn:[a-z-]+:ssm:[a-z0-9-]+:<account>:document/patchplane-[\\w.-]+\\*?";
const region = "[a-z]{2}(?:-[a-z]+)+-\\d";

/** Buckets of AWS's that every agent reads, by the user guide. */
const agentBuckets =
  `arn:[a-z-]+:s3:::(?:` +
  `(?:amazon-ssm|aws-ssm|aws-ssm-document-attachments|aws-windows-downloads|patch-baseline-snapshot)-${region}|` +
  `(?:aws-patch-manager|patch-baseline-snapshot)-${region}-\\*|${region}-birdwatcher-prod)/\\*`;

const ownLog = `arn:[a-z-]+:logs:${region}:<account>:log-group:/aws/lambda/patchplane-[\\w-]+:\\*`;
const windows = `arn:[a-z-]+:ssm:${region}:<account>:maintenancewindow/\\*`;

/** Nodes of one account and Region: to be read. A statement that changes all of them needs a condition on the patch group. */
const nodes = `arn:[a-z-]+:(?:ec2:${region}:<account>:instance|ssm:${region}:<account>:managed-instance)/\\*`;

/** Actions that may be allowed on certain resources, by the patterns of those. */
export const scopedActions: Readonly<Record<string, readonly string[]>> = {
  "iam:PassRole": ["arn:[a-z-]+:iam::<account>:role/(?:[\\w./-]+/)?patchplane-[\\w.-]+"],
  "kms:Decrypt": ["arn:[a-z-]+:kms:[a-z0-9-]+:<account>:key/[\\w-]+"],
  "kms:GenerateDataKey*": ["arn:[a-z-]+:kms:[a-z0-9-]+:<account>:key/[\\w-]+"],
  "s3:GetEncryptionConfiguration": [ownBucket],
  "logs:CreateLogStream": [ownLog],
  "logs:PutLogEvents": [ownLog],
  "s3:GetObject": [`${ownBucket}/(?:approvals|collections|installs|overrides|reports)/\\*`, agentBuckets],
  "s3:ListBucket": [ownBucket],
  "s3:PutObject": [`${ownBucket}/(?:logs|reports)/\\*`],
  "s3:PutObjectAcl": [`${ownBucket}/logs/\\*`],
  "sns:Publish": ["arn:[a-z-]+:sns:[a-z0-9-]+:<account>:patchplane-[\\w-]+"],
  "sqs:SendMessage": ["arn:[a-z-]+:sqs:[a-z0-9-]+:<account>:patchplane-[\\w-]+"],
  "ssm:DescribeDocument": [ownDocuments, "arn:[a-z-]+:ssm:[a-z0-9-]+:\\*:document/AWS-\\*"],
  "ssm:DescribeInstancePatches": [nodes],
  "ssm:DescribeInstancePatchStates": [nodes],
  "ssm:DescribeMaintenanceWindowTargets": [windows],
  "ssm:GetMaintenanceWindow": [windows],
  "ssm:GetDocument": [ownDocuments, "arn:[a-z-]+:ssm:[a-z0-9-]+:\\*:document/AWS-\\*"],
  // What a node reports of itself: IAM knows no node's own.
  "ssm:UpdateAssociationStatus": [ownDocuments, "arn:[a-z-]+:ssm:[a-z0-9-]+:\\*:document/AWS-\\*", nodes],
  "ssm:UpdateInstanceAssociationStatus": [`arn:[a-z-]+:ssm:${region}:<account>:association/\\*`, nodes],
  "ssm:UpdateInstanceInformation": [nodes],
  "ssm:SendCommand": [
    ownDocuments,
    "arn:[a-z-]+:ssm:[a-z0-9-]+:\\*:document/AWS-RunPatchBaseline(?:WithHooks)?",
    `${ownBucket}(?:/logs/\\*)?`,
  ],
};

/** Actions that may be allowed on every node of the account, on the condition that it is of a named patch group. */
export const actionsOnGroups: Readonly<Record<string, readonly string[]>> = { "ssm:SendCommand": [nodes] };

/** Actions that may be allowed on any resource, and why; one that IAM can hold to a resource does not belong here. */
export const unscopedActions: ReadonlySet<string> = new Set([
  // The agent's channel: it knows no resource.
  "ec2messages:AcknowledgeMessage",
  "ec2messages:DeleteMessage",
  "ec2messages:FailMessage",
  "ec2messages:GetEndpoint",
  "ec2messages:GetMessages",
  "ec2messages:SendReply",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  // What a node reads and reports of itself, and IAM holds to no resource; compliance to nodes, by a condition.
  "ssm:DescribeAssociation",
  "ssm:GetDeployablePatchSnapshotForInstance",
  "ssm:GetManifest",
  "ssm:ListAssociations",
  "ssm:ListInstanceAssociations",
  "ssm:PutComplianceItems",
  "ssm:PutConfigurePackageResult",
  "ssm:PutInventory",
  // The windows' role follows and cancels what it sent: commands have no ARN.
  "ssm:CancelCommand",
  "ssm:GetCommandInvocation",
  "ssm:ListCommandInvocations",
  "ssm:ListCommands",
  // What it reads to find a window's targets: AWS's own policies for this role have it on every resource.
  "resource-groups:ListGroupResources",
  "resource-groups:ListGroups",
  "ssm:DescribeInstanceInformation",
  "ssm:ListTagsForResource",
  "tag:GetResources",
  // What the run reporter reads of a run: executions and their inventory have no ARN.
  "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
  "ssm:DescribeMaintenanceWindowExecutionTasks",
  "ssm:GetMaintenanceWindowExecution",
  "ssm:ListInventoryEntries",
]);

/**
 * Who may be let in by a policy on a resource, and for what. `root` is the account itself (its administrators),
 * `deployer` the role that the resource's provider works with.
 */
export const principals: Readonly<Record<string, readonly string[]>> = {
  "cloudwatch.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey*", "sns:Publish"],
  "events.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey*", "sns:Publish", "sqs:SendMessage"],
  "lambda.amazonaws.com": ["sts:AssumeRole"],
  "sns.amazonaws.com": ["kms:Decrypt", "kms:GenerateDataKey*"],
  "ssm.amazonaws.com": ["s3:GetBucketAcl", "s3:PutObject", "sts:AssumeRole"],
  root: ["kms:*"],
  deployer: [
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKeyRotation",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
  ],
};
