import { fork, spawn, type ChildProcess } from "node:child_process";

/** What something cost. */
export interface Cost {
  readonly seconds: number;
  /** Highest resident memory of the process that did it, in MiB. */
  readonly mebibytes: number;
}

/** Highest resident memory of this process so far, in MiB. */
export function peakMebibytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** What something came to, and how long it took. */
interface Timed<T> {
  readonly value: T;
  readonly seconds: number;
  /** What all threads of this process took of the processors. */
  readonly processorSeconds: number;
}

/** Does something and tells how long it took. */
export async function timed<T>(act: () => T | Promise<T>): Promise<Timed<T>> {
  const started = performance.now();
  const before = process.cpuUsage();
  const value = await act();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (performance.now() - started) / 1000, processorSeconds: (user + system) / 1e6 };
}

/** A process that ended well. */
interface Ended {
  readonly stdout: string;
  /** From its start to its end. */
  readonly seconds: number;
}

/** What a process needs besides its arguments. */
export interface ProcessOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the process. */
  readonly signal: AbortSignal;
}

/** Waits until a process is gone, also after it was aborted: it may still write into folders that are to be removed. */
async function gone(child: ChildProcess, name: string): Promise<string> {
  let stdout = "";
  let stderr = "";
  let failure: Error | undefined;
  child.stdout?.on("data", (chunk) => void (stdout += String(chunk)));
  child.stderr?.on("data", (chunk) => void (stderr += String(chunk)));
  child.on("error", (error) => void (failure = error));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (failure !== undefined) throw failure;
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}\n${(stdout + stderr).slice(-4000)}`);
  return stdout;
}

/**
 * Runs a command to its end. Not a synchronous run, because the embedded cloud answers from this very process.
 *
 * @throws Error with what it printed, when its exit code is not 0
 */
export async function runCommand(command: string, args: readonly string[], options: ProcessOptions): Promise<Ended> {
  const { value, seconds } = await timed(() =>
    gone(spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] }), `${command} ${args.join(" ")}`),
  );
  return { stdout: value, seconds };
}

/**
 * Runs a module in a process of its own and hands it one task; resolves with the one answer that it sends back.
 *
 * @param signal ends the process
 * @throws Error with what the process wrote to its error stream, when it ends without an answer
 */
export async function askChild<Answer>(module: URL, task: object, signal: AbortSignal): Promise<Answer> {
  const child = fork(module, [JSON.stringify(task)], { stdio: ["ignore", "ignore", "pipe", "ipc"], signal });
  const answers: unknown[] = [];
  child.on("message", (value) => answers.push(value));
  await gone(child, module.pathname);
  if (answers.length !== 1) throw new Error(`${module.pathname} gave ${String(answers.length)} answers; wanted 1`);
  return answers[0] as Answer;
}

/** The task that {@link askChild} handed to this process. */
export function childTask(): unknown {
  return JSON.parse(process.argv[2] ?? "");
}

/** Sends the answer that {@link askChild} waits for, and lets this process end. */
export async function answer(value: object): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.send?.(value, undefined, undefined, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  process.disconnect();
}
