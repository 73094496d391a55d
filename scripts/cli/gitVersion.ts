import { baseCommit, GitFailure } from "../../operations/git/files.ts";
import type { ProjectVersion } from "../../operations/plan.ts";
import { UsageError } from "./usageError.ts";

/**
 * The project as it is in the commit that `--base` names, at its merge base with HEAD.
 * @throws UsageError when git knows no such commit
 */
export function gitVersion(root: string, ref: string): ProjectVersion {
  try {
    const { hash, files } = baseCommit(root, ref);
    return { label: `${ref} (${hash.slice(0, 10)})`, files };
  } catch (cause) {
    if (!(cause instanceof GitFailure)) throw cause;
    throw new UsageError([{ path: "--base", message: cause.message, value: ref, fix: cause.fix }]);
  }
}
