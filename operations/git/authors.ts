import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Who brought the newest version of a file into the history, `name <mail>`; undefined where git cannot say: no
 * repository, no git, or a file that was never committed.
 *
 * @param root - a folder of the repository, which the path counts from
 */
export async function authorOf(root: string, path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run("git", ["-C", root, "log", "-1", "--format=%an <%ae>", "--", path]);
    return stdout.trim() === "" ? undefined : stdout.trim();
  } catch (error) {
    // A number is git's own exit code, ENOENT a machine without it.
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
