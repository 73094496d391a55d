import type { RebootOption } from "@aws-sdk/client-ssm";
import type { FaultKind } from "../world/faultKinds.ts";
import type { PackageChange } from "../world/packageState.ts";

/** How many packages (on Windows: updates) of a node are in which state after a scan or an install. */
export interface PatchCounts {
  readonly installed: number;
  readonly installedOther: number;
  readonly installedRejected: number;
  readonly pendingReboot: number;
  readonly missing: number;
  readonly failed: number;
  /** Windows only: security updates that no rule approves yet. */
  readonly availableSecurityUpdate: number;
  /** Of level CRITICAL in the baseline, of security releases (one may be both), and of neither. */
  readonly criticalNonCompliant: number;
  readonly securityNonCompliant: number;
  readonly otherNonCompliant: number;
}

/** A VM ran the onboarding script. */
export interface OnboardingEntry {
  readonly kind: "onboarding";
  readonly at: Date;
  readonly endsAt: Date;
  /** ARM id of the VM. */
  readonly machine: string;
  readonly result: "registered" | "alreadyRegistered" | "failed";
  /** Of the script. */
  readonly exitCode: number;
  readonly nodeId: string | null;
}

/** A maintenance window came due, and ran or not. */
export interface WindowRunEntry {
  readonly kind: "windowRun";
  readonly at: Date;
  /** Its beginning, until it has ended. */
  readonly endsAt: Date;
  readonly accountId: string;
  readonly region: string;
  readonly windowId: string;
  readonly windowName: string;
  readonly executionId: string;
  /** As the API shows it: `IN_PROGRESS` until it has ended. */
  readonly status: string;
  readonly statusDetails?: string;
  /** Different nodes that its tasks were aimed at; 0 until it has ended. */
  readonly nodes: number;
}

/**
 * Why a node that was aimed at was not touched; `earlierStep` is a step of the same document that stopped it, `cancelled`
 * a CancelCommand or CancelMaintenanceWindowExecution.
 */
export type MissReason = "unreachable" | "cutoff" | "errorLimit" | "earlierStep" | "cancelled";

/** A node was scanned or patched by AWS-RunPatchBaseline, or missed. */
export interface PatchingEntry {
  readonly kind: "patching";
  /** When it began; of a missed node, when it should have. */
  readonly at: Date;
  /** When it ended, its reboot included. */
  readonly endsAt: Date;
  readonly accountId: string;
  readonly region: string;
  readonly nodeId: string;
  /** Instance id, or ARM id of the VM. */
  readonly machine: string;
  /** Null when a window's cutoff came before its task was started. */
  readonly commandId: string | null;
  /** Execution and task of the window that ran it; absent outside windows. */
  readonly windowExecutionId?: string;
  readonly windowTaskId?: string;
  readonly operation: "Scan" | "Install";
  readonly rebootOption: RebootOption;
  /** The baseline that decided; null when an override did, or when it did not come to it. */
  readonly baselineId: string | null;
  /** URL of the baseline override, or of the install override list. */
  readonly baselineOverride?: string;
  readonly installOverrideList?: string;
  /** `patched`: at least one package was installed, whatever else failed. `failed`: none was, and something failed. */
  readonly outcome: "scanned" | "patched" | "nothingToDo" | "failed" | "missed";
  readonly missed?: MissReason;
  /** What went wrong, in words; empty when nothing did. */
  readonly detail: string;
  /** What it installed; a scan installs nothing. */
  readonly packages: readonly PackageChange[];
  readonly rebooted: boolean;
  /** Whether it never came back from its reboot: nobody hears of it until somebody resets it. */
  readonly hangs?: true;
  /** State of the node afterwards, as this operation saw it; absent when it did not come to it. */
  readonly counts?: PatchCounts;
}

/** A fault of a machine began or ended. */
export interface FaultEntry {
  readonly kind: "fault";
  readonly at: Date;
  readonly machine: string;
  readonly fault: FaultKind;
  readonly phase: "began" | "ended";
}

/** Packages were installed on a machine outside Patch Manager. */
export interface ForeignPatchingEntry {
  readonly kind: "foreignPatching";
  readonly at: Date;
  readonly machine: string;
  readonly packages: readonly PackageChange[];
}

/** A machine booted other than by Patch Manager: after a stop, a reset, or a script's reboot. */
export interface BootEntry {
  readonly kind: "boot";
  readonly at: Date;
  readonly machine: string;
}

/**
 * A script on a node stopped or started a service, by its lines. A boot starts nothing here, though many systems would:
 * what a script stopped, a script has to start.
 */
export interface ServiceEntry {
  readonly kind: "service";
  readonly at: Date;
  readonly accountId: string;
  readonly region: string;
  readonly nodeId: string;
  /** Instance id, or ARM id of the VM. */
  readonly machine: string;
  readonly commandId: string;
  /** Execution and task of the window that ran it; absent outside windows. */
  readonly windowExecutionId?: string;
  readonly windowTaskId?: string;
  /** Name of the document's step. */
  readonly step: string;
  readonly change: "stopped" | "started";
}

/** One thing that truly happened, whatever the APIs say about it. */
export type JournalEntry =
  OnboardingEntry | WindowRunEntry | PatchingEntry | FaultEntry | ForeignPatchingEntry | BootEntry | ServiceEntry;

/**
 * The truth, in the order in which it began. The entry of an operation is written at its beginning, with the end that it
 * will have; that of a window's run is filled in when the run has ended.
 */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  add(entry: JournalEntry): void;
}
