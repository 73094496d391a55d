/** What is known of one server after a scan. Unknown is never counted as fine. */
export type Verdict = "compliant" | "missing" | "pendingReboot" | "wrongBaseline" | "neverSeen";

/** What a verdict is judged from. */
export interface Evidence {
  /** Whether SSM lists a managed node for the server. */
  readonly managed: boolean;
  /** Left out while no scan reported. */
  readonly scan?: {
    readonly baselineId: string;
    readonly endedAt: Date;
    readonly missing: number;
    readonly failed: number;
    readonly pendingReboot: number;
    readonly rejected: number;
  };
  /** Id of the baseline its group and OS should use; empty when the group selects none. */
  readonly intendedBaselineId: string;
  /** A scan that ended before this counts as not seen. */
  readonly scannedSince: Date;
}

/**
 * Judges one server. A node that fell back to another baseline than its group's is a finding whatever its counts say,
 * because an untagged server reports "compliant" against rules nobody chose for it.
 */
export function verdictOf(evidence: Evidence): Verdict {
  const { managed, scan } = evidence;
  if (!managed || scan === undefined || scan.endedAt < evidence.scannedSince) return "neverSeen";
  if (baselineKey(scan.baselineId) !== baselineKey(evidence.intendedBaselineId)) return "wrongBaseline";
  if (scan.missing + scan.failed + scan.rejected > 0) return "missing";
  return scan.pendingReboot > 0 ? "pendingReboot" : "compliant";
}

/** AWS names its own baselines by ARN in one place and by id in another. */
function baselineKey(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
