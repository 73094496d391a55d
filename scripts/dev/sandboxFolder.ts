import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join } from "node:path";

/**
 * Where the state of a folder's stacks is kept: always in this project. A state is code to the engine (it names plug-ins,
 * which run), so none is taken from a folder that somebody brought, which may hold one.
 *
 * @param projectRoot - where this project is
 * @param root - the folder of the stack files
 */
export function sandboxFolder(projectRoot: string, root: string): string {
  const own = join(projectRoot, ".patchplane", "sandbox");
  const elsewhere = realpathSync(root);
  if (elsewhere === realpathSync(projectRoot)) return own;
  return `${own}-${createHash("sha256").update(elsewhere).digest("hex").slice(0, 16)}`;
}
