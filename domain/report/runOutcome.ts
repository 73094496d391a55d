import type { ComplianceItemRecord, PatchSummaryRecord, RunRecord } from "../collection/records.ts";
import { byText } from "../text.ts";
import type { RunEvidence, RunNode, WindowRunFacts } from "./runFacts.ts";

/**
 * What a run came to on a server, worst last.
 *
 * `notReached`: the window is for it, and the run sent it nothing. `unknown`: the command succeeded, and what it did was
 * not reported, which is so where a baseline override decides.
 */
export const serverOutcomes = [
  "scanned",
  "nothingToDo",
  "patched",
  "pendingReboot",
  "unknown",
  "cutOff",
  "notReached",
  "unreachable",
  "failed",
] as const;

/** One of {@link serverOutcomes}. */
export type ServerOutcome = (typeof serverOutcomes)[number];

/** One server of a run. */
export interface ServerResult {
  readonly node: RunNode;
  readonly outcome: ServerOutcome;
  /** Why it is not better; empty where there is nothing to say. */
  readonly reason: string;
  /** The record of its patching; undefined where it was sent none. */
  readonly record: RunRecord | undefined;
  /** What the run installed. */
  readonly installed: readonly ComplianceItemRecord[];
  /** What it could not install. */
  readonly failed: readonly ComplianceItemRecord[];
  /** Updates that still lack; undefined where the server told nothing of this run. */
  readonly missing: number | undefined;
}

/** What tells of a server that was never told to patch, by AWS's words for it. */
const undelivered: Readonly<Record<string, string>> = {
  DeliveryTimedOut: "it did not answer in time",
  Undeliverable: "it could not be reached",
  InvalidPlatform: "the document is not for its operating system",
  AccessDenied: "it may not run the document",
};

const verdicts: Readonly<Record<string, readonly [ServerOutcome, string]>> = {
  ...Object.fromEntries(Object.entries(undelivered).map(([word, reason]) => [word, ["unreachable", reason] as const])),
  Cancelled: ["cutOff", "it was cancelled where it was"],
  Cancelling: ["cutOff", "it was cancelled where it was"],
  Terminated: ["notReached", "too many servers before it had failed"],
  ExecutionTimedOut: ["failed", "it took longer than the document allows"],
};

/** Whether a command patched or scanned; what a window does once in each run does neither. */
export function isPatching({ operation }: RunRecord): boolean {
  return operation === "Scan" || operation === "Install";
}

/** Whether what a node last reported is of this run: AWS shows only the last operation of each. */
function isOfRun(run: WindowRunFacts, summary: PatchSummaryRecord | undefined): summary is PatchSummaryRecord {
  return summary !== undefined && summary.OperationStartTime !== "" && summary.OperationStartTime >= run.started;
}

/** Whether what a node last reported is an installation by this run: its patches say what it installed. */
export function isInstallOf(run: WindowRunFacts, summary: PatchSummaryRecord): boolean {
  return isOfRun(run, summary) && summary.OperationType === "Install";
}

const there: ReadonlySet<string> = new Set([
  "INSTALLED",
  "INSTALLED_OTHER",
  "INSTALLED_PENDING_REBOOT",
  "INSTALLED_REJECTED",
]);

function installedIn(run: WindowRunFacts, { PatchState, InstalledTime }: ComplianceItemRecord): boolean {
  return there.has(PatchState) && InstalledTime !== "" && InstalledTime >= run.started;
}

/** Whether a patch of a node that the run patched is one of those that it installed, or could not install. */
export function tellsOfRun(run: WindowRunFacts, patch: ComplianceItemRecord): boolean {
  return patch.PatchState === "FAILED" || installedIn(run, patch);
}

function settled(
  { record, failed, installed }: Omit<ServerResult, "outcome" | "reason">,
  summary: PatchSummaryRecord,
): readonly [ServerOutcome, string] {
  if (failed.length > 0) return ["failed", failed.map(({ Title, Id }) => Title || Id).join(", ")];
  if (record?.operation === "Scan") return ["scanned", ""];
  if (Number(summary.InstalledPendingRebootCount) > 0) {
    return ["pendingReboot", "its updates count once it has booted"];
  }
  return [installed.length > 0 ? "patched" : "nothingToDo", ""];
}

/** What became of a server that the run sent nothing. */
function unsent(node: RunNode, { tasks }: WindowRunFacts): readonly [ServerOutcome, string] {
  if (node.pingStatus !== "Online") return ["unreachable", "it is not connected to Systems Manager"];
  const stopped = tasks.some(({ status }) => status === "CANCELLED" || status === "TIMED_OUT");
  return stopped ? ["cutOff", "the window ended before its turn"] : ["notReached", "the run sent it nothing"];
}

function judged(
  node: RunNode,
  { run }: RunEvidence,
  record: RunRecord | undefined,
  summary: PatchSummaryRecord | undefined,
  patches: readonly ComplianceItemRecord[],
): ServerResult {
  const told = isOfRun(run, summary);
  const own = told ? patches : [];
  const found = {
    node,
    record,
    installed: own.filter((each) => installedIn(run, each)),
    failed: own.filter(({ PatchState }) => PatchState === "FAILED"),
    missing: told ? Number(summary.MissingCount) : undefined,
  };
  const of = ([outcome, reason]: readonly [ServerOutcome, string]): ServerResult => ({ ...found, outcome, reason });
  if (record === undefined) return of(unsent(node, run));
  const known = verdicts[record.statusDetails] ?? verdicts[record.status];
  if (known !== undefined) return of([known[0], record.reason || known[1]]);
  if (record.status !== "Success") return of(["failed", record.reason || record.statusDetails]);
  if (!told) return of(["unknown", "it did not report what it did"]);
  return of(settled(found, summary));
}

/** What a run came to on each server, by name. A server of several commands is judged by its last. */
export function runResults(evidence: RunEvidence): readonly ServerResult[] {
  const records = new Map(evidence.run.records.filter(isPatching).map((each) => [each.resourceId, each]));
  const summaries = new Map(evidence.summaries.map((each) => [each.resourceId, each]));
  const patches = Map.groupBy(evidence.patches, ({ resourceId }) => resourceId);
  return evidence.nodes
    .map((node) => judged(node, evidence, records.get(node.id), summaries.get(node.id), patches.get(node.id) ?? []))
    .toSorted((a, b) => byText(a.node.name, b.node.name) || byText(a.node.id, b.node.id));
}
