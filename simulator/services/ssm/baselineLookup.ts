import type { OperatingSystem } from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import type { RegionState } from "../../state/region.ts";
import { ssmArn } from "./region.ts";
import type { BaselineRecord } from "../../state/baselines.ts";

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
