import type { SimulatedCloud } from "../../state/cloud.ts";
import type { Machine } from "../../world/machine.ts";
import { ArmError } from "./armError.ts";
import { runsWindows } from "./extension.ts";
import { runPayload } from "./onboard.ts";
import { runCommandPayload } from "./payload.ts";
import type { ArmVm, OperationFailure, PayloadOutcome, VmChild } from "../../state/arm.ts";

/** https://learn.microsoft.com/azure/virtual-machines/linux/run-command-managed: Run Commands of one VM. */
const runCommandQuota = 25;
const tailLimit = 4096;

/** Members of a Run Command's `properties` that ARM takes (compute API 2024-11-01). */
export const runCommandProperties: readonly string[] = [
  "asyncExecution",
  "errorBlobManagedIdentity",
  "errorBlobUri",
  "outputBlobManagedIdentity",
  "outputBlobUri",
  "parameters",
  "protectedParameters",
  "runAsPassword",
  "runAsUser",
  "source",
  "timeoutInSeconds",
  "treatFailureAsDeploymentFailure",
];

/** Refuses a Run Command without an inline script (the other sources are not covered) and one too many. */
export function checkRunCommand(vm: ArmVm, name: string, properties: VmChild["properties"]): void {
  const source = properties["source"];
  const script = typeof source === "object" && source !== null && "script" in source ? source.script : undefined;
  if (typeof script !== "string" || script === "")
    throw new ArmError(400, "InvalidParameter", "Required parameter 'source.script' is missing (null).");
  if (!vm.children.runCommands.has(name.toLowerCase()) && vm.children.runCommands.size >= runCommandQuota)
    throw new ArmError(
      409,
      "OperationNotAllowed",
      `The maximum number of ${String(runCommandQuota)} run commands of the VM is reached.`,
    );
}

/** Runs the script with its parameters. */
export function runRunCommand(
  cloud: SimulatedCloud,
  machine: Machine,
  properties: VmChild["properties"],
): Promise<PayloadOutcome> {
  return runPayload(cloud, machine, runCommandPayload(runsWindows(machine), properties));
}

/** A failed script fails the deployment only when the resource asks for it, and never when it runs asynchronously. */
export function runCommandFailure(
  name: string,
  properties: VmChild["properties"],
  outcome: PayloadOutcome,
): OperationFailure | undefined {
  const counts = properties["treatFailureAsDeploymentFailure"] === true && properties["asyncExecution"] !== true;
  if (outcome.exitCode === 0 || !counts) return undefined;
  return {
    code: "VMExtensionProvisioningError",
    message: `VM has reported a failure when processing run command '${name}'. Error message: 'The script failed with exit code ${String(outcome.exitCode)}: ${outcome.stderr.slice(-tailLimit)}'`,
  };
}

/** The instance view of a Run Command. */
export function runCommandInstanceView(child: VmChild): object {
  const { outcome } = child;
  if (outcome === undefined) return { executionState: "Pending" };
  const state = outcome.exitCode === 0 ? "Succeeded" : "Failed";
  return {
    executionState: state,
    executionMessage: `RunCommand script execution ${state.toLowerCase()}.`,
    exitCode: outcome.exitCode,
    output: outcome.stdout.slice(-tailLimit),
    error: outcome.stderr.slice(-tailLimit),
    startTime: outcome.startTime.toISOString(),
    endTime: outcome.endTime.toISOString(),
  };
}
