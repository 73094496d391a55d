import type { Location, Plane } from "../plane.ts";
import { ownPolicyArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";
import type { PlannedLocation } from "./plannedLocation.ts";
import { byName } from "../text.ts";
import type { PolicyDocument } from "./policyDocument.ts";
import { plannedGuard } from "./guardPolicy.ts";
import { notificationRolePolicy } from "./notificationPolicies.ts";
import { reporterPolicy } from "./reporterPolicies.ts";
import {
  defaultHostTrust,
  hybridTrust,
  nodePolicy,
  reporterTrust,
  serviceTrust,
  windowRolePolicy,
} from "./rolePolicies.ts";

/** Names of the policies within roles of the stack's. */
export const inlinePolicyNames = { windows: "patch", notification: "publish", reporter: "report" } as const;

/** A role that the stack makes, as far as a look at it can tell whether it does its work. */
export interface PlannedRole {
  readonly name: string;
  /** Who may take it. */
  readonly trust: PolicyDocument;
  /** Name of the policy within it. */
  readonly policyName?: string;
  /** What that policy says; left out where it names a key that is not known. */
  readonly inline?: PolicyDocument;
  /** ARN of the policy of its own that is attached. */
  readonly attached?: string;
}

/**
 * The roles that the stack makes in a location, by name.
 * @param topicKey - ARN of the key that encrypts the topic, which only the deployment knows
 */
export function plannedRoles(
  { environment, nodes }: Plane,
  location: Location,
  { groups, reporter }: Pick<PlannedLocation, "groups" | "reporter">,
  topicKey?: string,
): readonly PlannedRole[] {
  const names = locationNames(environment, location);
  const attached = ownPolicyArn(location, environment, names.nodePolicy);
  const sent = groups.map(({ name }) => name).sort();
  const withKey = (policy: typeof reporterPolicy): Pick<PlannedRole, "inline"> =>
    topicKey === undefined ? {} : { inline: policy(environment, location, topicKey) };
  const roles: readonly PlannedRole[] = [
    {
      name: names.windowRole,
      trust: serviceTrust(location),
      policyName: inlinePolicyNames.windows,
      inline: windowRolePolicy(environment, location, sent),
    },
    {
      name: names.notificationRole,
      trust: serviceTrust(location),
      policyName: inlinePolicyNames.notification,
      ...withKey(notificationRolePolicy),
    },
    { name: names.hybridRole, trust: hybridTrust(location), attached },
    ...(location.ownsServiceSettings && nodes.defaultHostManagement
      ? [{ name: names.defaultHostRole, trust: defaultHostTrust(), attached }]
      : []),
    ...(reporter === undefined
      ? []
      : [
          {
            name: reporter.roleName,
            trust: reporterTrust(),
            policyName: inlinePolicyNames.reporter,
            ...withKey(reporterPolicy),
          },
        ]),
  ];
  return roles.toSorted(byName);
}

/** What the policies that the stack makes in a location say, by ARN: that of nodes, and the guard where a group is reviewed. */
export function plannedPolicies(
  { environment }: Plane,
  location: Location,
  { groups }: Pick<PlannedLocation, "groups">,
): ReadonlyMap<string, PolicyDocument> {
  const names = locationNames(environment, location);
  const guard = plannedGuard(environment, location, groups);
  return new Map([
    [ownPolicyArn(location, environment, names.nodePolicy), nodePolicy(environment, location)],
    ...(guard === undefined ? [] : [[ownPolicyArn(location, environment, names.guardPolicy), guard] as const]),
  ]);
}
