import { drawPackages, type JournalEntry, type PackageState, type PatchingEntry } from "../simulator/index.ts";
import { placeOf } from "./packages.ts";
import type { KnownMachine, Played, Truth } from "./truth.ts";

/** When a release came onto a server, in milliseconds since 1970. */
interface Arrival {
  readonly release: number;
  readonly at: number;
}

/** A server, and what happened to it. */
export interface ServerStory {
  readonly machine: KnownMachine;
  /** Its packages as they were at the start. */
  readonly begins: PackageState;
  /** What Patch Manager did to it or could not do, in order. */
  readonly operations: readonly PatchingEntry[];
  /** When it had a release of a row or a newer one; undefined where it never did. */
  has(row: number, release: number): number | undefined;
}

type Bringing = Extract<JournalEntry, { kind: "patching" | "foreignPatching" }>;

function brings(entry: JournalEntry): entry is Bringing {
  return entry.kind === "patching" || entry.kind === "foreignPatching";
}

function arrivals({ table }: PackageState, entries: readonly Bringing[]): ReadonlyMap<number, readonly Arrival[]> {
  const found = new Map<number, Arrival[]>();
  for (const entry of entries) {
    const at = "endsAt" in entry ? entry.endsAt : entry.at;
    for (const change of entry.packages) {
      const place = placeOf(table, change, entry.at);
      if (place === undefined) continue;
      const ofRow = found.get(place.row) ?? [];
      found.set(place.row, ofRow);
      ofRow.push({ release: place.release, at: at.getTime() });
    }
  }
  return found;
}

/** Every server of the world with what happened to it, one after the other: none is kept. */
export function* serverStories({ scenario, journal }: Played, truth: Truth): Generator<ServerStory> {
  const byMachine = Map.groupBy(journal.filter(brings), ({ machine }) => machine);
  for (const [id, machine] of truth.machines) {
    const entries = (byMachine.get(id) ?? []).toSorted((a, b) => a.at.getTime() - b.at.getTime());
    const begins = drawPackages(machine.spec, scenario.span.start, scenario.seed);
    const came = arrivals(begins, entries);
    yield {
      machine,
      begins,
      operations: entries.filter((entry) => entry.kind === "patching"),
      has: (row, release) => {
        if ((begins.installed[row] ?? 0) >= release) return scenario.span.start.getTime();
        return came.get(row)?.find((arrival) => arrival.release >= release)?.at;
      },
    };
  }
}
