import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError, validationError } from "../../http/apiError.ts";
import type { HttpRequest } from "../../http/exchange.ts";
import type { QueryFields } from "../../http/queryXml.ts";
import type { KnownRole } from "../../state/identity.ts";
import { partitionOf } from "../../partitions.ts";
import { placeOf, recordAt, textIn } from "../records.ts";
import { denial, sessionOf } from "./authorize.ts";
import { recordedRole } from "./caller.ts";
import { judge, type Context } from "./evaluator.ts";
import { actionNames } from "./reference.ts";

/** Profile and role of the world's instances, while nothing of the account says what they may. */
const worldsOwn = "nodes";
const nodesMayAll = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["ec2messages:*", "s3:*", "ssm:*", "ssmmessages:*"], Resource: "*" }],
});

function refuse(cloud: SimulatedCloud, { scope }: HttpRequest, action: string, type: string, arn: string): void {
  const session = sessionOf(cloud, scope?.accessKeyId);
  if (session === undefined) return;
  const denied = denial(session, scope?.region ?? "", [{ action, named: { resources: { [type]: { arn } } } }]);
  if (denied !== undefined) throw new ApiError("AccessDenied", denied, 403);
}

/**
 * The instance profile of a name, with its role: a record's, or the world's own.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
 */
export function getInstanceProfile(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams): QueryFields {
  const name = form.get("InstanceProfileName") ?? "";
  const accountId = cloud.accountOf(request.scope?.accessKeyId);
  const start = `arn:${partitionOf(cloud.world.homeRegion)}:iam::${accountId}`;
  const Arn = `${start}:instance-profile/${name}`;
  refuse(cloud, request, "iam:GetInstanceProfile", "iam:instance-profile", Arn);
  const kept = recordAt(cloud, { accountId, region: "global" }, "iam-instance-profile", name);
  if (kept === undefined && name !== worldsOwn)
    throw new ApiError("NoSuchEntity", `Instance Profile ${name} cannot be found.`, 404);
  const role = kept === undefined ? worldsOwn : textIn(kept, "role");
  const Roles = role === "" ? [] : [{ Path: "/", RoleName: role, Arn: `${start}:role/${role}` }];
  return { InstanceProfile: { Path: "/", InstanceProfileName: name, Arn, Roles } };
}

/** `<name>.member.1`, `<name>.member.2` … of a query, in order. */
function members(form: URLSearchParams, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 1; form.has(`${name}.member.${String(index)}`); index += 1)
    values.push(form.get(`${name}.member.${String(index)}`) ?? "");
  return values;
}

function contextIn(form: URLSearchParams): Context {
  const context: Record<string, string | readonly string[]> = {};
  for (let index = 1; form.has(`ContextEntries.member.${String(index)}.ContextKeyName`); index += 1) {
    const entry = `ContextEntries.member.${String(index)}`;
    const values = members(form, `${entry}.ContextKeyValues`);
    const isList = form.get(`${entry}.ContextKeyType`)?.endsWith("List") === true;
    context[form.get(`${entry}.ContextKeyName`) ?? ""] = isList ? values : (values[0] ?? "");
  }
  return context;
}

const taken =
  /^(Action|Version|PolicySourceArn|(ActionNames|ResourceArns)\.member\.\d+|ContextEntries\.member\.\d+\..+)$/;

function simulatedRole(cloud: SimulatedCloud, arn: string): KnownRole {
  const found = recordedRole(cloud, arn);
  if (found !== undefined) return found;
  if (placeOf(arn).resource === `role/${worldsOwn}`) return { arn, policies: [nodesMayAll] };
  throw new ApiError("NoSuchEntity", `The role with name ${arn.slice(arn.lastIndexOf("/") + 1)} cannot be found.`, 404);
}

const decisions = {
  allowed: "allowed",
  "denied explicitly": "explicitDeny",
  "denied by default": "implicitDeny",
} as const;

/**
 * What a role may do, by the policies that are kept as records; there is no organization.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function simulatePrincipalPolicy(
  cloud: SimulatedCloud,
  request: HttpRequest,
  form: URLSearchParams,
): QueryFields {
  const strange = [...form.keys()].find((name) => !taken.test(name));
  if (strange !== undefined) throw new ApiError("InvalidInput", `${strange} is not covered by the embedded cloud`);
  const source = form.get("PolicySourceArn") ?? "";
  if (!placeOf(source).resource.startsWith("role/"))
    throw new ApiError("InvalidInput", "only roles are simulated by the embedded cloud");
  refuse(cloud, request, "iam:SimulatePrincipalPolicy", "iam:role", source);
  const role = simulatedRole(cloud, source);
  const actions = members(form, "ActionNames");
  if (actions.length === 0)
    throw validationError("1 validation error detected: Value at 'actionNames' must not be null");
  const unknown = actions.find((action) => !actionNames().includes(action));
  if (unknown !== undefined) throw new ApiError("InvalidInput", `Invalid Action: ${unknown}`);
  const resources = members(form, "ResourceArns");
  const context = contextIn(form);
  const EvaluationResults = actions.flatMap((action) =>
    (resources.length === 0 ? ["*"] : resources).map((resource) => {
      const verdict = judge(
        { principal: { role: source }, action, resource, context },
        { identity: role.policies, ...(role.boundary === undefined ? {} : { boundary: role.boundary }) },
      );
      return { EvalActionName: action, EvalResourceName: resource, EvalDecision: decisions[verdict] };
    }),
  );
  return { EvaluationResults, IsTruncated: false };
}
