import type { JournalEntry, PatchingEntry } from "../../../simulator/index.ts";
import type { Evidence, Invariant } from "../evidence.ts";
import { truthOf, type KnownMachine, type Opening, type Truth } from "../../../rehearsal/truth.ts";

/** An operation with what it belongs to. */
export interface Known {
  readonly operation: PatchingEntry;
  readonly machine: KnownMachine;
  /** Undefined outside windows. */
  readonly opening: Opening | undefined;
  readonly truth: Truth;
}

/** The first operation of which something holds; an error when there is none, because nothing could be doctored. */
export function operationWhere(evidence: Evidence, holds: (known: Known) => boolean): Known {
  const truth = truthOf(evidence);
  for (const operation of truth.operations) {
    const known = { operation, machine: truth.machineOf(operation), opening: truth.openingOf(operation), truth };
    if (holds(known)) return known;
  }
  throw new Error("the evidence has no such operation; take another seed");
}

/** The evidence with one entry of the journal changed. */
export function withEntry<Entry extends JournalEntry>(
  evidence: Evidence,
  entry: Entry,
  change: Partial<Entry>,
): Evidence {
  return { ...evidence, journal: evidence.journal.map((each) => (each === entry ? { ...entry, ...change } : each)) };
}

/** The evidence with another last look at the APIs. */
export function withLastLook(evidence: Evidence, change: Partial<Evidence["observations"][number]>): Evidence {
  const last = evidence.observations.at(-1);
  if (last === undefined) throw new Error("nobody looked");
  return { ...evidence, observations: [...evidence.observations.slice(0, -1), { ...last, ...change }] };
}

/** What an invariant says of some evidence, without when. */
export function said(invariant: Invariant, evidence: Evidence): readonly string[] {
  return invariant.check(evidence).map(({ subject, what }) => `${subject} ${what}`);
}
