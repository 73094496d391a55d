import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

const mostThreads = 4;
/** Simulations leave much behind that is soon forgotten; a large nursery spares most of the collecting. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };
/**
 * V8 lets a heap grow to four times what is alive in it before it looks again, as long as it may grow to two gigabytes.
 * Half as much again costs a second of the processor, and leaves room for other threads.
 */
const heapGrowth = "--heap-growing-percent=50";

/** What a thread of a {@link Pool} says. */
export type Said<Result> = { readonly result: Result } | { readonly progress: string };

/** Threads that carry out orders side by side, each one after another. */
export interface Pool<Order, Result> {
  /**
   * Carries out an order when its turn comes; a thread that dies rejects.
   * @returns what came of it, and how long it took from its turn on
   */
  carryOut(
    order: Order,
    show?: (progress: string) => void,
  ): Promise<{ readonly result: Result; readonly seconds: number }>;
  close(): Promise<void>;
}

function carriedOut<Result>(worker: Worker, order: unknown, show: (progress: string) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off("message", hear);
      worker.off("error", fail);
    };
    const hear = (said: Said<Result>): void => {
      if ("progress" in said) {
        show(said.progress);
        return;
      }
      settle();
      resolve(said.result);
    };
    const fail = (error: Error): void => {
      settle();
      reject(new Error("a thread ended in the middle of its work", { cause: error }));
    };
    worker.on("message", hear);
    worker.on("error", fail);
    worker.postMessage(order);
  });
}

/**
 * Opens a pool of as many threads as the machine runs at once, four at most.
 * @param script - what a thread runs: a module that calls `obey`
 * @param most - threads that are not needed are not started
 */
export function openPool<Order, Result>(script: URL, most = mostThreads): Pool<Order, Result> {
  setFlagsFromString(heapGrowth);
  const count = Math.min(mostThreads, most, availableParallelism());
  const idle = Array.from({ length: count }, () => new Worker(script, { resourceLimits }));
  const all = [...idle];
  const waiting: ((worker: Worker) => void)[] = [];
  const taken = (): Promise<Worker> =>
    new Promise((resolve) => {
      const worker = idle.shift();
      if (worker === undefined) waiting.push(resolve);
      else resolve(worker);
    });
  return {
    carryOut: async (order, show = () => undefined) => {
      const worker = await taken();
      const begun = performance.now();
      const result = await carriedOut<Result>(worker, order, show);
      const seconds = Math.round((performance.now() - begun) / 1000);
      const next = waiting.shift();
      if (next === undefined) idle.push(worker);
      else next(worker);
      return { result, seconds };
    },
    close: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
