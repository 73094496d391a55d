import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Outcome } from "./outcome.ts";
import type { ScenarioOptions } from "./scenario.ts";
import type { Order } from "./worker.ts";

const mostThreads = 4;
/** Simulations leave much behind that is soon forgotten; a large nursery spares most of the collecting. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

/** Threads that play seeds side by side. */
export interface Pool {
  /** Plays seeds; the outcomes come in the order of the seeds, and each is shown when it is there. */
  play(
    seeds: readonly number[],
    options?: ScenarioOptions,
    show?: (outcome: Outcome) => void,
  ): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

function playOne(worker: Worker, order: Order): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const answered = (outcome: Outcome): void => {
      worker.off("error", ended);
      resolve(outcome);
    };
    const ended = (error: Error): void => {
      worker.off("message", answered);
      reject(new Error(`seed ${String(order.seed)} ended its thread`, { cause: error }));
    };
    worker.once("message", answered);
    worker.once("error", ended);
    worker.postMessage(order);
  });
}

/** Opens a pool of as many threads as the machine runs at once, four at most. */
export function openPool(): Pool {
  const count = Math.min(mostThreads, availableParallelism());
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL("./worker.ts", import.meta.url), { resourceLimits }),
  );
  return {
    play: async (seeds, options = {}, show = () => undefined) => {
      const left = seeds.entries();
      const outcomes: Outcome[] = [];
      await Promise.all(
        workers.map(async (worker) => {
          for (const [index, seed] of left) {
            const outcome = await playOne(worker, { seed, options });
            outcomes[index] = outcome;
            show(outcome);
          }
        }),
      );
      return outcomes;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
