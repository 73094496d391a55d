import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  NoSuchEntityException,
  ListAttachedRolePoliciesCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import type { LiveRights, LiveRole } from "../../domain/doctor/evidence.ts";
import type { PlannedRole } from "../../domain/stack/plannedRoles.ts";
import { byNames, unlessMissing } from "./missing.ts";

/** Those of some roles that are there. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export async function presentRoles(
  client: IAMClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, LiveRole>> {
  return byNames(names, async (RoleName) => {
    const found = await unlessMissing(() => client.send(new GetRoleCommand({ RoleName })), NoSuchEntityException);
    return found === undefined
      ? undefined
      : { trust: decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? "%7B%7D") };
  });
}

/**
 * What roles of the stack may do, of those that are there: for each 1
 * GetRolePolicy or ListAttachedRolePolicies.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
export async function roleRights(
  client: IAMClient,
  roles: readonly PlannedRole[],
): Promise<ReadonlyMap<string, LiveRights>> {
  const asked = new Map(roles.map((role) => [role.name, role]));
  return byNames([...asked.keys()], async (RoleName) => {
    const { policyName: PolicyName, attached } = asked.get(RoleName) ?? {};
    const within =
      PolicyName === undefined
        ? undefined
        : await unlessMissing(
            () => client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
            NoSuchEntityException,
          );
    // A role has 25 policies at most, and an answer a hundred.
    const listed =
      attached === undefined
        ? undefined
        : await unlessMissing(
            () => client.send(new ListAttachedRolePoliciesCommand({ RoleName })),
            NoSuchEntityException,
          );
    return {
      ...(within?.PolicyDocument === undefined ? {} : { inline: decodeURIComponent(within.PolicyDocument) }),
      attached: (listed?.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []),
    };
  });
}

/**
 * What policies say in their default version, as JSON, by ARN; one that is not there is left out.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
 */
export async function policyTexts(client: IAMClient, arns: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return byNames(arns, (PolicyArn) =>
    unlessMissing(async () => {
      const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = Policy?.DefaultVersionId;
      const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      return decodeURIComponent(PolicyVersion?.Document ?? "%7B%7D");
    }, NoSuchEntityException),
  );
}
