import type { PatchingEntry } from "../simulator/index.ts";
import type { Played } from "./truth.ts";

/** A fault that a machine had, by the journal. */
interface Spell {
  readonly kind: string;
  readonly from: number;
  /** Infinity while it lasts. */
  to: number;
}

/** What was wrong with a machine at each of some operations: the kind that was so at most of them; undefined where nothing was at one. */
export type FaultOf = (machine: string, operations: readonly PatchingEntry[]) => string | undefined;

function spellsOf({ journal }: Played): ReadonlyMap<string, readonly Spell[]> {
  const found = new Map<string, Spell[]>();
  for (const entry of journal) {
    if (entry.kind !== "fault" || entry.fault === "patchedElsewhere") continue;
    const own = found.get(entry.machine) ?? [];
    found.set(entry.machine, own);
    if (entry.phase === "began") own.push({ kind: entry.fault, from: entry.at.getTime(), to: Infinity });
    else {
      const open = own.find(({ kind, to }) => kind === entry.fault && to === Infinity);
      if (open !== undefined) open.to = entry.at.getTime();
    }
  }
  return found;
}

/** Tells by the journal whether a machine had a fault of its own whenever something was to be done to it. */
export function faultsOf(played: Played): FaultOf {
  const spells = spellsOf(played);
  return (machine, operations) => {
    const own = spells.get(machine) ?? [];
    const met = operations.map(
      ({ at, endsAt }) => own.find(({ from, to }) => from <= endsAt.getTime() && at.getTime() <= to)?.kind,
    );
    const kinds = [...Map.groupBy(met, (kind) => kind)].toSorted(([, a], [, b]) => b.length - a.length);
    return met.includes(undefined) ? undefined : kinds[0]?.[0];
  };
}
