import type { CapacityVerdict } from "../checks/capacity.ts";
import type { Fault, Finding } from "../fault.ts";
import type { LivePlan } from "../drift/judgeLocation.ts";
import type { ApprovalChange } from "./approvalChanges.ts";
import type { Difference } from "./differences.ts";
import type { NodeLeftBehind, WaveRun } from "./onboardingPlan.ts";
import type { PatchReach } from "./patchReach.ts";
import type { CountsBy, ServerChangeSet, ServerCounts } from "./serverChanges.ts";
import type { WindowPlan } from "./windowPlans.ts";

/** One of the two versions that a plan compares. */
export interface PlanVersion {
  /** What it is called: a git ref with its commit, or a folder. */
  readonly label: string;
  /** `absent`: the version has no such stack file; `unreadable`: see the faults. */
  readonly state: "read" | "absent" | "unreadable";
  readonly faults: readonly Fault[];
}

/** A finding with whether the change brings it. */
export interface PlanFinding extends Finding {
  readonly isNew: boolean;
}

/** A change of something with a name: a baseline, a group, a location, a subscription; or of a setting. */
export interface PolicyChange {
  /** Section of the stack file, e.g. `baselines`. */
  readonly section: string;
  /** Key in the section; empty for a section without names. */
  readonly name: string;
  readonly state: "added" | "removed" | "changed";
  readonly differences: readonly Difference[];
}

/** The capacity verdict of a window in a location, with what it was. */
export interface CapacityRow extends CapacityVerdict {
  readonly before?: Pick<CapacityVerdict, "hosts" | "minutesNeeded" | "minutesAvailable" | "fits">;
}

/** A check whose severity the stack file changes, with the written reason. */
export interface SwitchedCheck {
  readonly id: string;
  readonly severity: "error" | "warning" | "off";
  readonly reason: string;
}

/** What a change means, in plain data: JSON as it stands. */
export interface PlanReport {
  readonly stack: string;
  /** The instant that every date is counted from, ISO 8601 in UTC. */
  readonly asOf: string;
  readonly base: PlanVersion;
  readonly head: PlanVersion;
  /** Whether anything differs that a deployment or an operator would see. */
  readonly changed: boolean;
  /** Whether an error stands against merging. */
  readonly blocking: boolean;
  readonly servers: {
    /** Machines in either version. */
    readonly before: number;
    readonly after: number;
    readonly counts: ServerCounts;
    readonly countsBy: readonly CountsBy[];
    readonly sets: readonly ServerChangeSet[];
  };
  readonly windows: readonly WindowPlan[];
  readonly policy: readonly PolicyChange[];
  readonly approvals: readonly ApprovalChange[];
  readonly onboarding: {
    readonly onboarded: readonly WaveRun[];
    readonly runAgain: readonly WaveRun[];
    readonly leftBehind: readonly NodeLeftBehind[];
    /** Rows whose PatchGroup tag is due to change, counted by old and new value. */
    readonly retagged: readonly { readonly from: string; readonly to: string; readonly servers: number }[];
  };
  readonly capacity: readonly CapacityRow[];
  /** How long a patch may take to every server of a group, the slowest first. */
  readonly reach: readonly PatchReach[];
  readonly findings: {
    readonly errors: number;
    readonly warnings: number;
    readonly new: number;
    readonly items: readonly PlanFinding[];
    /** Findings of the base that the change mends. */
    readonly mended: readonly Finding[];
  };
  readonly switchedChecks: readonly SwitchedCheck[];
  /** With `--live`: what only the clouds know, location by location. */
  readonly live?: LivePlan;
  /** What was left out, and why. */
  readonly notes: readonly string[];
}
