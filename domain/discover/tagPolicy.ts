import type { Plane } from "../plane.ts";
import { byText } from "../text.ts";

/** A value of a policy of AWS Organizations, which policies further down may not add to unless it says so. */
interface Assigned<T> {
  readonly "@@assign": T;
}

/** What a tag policy says of one tag. */
interface TagRule {
  readonly tag_key: Assigned<string>;
  readonly tag_value?: Assigned<readonly string[]>;
  readonly enforced_for?: Assigned<readonly string[]>;
  readonly report_required_tag_for?: Assigned<readonly string[]>;
}

/** A tag policy of AWS Organizations. */
export interface TagPolicy {
  readonly tags: Readonly<Record<string, TagRule>>;
}

/** The most characters of a tag policy, without blanks between its words. */
export const longestTagPolicy = 10_000;

const instances = ["ec2:instance"];

function spelled(key: string): TagRule {
  return { tag_key: { "@@assign": key } };
}

/** Whether two stacks have servers in one account, on which a policy acts as a whole. */
export function sharesAccount(a: Plane, b: Plane): boolean {
  const accounts = new Set(Object.values(a.locations).map(({ accountId }) => accountId));
  return Object.values(b.locations).some(({ accountId }) => accounts.has(accountId));
}

/**
 * The tags that stacks need on their servers, as a tag policy: PatchGroup is required on instances, and takes the
 * stacks' groups alone; of the others the spelling is held. AWS enforces values and spelling; that a tag is there it
 * reports, and tools that ask for required tags refuse.
 * @param planes - every stack that has servers in the accounts it is attached to
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/enforce-required-tag-keys-iac.html
 */
export function tagPolicy(planes: readonly Plane[]): TagPolicy {
  const groups = new Set(planes.flatMap((plane) => Object.keys(plane.groups)));
  return {
    tags: {
      PatchGroup: {
        ...spelled("PatchGroup"),
        tag_value: { "@@assign": [...groups].sort(byText) },
        enforced_for: { "@@assign": [...instances, "ssm:managed-instance"] },
        report_required_tag_for: { "@@assign": instances },
      },
      Environment: spelled("Environment"),
      Owner: spelled("Owner"),
      BusinessUnit: spelled("BusinessUnit"),
    },
  };
}
