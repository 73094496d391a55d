import { stampOf } from "../collection/stamp.ts";
import type { ComplianceItemRecord, PatchSummaryRecord, RunRecord } from "../collection/records.ts";
import type { RunHistory } from "./runHistory.ts";

/** One task of a window's run. */
export interface RunTask {
  /** SSM document that it ran. */
  readonly document: string;
  readonly status: string;
  readonly statusDetails: string;
  /** Commands that it sent: none where it met no server, or its turn never came. */
  readonly commands: number;
}

/** One run of a maintenance window as AWS tells it. Times are ISO 8601 in UTC with whole seconds. */
export interface WindowRunFacts {
  readonly windowId: string;
  /** The window's name in AWS. */
  readonly window: string;
  /** The window's execution id. */
  readonly runId: string;
  readonly status: string;
  readonly statusDetails: string;
  readonly started: string;
  readonly ended: string;
  readonly tasks: readonly RunTask[];
  readonly records: readonly RunRecord[];
}

/** A node that the window is for, or that its run met. */
export interface RunNode {
  readonly id: string;
  readonly name: string;
  /** `Online`, `ConnectionLost`, `Inactive`; empty for a node that is gone. */
  readonly pingStatus: string;
}

/** What a run's report is made from. */
export interface RunEvidence {
  readonly stack: string;
  readonly accountId: string;
  readonly region: string;
  readonly run: WindowRunFacts;
  /** Nodes that the window's targets name by now, and those that the run met. */
  readonly nodes: readonly RunNode[];
  /** What the last patch operation of each node reported, whichever operation it was. */
  readonly summaries: readonly PatchSummaryRecord[];
  /** What the nodes have, lack and failed to install, as that operation found it. */
  readonly patches: readonly ComplianceItemRecord[];
  /** Patch groups that the window is for. */
  readonly groups: readonly string[];
  /** What a collection knows of before the run, or in a sentence why nothing is known of it. */
  readonly history: RunHistory | { readonly gap: string };
}

/** Folder of a run's report in the bucket, without the run's id: window and time in the key, so a listing reads in order. */
export function runReportFolder(window: string, started: Date): string {
  return `reports/runs/${window}/${stampOf(started)}/`;
}
