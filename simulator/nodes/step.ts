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
  /** Why nothing more of it is started, once its command was stopped; a document that another one runs is never told. */
  readonly interruption: { reason?: MissReason };
  /** Whether another document runs this one: the agent keeps no account of such a document over a reboot. */
  readonly nested?: boolean;
  /** Whether the agent takes the document up again after a reset; what was to be patched has been. */
  readonly resumed?: boolean;
}

/** What a step did. */
export interface StepOutcome {
  readonly exitCode: number;
  readonly minutes: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True when the machine never answers again. */
  readonly lost: boolean;
  /** Whether the machine was restarted by it. */
  readonly rebooted?: boolean;
  /** Whether it took longer than its `timeoutSeconds`, and was ended. */
  readonly timedOut?: boolean;
}
