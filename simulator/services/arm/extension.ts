import type { SimulatedCloud } from "../../state/cloud.ts";
import type { Machine } from "../../world/machine.ts";
import { ArmError } from "./armError.ts";
import { runPayload } from "./onboard.ts";
import { linuxCustomScript, windowsCustomScript } from "./payload.ts";
import type { ArmVm, OperationFailure, PayloadOutcome, VmChild } from "../../state/arm.ts";

type Properties = VmChild["properties"];

const tailLimit = 4096;
const publicFields = ["commandToExecute", "script", "fileUris", "skipDos2Unix", "timestamp"];
const protectedFields = [
  "commandToExecute",
  "script",
  "fileUris",
  "storageAccountName",
  "storageAccountKey",
  "managedIdentity",
];

/** The one handler of each OS that the embedded cloud runs. */
const handlers = {
  linux: "Microsoft.Azure.Extensions.CustomScript",
  windows: "Microsoft.Compute.CustomScriptExtension",
} as const;

/** Whether a machine runs Windows. */
export function runsWindows(machine: Machine): boolean {
  return machine.spec.os === "windows-server";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function handlerOf(properties: Properties): string {
  return `${text(properties["publisher"])}.${text(properties["type"])}`;
}

/** Members of an extension's `properties` that ARM takes (compute API 2024-11-01). */
export const extensionProperties: readonly string[] = [
  "autoUpgradeMinorVersion",
  "enableAutomaticUpgrade",
  "forceUpdateTag",
  "instanceView",
  "protectedSettings",
  "protectedSettingsFromKeyVault",
  "provisionAfterExtensions",
  "publisher",
  "settings",
  "suppressFailures",
  "type",
  "typeHandlerVersion",
];

/**
 * Refuses what ARM refuses before anything runs: another handler than CustomScript (which the embedded cloud does not
 * have), and a second extension of the same handler.
 * https://github.com/MicrosoftDocs/azure-docs/issues/55085
 */
export function checkExtension(vm: ArmVm, name: string, properties: Properties): void {
  const os = runsWindows(vm.machine) ? "Windows" : "Linux";
  const handler = handlerOf(properties);
  if (text(properties["typeHandlerVersion"]) === "")
    throw new ArmError(400, "InvalidParameter", "Required parameter 'typeHandlerVersion' is missing (null).");
  if (handler !== (os === "Windows" ? handlers.windows : handlers.linux))
    throw new ArmError(
      404,
      "ArtifactNotFound",
      `The VM extension with publisher '${text(properties["publisher"])}' and type '${text(properties["type"])}' could not be found in location '${vm.machine.spec.region}'.`,
    );
  const other = [...vm.children.extensions.values()].find(
    (child) => child.name.toLowerCase() !== name.toLowerCase() && handlerOf(child.properties) === handler,
  );
  if (other !== undefined)
    throw new ArmError(
      400,
      "BadRequest",
      `Multiple VMExtensions per handler not supported for OS type '${os}'. VMExtension '${other.name}' with handler '${handler}' already added or specified in input.`,
    );
}

function strangeField(bag: unknown, known: readonly string[]): string | undefined {
  return typeof bag === "object" && bag !== null ? Object.keys(bag).find((name) => !known.includes(name)) : undefined;
}

/** Hands the settings to the handler; a field in the wrong bag fails on Linux, whose schemas are closed. */
export async function runExtension(
  cloud: SimulatedCloud,
  machine: Machine,
  properties: Properties,
): Promise<PayloadOutcome> {
  const { settings, protectedSettings } = properties as {
    readonly settings?: unknown;
    readonly protectedSettings?: unknown;
  };
  const now = cloud.clock.now();
  if (runsWindows(machine)) {
    const payload = windowsCustomScript(settings, protectedSettings);
    if (payload === undefined)
      return { exitCode: 1, stdout: "", stderr: "The command line is too long.\n", startTime: now, endTime: now };
    return runPayload(cloud, machine, payload);
  }
  const strange = strangeField(settings, publicFields) ?? strangeField(protectedSettings, protectedFields);
  if (strange !== undefined)
    return {
      exitCode: 3,
      stdout: "",
      stderr: `invalid configuration: Additional property ${strange} is not allowed\n`,
      startTime: now,
      endTime: now,
    };
  return runPayload(cloud, machine, linuxCustomScript(settings, protectedSettings));
}

function tail(output: string): string {
  return output.slice(-tailLimit);
}

/** How a failed handler shows in the asynchronous operation. */
export function extensionFailure(
  name: string,
  properties: Properties,
  outcome: PayloadOutcome,
): OperationFailure | undefined {
  if (outcome.exitCode === 0) return undefined;
  const publisher = text(properties["publisher"]);
  const windows = handlerOf(properties) === handlers.windows;
  const detail = windows
    ? `Command execution finished, but failed because it returned a non-zero exit code of: '${String(outcome.exitCode)}'. The command had an error output of: '${tail(outcome.stderr)}'`
    : `Enable failed: failed to execute command: command terminated with exit status=${String(outcome.exitCode)}\n[stdout]\n${tail(outcome.stdout)}\n[stderr]\n${tail(outcome.stderr)}`;
  return {
    code: "VMExtensionProvisioningError",
    message: `VM has reported a failure when processing extension '${name}' (publisher '${publisher}' and type '${text(properties["type"])}'). Error message: '${detail}'. More information on troubleshooting is available at https://aka.ms/VMExtensionCSE${windows ? "Windows" : "Linux"}Troubleshoot.`,
  };
}

/** The instance view of an extension, with the tails of its output. */
export function extensionInstanceView(child: VmChild): object {
  const { outcome, properties } = child;
  const failed = child.failure !== undefined;
  const state = failed ? "failed" : "succeeded";
  const status = {
    code: failed ? `ProvisioningState/failed/${String(outcome?.exitCode ?? 0)}` : "ProvisioningState/succeeded",
    level: failed ? "Error" : "Info",
    displayStatus: failed ? "Provisioning failed" : "Provisioning succeeded",
  };
  const stdout = tail(outcome?.stdout ?? "");
  const stderr = tail(outcome?.stderr ?? "");
  const view = {
    name: child.name,
    type: handlerOf(properties),
    typeHandlerVersion: text(properties["typeHandlerVersion"]),
  };
  if (handlerOf(properties) === handlers.windows) {
    const substatus = (stream: string, message: string): object => ({
      code: `ComponentStatus/${stream}/${state}`,
      level: "Info",
      displayStatus: "Provisioning succeeded",
      message,
    });
    return {
      ...view,
      substatuses: [substatus("StdOut", stdout), substatus("StdErr", stderr)],
      statuses: [{ ...status, message: failed ? child.failure.message : "Finished executing command" }],
    };
  }
  const heading = failed ? "Enable failed" : "Enable succeeded";
  return { ...view, statuses: [{ ...status, message: `${heading}: \n[stdout]\n${stdout}\n[stderr]\n${stderr}` }] };
}
