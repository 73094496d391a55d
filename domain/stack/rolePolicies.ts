import type { Location } from "../plane.ts";
import { associationArns, awsDocumentArn, bucketArn, documentArn, nodeArns, ownRoleArn, ssmSourceArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";
import { policyDocument } from "./policyDocument.ts";
import type { PolicyDocument, PolicyStatement } from "./policyDocument.ts";

const ssm = { Service: "ssm.amazonaws.com" };

/**
 * Trust of the windows' and the notification role: Systems Manager, as AWS documents it. That the service names its
 * source account when it takes these roles is documented nowhere, and a window whose role it may not take patches
 * nothing; so only a location that says `pinsServiceTrust` asks for its own account.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-window-permissions.html
 */
export function serviceTrust({ accountId, pinsServiceTrust = false }: Location): PolicyDocument {
  const statement: PolicyStatement = {
    Sid: "SystemsManager",
    Effect: "Allow",
    Principal: ssm,
    Action: "sts:AssumeRole",
  };
  const pinned = { Condition: { StringEquals: { "aws:SourceAccount": accountId } } };
  return policyDocument({ ...statement, ...(pinsServiceTrust ? pinned : {}) });
}

/**
 * Trust of the hybrid nodes' role, pinned to this account and Region as AWS advises.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-multicloud-service-role.html
 */
export function hybridTrust(location: Location): PolicyDocument {
  return policyDocument({
    Sid: "SystemsManagerForThisRegion",
    Effect: "Allow",
    Principal: ssm,
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": location.accountId },
      ArnEquals: { "aws:SourceArn": ssmSourceArn(location) },
    },
  });
}

/**
 * Trust of the Default Host Management role: the form AWS documents, which has no condition.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
 */
export function defaultHostTrust(): PolicyDocument {
  return policyDocument({ Sid: "SystemsManager", Effect: "Allow", Principal: ssm, Action: "sts:AssumeRole" });
}

