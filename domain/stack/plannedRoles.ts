import type { Location, Plane } from "../plane.ts";
import { ownPolicyArn } from "./arns.ts";
import { locationNames } from "./locationNames.ts";
import type { PlannedLocation } from "./plannedLocation.ts";
import { byName } from "../text.ts";
import type { PolicyDocument } from "./policyDocument.ts";
import { defaultHostTrust, hybridTrust, reporterTrust, serviceTrust, windowRolePolicy } from "./rolePolicies.ts";

/** Name of the policy within a role of the stack's. */
export const inlinePolicyName = "patch";

/** A role that the stack makes, as far as a look at it can tell whether it does its work. */
export interface PlannedRole {
  readonly name: string;
  /** Who may take it. */
  readonly trust: PolicyDocument;
  /** What its policy within ({@link inlinePolicyName}) says; left out where that names what only the deployment knows. */
  readonly inline?: PolicyDocument;
  /** ARN of the policy of its own that is attached. */
  readonly attached?: string;
}

/** The roles that the stack makes in a location, by name. */
export function plannedRoles(
  { environment, nodes }: Plane,
  location: Location,
  { groups, reporter }: Pick<PlannedLocation, "groups" | "reporter">,
): readonly PlannedRole[] {
  const names = locationNames(environment, location);
  const attached = ownPolicyArn(location, environment, names.nodePolicy);
  const sent = groups.map(({ name }) => name).sort();
  const roles: readonly PlannedRole[] = [
    {
      name: names.windowRole,
      trust: serviceTrust(location),
      inline: windowRolePolicy(environment, location, sent),
    },
    { name: names.notificationRole, trust: serviceTrust(location) },
    { name: names.hybridRole, trust: hybridTrust(location), attached },
    ...(location.ownsServiceSettings && nodes.defaultHostManagement
      ? [{ name: names.defaultHostRole, trust: defaultHostTrust(), attached }]
      : []),
    ...(reporter === undefined ? [] : [{ name: reporter.roleName, trust: reporterTrust() }]),
  ];
  return roles.toSorted(byName);
}
