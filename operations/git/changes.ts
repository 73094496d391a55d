import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const mostOutput = 64 * 1024 * 1024;

/** What differs, or why that cannot be said. */
export type Changes = { readonly paths: readonly string[] } | { readonly failure: string };

/** The name GitHub gives to the commit before the first push of a branch. */
const nothingBefore = /^0+$/;

/**
 * Paths from the project's root that differ between the common ancestor of a ref and HEAD, and HEAD itself; of a rename
 * both sides. Files that are not committed do not count.
 */
export async function changedPaths(root: string, base: string): Promise<Changes> {
  if (nothingBefore.test(base)) return { failure: "there is no commit before" };
  // It would be an option.
  if (base.startsWith("-")) return { failure: "git knows no such commit" };
  const args = ["-C", root, "diff", "--name-only", "--no-renames", "--relative", "-z", `${base}...HEAD`, "--"];
  try {
    const { stdout } = await run("git", args, { maxBuffer: mostOutput });
    return { paths: stdout.split("\0").filter((path) => path !== "") };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
    return { failure: said === "" ? error.message : (said.split("\n")[0] ?? said) };
  }
}
