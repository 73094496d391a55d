import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/*
 * What Lambda's own runtime is to a function: a process that is told one event, calls the handler, tells what came of it
 * and ends. `index.handler` is the export `handler` of the file `index` in the task's folder.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */

/** What the process tells at its end. */
export interface Answer {
  readonly value?: unknown;
  readonly error?: string;
  readonly peakKibibytes: number;
}

interface Task {
  readonly event: unknown;
  readonly timeoutMs: number;
}

type Handler = (event: unknown, context: object) => Promise<unknown>;

async function called({ event, timeoutMs }: Task): Promise<Omit<Answer, "peakKibibytes">> {
  const began = performance.now();
  const {
    LAMBDA_TASK_ROOT = "",
    _HANDLER = "",
    AWS_LAMBDA_FUNCTION_NAME,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  } = process.env;
  const [file = "", name = ""] = _HANDLER.split(".");
  const found = readdirSync(LAMBDA_TASK_ROOT).find(
    (each) => /^\.m?js$/.test(each.slice(file.length)) && each.startsWith(file),
  );
  try {
    if (found === undefined) throw new Error(`Cannot find module '${file}'`);
    const module = (await import(pathToFileURL(join(LAMBDA_TASK_ROOT, found)).href)) as Readonly<
      Record<string, Handler>
    >;
    const handler = module[name];
    if (handler === undefined) throw new Error(`${_HANDLER} is undefined or not exported`);
    const value = await handler(event, {
      functionName: AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      getRemainingTimeInMillis: () => timeoutMs - (performance.now() - began),
    });
    return { value };
  } catch (error) {
    console.error(error);
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

process.once("message", (task: Task) => {
  void called(task).then((answer) => {
    const peakKibibytes = process.resourceUsage().maxRSS;
    process.send?.({ ...answer, peakKibibytes } satisfies Answer, undefined, undefined, () => {
      process.exit();
    });
  });
});
