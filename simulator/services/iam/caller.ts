import type { SimulatedCloud } from "../../state/cloud.ts";
import type { KnownRole } from "../../state/identity.ts";
import { judge, type Context } from "./evaluator.ts";
import { placeOf, recordAt, recordsOf, textIn, type Place } from "../records.ts";

/** Who does something to a resource: a service for a resource of its own, or a role. */
export type Caller = { readonly service: string; readonly source?: string } | { readonly role: KnownRole };

/** What a message shows of who sent it. */
export function callerName(caller: Caller | undefined): string {
  if (caller === undefined) return "anybody";
  return "service" in caller ? caller.service : caller.role.arn;
}

/** Policies that decide besides a role's own. */
interface Besides {
  readonly resource?: string;
  readonly key?: string;
}

function context(caller: Caller): Context {
  const always = { "aws:SecureTransport": "true" };
  if ("role" in caller || caller.source === undefined) return always;
  return { ...always, "aws:SourceArn": caller.source, "aws:SourceAccount": placeOf(caller.source).accountId };
}

/**
 * Whether a caller may do something to a resource; one whose rights are not enforced may do everything.
 * @param keys - what is known of the call besides the caller
 */
export function mayCall(
  caller: Caller | undefined,
  action: string,
  resource: string,
  besides: Besides,
  keys: Context = {},
): boolean {
  if (caller === undefined) return true;
  const principal = "role" in caller ? { role: caller.role.arn } : { service: caller.service };
  const { policies = [], boundary } = "role" in caller ? caller.role : {};
  const applied = { identity: policies, ...(boundary === undefined ? {} : { boundary }), ...besides };
  return judge({ principal, action, resource, context: { ...keys, ...context(caller) } }, applied) === "allowed";
}

/**
 * A role that is kept as a record, with the policies in it and attached to it. Its boundary counts where it is one of
 * the roles' that the cloud was started with: the bootstrap's own policy is no record.
 */
export function recordedRole(cloud: SimulatedCloud, roleArn: string): KnownRole | undefined {
  const { accountId, resource } = placeOf(roleArn);
  const everywhere: Place = { accountId, region: "global" };
  const name = resource.slice(resource.lastIndexOf("/") + 1);
  if (recordAt(cloud, everywhere, "iam-role", name) === undefined) return undefined;
  const own = recordsOf(cloud, everywhere, "iam-role-policy").filter((each) => textIn(each, "role") === name);
  const attached = recordsOf(cloud, everywhere, "iam-role-policy-attachment")
    .filter((each) => textIn(each, "role") === name)
    .map((each) => recordAt(cloud, everywhere, "iam-policy", textIn(each, "policyArn")));
  const { boundary } = cloud.identity.roles.get(roleArn) ?? {};
  return {
    arn: roleArn,
    policies: [...own, ...attached].map((each) => textIn(each, "policy")).filter((text) => text !== ""),
    ...(boundary === undefined ? {} : { boundary }),
  };
}
