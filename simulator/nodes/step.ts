import type { RebootOption } from "@aws-sdk/client-ssm";
import type { SimulatedCloud } from "../state/cloud.ts";
import type { ManagedNode } from "../state/nodes.ts";
import type { MissReason } from "../state/journal.ts";
import type { RegionState } from "../state/region.ts";
import type { Machine } from "../world/machine.ts";

/** Parameters of AWS-RunPatchBaseline that the embedded cloud acts on. */
export interface PatchParameters {
  readonly operation: "Scan" | "Install";
  readonly rebootOption: RebootOption;
  readonly snapshotId: string;
  readonly installOverrideList: string | undefined;
  readonly baselineOverride: string | undefined;
}

/** The window's execution and task that a command belongs to. */
export interface WindowOfRun {
  readonly executionId: string;
  readonly taskId: string;
}

/** Where and when a step runs. */
export interface StepContext {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly node: ManagedNode;
  readonly machine: Machine;
  readonly at: Date;
  readonly commandId: string;
  readonly windowRun: WindowOfRun | undefined;
  /** Why what is left of the document is not run, once it has been stopped. */
  readonly interruption: { reason: MissReason };
}

/** What a step did. */
export interface StepOutcome {
  readonly exitCode: number;
  readonly minutes: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True when the machine never answers again. */
  readonly lost: boolean;
}
