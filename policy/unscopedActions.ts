/**
 * Actions that the program's policies may allow on any resource, and why. An action that IAM can hold to a resource
 * does not belong here.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
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
  // What a node reports of itself; its own ARN is not known before it registers, and a policy is for all of them.
  "ssm:DescribeAssociation",
  "ssm:GetDeployablePatchSnapshotForInstance",
  "ssm:GetManifest",
  "ssm:ListAssociations",
  "ssm:ListInstanceAssociations",
  "ssm:PutComplianceItems",
  "ssm:PutConfigurePackageResult",
  "ssm:PutInventory",
  "ssm:UpdateAssociationStatus",
  "ssm:UpdateInstanceAssociationStatus",
  "ssm:UpdateInstanceInformation",
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
]);
