import type { OperatingSystem } from "../server.ts";

/**
 * Why a security release came late or not at all, the stack's own reasons first: the window closed before the server's
 * turn; errors of others stopped the run; a hook stopped it; the run passed and left it out; no window opened in time;
 * the server itself refused (lock, repository); Systems Manager did not reach it.
 */
export const lateReasons = [
  "cutOff",
  "errorLimit",
  "earlierStep",
  "leftOut",
  "noWindow",
  "failed",
  "unreachable",
] as const;

/** One of {@link lateReasons}. */
export type LateReason = (typeof lateReasons)[number];

/** Reasons that lie in a server, so that no window could have helped. */
export const ownReasons: ReadonlySet<LateReason> = new Set(["failed", "unreachable"]);

/** A server that had something overdue. */
export interface OverdueServer {
  readonly name: string;
  /** Machine's id. */
  readonly id: string;
  /** Of its release that was overdue the longest. */
  readonly reason: LateReason;
  readonly daysOverdue: number;
  /** Whether it still was at the end. */
  readonly now: boolean;
}

/** A server that was seen with missing or failed patches for more than 30 days at a stretch. */
export interface NonCompliantServer {
  readonly name: string;
  /** What kept its installations from mending it. */
  readonly reason: LateReason;
  /**
   * What was wrong with the server itself, by the journal, at every one of its installing runs meanwhile; left out where
   * it was not so at one of them, or none was.
   */
  readonly fault?: string;
}

/** Whether nothing but the server itself kept it from being patched: its runs say so, and the journal confirms it. */
export function isConfirmed({ reason, fault }: NonCompliantServer): boolean {
  return ownReasons.has(reason) && fault !== undefined;
}

/** What came of the servers of one group and operating system. */
export interface GroupOutcome {
  readonly group: string;
  readonly os: OperatingSystem;
  readonly approval: "automatic" | "reviewed";
  readonly servers: number;
  /**
   * Security releases that the baseline wanted, each once for every server that lacked it: installed within the rule's
   * `slaDays` of its approval, later or not at all, and neither yet.
   */
  readonly onTime: number;
  readonly late: Readonly<Record<LateReason, number>>;
  readonly open: number;
  /** Whole hours from approval to installation, with how many releases took so long; in order. */
  readonly waits: readonly (readonly [hours: number, count: number])[];
  /** Servers with something overdue at the end, and at any time. */
  readonly overdueNow: number;
  readonly overdueEver: number;
  /** Those of {@link overdueEver}, the longest first. */
  readonly overdue: readonly OverdueServer[];
  /** Servers that no scan or installation ever saw without missing or failed patches. */
  readonly neverClean: number;
  /** Servers that were seen with missing or failed patches for more than 30 days at a stretch. */
  readonly longNonCompliant: number;
  /** Those of {@link longNonCompliant}. */
  readonly nonCompliant: readonly NonCompliantServer[];
  /** Servers that waited for a reboot for more than 30 days at a stretch. */
  readonly longAwaitingReboot: number;
  /** Servers that nothing ever scanned. */
  readonly neverScanned: number;
}

/** Why servers that a run was aimed at were not touched. */
export interface Untouched {
  readonly cutOff: number;
  readonly unreachable: number;
  readonly errorLimit: number;
  readonly earlierStep: number;
}

/** What came of a window in one location. */
export interface WindowOutcome {
  readonly window: string;
  readonly location: string;
  readonly operation: "scan" | "install";
  /** Runs that began. */
  readonly runs: number;
  /** Runs that were due and did not begin: skipped because the one before was still open, or one too many at once. */
  readonly notRun: number;
  /** Runs that were still at work at the cutoff. */
  readonly overruns: number;
  /** Servers of the largest run. */
  readonly servers: number;
  /** Servers of all runs that were not touched. */
  readonly untouched: Untouched;
  /** Servers of all runs on which something failed. */
  readonly failed: number;
  readonly longestMinutes: number;
  /** From the opening to the cutoff. */
  readonly minutesToCutoff: number;
  /** Of all runs: minutes from opening to cutoff, and those in which work went on. */
  readonly minutesOpen: number;
  readonly minutesUsed: number;
}

/** Something that must never happen, where it did. */
export interface Breach {
  readonly kind: "leftStopped" | "reboot" | "unapproved";
  /** Name of the server. */
  readonly server: string;
  readonly group: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly what: string;
}

/** What came of one seed. */
export interface SeedOutcome {
  readonly seed: number;
  readonly servers: number;
  readonly groups: readonly GroupOutcome[];
  readonly windows: readonly WindowOutcome[];
  readonly breaches: readonly Breach[];
}
