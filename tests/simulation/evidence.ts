import type { JournalEntry } from "../../simulator/index.ts";
import type { ObservedServer } from "./observe.ts";
import type { DeployedOutputs } from "../../rehearsal/stack.ts";
import type { Scenario } from "./scenario.ts";

/** What the APIs said at one instant. */
export interface Observation {
  readonly at: Date;
  /** How many journal entries had been written by then; what the last of them tell of may still be going on. */
  readonly decided: number;
  /** Machines of `status`. */
  readonly servers: readonly ObservedServer[];
  /** How often each hybrid activation was used, by its id, of all locations. */
  readonly registrations: Readonly<Record<string, number>>;
}

/** Everything a seed left behind: what was intended, what truly happened, and what the APIs said. */
export interface Evidence {
  readonly scenario: Scenario;
  /** What the stack's outputs name after the last deployment; only approvals change between deployments. */
  readonly outputs: DeployedOutputs;
  readonly journal: readonly JournalEntry[];
  readonly observations: readonly Observation[];
}

/** One way in which the evidence breaks an invariant. */
export interface Violation {
  /** Id of the invariant. */
  readonly invariant: string;
  readonly at: Date;
  /** The server, window or activation it happened to. */
  readonly subject: string;
  readonly what: string;
}

/** A pure check of the evidence: no violation when it holds. */
export interface Invariant {
  readonly id: string;
  /** What holds, in one sentence. */
  readonly claim: string;
  readonly check: (evidence: Evidence) => readonly Omit<Violation, "invariant">[];
}