/**
 * Trust of the run reporter's role: Lambda. Only who may hand the role to Lambda can make a function with it, which is
 * the deploying role.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
export function reporterTrust(): PolicyDocument {
  return policyDocument({
    Sid: "Lambda",
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  });
}

/** The agent's own calls that take no resource, or whose resource is not known before the node registers. */
const agentActions = [
  "ec2messages:AcknowledgeMessage",
  "ec2messages:DeleteMessage",
  "ec2messages:FailMessage",
  "ec2messages:GetEndpoint",
  "ec2messages:GetMessages",
  "ec2messages:SendReply",
  "ssm:DescribeAssociation",
  "ssm:GetDeployablePatchSnapshotForInstance",
  "ssm:GetManifest",
  "ssm:ListAssociations",
  "ssm:ListInstanceAssociations",
  "ssm:PutConfigurePackageResult",
  "ssm:PutInventory",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

/**
 * What a node reports of itself, as narrow as IAM takes it: to nodes and associations of this account and Region, to the
 * documents it may read, and compliance from nodes alone, as AWS advises. No policy can say "its own": the keys hold the
 * whole ARN, of which a resource takes no part, and inventory knows no node at all.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/compliance-permissions.html
 */
function reports(location: Location, documents: readonly string[]): readonly PolicyStatement[] {
  const nodes = nodeArns(location);
  const compliance = (sid: string, key: string): PolicyStatement => ({
    Sid: sid,
    Effect: "Allow",
    Action: "ssm:PutComplianceItems",
    Resource: "*",
    Condition: { Null: { [key]: "false" } },
  });
  return [
    { Sid: "ReportItself", Effect: "Allow", Action: "ssm:UpdateInstanceInformation", Resource: nodes },
    {
      Sid: "ReportAssociations",
      Effect: "Allow",
      Action: "ssm:UpdateInstanceAssociationStatus",
      Resource: [associationArns(location), ...nodes],
    },
    {
      Sid: "ReportDocuments",
      Effect: "Allow",
      Action: "ssm:UpdateAssociationStatus",
      Resource: [...documents, ...nodes],
    },
    compliance("ReportComplianceFromEc2", "ec2:SourceInstanceARN"),
    compliance("ReportComplianceFromElsewhere", "ssm:SourceInstanceARN"),
  ];
}

/**
 * Buckets of AWS that the agent and the patch code fetch from, by Region. Those of patching end in letters of each
 * Region's own; nodes behind VPC endpoints reach only what their policy names.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-operations-s3-buckets.html
 */
function agentBuckets(region: string): readonly string[] {
  return [
    `amazon-ssm-${region}`,
    `aws-patch-manager-${region}-*`,
    `aws-ssm-${region}`,
    `aws-ssm-document-attachments-${region}`,
    `aws-windows-downloads-${region}`,
    `patch-baseline-snapshot-${region}`,
    `patch-baseline-snapshot-${region}-*`,
    `${region}-birdwatcher-prod`,
  ];
}

/**
 * What a managed node may do, on EC2 and elsewhere alike: the agent's calls, AWS's and the stack's documents, AWS's
 * buckets, and of the location's own bucket put to `logs/` and get from `approvals/`, `overrides/` and `installs/`.
 *
 * It takes the place of AWS's `AmazonSSMManagedInstanceCore`, which would let every node's root read the account's
 * parameters. Documents of others are left out too: whoever associates one with these nodes adds it.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
 */
export function nodePolicy(environment: string, location: Location): PolicyDocument {
  const { bucket, documentPrefix } = locationNames(environment, location);
  const own = (key: string): string => bucketArn(location, bucket, key);
  const documents = [awsDocumentArn(location, "AWS-*"), documentArn(location, `${documentPrefix}*`)];
  return policyDocument(
    { Sid: "Agent", Effect: "Allow", Action: agentActions, Resource: "*" },
    ...reports(location, documents),
    {
      Sid: "Documents",
      Effect: "Allow",
      Action: ["ssm:DescribeDocument", "ssm:GetDocument"],
      Resource: documents,
    },
    {
      Sid: "AgentBuckets",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: agentBuckets(location.region).map((name) => bucketArn(location, name, "*")),
    },
    { Sid: "WriteLogs", Effect: "Allow", Action: ["s3:PutObject", "s3:PutObjectAcl"], Resource: own("logs/*") },
    {
      Sid: "ReadPublished",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [own("approvals/*"), own("overrides/*"), own("installs/*")],
    },
    {
      Sid: "CheckBucketEncryption",
      Effect: "Allow",
      Action: "s3:GetEncryptionConfiguration",
      Resource: bucketArn(location, bucket),
    },
  );
}

/**
 * What the windows' role may do: send AWS-RunPatchBaseline, with and without hooks, and the stack's documents to nodes of the location's patch
 * groups, with logs to the one bucket; cancel at the cutoff and look after what it sent; hand SSM the notification
 * role. IAM checks a command's document and each of its nodes separately, hence the two statements. What AWS's own policies
 * for this role (AmazonSSMMaintenanceWindowRole, the user guide's) let it read to find a window's targets is there in case
 * a window asks for it.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html
 */
export function windowRolePolicy(environment: string, location: Location, groups: readonly string[]): PolicyDocument {
  const names = locationNames(environment, location);
  const toNodes: PolicyStatement = {
    Sid: "SendToPatchGroups",
    Effect: "Allow",
    Action: "ssm:SendCommand",
    Resource: nodeArns(location),
    Condition: { StringEquals: { "ssm:resourceTag/PatchGroup": groups } },
  };
  return policyDocument(
    {
      Sid: "SendPatchDocuments",
      Effect: "Allow",
      Action: "ssm:SendCommand",
      Resource: [
        awsDocumentArn(location, "AWS-RunPatchBaseline"),
        awsDocumentArn(location, "AWS-RunPatchBaselineWithHooks"),
        documentArn(location, `${names.documentPrefix}*`),
        bucketArn(location, names.bucket),
        bucketArn(location, names.bucket, "logs/*"),
      ],
    },
    // IAM takes no empty list of values.
    ...(groups.length === 0 ? [] : [toNodes]),
    {
      Sid: "FollowCommands",
      Effect: "Allow",
      Action: ["ssm:CancelCommand", "ssm:GetCommandInvocation", "ssm:ListCommandInvocations", "ssm:ListCommands"],
      Resource: "*",
    },
    {
      Sid: "FindTargets",
      Effect: "Allow",
      Action: [
        "resource-groups:ListGroupResources",
        "resource-groups:ListGroups",
        "ssm:DescribeInstanceInformation",
        "ssm:ListTagsForResource",
        "tag:GetResources",
      ],
      Resource: "*",
    },
    {
      Sid: "PassNotificationRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: ownRoleArn(location, environment, names.notificationRole),
    },
  );
}
