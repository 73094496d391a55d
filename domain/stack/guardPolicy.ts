import type { Location, ManagedGroup } from "../plane.ts";
import { awsRunbookArn, nodeArns, ownRoleArn, roleArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";
import { policyDocument } from "./policyDocument.ts";
import type { PolicyDocument } from "./policyDocument.ts";

/** AWS's runbooks that patch a node with rights of their own, past the rights of who starts them. */
const patchingRunbooks = ["AWS-PatchAsgInstance", "AWS-PatchInstanceWithRollback"];

/**
 * A policy that keeps people from patching nodes of reviewed groups past the approval: only the windows' role and the
 * break-glass roles may send commands there.
 *
 * It refuses every command on those nodes, not AWS-RunPatchBaseline alone. IAM judges a command's document and its
 * nodes one by one, and no condition key tells the document while a node is judged, so "this document on these nodes"
 * cannot be written; and AWS-RunShellScript installs packages just as well. AWS's own patching runbooks are refused
 * altogether, because they may run with a role that this policy is not attached to.
 *
 * Attach it to the people's roles or permission sets, or put its statements into a service control policy. As a
 * permission boundary it needs an allowing statement beside it: denials alone allow nothing. What it cannot see:
 * interactive sessions, State Manager associations, and who may change a node's `PatchGroup` tag or a window's task.
 *
 * @param reviewedGroups patch groups whose installations need an approval; at least one
 * @param breakGlassRoleArns roles that are spared besides the windows'
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
 */
export function guardPolicy(
  environment: string,
  location: Location,
  reviewedGroups: readonly string[],
  breakGlassRoleArns: readonly string[],
): PolicyDocument {
  const windowRole = ownRoleArn(location, environment, locationNames(environment, location).windowRole);
  const spared = { ArnNotEquals: { "aws:PrincipalArn": [windowRole, ...breakGlassRoleArns] } };
  return policyDocument(
    {
      Sid: "NoCommandsOnReviewedNodes",
      Effect: "Deny",
      Action: "ssm:SendCommand",
      Resource: nodeArns(location),
      Condition: { ...spared, StringEquals: { "ssm:resourceTag/PatchGroup": reviewedGroups } },
    },
    {
      Sid: "NoPatchingRunbooks",
      Effect: "Deny",
      Action: "ssm:StartAutomationExecution",
      Resource: patchingRunbooks.map((name) => awsRunbookArn(location, name)),
      Condition: spared,
    },
  );
}

/** The guard policy of a location; undefined where no group is reviewed. It spares the break-glass role, which the stack does not make. */
export function plannedGuard(
  environment: string,
  location: Location,
  groups: readonly ManagedGroup[],
): PolicyDocument | undefined {
  const reviewed = groups.filter((group) => group.approval === "reviewed").map((group) => group.name);
  const breakGlass = roleArn(location, locationNames(environment, location).breakGlassRole);
  return reviewed.length === 0 ? undefined : guardPolicy(environment, location, reviewed.sort(), [breakGlass]);
}
