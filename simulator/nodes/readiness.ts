import { activeFault } from "../world/faults.ts";
import type { FaultKind } from "../world/faultKinds.ts";
import type { MachineSpec } from "../world/machineSpec.ts";
import { failureWords, type ToldKind } from "./failureWords.ts";
import type { StepContext } from "./step.ts";

const checkCall = /^\s*check_(\w+)\s*$/;

type Turned = readonly [FaultKind, (spec: MachineSpec) => string];

function byManager(kind: ToldKind): Turned {
  return [kind, (spec) => failureWords(spec, kind).check];
}

/** What turns each check of the stack's readiness document, and in which words. */
const failures: Readonly<Record<string, readonly Turned[]>> = {
  aws: [
    ["s3Unreachable", () => "curl: (28) Connection timed out after 10001 milliseconds"],
    ["noRouteToAws", () => "curl: (6) Could not resolve host"],
  ],
  repository: [byManager("repositoryUnreachable")],
  // No machine is told to keep anything back.
  withheld: [],
  lock: [byManager("lockHeld")],
  disk: [byManager("diskFull")],
  clock: [["clockOff", () => "its clock is 240 seconds from that of AWS"]],
};

/**
 * What a call of one of the readiness document's checks writes on a machine: failed by the faults that it has now.
 * Nothing for any other line, and for a check whose outcome no fault decides.
 */
export function readinessAnswer({ machine, at }: StepContext, line: string): string {
  const id = checkCall.exec(line)?.[1] ?? "";
  const known = failures[id];
  if (known === undefined) return "";
  const failed = known.find(([kind]) => activeFault(machine, kind, at) !== undefined);
  return `patchplane-check ${id} ${failed === undefined ? "ok as its machine is" : `failed ${failed[1](machine.spec)}`}\n`;
}
