import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isUntrusted } from "./untrusted.ts";

const run = promisify(execFile);
const mostOutput = 64 * 1024 * 1024;

/** What differs, or why that cannot be said. */
export type Changes = { readonly paths: readonly string[] } | { readonly failure: string };

/** The name GitHub gives to the commit before the first push of a branch. */
const nothingBefore = /^0+$/;

/** The commit that a ref stands for. Git takes nothing for HEAD and a leading hyphen for an option; here both are no ref. */
async function commitOf(root: string, ref: string): Promise<string | undefined> {
  if (ref.trim() === "" || ref.startsWith("-")) return undefined;
  try {
    const { stdout } = await run("git", ["-C", root, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
    return /^[0-9a-f]{40,64}$/.exec(stdout.trim())?.[0];
  } catch (error) {
    // Git ends with 1 where it knows no such ref; that it is not there, or no repository is, the next call says.
    if (error instanceof Error && "code" in error && error.code === 1) return undefined;
    if (isUntrusted(error)) throw error;
    return ref;
  }
}

/**
 * Paths from the project's root that differ between the common ancestor of a ref and HEAD, and HEAD itself; of a rename
 * both sides. Files that are not committed do not count.
 */
export async function changedPaths(root: string, base: string): Promise<Changes> {
  if (nothingBefore.test(base)) return { failure: "there is no commit before" };
  try {
    const commit = await commitOf(root, base);
    if (commit === undefined) return { failure: "git knows no such commit" };
    const args = ["-C", root, "diff", "--name-only", "--no-renames", "--relative", "-z", `${commit}...HEAD`, "--"];
    const { stdout } = await run("git", args, { maxBuffer: mostOutput });
    return { paths: stdout.split("\0").filter((path) => path !== "") };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
    return { failure: said === "" ? error.message : (said.split("\n")[0] ?? said) };
  }
}
