import { spawn } from "node:child_process";

/** A command that has ended. */
export interface Ended {
  readonly status: number | null;
  /** What it wrote to either stream, in the order of arrival. */
  readonly text: string;
}

/** Runs a command to its end. Not synchronously: the embedded cloud answers from this very process. */
export function ended(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => void (text += String(chunk)));
    child.on("error", reject);
    child.on("close", (status) => {
      resolve({ status, text });
    });
  });
}
