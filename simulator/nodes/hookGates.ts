import { packagesOf } from "./packages.ts";
import type { StepContext } from "./step.ts";

/** A script of AWS-RunPatchBaselineWithHooks that looks whether the document has anything left to do. */
export type HookGate = "install" | "reboot";

/** What a gate goes by, of the document's parameters. */
export interface GateInputs {
  readonly operation: unknown;
  readonly rebootOption: unknown;
}

/**
 * Whether AWS-RunPatchBaselineWithHooks goes on: to its installation, when the scan found something missing, or a reboot
 * that may be made; to its reboot, when that may be made and something awaits it. Otherwise only its last step follows.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html
 */
export function goesOn({ cloud, machine, node }: StepContext, gate: HookGate, given: GateInputs): boolean {
  const reboots = given.rebootOption !== "NoReboot" && packagesOf(cloud, machine).awaitingReboot.size > 0;
  if (gate === "reboot") return reboots;
  const missing = node.patchReport?.assessment.counts.missing ?? 0;
  return given.operation === "Install" && (missing > 0 || reboots);
}
