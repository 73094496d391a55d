import { parentPort } from "node:worker_threads";
import { outcomeOf } from "./outcome.ts";
import type { ScenarioOptions } from "./scenario.ts";

/** A seed to play. */
export interface Order {
  readonly seed: number;
  readonly options: ScenarioOptions;
}

const port = parentPort;
if (port === null) throw new Error("this file is the inside of a worker thread");
// Pulumi's runtime is one per thread, so orders are carried out one after another.
let last = Promise.resolve();
port.on("message", ({ seed, options }: Order) => {
  last = last.then(async () => {
    port.postMessage(await outcomeOf(seed, options));
  });
});
