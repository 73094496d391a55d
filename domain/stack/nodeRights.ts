import type { Location } from "../plane.ts";
import { bucketArn, documentArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";

/** What a role needs actions for: without `agent` runs fail, without `lists` nothing is installed, without `logs` no log is kept. */
export type RightPurpose = "agent" | "lists" | "logs";

/** Actions of a role on one resource. */
export interface NeededRight {
  readonly purpose: RightPurpose;
  readonly actions: readonly string[];
  /** An ARN, or `*` where IAM knows no resource of them. */
  readonly resource: string;
}

/**
 * What the role of an EC2 instance has to be allowed for the stack's windows: less than the node policy gives. Left out
 * is what an agent does without: `ec2messages`, which those that speak `ssmmessages` need not, and AWS's buckets, which
 * let every account in.
 *
 * @param keys - of the published objects that its windows read
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
 */
export function nodeRights(
  environment: string,
  location: Location,
  instanceArn: string,
  keys: readonly string[],
): readonly NeededRight[] {
  const { bucket } = locationNames(environment, location);
  return [
    {
      purpose: "agent",
      actions: [
        "ssm:GetDeployablePatchSnapshotForInstance",
        "ssm:PutComplianceItems",
        "ssm:PutInventory",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      resource: "*",
    },
    { purpose: "agent", actions: ["ssm:UpdateInstanceInformation"], resource: instanceArn },
    {
      purpose: "agent",
      actions: ["ssm:GetDocument"],
      resource: documentArn({ ...location, accountId: "" }, "AWS-RunPatchBaseline"),
    },
    ...keys.map((key) => ({
      purpose: "lists" as const,
      actions: ["s3:GetObject"],
      resource: bucketArn(location, bucket, key),
    })),
    { purpose: "logs", actions: ["s3:PutObject"], resource: bucketArn(location, bucket, "logs/log") },
    { purpose: "logs", actions: ["s3:GetEncryptionConfiguration"], resource: bucketArn(location, bucket) },
  ];
}
