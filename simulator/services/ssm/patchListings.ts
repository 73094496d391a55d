import type {
  DescribePatchPropertiesRequest,
  EffectivePatch,
  PatchComplianceLevel,
  PatchStatus,
} from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import { matchesAny } from "../../nodes/matching.ts";
import { highest, passesFilters } from "../../nodes/verdict.ts";
import type { BaselineContent, RuleRecord } from "../../state/baselines.ts";
import { baselineOf } from "./baselineLookup.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { pageOf } from "./paging.ts";
import { availablePatches, checkWindows, windowsPatches } from "./patchCatalogue.ts";
import type { CataloguePatch } from "./patchCatalogue.ts";
import { knownValues } from "./patchFilters.ts";

const usualPage = 50;
const dayLength = 86_400_000;

/** When a rule lets a patch through; undefined for never. */
function approvalDate(rule: RuleRecord, { release }: CataloguePatch): Date | undefined {
  if (rule.ApproveUntilDate === undefined)
    return new Date(release.releasedAt.getTime() + (rule.ApproveAfterDays ?? 0) * dayLength);
  const end = Date.parse(`${rule.ApproveUntilDate}T00:00:00Z`) + dayLength;
  return release.releasedAt.getTime() < end ? release.releasedAt : undefined;
}

/** What a baseline says of a patch; undefined when it says nothing. */
function statusOf(baseline: BaselineContent, patch: CataloguePatch, now: Date): PatchStatus | undefined {
  const forms = (patch.values["PATCH_ID"] ?? []).map((id) => id.toLowerCase());
  const valuesOf = (key: string): readonly string[] => patch.values[key] ?? [];
  if (matchesAny(baseline.rejectedPatches, forms))
    return { DeploymentStatus: "EXPLICIT_REJECTED", ComplianceLevel: "UNSPECIFIED" };
  if (matchesAny(baseline.approvedPatches, forms))
    return { DeploymentStatus: "EXPLICIT_APPROVED", ComplianceLevel: baseline.approvedPatchesComplianceLevel };
  if (!passesFilters(baseline.globalFilters.PatchFilters, valuesOf)) return undefined;
  const found = baseline.rules.flatMap((rule): { at: Date; level: PatchComplianceLevel }[] => {
    const at = passesFilters(rule.PatchFilterGroup.PatchFilters, valuesOf) ? approvalDate(rule, patch) : undefined;
    return at === undefined ? [] : [{ at, level: rule.ComplianceLevel ?? "UNSPECIFIED" }];
  });
  if (found.length === 0) return undefined;
  const ApprovalDate = new Date(Math.min(...found.map(({ at }) => at.getTime())));
  const due = found.filter(({ at }) => at <= now);
  return {
    DeploymentStatus: due.length > 0 ? "APPROVED" : "PENDING_APPROVAL",
    ComplianceLevel: highest((due.length > 0 ? due : found).map(({ level }) => level)),
    ApprovalDate,
  };
}

/** Patches that may be had, whatever a node has. */
export const patchListingOperations = {
  /** Windows Server and Amazon Linux 2; of Amazon Linux 1 there are no servers. */
  DescribeAvailablePatches: (call, request) => {
    const all = availablePatches(request.Filters ?? [], call.cloud.clock.now());
    const { items, ...next } = pageOf(all, request, usualPage);
    return { Patches: items.map(({ shown }) => shown), ...next };
  },
  /**
   * "Applies to patch baselines for Windows only."
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeEffectivePatchesForPatchBaseline.html
   */
  DescribeEffectivePatchesForPatchBaseline: (call, request) => {
    const baseline = baselineOf(call.region, request.BaselineId);
    checkWindows(baseline.operatingSystem);
    const now = call.cloud.clock.now();
    const all = windowsPatches(now).flatMap((patch): EffectivePatch[] => {
      const PatchStatus = statusOf(baseline, patch, now);
      return PatchStatus === undefined ? [] : [{ Patch: patch.shown, PatchStatus }];
    });
    const { items, ...next } = pageOf(all, request, usualPage);
    return { EffectivePatches: items, ...next };
  },
  /**
   * Only where the values are known: of other properties, and of applications, AWS's lists are nowhere published.
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchProperties.html
   */
  DescribePatchProperties: (_call: Call, request: Checked<DescribePatchPropertiesRequest>) => {
    const { OperatingSystem, Property, PatchSet } = request;
    const values = knownValues(OperatingSystem, Property);
    if (values === undefined || PatchSet === "APPLICATION")
      throw validationError(
        `The values of ${Property} for ${OperatingSystem}${PatchSet === undefined ? "" : ` (${PatchSet})`} are not covered by the embedded cloud.`,
      );
    const { items, ...next } = pageOf(values, request, usualPage);
    return { Properties: items.map((Name) => ({ Name })), ...next };
  },
  /** Refused: what it answers is the address of a file whose form AWS does not publish. */
  GetDeployablePatchSnapshotForInstance: () => {
    throw new ApiError(
      "UnsupportedFeatureRequiredException",
      "Patch snapshots are not covered by the embedded cloud; AWS-RunPatchBaseline takes none here.",
    );
  },
} satisfies OperationTable;
