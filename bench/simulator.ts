import { askChild } from "./child.ts";
import type { SimulatorFigures } from "./results.ts";
import type { Session } from "./project.ts";

/** One embedded cloud to start and to scan. */
export interface SimulatorTask {
  readonly checkout: string;
  /** EC2 instances in it. */
  readonly servers: number;
  readonly seed: number;
}

/** What that cost. */
export interface SimulatorCost {
  readonly servers: number;
  /** Until it listens, the drawing of its machines included. */
  readonly startSeconds: number;
  /** One maintenance window per location that scans every server by AWS-RunPatchBaseline. */
  readonly scanSeconds: number;
  /** Highest memory of the process, in MiB. */
  readonly mebibytes: number;
}

/** Servers of the clouds that are started: about the checked-in fleet, and the most that is promised. */
const sizes = [1_200, 10_000];

/** Starts and scans embedded clouds, each time in a fresh process. */
export async function measureSimulator(session: Session): Promise<readonly SimulatorFigures[]> {
  const { checkout, seed, rounds, signal, progress } = session;
  const figures: SimulatorFigures[] = [];
  for (const servers of sizes) {
    const costs: SimulatorCost[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`embedded cloud of ${String(servers)} servers, round ${String(round)} of ${String(rounds)}`);
      const task: SimulatorTask = { checkout, servers, seed };
      costs.push(await askChild<SimulatorCost>(new URL("simulatorChild.ts", import.meta.url), task, signal));
    }
    figures.push({ servers, costs });
  }
  return figures;
}
