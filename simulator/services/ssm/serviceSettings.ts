import { ApiError, validationError } from "../../http/apiError.ts";
import type { Call, OperationTable } from "./call.ts";
import { ssmArn } from "./region.ts";
import type { RegionState } from "../../state/region.ts";

interface KnownSetting {
  readonly usual: string;
  readonly values?: readonly string[];
}

const tierSetting = "/ssm/managed-instance/activation-tier";
/** Hybrid nodes that the standard tier takes, per account and Region. */
const standardTierNodes = 1000;

/** The settings of a fleet; the others belong to Parameter Store, Automation and OpsCenter. */
const knownSettings: Readonly<Record<string, KnownSetting>> = {
  [tierSetting]: { usual: "standard", values: ["standard", "advanced"] },
  "/ssm/managed-instance/default-ec2-instance-management-role": { usual: "$None" },
};

const prefix = "servicesetting";

function settingName(state: RegionState, id: string): string {
  const arnPrefix = ssmArn(state, prefix);
  const name = id.startsWith(arnPrefix) ? id.slice(arnPrefix.length) : id;
  if (knownSettings[name] === undefined)
    throw new ApiError("ServiceSettingNotFound", `The service setting ${id} was not found in this account and Region.`);
  return name;
}

function described(call: Call, name: string): object {
  const record = call.region.serviceSettings.get(name);
  const known = knownSettings[name];
  return {
    SettingId: name,
    SettingValue: record?.value ?? known?.usual,
    LastModifiedDate: record?.modifiedAt ?? new Date(0),
    LastModifiedUser: record?.modifiedBy ?? "System",
    ARN: `${ssmArn(call.region, prefix)}${name}`,
    Status: record === undefined ? "Default" : "Customized",
  };
}

function checkTier(state: RegionState, name: string, value: string): void {
  const hybrid = [...state.nodes.values()].filter((node) => node.kind === "ManagedInstance").length;
  if (name === tierSetting && value === "standard" && hybrid > standardTierNodes)
    throw validationError(
      `The tier cannot be standard while more than ${String(standardTierNodes)} hybrid-activated nodes are registered.`,
    );
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html */
export const serviceSettingOperations = {
  GetServiceSetting: (call, request) => ({
    ServiceSetting: described(call, settingName(call.region, request.SettingId)),
  }),
  UpdateServiceSetting: (call, request) => {
    const name = settingName(call.region, request.SettingId);
    const values = knownSettings[name]?.values;
    if (values?.includes(request.SettingValue) === false)
      throw validationError(`Invalid value ${request.SettingValue} for ${name}. Valid values: ${values.join(", ")}`);
    checkTier(call.region, name, request.SettingValue);
    call.region.serviceSettings.set(name, {
      value: request.SettingValue,
      modifiedAt: call.cloud.clock.now(),
      modifiedBy: call.callerArn,
    });
    return {};
  },
  ResetServiceSetting: (call, request) => {
    const name = settingName(call.region, request.SettingId);
    checkTier(call.region, name, knownSettings[name]?.usual ?? "");
    call.region.serviceSettings.delete(name);
    return { ServiceSetting: described(call, name) };
  },
} satisfies OperationTable;
