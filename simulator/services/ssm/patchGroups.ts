import type { OperatingSystem } from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import { ssmQuotas } from "../serviceQuotas/quotas.ts";
import { baselineOf, defaultBaselineId, groupsOf, usualOperatingSystem } from "./baselineLookup.ts";
import type { BaselineRecord } from "../../state/baselines.ts";
import { baselineIdentity } from "./baselines.ts";
import type { OperationTable } from "./call.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";

const groupQuota = ssmQuotas.groupsPerBaseline.value;
const usualPage = 100;

interface Mapping {
  readonly group: string;
  readonly baseline: BaselineRecord;
}

function mappings(state: RegionState): Mapping[] {
  return [...state.patchGroups].flatMap(([group, byOs]) =>
    [...byOs.values()].map((id) => ({ group, baseline: baselineOf(state, id) })),
  );
}

/**
 * Id of the baseline that a node of a patch group uses: the one registered for group and operating system, else,
 * silently, the operating system's default.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
 */
export function effectiveBaselineId(state: RegionState, group: string | undefined, os: OperatingSystem): string {
  const registered = group === undefined ? undefined : state.patchGroups.get(group)?.get(os);
  return registered ?? defaultBaselineId(state, os);
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterPatchBaselineForPatchGroup.html */
export const patchGroupOperations = {
  RegisterPatchBaselineForPatchGroup: (call, request) => {
    const baseline = baselineOf(call.region, request.BaselineId);
    const byOs = call.region.patchGroups.get(request.PatchGroup) ?? new Map<string, string>();
    if (byOs.has(baseline.operatingSystem))
      throw new ApiError(
        "AlreadyExistsException",
        `Patch Group ${request.PatchGroup} already has a baseline registered for OperatingSystem ${baseline.operatingSystem}.`,
      );
    if (groupsOf(call.region, baseline).length >= groupQuota)
      throw new ApiError(
        "ResourceLimitExceededException",
        `Patch group limit of ${String(groupQuota)} exceeded for baseline ${baseline.id}.`,
      );
    byOs.set(baseline.operatingSystem, baseline.id);
    call.region.patchGroups.set(request.PatchGroup, byOs);
    return { BaselineId: baseline.id, PatchGroup: request.PatchGroup };
  },
  /** A group the baseline is not registered for is answered like any other (UNCONFIRMED). */
  DeregisterPatchBaselineForPatchGroup: (call, request) => {
    const byOs = call.region.patchGroups.get(request.PatchGroup);
    for (const [os, id] of byOs ?? []) if (id === request.BaselineId) byOs?.delete(os);
    if (byOs?.size === 0) call.region.patchGroups.delete(request.PatchGroup);
    return { BaselineId: request.BaselineId, PatchGroup: request.PatchGroup };
  },
  DescribePatchGroups: (call, request) => {
    const matching = filtered(mappings(call.region), request.Filters, {
      NAME_PREFIX: (mapping: Mapping, value) => mapping.group.startsWith(value),
      OPERATING_SYSTEM: (mapping, value) => mapping.baseline.operatingSystem === value,
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      Mappings: items.map(({ group, baseline }) => ({
        PatchGroup: group,
        BaselineIdentity: baselineIdentity(call.region, baseline),
      })),
      ...next,
    };
  },
  GetPatchBaselineForPatchGroup: (call, request) => {
    const os = request.OperatingSystem ?? usualOperatingSystem;
    return {
      BaselineId: effectiveBaselineId(call.region, request.PatchGroup, os),
      PatchGroup: request.PatchGroup,
      OperatingSystem: os,
    };
  },
} satisfies OperationTable;
