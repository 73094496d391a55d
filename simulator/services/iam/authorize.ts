import type { SimulatedCloud } from "../../state/cloud.ts";
import type { RoleSession } from "../../state/identity.ts";
import { judge, type AccessRequest, type AppliedPolicies, type Verdict } from "./evaluator.ts";
import { requestsFor, type Named } from "./reference.ts";

/** An action that a call needs, on what the call names. */
export interface Need {
  readonly action: string;
  readonly named: Named;
  /** Policy of the resource itself, and whether it is another account's: as {@link AppliedPolicies} has them. */
  readonly policies?: Pick<AppliedPolicies, "resource" | "key" | "foreign">;
}

/**
 * The action that AWS asks for besides, when something is made with tags: each service's page on its creating
 * operation says so, and for SSM's activations the FIS user guide's policy.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 * @see https://docs.aws.amazon.com/fis/latest/userguide/ecs-task-actions.html
 */
const tagging: Readonly<Record<string, readonly [action: string, type: string]>> = {
  "athena:CreateWorkGroup": ["athena:TagResource", "athena:workgroup"],
  "cloudwatch:PutMetricAlarm": ["cloudwatch:TagResource", "cloudwatch:alarm"],
  "events:PutRule": ["events:TagResource", "events:rule-on-default-event-bus"],
  "glue:CreateDatabase": ["glue:TagResource", "glue:database"],
  "iam:CreatePolicy": ["iam:TagPolicy", "iam:policy"],
  "iam:CreateRole": ["iam:TagRole", "iam:role"],
  "kms:CreateKey": ["kms:TagResource", "kms:key"],
  "lambda:CreateFunction": ["lambda:TagResource", "lambda:function"],
  "logs:CreateLogGroup": ["logs:TagResource", "logs:log-group"],
  "s3:CreateBucket": ["s3:TagResource", "s3:bucket"],
  "sns:CreateTopic": ["sns:TagResource", "sns:topic"],
  "sqs:CreateQueue": ["sqs:TagQueue", "sqs:queue"],
  "ssm:CreateActivation": ["ssm:AddTagsToResource", "ssm:managed-instance"],
  "ssm:CreateAssociation": ["ssm:AddTagsToResource", "ssm:association"],
  "ssm:CreateDocument": ["ssm:AddTagsToResource", "ssm:document"],
  "ssm:CreateMaintenanceWindow": ["ssm:AddTagsToResource", "ssm:maintenancewindow"],
  "ssm:CreatePatchBaseline": ["ssm:AddTagsToResource", "ssm:patchbaseline"],
};

/** The needs of a call, with what making something with tags adds. */
export function withTagging(needs: readonly Need[]): readonly Need[] {
  return needs.flatMap((need) => {
    const { action, named } = need;
    const [besides, type = ""] = tagging[action] ?? [];
    if (besides === undefined || Object.keys(named.requestTags ?? {}).length === 0) return [need];
    const none = Object.entries(named.resources).filter(([, on]) => [on].flat().length === 0);
    const resources = { ...Object.fromEntries(none), [type]: named.resources[type] ?? [] };
    // Only identity policies decide on it: what it tags is not there yet.
    return [need, { action: besides, named: { ...named, resources } }];
  });
}

/** The session of a caller whose rights are enforced. */
export function sessionOf(cloud: SimulatedCloud, accessKeyId: string | undefined): RoleSession | undefined {
  return accessKeyId === undefined ? undefined : cloud.identity.sessions.get(accessKeyId);
}

function callerOf({ role, name }: RoleSession): string {
  const [arn, partition, , , account, path = ""] = role.arn.split(":");
  return [arn, partition, "sts", "", account, `assumed-role/${path.slice(path.lastIndexOf("/") + 1)}/${name}`].join(
    ":",
  );
}

function words(session: RoleSession, { action, resource }: AccessRequest, verdict: Verdict): string {
  const why =
    verdict === "denied explicitly"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
  return `User: ${callerOf(session)} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}

/**
 * What keeps a session from a call, in AWS's words; undefined where nothing does.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denial(session: RoleSession, region: string, needs: readonly Need[]): string | undefined {
  const { role } = session;
  for (const { action, named, policies } of withTagging(needs)) {
    const keys = { ...named.keys, "aws:RequestedRegion": region, "aws:SecureTransport": "true" };
    for (const request of requestsFor({ role: role.arn }, action, { ...named, keys })) {
      const applied = {
        identity: role.policies,
        ...(role.boundary === undefined ? {} : { boundary: role.boundary }),
        ...policies,
      };
      const verdict = judge(request, applied);
      if (verdict !== "allowed") return words(session, request, verdict);
    }
  }
  return undefined;
}
