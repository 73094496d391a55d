import type { RunRecord } from "../collection/records.ts";
import { statusOutcome } from "../packages/outcome.ts";
import { outputCause } from "./outputCause.ts";
import type { NodeResult, nodeOutcomes } from "./runRecord.ts";

type Outcome = (typeof nodeOutcomes)[number];

/** What Systems Manager's outcomes are called in a record. */
function outcomeOf(told: string): Outcome {
  return told === "failed" || told === "cutOff" || told === "unreachable" ? told : "unknown";
}

/**
 * What a command came to on one node.
 * @param sent - its invocation
 * @param output - what the node wrote; empty where it is not known
 */
export function nodeResult(location: string, sent: RunRecord, output: string): NodeResult {
  const about = { location, node: sent.resourceId, command: sent.commandId };
  const told = statusOutcome(sent);
  if (told === undefined) return { ...about, outcome: "done", reason: "" };
  const cause = outputCause(output);
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
