import type { DeregisterTargetFromMaintenanceWindowRequest } from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import { ssmQuotas } from "../serviceQuotas/quotas.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";
import { checkTargets, resolveTargets } from "./targets.ts";
import type { TargetEntry } from "./targets.ts";
import { windowOf } from "./windowLookup.ts";
import type { WindowRecord, WindowTargetRecord } from "../../state/windows.ts";

const targetQuota = ssmQuotas.targetsPerWindow.value;
const usualPage = 50;

function targetOf(window: WindowRecord, id: string): WindowTargetRecord {
  const target = window.targets.get(id);
  if (target === undefined)
    throw new ApiError("DoesNotExistException", `Maintenance window target ${id} does not exist.`);
  return target;
}

function described(target: WindowTargetRecord): object {
  return {
    WindowTargetId: target.id,
    Targets: target.targets,
    OwnerInformation: target.ownerInformation,
    Name: target.name,
    Description: target.description,
  };
}

/** The words are AWS's as recorded by https://github.com/badmintoncryer/cdk-preflight, rule `pf-ssm-maintenance-window-target`. */
function checkWindowTargets(targets: readonly TargetEntry[]): void {
  checkTargets(targets);
  if (targets.length > 1 && targets.some(({ Key }) => Key === "InstanceIds"))
    throw validationError(
      "Targets must be specified in one of the following formats: 1) 1 target with Key=InstanceIds or 2) Up to 5 targets, each of which can be either Key=tag:<key> or Key=tag-key",
    );
}

/** Whether a target selects a node, by its id, or names one key and value. */
function selects(
  state: RegionState,
  targets: readonly TargetEntry[],
  asked: { readonly Key: string | undefined; readonly value: string },
): boolean {
  if (asked.Key === "InstanceIds") return resolveTargets(state, targets).some(({ id }) => id === asked.value);
  return targets.some(({ Key, Values = [] }) => Key === asked.Key && Values.includes(asked.value));
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTargetWithMaintenanceWindow.html */
export const windowTargetOperations = {
  RegisterTargetWithMaintenanceWindow: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    if (request.ResourceType === "RESOURCE_GROUP")
      throw validationError("ResourceType RESOURCE_GROUP is not covered by the embedded cloud.");
    if (request.Targets.length === 0) throw validationError("Targets must not be empty.");
    checkWindowTargets(request.Targets);
    if (window.targets.size >= targetQuota)
      throw new ApiError(
        "ResourceLimitExceededException",
        `Target limit of ${String(targetQuota)} exceeded for ${window.id}.`,
      );
    const id = call.cloud.uuid(call.region, `target ${request.Name ?? ""} of ${window.id}`);
    window.targets.set(id, {
      id,
      resourceType: request.ResourceType,
      targets: request.Targets,
      ownerInformation: request.OwnerInformation,
      name: request.Name,
      description: request.Description,
    });
    return { WindowTargetId: id };
  },
  UpdateMaintenanceWindowTarget: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    const old = targetOf(window, request.WindowTargetId);
    if (request.Replace === true && request.Targets === undefined)
      throw validationError("Targets must be specified when Replace is true.");
    checkWindowTargets(request.Targets ?? []);
    const kept = request.Replace === true ? undefined : old;
    const target: WindowTargetRecord = {
      id: old.id,
      resourceType: old.resourceType,
      targets: request.Targets ?? old.targets,
      ownerInformation: request.OwnerInformation ?? kept?.ownerInformation,
      name: request.Name ?? kept?.name,
      description: request.Description ?? kept?.description,
    };
    window.targets.set(target.id, target);
    return { WindowId: window.id, ...described(target) };
  },
  DeregisterTargetFromMaintenanceWindow: (
    call: Call,
    request: Checked<DeregisterTargetFromMaintenanceWindowRequest>,
  ) => {
    const window = windowOf(call.region, request.WindowId);
    const target = targetOf(window, request.WindowTargetId);
    const users = [...window.tasks.values()].filter((task) =>
      (task.Targets ?? []).some((entry) => entry.Key === "WindowTargetIds" && (entry.Values ?? []).includes(target.id)),
    );
    if (request.Safe === true && users.length > 0)
      throw new ApiError(
        "TargetInUseException",
        `Target ${target.id} is used by the tasks ${users.map((task) => task.id).join(", ")}.`,
      );
    window.targets.delete(target.id);
    return { WindowId: window.id, WindowTargetId: target.id };
  },
  /**
   * Windows with a registered target that selects the node, or that has exactly the tags that were asked for.
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowsForTarget.html
   */
  DescribeMaintenanceWindowsForTarget: (call, request) => {
    if (request.ResourceType === "RESOURCE_GROUP")
      throw validationError("ResourceType RESOURCE_GROUP is not covered by the embedded cloud.");
    checkWindowTargets(request.Targets);
    const asked = request.Targets.flatMap(({ Key, Values = [] }) => Values.map((value) => ({ Key, value })));
    const windows = [...call.region.windows.values()].filter((window) =>
      [...window.targets.values()].some(({ targets }) => asked.some((one) => selects(call.region, targets, one))),
    );
    const { items, ...next } = pageOf(windows, request, usualPage);
    return { WindowIdentities: items.map(({ id, name }) => ({ WindowId: id, Name: name })), ...next };
  },
  DescribeMaintenanceWindowTargets: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    const matching = filtered(window.targets.values(), request.Filters, {
      Type: (target: WindowTargetRecord, value) => target.resourceType === value,
      WindowTargetId: (target, value) => target.id === value,
      OwnerInformation: (target, value) => target.ownerInformation === value,
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      Targets: items.map((target) => ({
        WindowId: window.id,
        ResourceType: target.resourceType,
        ...described(target),
      })),
      ...next,
    };
  },
} satisfies OperationTable;
