import type { RunRecord } from "../collection/records.ts";
import type { Known } from "../drift/location.ts";
import { isOnline, type ManagedNode } from "../fleet/managedNode.ts";
import { statusOutcome } from "../packages/outcome.ts";
import { counted } from "../text.ts";
import { instantText, minute } from "../time.ts";
import { outputCause } from "./outputCause.ts";
import type { NodeResult, nodeOutcomes } from "./runRecord.ts";
import type { ServerReport } from "./serversRun.ts";

type Outcome = (typeof nodeOutcomes)[number];

/** What Systems Manager's outcomes are called in a record. */
function outcomeOf(told: string): Outcome {
  return told === "failed" || told === "cutOff" || told === "unreachable" ? told : "unknown";
}

/**
 * What a command came to on one node.
 * @param sent - its invocation
 * @param output - what the node wrote; empty where nothing was asked for
 */
export function nodeResult(location: string, sent: RunRecord, output: Known<string>): NodeResult {
  const about = { location, node: sent.resourceId, command: sent.commandId };
  const told = statusOutcome(sent);
  if (told === undefined) return { ...about, outcome: "done", reason: "" };
  if ("unknown" in output) {
    const reason = `${told.reason}; what it wrote is not readable: ${output.unknown}`;
    return { ...about, outcome: outcomeOf(told.outcome), reason };
  }
  const cause = outputCause(output.value);
  const isTold = told.outcome === "failed" && cause !== "";
  return { ...about, outcome: outcomeOf(told.outcome), reason: isTold ? cause : told.reason };
}

/** A node to which nothing was sent, and why. */
export function unsent(location: string, node: string, outcome: Exclude<Outcome, "done">, reason: string): NodeResult {
  return { location, node, outcome, reason, command: null };
}

/** How many of some results are no success. */
export function countFailures(results: readonly Pick<NodeResult, "outcome">[]): number {
  return results.filter(({ outcome }) => outcome !== "done").length;
}

/** Longest that an agent which is there is not heard of: it reports every five minutes. */
const longestSilence = 5 * minute;

/** Why a node did not get, or did not answer, what was sent: since when its agent is silent. */
export function silentWords({ pingStatus, lastPingAt }: Pick<ManagedNode, "pingStatus" | "lastPingAt">): string {
  return `its agent is silent${lastPingAt === undefined ? "" : ` since ${instantText(lastPingAt)}`}: ${pingStatus}`;
}

/**
 * A node that gave no answer, by how it stands now: AWS says the same of one that never fetched its command and of one
 * that was lost in the midst of it, and nothing was sent to a node that was silent before.
 * @param told - what it was told, as `to reboot`
 * @param node - undefined where Systems Manager has none any more
 */
export function lostResult(
  result: NodeResult,
  sentAt: Date,
  { told, reboots }: { readonly told: string; readonly reboots: boolean },
  node: Pick<ManagedNode, "pingStatus" | "lastPingAt"> | undefined,
): NodeResult {
  if (node === undefined)
    return { ...result, reason: `${result.reason}; it is no node any more: stopped, terminated, or deregistered` };
  if (isOnline(node)) return { ...result, reason: `${result.reason}; it answers again now` };
  const sent = `it was told ${told} at ${instantText(sentAt)}`;
  if (node.lastPingAt !== undefined && node.lastPingAt.getTime() < sentAt.getTime() - longestSilence)
    return { ...result, reason: `${silentWords(node)}; ${sent}, and has most likely not heard of it` };
  const cause = reboots ? "it may hang in its reboot, or be cut off" : "it is down, or cut off";
  return { ...result, reason: `${sent}, and ${silentWords(node)}; ${cause}: look at its console` };
}

/**
 * What a node that has done as it was told has to show for it: a report since and, of an installation, no failed update.
 * @param isOver - whether a report that has not arrived is not waited for any longer
 */
export function reportedResult(
  result: NodeResult,
  report: ServerReport | undefined,
  { installs, isOver }: { readonly installs: boolean; readonly isOver: boolean },
): NodeResult {
  if (result.outcome !== "done") return result;
  if (report === undefined)
    return {
      ...result,
      outcome: isOver ? "failed" : "unknown",
      reason: "the command succeeded, and no report has arrived since",
    };
  if (!installs || report.failed === 0) return result;
  return { ...result, outcome: "failed", reason: `${counted(report.failed, "update")} failed to install` };
}
