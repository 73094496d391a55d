import type { GetPatchBaselineResult, OperatingSystem } from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import type { Checked } from "./checked.ts";
import type { RegionState } from "./regionState.ts";
import { ssmArn } from "./regionState.ts";

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

/** Operating system of a request that names none, as the API documents it. */
export const usualOperatingSystem: OperatingSystem = "WINDOWS";

/** The baseline of an id or ARN; `DoesNotExistException` when the account's Region has none. */
export function baselineOf(state: RegionState, idOrArn: string): BaselineRecord {
  const ownPrefix = `${ssmArn(state, "patchbaseline")}/`;
  const id = idOrArn.startsWith(ownPrefix) ? idOrArn.slice(ownPrefix.length) : idOrArn;
  const baseline = state.baselines.get(id);
  if (baseline === undefined) throw new ApiError("DoesNotExistException", `Patch baseline ${idOrArn} does not exist.`);
  return baseline;
}

/** Id of the OS's default baseline: a registered one, else AWS's own. */
export function defaultBaselineId(state: RegionState, operatingSystem: OperatingSystem): string {
  const id = state.defaultBaselines.get(operatingSystem);
  if (id === undefined) throw new Error(`no default baseline for ${operatingSystem}`);
  return id;
}

/** Patch groups a baseline is registered for. */
export function groupsOf(state: RegionState, baseline: BaselineRecord): string[] {
  return [...state.patchGroups]
    .filter(([, byOs]) => byOs.get(baseline.operatingSystem) === baseline.id)
    .map(([group]) => group);
}
