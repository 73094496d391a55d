import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GitFailure } from "./files.ts";
import { isUntrusted } from "./untrusted.ts";

const run = promisify(execFile);

async function git(root: string, ...args: readonly string[]): Promise<string> {
  return (await run("git", ["-C", root, ...args])).stdout.trim();
}

/** Runs git for what it says by its exit code alone. */
async function says(root: string, ...args: readonly string[]): Promise<boolean> {
  try {
    await git(root, ...args);
    return true;
  } catch (error) {
    if (isUntrusted(error)) throw untrusted(error);
    return false;
  }
}

function untrusted(cause: unknown): GitFailure {
  const fix = "give it to who runs this, or name it to git config --global --add safe.directory";
  return new GitFailure("git does not trust the folder, which belongs to somebody else", fix, { cause });
}

function failed(what: string, fix: string, cause: unknown): GitFailure {
  const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim().split("\n")[0] : undefined;
  return new GitFailure(said === undefined || said === "" ? what : `${what}: ${said}`, fix, { cause });
}

/** The folder's place in its repository, `""` at the top or `folder/`. */
export async function placeInRepository(root: string): Promise<string> {
  return git(root, "rev-parse", "--show-prefix");
}

/**
 * Whether a branch can be begun: the folder is in a repository with a commit, and has no branch of the name.
 * @throws GitFailure that says why not
 */
export async function checkBranch(root: string, branch: string): Promise<void> {
  if (!(await says(root, "rev-parse", "--verify", "--quiet", "HEAD"))) {
    throw new GitFailure("not a git repository with a commit", "run it in a clone, or give --no-branch");
  }
  if (await says(root, "rev-parse", "--verify", "--quiet", `refs/heads/${branch}`)) {
    throw new GitFailure(`there is a branch ${branch} already`, "merge or delete it first, or give --no-branch");
  }
}

/**
 * Commits one new file to a branch that begins at HEAD, and stays on it. Nothing else of the working tree is committed
 * or changed.
 * @param write - puts the file in its place
 * @throws GitFailure that says what is left to do
 */
export async function commitOnBranch(
  root: string,
  { branch, path, message }: { readonly branch: string; readonly path: string; readonly message: string },
  write: () => void,
): Promise<void> {
  await checkBranch(root, branch);
  try {
    await git(root, "switch", "--quiet", "--create", branch);
  } catch (error) {
    throw failed(`git could not begin the branch ${branch}`, "nothing was written; give --no-branch", error);
  }
  write();
  try {
    await git(root, "add", "--", path);
    await git(root, "commit", "--quiet", "--only", "--message", message, "--", path);
  } catch (error) {
    throw failed(`${path} is written and not committed`, `commit it on ${branch} by hand`, error);
  }
}
