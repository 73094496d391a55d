import type { GetPatchBaselineResult, PatchBaselineIdentity, UpdatePatchBaselineRequest } from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import { ssmQuotas } from "../serviceQuotas/quotas.ts";
import { baselineOf, defaultBaselineId, groupsOf, usualOperatingSystem } from "./baselineLookup.ts";
import type { BaselineRecord } from "../../state/baselines.ts";
import { emptyContent, withContent } from "./baselineRules.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";
import { checkTags, dropTags, setTags } from "./tags.ts";

const baselineQuota = ssmQuotas.baselines.value;
const usualPage = 100;

/** A baseline as DescribePatchBaselines and DescribePatchGroups show it. */
export function baselineIdentity(state: RegionState, baseline: BaselineRecord): PatchBaselineIdentity {
  return {
    BaselineId: baseline.id,
    BaselineName: baseline.name,
    OperatingSystem: baseline.operatingSystem,
    BaselineDescription: baseline.description,
    DefaultBaseline: state.defaultBaselines.get(baseline.operatingSystem) === baseline.id,
  };
}

function described(state: RegionState, baseline: BaselineRecord): GetPatchBaselineResult {
  return {
    BaselineId: baseline.id,
    Name: baseline.name,
    OperatingSystem: baseline.operatingSystem,
    GlobalFilters: baseline.globalFilters,
    ApprovalRules: { PatchRules: [...baseline.rules] },
    ApprovedPatches: [...baseline.approvedPatches],
    ApprovedPatchesComplianceLevel: baseline.approvedPatchesComplianceLevel,
    ApprovedPatchesEnableNonSecurity: baseline.approvedPatchesEnableNonSecurity,
    RejectedPatches: [...baseline.rejectedPatches],
    RejectedPatchesAction: baseline.rejectedPatchesAction,
    PatchGroups: groupsOf(state, baseline),
    CreatedDate: baseline.createdAt,
    ModifiedDate: baseline.modifiedAt,
    Description: baseline.description,
    Sources: [...baseline.sources],
    AvailableSecurityUpdatesComplianceStatus: baseline.availableSecurityUpdatesComplianceStatus,
  };
}

function updated(call: Call, old: BaselineRecord, request: Checked<UpdatePatchBaselineRequest>): BaselineRecord {
  if (request.Replace === true && request.Name === undefined)
    throw validationError("Name must be specified when Replace is true.");
  // Replace=true makes every field that the request leaves out null, as a new baseline would have it.
  const base = request.Replace === true ? emptyContent(old.operatingSystem) : old;
  return {
    ...withContent(base, request),
    id: old.id,
    name: request.Name ?? old.name,
    description: request.Replace === true ? request.Description : (request.Description ?? old.description),
    awsOwned: false,
    createdAt: old.createdAt,
    modifiedAt: call.cloud.clock.now(),
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html and its neighbours. */
export const baselineOperations = {
  CreatePatchBaseline: (call, request) => {
    checkTags(request.Tags);
    const custom = [...call.region.baselines.values()].filter((baseline) => !baseline.awsOwned);
    if (custom.length >= baselineQuota)
      throw new ApiError(
        "ResourceLimitExceededException",
        `Patch baseline limit of ${String(baselineQuota)} exceeded.`,
      );
    const content = withContent(emptyContent(request.OperatingSystem ?? usualOperatingSystem), request);
    const now = call.cloud.clock.now();
    const id = `pb-${call.cloud.hexId(call.region, `baseline ${request.Name}`, 17)}`;
    const description = request.Description;
    call.region.baselines.set(id, {
      ...content,
      id,
      name: request.Name,
      description,
      awsOwned: false,
      createdAt: now,
      modifiedAt: now,
    });
    setTags(call.region, "PatchBaseline", id, request.Tags);
    return { BaselineId: id };
  },
  GetPatchBaseline: (call, request) => described(call.region, baselineOf(call.region, request.BaselineId)),
  UpdatePatchBaseline: (call, request) => {
    const old = baselineOf(call.region, request.BaselineId);
    if (old.awsOwned) throw new ApiError("DoesNotExistException", `Patch baseline ${old.id} does not exist.`);
    const baseline = updated(call, old, request);
    call.region.baselines.set(baseline.id, baseline);
    const { PatchGroups: _groups, ...answer } = described(call.region, baseline);
    return answer;
  },
  DeletePatchBaseline: (call, request) => {
    const baseline = call.region.baselines.get(request.BaselineId);
    if (baseline === undefined || baseline.awsOwned) return { BaselineId: request.BaselineId };
    const groups = groupsOf(call.region, baseline);
    if (groups.length > 0 || call.region.defaultBaselines.get(baseline.operatingSystem) === baseline.id) {
      const use =
        groups.length > 0 ? `patch groups: ${groups.join(", ")}` : `${baseline.operatingSystem} as its default`;
      throw new ApiError("ResourceInUseException", `Patch baseline ${baseline.id} is in use by ${use}.`);
    }
    call.region.baselines.delete(baseline.id);
    dropTags(call.region, "PatchBaseline", baseline.id);
    return { BaselineId: baseline.id };
  },
  DescribePatchBaselines: (call, request) => {
    const matching = filtered(call.region.baselines.values(), request.Filters, {
      NAME_PREFIX: (baseline: BaselineRecord, value) => baseline.name.startsWith(value),
      OWNER: (baseline, value) => value === (baseline.awsOwned ? "AWS" : "Self"),
      OPERATING_SYSTEM: (baseline, value) => baseline.operatingSystem === value,
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { BaselineIdentities: items.map((baseline) => baselineIdentity(call.region, baseline)), ...next };
  },
  RegisterDefaultPatchBaseline: (call, request) => {
    const baseline = baselineOf(call.region, request.BaselineId);
    call.region.defaultBaselines.set(baseline.operatingSystem, baseline.id);
    return { BaselineId: baseline.id };
  },
  GetDefaultPatchBaseline: (call, request) => {
    const operatingSystem = request.OperatingSystem ?? usualOperatingSystem;
    return { BaselineId: defaultBaselineId(call.region, operatingSystem), OperatingSystem: operatingSystem };
  },
} satisfies OperationTable;
