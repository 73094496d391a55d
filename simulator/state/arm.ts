import type { Machine } from "../world/machine.ts";

/** What running a payload on a VM gave. */
export interface PayloadOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly startTime: Date;
  readonly endTime: Date;
}

/** What ARM answers about a finished asynchronous operation that failed. */
export interface OperationFailure {
  readonly code: string;
  readonly message: string;
}

/** A VM extension or managed Run Command: as it was put, and how it went. */
export interface VmChild {
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  /** As put, protected members included; those are never shown. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly sequence: number;
  readonly outcome: PayloadOutcome | undefined;
  readonly failure: OperationFailure | undefined;
  /** `Creating` or `Updating` until the operation has been polled to its end. */
  settled: boolean;
}

/** The kinds of children of a VM that the embedded cloud has. */
export type VmChildKind = "extensions" | "runCommands";

/** A VM in ARM, and the children it was given. */
export interface ArmVm {
  readonly machine: Machine;
  readonly children: Readonly<Record<VmChildKind, Map<string, VmChild>>>;
}

/** An asynchronous operation. */
export interface ArmOperation {
  readonly id: string;
  readonly failure: OperationFailure | undefined;
  readonly startTime: Date;
  readonly settle: () => void;
  polls: number;
}

/** Everything ARM knows. */
export interface ArmState {
  /** By lower-cased subscription id. */
  readonly subscriptions: ReadonlySet<string>;
  /** By lower-cased resource id. */
  readonly vms: Map<string, ArmVm>;
  readonly operations: Map<string, ArmOperation>;
}
