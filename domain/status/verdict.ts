import type { PatchState } from "../fleet/managedNode.ts";

/** What is known of one server, best last. Unknown is never counted as fine. */
export const verdicts = ["unknown", "failed", "missing", "pendingReboot", "compliant"] as const;

/** One of {@link verdicts}. */
export type Verdict = (typeof verdicts)[number];

/**
 * Why a server is unknown, in the order they are asked: its location could not be read; Systems Manager lists no node
 * for it; its group selects no baseline for its OS; the intended baseline is not in the account; no operation ever
 * reported; the last one is too old; the last one used another baseline; it is only the node's word, and no patch command
 * that Systems Manager sent since then was answered by it.
 */
export const unknownReasons = [
  "locationUnreadable",
  "noNode",
  "groupWithoutBaseline",
  "baselineNotDeployed",
  "neverScanned",
  "stale",
  "otherBaseline",
  "unconfirmed",
] as const;

/** One of {@link unknownReasons}. */
export type UnknownReason = (typeof unknownReasons)[number];

/** A verdict; an unknown server has a reason. */
export type Judgement =
  { readonly verdict: Exclude<Verdict, "unknown"> } | { readonly verdict: "unknown"; readonly reason: UnknownReason };

/** What a verdict is judged from. */
export interface Evidence {
  /** Whether the server's location answered. */
  readonly readable: boolean;
  /** Whether Systems Manager lists a managed node for the server. */
  readonly managed: boolean;
  /** Left out while no operation reported. */
  readonly scan?: PatchState;
  /** Name of the baseline that the group selects for the OS; left out when it selects none. */
  readonly baselineName?: string;
  /** Ids or ARNs of the baselines of that name in the location; more than one when an older one was kept. */
  readonly baselineIds: readonly string[];
  /** An operation that ended before this is too old. */
  readonly freshSince: Date;
  /** Whether the service's own record confirms the node's word: see `isConfirmed`. */
  readonly confirmed: boolean;
  /** Whether security updates for Windows that no rule approves yet count as missing: the baseline's own setting. */
  readonly availableSecurityCounts: boolean;
}

/** AWS names its own baselines by ARN in one place and by id in another. */
function baselineKey(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function unknownReason(evidence: Evidence): UnknownReason | undefined {
  const { scan } = evidence;
  if (!evidence.readable) return "locationUnreadable";
  if (!evidence.managed) return "noNode";
  if (evidence.baselineName === undefined) return "groupWithoutBaseline";
  if (evidence.baselineIds.length === 0) return "baselineNotDeployed";
  if (scan === undefined) return "neverScanned";
  if (scan.endedAt === undefined || scan.endedAt < evidence.freshSince) return "stale";
  const used = baselineKey(scan.baselineId);
  if (!evidence.baselineIds.some((id) => baselineKey(id) === used)) return "otherBaseline";
  return evidence.confirmed ? undefined : "unconfirmed";
}

/**
 * Judges one server: unknown before failed before missing before pending reboot before compliant.
 *
 * A node that fell back to another baseline than its group's is unknown whatever its counts say, because an untagged
 * server reports "compliant" against rules nobody chose for it. So is one whose report nothing but the report speaks
 * for: any node's credentials can write one in another's name. A rejected patch that is installed counts as failed:
 * no window takes it away.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
 */
export function verdictOf(evidence: Evidence): Judgement {
  const reason = unknownReason(evidence);
  const { scan } = evidence;
  if (reason !== undefined || scan === undefined) return { verdict: "unknown", reason: reason ?? "neverScanned" };
  if (scan.failed + scan.rejected > 0) return { verdict: "failed" };
  const missing = scan.missing + (evidence.availableSecurityCounts ? scan.availableSecurity : 0);
  if (missing > 0) return { verdict: "missing" };
  return { verdict: scan.pendingReboot > 0 ? "pendingReboot" : "compliant" };
}
