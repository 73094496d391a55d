import type { GetPatchBaselineResult, OperatingSystem } from "@aws-sdk/client-ssm";
import type { Checked } from "./checked.ts";

type Rules = Checked<NonNullable<NonNullable<GetPatchBaselineResult["ApprovalRules"]>["PatchRules"]>>;

/** One approval rule, with AWS's defaults filled in. */
export type RuleRecord = Rules[number];

/** What decides which patches are approved: a stored baseline, or one that BaselineOverride hands to a run. */
export interface BaselineContent {
  readonly operatingSystem: OperatingSystem;
  readonly globalFilters: { readonly PatchFilters: RuleRecord["PatchFilterGroup"]["PatchFilters"] };
  readonly rules: readonly RuleRecord[];
  readonly approvedPatches: readonly string[];
  readonly approvedPatchesComplianceLevel: NonNullable<GetPatchBaselineResult["ApprovedPatchesComplianceLevel"]>;
  readonly approvedPatchesEnableNonSecurity: boolean;
  readonly rejectedPatches: readonly string[];
  readonly rejectedPatchesAction: NonNullable<GetPatchBaselineResult["RejectedPatchesAction"]>;
  readonly sources: Checked<NonNullable<GetPatchBaselineResult["Sources"]>>;
  readonly availableSecurityUpdatesComplianceStatus?: GetPatchBaselineResult["AvailableSecurityUpdatesComplianceStatus"];
}

/** A stored patch baseline. */
export interface BaselineRecord extends BaselineContent {
  /** `pb-…`, or the ARN of one that AWS owns. */
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly awsOwned: boolean;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}
