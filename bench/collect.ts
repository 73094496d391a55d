import { join } from "node:path";
import { askChild, type Cost } from "./child.ts";
import type { CollectFigures } from "./results.ts";
import type { Session } from "./project.ts";

/** One collection of the packages of a fleet. */
export interface CollectTask {
  readonly checkout: string;
  /** EC2 instances, in the first locations of the checked-in stack. */
  readonly servers: number;
  readonly seed: number;
  /** Time that every call is on its way. */
  readonly latencyMs: number;
  /** Folder of its own. */
  readonly folder: string;
}

/** What that cost. */
export interface CollectCost extends Cost {
  readonly calls: number;
  /** The same pages of packages read by the SDK alone, as many at a time, right afterwards. */
  readonly leastSeconds: number;
}

const sizes = [1_200, 5_000];
/** More than this takes minutes, and is measured once. */
const mostServersRepeated = 1_200;
const latencyMs = 50;

/** Collects from an embedded cloud that answers late, each time in a fresh process. */
export async function measureCollect(session: Session): Promise<readonly CollectFigures[]> {
  const { checkout, seed, signal, progress } = session;
  const figures: CollectFigures[] = [];
  for (const servers of sizes) {
    const rounds = servers > mostServersRepeated ? 1 : session.rounds;
    const costs: CollectCost[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`collection of ${String(servers)} servers, round ${String(round)} of ${String(rounds)}`);
      const folder = join(session.folder, `collect-${String(servers)}-${String(round)}`);
      const task: CollectTask = { checkout, servers, seed, latencyMs, folder };
      costs.push(await askChild<CollectCost>(new URL("collectChild.ts", import.meta.url), task, signal));
    }
    figures.push({ servers, costs });
  }
  return figures;
}
