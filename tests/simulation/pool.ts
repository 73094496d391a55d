import { openPool as openThreads } from "../../rehearsal/pool.ts";
import type { Outcome } from "./outcome.ts";
import type { ScenarioOptions } from "./scenario.ts";
import type { Order } from "./worker.ts";

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

/** Opens a pool of as many threads as the machine runs at once, four at most. */
export function openPool(): Pool {
  const threads = openThreads<Order, Outcome>(new URL("./worker.ts", import.meta.url));
  return {
    play: (seeds, options = {}, show = () => undefined) =>
      Promise.all(
        seeds.map(async (seed) => {
          const { result } = await threads.carryOut({ seed, options });
          show(result);
          return result;
        }),
      ),
    close: () => threads.close(),
  };
}
