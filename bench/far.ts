import { join } from "node:path";
import { askChild, type Cost } from "./child.ts";
import type { FarFigures } from "./results.ts";
import type { Session } from "./project.ts";

/** What is done with a fleet in a cloud that is far away; `scan` is what comes after its commands: reading what they found. */
export type FarVerb = "collect" | "scan" | "review" | "verify";

/** One reading of a fleet. */
export interface FarTask {
  readonly verb: FarVerb;
  readonly checkout: string;
  /** EC2 instances, in the first locations of the checked-in stack. */
  readonly servers: number;
  readonly seed: number;
  /** Time that every call is on its way. */
  readonly latencyMs: number;
  /** Folder of its own. */
  readonly folder: string;
}

/** Times, of the clock and of the processors. */
interface Times {
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** What that cost. */
export interface FarCost extends Cost, Times {
  /** The same calls for the same nodes by the SDK alone, as many at a time, right afterwards. */
  readonly least: Times & { readonly calls: number };
  /** The same one after another, by the first nodes' time. */
  readonly sequentialSeconds: number;
}

const sizes = [1_200, 5_000];
/** More than this takes minutes, and is measured once. */
const mostServersRepeated = 1_200;
const latencyMs = 50;

/** Reads fleets of an embedded cloud that answers late, each time in a fresh process and of a fresh cloud. */
export async function measureFar(session: Session, verbs: readonly FarVerb[]): Promise<readonly FarFigures[]> {
  const { checkout, seed, signal, progress } = session;
  const figures: FarFigures[] = [];
  for (const verb of verbs) {
    for (const servers of sizes) {
      const rounds = servers > mostServersRepeated ? 1 : session.rounds;
      const costs: FarCost[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        progress(`${verb} of ${String(servers)} servers, round ${String(round)} of ${String(rounds)}`);
        const folder = join(session.folder, `${verb}-${String(servers)}-${String(round)}`);
        const task: FarTask = { verb, checkout, servers, seed, latencyMs, folder };
        costs.push(await askChild<FarCost>(new URL("farChild.ts", import.meta.url), task, signal));
      }
      figures.push({ verb, servers, costs });
    }
  }
  return figures;
}
