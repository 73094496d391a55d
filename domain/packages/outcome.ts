import type { ComplianceItemRecord, PatchSummaryRecord, RunRecord, ServerRecord } from "../collection/records.ts";
import { counted, firstOf } from "../text.ts";
import { noComparison, type Comparison } from "./comparison.ts";

/**
 * What a run came to on one server, worst first. `notReached`: the server is there and online, and nothing was sent to
 * it. `unknown` is never fine.
 */
export const runOutcomes = [
  "failed",
  "cutOff",
  "unreachable",
  "notReached",
  "unknown",
  "pendingReboot",
  "patched",
  "nothingToDo",
  "scanned",
] as const;

/** One of {@link runOutcomes}. */
export type RunOutcome = (typeof runOutcomes)[number];

/** What is known of one server and one run. */
export interface RunEvidence {
  /** As the collection after the run has it. */
  readonly server: Pick<ServerRecord, "state" | "reason" | "pingStatus" | "lastPing">;
  /** What the run sent to it, hooks of their own tasks included; none where it sent nothing. */
  readonly runs: readonly RunRecord[];
  /** As of the collection after the run; left out where no operation ever reported. */
  readonly summary?: PatchSummaryRecord;
  readonly patches: readonly ComplianceItemRecord[];
  readonly comparison: Comparison;
}

/** An outcome, and in words why; empty where the outcome says it all. */
export interface ServerOutcome {
  readonly outcome: RunOutcome;
  readonly reason: string;
}

/** How many failed patches a reason names. */
const mostNamed = 3;

/** What Systems Manager's details mean, where it could not do what it was told. */
const details: Readonly<Record<string, ServerOutcome>> = {
  DeliveryTimedOut: { outcome: "unreachable", reason: "its agent did not fetch the command in time" },
  Undeliverable: { outcome: "unreachable", reason: "the command could not be delivered: no agent answers there" },
  Terminated: { outcome: "cutOff", reason: "stopped before it began, because too many other servers had failed" },
  Cancelled: { outcome: "cutOff", reason: "cancelled, by the window's cutoff or by somebody" },
  ExecutionTimedOut: { outcome: "failed", reason: "the command took longer than it may" },
  InvalidPlatform: { outcome: "failed", reason: "the command is not for its operating system" },
  AccessDenied: { outcome: "failed", reason: "the node may not run the command" },
};

/** Ends of a command that come before it begins on a server, too. */
const unsuccessful: ReadonlySet<string> = new Set(["Cancelled", "Failed", "TimedOut"]);

/** Whether a run may have installed something on its server: what never began there has no end of its own. */
export function mayHaveInstalled({ operation, started, ended, status }: RunRecord): boolean {
  return operation === "Install" && started !== "" && (ended !== "" || !unsuccessful.has(status));
}

/** Systems Manager says the same of a node that never had the command. */
const fellSilent: ServerOutcome = {
  outcome: "failed",
  reason: "it began, and its agent has not answered since: look whether it has come up again",
};

function withOutput(outcome: ServerOutcome, { reason }: RunRecord): ServerOutcome {
  return reason === "" ? outcome : { ...outcome, reason: `${outcome.reason}: ${reason}` };
}

/** What an invocation's status alone says; undefined where it succeeded. */
export function statusOutcome(run: RunRecord): ServerOutcome | undefined {
  if (run.status === "Success") return undefined;
  if (run.ended !== "" && details[run.statusDetails]?.outcome === "unreachable") return withOutput(fellSilent, run);
  const known = details[run.statusDetails] ?? details[run.status];
  if (known !== undefined) return withOutput(known, run);
  if (run.status === "TimedOut") return withOutput({ outcome: "failed", reason: "the command timed out" }, run);
  if (run.status === "Failed") return withOutput({ outcome: "failed", reason: "the command failed" }, run);
  return { outcome: "unknown", reason: `not finished when it was collected: ${run.status}` };
}

/** A server that nothing was sent to. */
function withoutRun({ state, reason, pingStatus, lastPing }: RunEvidence["server"]): ServerOutcome {
  if (state === "unknown") return { outcome: "unknown", reason };
  if (state === "notRegistered") return { outcome: "unreachable", reason };
  if (pingStatus !== "Online") {
    const since = lastPing === "" ? "" : ` since ${lastPing}`;
    return { outcome: "unreachable", reason: `its agent is silent${since}: ${pingStatus}` };
  }
  return { outcome: "notReached", reason: "the run sent nothing to it" };
}

function failedPatches({ patches }: RunEvidence): ServerOutcome | undefined {
  const failed = patches.filter(({ PatchState }) => PatchState === "FAILED").map(({ Id }) => Id);
  if (failed.length === 0) return undefined;
  const reason = `${counted(failed.length, "patch", "patches")} failed to install: ${firstOf(failed.sort(), mostNamed)}`;
  return { outcome: "failed", reason };
}

/** Whether what is known of the server's patches was reported by this run, or by something after it. */
function isReported({ summary }: RunEvidence, started: string): boolean {
  return summary !== undefined && Date.parse(summary.OperationEndTime) >= Date.parse(started);
}

/** What came of commands that succeeded. */
function ofSuccess(evidence: RunEvidence, started: string): ServerOutcome {
  const { comparison, summary } = evidence;
  const reported = isReported(evidence, started);
  const failed = reported ? failedPatches(evidence) : undefined;
  if (failed !== undefined) return failed;
  if (reported && Number(summary?.InstalledPendingRebootCount ?? 0) > 0) {
    return { outcome: "pendingReboot", reason: "what was installed is in use after a reboot only" };
  }
  if (comparison.basis === "none") {
    const reason = `the command succeeded, and what it installed is not known: ${noComparison[comparison.reason]}`;
    return { outcome: "unknown", reason };
  }
  const installed = comparison.changes.some(({ after }) => after !== undefined);
  return { outcome: installed ? "patched" : "nothingToDo", reason: "" };
}

/**
 * What a run came to on one server, by what Systems Manager says of the commands that patched, by the patch report that
 * the run made, and by what changed. A command that succeeded is not enough: it also succeeds where patches failed.
 */
export function runOutcome(evidence: RunEvidence): ServerOutcome {
  const patching = evidence.runs.filter(({ operation }) => operation === "Install" || operation === "Scan");
  const [first] = patching;
  if (first === undefined) return withoutRun(evidence.server);
  const judged = patching.flatMap((run) => statusOutcome(run) ?? []);
  const worst = runOutcomes.flatMap((outcome) => judged.filter((each) => each.outcome === outcome));
  if (worst[0] !== undefined) return worst[0];
  if (patching.every(({ operation }) => operation === "Scan")) return { outcome: "scanned", reason: "" };
  return ofSuccess(evidence, first.started);
}
