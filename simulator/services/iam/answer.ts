import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { queryAnswer, queryFailure, type QueryFields } from "../../http/queryXml.ts";
import { partitionOf } from "../../partitions.ts";
import { recordAt, recordsOf, textIn, type Fields } from "../records.ts";
import { refuseOnRecord } from "./onRecord.ts";
import { getInstanceProfile, simulatePrincipalPolicy } from "./simulate.ts";

const namespace = "https://iam.amazonaws.com/doc/2010-05-08/";
const systemsManager = "ssm.amazonaws.com";
/** A policy is kept as its last version alone. */
const onlyVersion = "v1";
const linkedRole = "AWSServiceRoleForAmazonSSM";

function keyOf(accountId: string, name: string): string {
  return [accountId, "global", "iam-role", name].join("/");
}

function shown(cloud: SimulatedCloud, accountId: string, name: string, role: Fields): QueryFields {
  const made = cloud.identity.recordsMadeAt.get(keyOf(accountId, name)) ?? cloud.startedAt;
  return {
    Path: textIn(role, "path"),
    RoleName: name,
    RoleId: textIn(role, "uniqueId"),
    Arn: textIn(role, "arn"),
    CreateDate: made.toISOString(),
    AssumeRolePolicyDocument: encodeURIComponent(textIn(role, "assumeRolePolicy")),
    Description: textIn(role, "description"),
  };
}

/** The role that a call names, once its rights are looked at. */
function roleOf(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams, action: string) {
  const name = form.get("RoleName") ?? "";
  const place = { accountId: cloud.accountOf(request.scope?.accessKeyId), region: "global" };
  refuseOnRecord(cloud, request, { ...place, kind: "iam-role", id: name }, action, "AccessDenied");
  const role = recordAt(cloud, place, "iam-role", name);
  if (role === undefined) throw new ApiError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
  return { name, place, role };
}

function getRole(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams): QueryFields {
  const { name, place, role } = roleOf(cloud, request, form, "iam:GetRole");
  return { Role: shown(cloud, place.accountId, name, role) };
}

function getRolePolicy(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams): QueryFields {
  const { name, place } = roleOf(cloud, request, form, "iam:GetRolePolicy");
  const PolicyName = form.get("PolicyName") ?? "";
  const found = recordsOf(cloud, place, "iam-role-policy").find(
    (each) => textIn(each, "role") === name && textIn(each, "name") === PolicyName,
  );
  if (found === undefined)
    throw new ApiError("NoSuchEntity", `The role policy with name ${PolicyName} cannot be found.`, 404);
  return { RoleName: name, PolicyName, PolicyDocument: encodeURIComponent(textIn(found, "policy")) };
}

function listAttachedRolePolicies(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams): QueryFields {
  const { name, place } = roleOf(cloud, request, form, "iam:ListAttachedRolePolicies");
  const arns = recordsOf(cloud, place, "iam-role-policy-attachment")
    .filter((each) => textIn(each, "role") === name)
    .map((each) => textIn(each, "policyArn"));
  return {
    AttachedPolicies: arns.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn })),
    IsTruncated: false,
  };
}

/** The policy that a call names, once its rights are looked at. */
function policyOf(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams, action: string) {
  const arn = form.get("PolicyArn") ?? "";
  const place = { accountId: cloud.accountOf(request.scope?.accessKeyId), region: "global" };
  refuseOnRecord(cloud, request, { ...place, kind: "iam-policy", id: arn }, action, "AccessDenied");
  const policy = recordAt(cloud, place, "iam-policy", arn);
  if (policy === undefined)
    throw new ApiError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404);
  return { arn, policy };
}

function getPolicy(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams): QueryFields {
  const { arn, policy } = policyOf(cloud, request, form, "iam:GetPolicy");
  return { Policy: { Arn: arn, PolicyName: textIn(policy, "name"), DefaultVersionId: onlyVersion } };
}

function getPolicyVersion(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams): QueryFields {
  const { policy } = policyOf(cloud, request, form, "iam:GetPolicyVersion");
  const version = form.get("VersionId") ?? "";
  if (version !== onlyVersion)
    throw new ApiError("NoSuchEntity", `Policy version ${version} does not exist or is not attachable.`, 404);
  const Document = encodeURIComponent(textIn(policy, "policy"));
  return { PolicyVersion: { Document, VersionId: onlyVersion, IsDefaultVersion: true } };
}

/** What Systems Manager's own role is. https://docs.aws.amazon.com/systems-manager/latest/userguide/using-service-linked-roles.html */
function createServiceLinkedRole(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams): QueryFields {
  const service = form.get("AWSServiceName") ?? "";
  if (service !== systemsManager || form.has("CustomSuffix"))
    throw new ApiError("InvalidInput", `A service-linked role of ${service} is not covered by the embedded cloud`);
  const accountId = cloud.accountOf(request.scope?.accessKeyId);
  const key = keyOf(accountId, linkedRole);
  if (cloud.records.has(key))
    throw new ApiError(
      "InvalidInput",
      `Service role name ${linkedRole} has been taken in this account, please try a different suffix.`,
    );
  const path = `/aws-service-role/${systemsManager}/`;
  const role = {
    arn: `arn:${partitionOf(cloud.world.homeRegion)}:iam::${accountId}:role${path}${linkedRole}`,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: systemsManager }, Action: "sts:AssumeRole" }],
    }),
    path,
    uniqueId: `AROA${cloud.uuidOf(`role ${key}`).replaceAll("-", "").slice(0, 17).toUpperCase()}`,
  };
  cloud.records.set(key, role);
  cloud.identity.recordsMadeAt.set(key, cloud.clock.now());
  return { Role: shown(cloud, accountId, linkedRole, role) };
}

const actions = {
  CreateServiceLinkedRole: createServiceLinkedRole,
  GetInstanceProfile: getInstanceProfile,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
} as const;

/**
 * Answers what operators ask IAM of what is kept as records ({@link actions}), what a role may do, and
 * CreateServiceLinkedRole for Systems Manager, to callers whose rights are not enforced; every other action is refused.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
export function answerIam(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const exchange = { namespace, requestId: cloud.requestId() };
  const name = form.get("Action") ?? "";
  try {
    const action = Object.entries(actions).find(([each]) => each === name)?.[1];
    if (action === undefined) throw new ApiError("InvalidAction", `Could not find operation ${name}`);
    return queryAnswer(exchange, name, action(cloud, request, form));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return queryFailure(exchange, error);
  }
}
