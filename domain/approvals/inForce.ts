import { type Approval, isReviewed, type Plane } from "../plane.ts";

/** What lets a reviewed group's install window do something. */
export type ApprovalFacts =
  { readonly state: "none" } | { readonly state: "inForce" | "expired"; readonly approval: Approval };

/** The approval of a reviewed group at an instant; undefined for any other group. */
export function approvalFacts(plane: Plane, groupName: string, asOf: Date): ApprovalFacts | undefined {
  if (!isReviewed(plane, groupName)) return undefined;
  const approval = plane.approvals[groupName];
  if (approval === undefined) return { state: "none" };
  return { state: Date.parse(approval.expires) > asOf.getTime() ? "inForce" : "expired", approval };
}

/** The approval that a window installs or installed by, whether it has expired or not. */
export function approvalGiven(facts: ApprovalFacts | undefined): Approval | undefined {
  return facts === undefined || facts.state === "none" ? undefined : facts.approval;
}
