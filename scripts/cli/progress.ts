import type { ListrDefaultRendererLogLevels } from "listr2";
import pMap from "p-map";
import type { RunSteps, Step } from "../../operations/progress.ts";
import { heartbeat } from "./heartbeat.ts";
import { wantsJson } from "./command.ts";
import type { SharedOptions } from "./options.ts";
import { whileMoving } from "./interruption.ts";
import { outgoing, say } from "./output.ts";

/** Steps at a time: locations and subscriptions are accounts of their own, so their limits do not add up. */
const concurrency = 8;

async function inTurn<T>(steps: readonly Step<T>[], told: (line: string) => void): Promise<readonly T[]> {
  return pMap(
    steps,
    async (step) => {
      const { value, line } = await step.act(heartbeat(step.title, told));
      told(line);
      return value;
    },
    { concurrency },
  );
}

/** One line of the moving list, which goes its own way to the terminal. */
function line(text: string): string {
  return outgoing(text.replace(/\s+/g, " "));
}

/** Comes to an end with a signal alone, and to no good one. */
function broken(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => {
      reject(new Error("broken off"));
    };
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}

async function onTerminal<T>(steps: readonly Step<T>[], signal: AbortSignal): Promise<readonly T[]> {
  const { Listr, ListrLogger, ProcessOutput } = await import("listr2");
  const values = new Map<Step<T>, T>();
  const unexpected: unknown[] = [];
  const tasks = new Listr(
    steps.map((step) => ({
      title: line(step.title),
      task: async (_context: unknown, task: { title: string; output: string }) => {
        const end = broken(signal);
        const act = signal.aborted
          ? end
          : step.act((text) => {
              task.output = line(text);
            });
        const {
          value,
          line: came,
          failed,
        } = await Promise.race([act, end]).catch((error: unknown) => {
          unexpected.push(error);
          throw error;
        });
        values.set(step, value);
        if (failed) throw new Error(line(came));
        task.title = line(came);
      },
    })),
    {
      concurrent: concurrency,
      exitOnError: false,
      registerSignalListeners: false,
      // What it shows is no answer: standard output is for that alone.
      rendererOptions: {
        logger: new ListrLogger<ListrDefaultRendererLogLevels>({
          processOutput: new ProcessOutput(process.stderr, process.stderr),
        }),
        collapseErrors: false,
      },
    },
  );
  await tasks.run();
  if (unexpected.length > 0) throw unexpected[0];
  return steps.flatMap((step) => (values.has(step) ? [values.get(step) as T] : []));
}

/**
 * How steps are shown, always on standard error: as a list that moves on a terminal, a plain line each in a pipe, with one
 * now and then of a step that takes long, not at all beside JSON.
 */
export function stepsFor(options: Pick<SharedOptions, "json" | "format">): RunSteps {
  if (wantsJson(options)) return (steps) => inTurn(steps, () => undefined);
  // The moving list asks standard output whether it is a terminal, and writes plain lines into a file that it goes to.
  if (!process.stderr.isTTY || !process.stdout.isTTY)
    return (steps) =>
      inTurn(steps, (came) => {
        say(`${line(came)}\n`);
      });
  return (steps) => whileMoving((signal) => onTerminal(steps, signal));
}
