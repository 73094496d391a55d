import { join } from "node:path";
import { askChild, type Cost } from "./child.ts";
import { packagesPerServer, writeReportStore } from "./reportStore.ts";
import type { Session } from "./project.ts";
import type { ChangesFigures } from "./results.ts";

/** One comparison of two collections. */
export interface ChangesTask {
  /** `copy`: as `engine`, and makes the Parquet copies first. `join`: all rows in Maps of this process. */
  readonly way: "copy" | "engine" | "join";
  readonly folder: string;
}

/** What a comparison cost, and how many changes it found. */
export interface ChangesAnswer extends Cost {
  /** By all threads, which another program on the machine lengthens less than the time. */
  readonly processorSeconds: number;
  readonly changes: number;
}

/** Servers of each measured store: some 100,000 and 1.9 million rows in two collections. */
const sizes = [63, 1200] as const;

/**
 * Compares two collections, each time in a fresh process: as `patchplane report` does, from the copies that it made when
 * it first read them, and by a plain join of all records in memory.
 */
export async function measureChanges(session: Session): Promise<readonly ChangesFigures[]> {
  const { rounds, signal, progress } = session;
  const figures: ChangesFigures[] = [];
  for (const servers of sizes) {
    const folder = join(session.folder, `collections-${String(servers)}`);
    const rows = 2 * servers * packagesPerServer;
    progress(`two collections of ${String(rows)} rows`);
    await writeReportStore(folder, servers);
    const ask = (way: ChangesTask["way"]): Promise<ChangesAnswer> => {
      const task: ChangesTask = { way, folder };
      return askChild<ChangesAnswer>(new URL("changesChild.ts", import.meta.url), task, signal);
    };
    const copy = await ask("copy");
    const measured: { readonly engine: ChangesAnswer; readonly join: ChangesAnswer }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`changes over ${String(rows)} rows, round ${String(round)} of ${String(rounds)}`);
      measured.push({ engine: await ask("engine"), join: await ask("join") });
    }
    const counts = new Set(
      [copy, ...measured.flatMap(({ engine, join: plain }) => [engine, plain])].map(({ changes }) => changes),
    );
    if (counts.size !== 1) throw new Error(`the ways of comparing found ${[...counts].join(" and ")} changes`);
    figures.push({ rows, copy, rounds: measured });
  }
  return figures;
}
