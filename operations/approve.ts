import { linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ProjectFiles } from "../config/projectFiles.ts";
import type { Proposal } from "../domain/approvals/proposal.ts";
import type { Plane } from "../domain/plane.ts";

/** Names of a group's approvals files, ascending. */
export function approvalFiles(files: ProjectFiles, { approvalsFolder }: Plane, group: string): readonly string[] {
  return files
    .list(`${approvalsFolder}/${group}`)
    .flatMap(({ name, isFolder }) => (!isFolder && name.endsWith(".yaml") ? [name] : []))
    .sort();
}

/**
 * Writes an approvals file whole, where there is none: beside its place first, and linked there, which fails where
 * somebody was faster.
 * @throws Error with code `EEXIST` then, or whatever the file system says
 */
export function writeApproval(root: string, { approval, text }: Proposal): void {
  const path = join(root, approval.file);
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${String(process.pid)}.new`;
  try {
    writeFileSync(aside, text, { flush: true });
    linkSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}
