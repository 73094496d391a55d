import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { roleNameVariable } from "../../domain/stack/assumedRole.ts";
import type { Violation } from "../../policy/registration.ts";

/** What the guard says of an environment, and of how much. */
export interface Judged {
  readonly count: number;
  readonly found: readonly Violation[];
}

const judge = join(import.meta.dirname, "judge.ts");

/**
 * Judges everything that the entry point registers for an environment, as a preview and as a deployment, each in a
 * process of its own. A program that ends early or writes between has no verdict: an error.
 */
export async function judged(environment: string, root = join(import.meta.dirname, "../..")): Promise<Judged> {
  const verdicts: Judged[] = [];
  for (const kind of ["preview", "up"]) {
    const { stdout } = await promisify(execFile)(process.execPath, [judge, environment, kind, root], {
      // The deploying role is judged, not one that somebody's preview takes in its place.
      env: { ...process.env, [roleNameVariable]: "" },
      maxBuffer: 64 * 1024 * 1024,
    });
    verdicts.push(JSON.parse(stdout) as Judged);
  }
  const found = new Map(verdicts.flatMap((each) => each.found).map((each) => [JSON.stringify(each), each]));
  return { count: Math.max(...verdicts.map(({ count }) => count)), found: [...found.values()] };
}
