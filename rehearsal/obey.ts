import { parentPort } from "node:worker_threads";
import type { Said } from "./pool.ts";

/**
 * Makes the thread that calls it one of a pool's. Pulumi's runtime is one per thread, so orders are carried out one after
 * another.
 * @param act - carries out an order of the pool's kind; an error ends the thread
 */
export function obey(act: (order: never, show: (progress: string) => void) => Promise<unknown>): void {
  const port = parentPort;
  if (port === null) throw new Error("this is the inside of a worker thread");
  const say = (said: Said<unknown>): void => {
    port.postMessage(said);
  };
  let last = Promise.resolve();
  port.on("message", (order: unknown) => {
    last = last.then(async () => {
      const result = await act(order as never, (progress) => {
        say({ progress });
      });
      say({ result });
    });
  });
}
