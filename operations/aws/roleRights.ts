import {
  GetInstanceProfileCommand,
  NoSuchEntityException,
  paginateSimulatePrincipalPolicy,
  type ContextEntry,
  type EvaluationResult,
  type IAMClient,
} from "@aws-sdk/client-iam";
import pMap from "p-map";
import type { Denial } from "../../domain/doctor/evidence.ts";
import type { NeededRight } from "../../domain/stack/nodeRights.ts";
import { allPages } from "../pages.ts";
import { byNames, unlessMissing } from "./missing.ts";

/** IAM takes few simulations a second. */
const concurrency = 2;

/**
 * ARNs of the roles of instance profiles, by the profile's ARN; of one that is gone, or that has none, nothing.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
 */
export async function profileRoles(client: IAMClient, arns: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return byNames(arns, async (arn) => {
    const InstanceProfileName = arn.slice(arn.lastIndexOf("/") + 1);
    const request = new GetInstanceProfileCommand({ InstanceProfileName });
    const found = await unlessMissing(() => client.send(request), NoSuchEntityException);
    return found?.InstanceProfile?.Roles?.[0]?.Arn;
  });
}

function byOf({ EvalDecision, ...details }: EvaluationResult): Denial["by"] {
  if (details.OrganizationsDecisionDetail?.AllowedByOrganizations === false) return "organization";
  if (details.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) return "boundary";
  return EvalDecision === "explicitDeny" ? "denial" : "nothing";
}

/** What a role may not do of what it needs, as AWS judges its policies, its boundary and the organization's policies. */
async function denialsOf(
  client: IAMClient,
  PolicySourceArn: string,
  { purpose, actions, resource }: NeededRight,
  ContextEntries: ContextEntry[],
): Promise<readonly Denial[]> {
  const request = { PolicySourceArn, ActionNames: [...actions], ResourceArns: [resource], ContextEntries };
  const pages = await allPages(paginateSimulatePrincipalPolicy({ client }, request));
  return pages
    .flatMap((page) => page.EvaluationResults ?? [])
    .filter(({ EvalDecision }) => EvalDecision !== "allowed")
    .map((result) => ({ purpose, action: result.EvalActionName ?? "", resource, by: byOf(result) }));
}

/**
 * What a role may not do of what it needs; undefined where there is no such role. One simulation for each resource.
 * @param instanceArn - whose credentials the role's are
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export async function denials(
  client: IAMClient,
  role: string,
  needed: readonly NeededRight[],
  { region, instanceArn }: { readonly region: string; readonly instanceArn: string },
): Promise<readonly Denial[] | undefined> {
  const given = (ContextKeyName: string, value: string, ContextKeyType: ContextEntry["ContextKeyType"] = "string") => {
    return { ContextKeyName, ContextKeyValues: [value], ContextKeyType };
  };
  const context = [
    given("aws:RequestedRegion", region),
    given("aws:SecureTransport", "true", "boolean"),
    given("ec2:SourceInstanceARN", instanceArn),
  ];
  const found = await unlessMissing(
    () => pMap(needed, (each) => denialsOf(client, role, each, context), { concurrency }),
    NoSuchEntityException,
  );
  return found?.flat();
}
