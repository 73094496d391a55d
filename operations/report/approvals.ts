import type { ProjectFiles } from "../../config/projectFiles.ts";
import type { RunRecord, ServerRecord } from "../../domain/collection/records.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Approved } from "../../domain/report/comparedServers.ts";
import { blobId } from "../../domain/approvals/blobId.ts";
import { approverWords } from "../../domain/approvals/merge.ts";
import { storedApprovalRecords } from "../approvals/records.ts";
import type { CollectionStore } from "../store/store.ts";
import { authorOf } from "../git/authors.ts";

const dated = /^(\d{4}-\d{2}-\d{2}).*\.ya?ml$/;

function filesOf(files: ProjectFiles, plane: Plane, group: string): readonly string[] {
  const folder = `${plane.approvalsFolder}/${group}`;
  return files
    .list(folder)
    .flatMap(({ name, isFolder }) => (isFolder || !dated.test(name) ? [] : [`${folder}/${name}`]));
}

/** The file that was in force on a day: the newest by its name that is not of a later day. */
function inForce(files: readonly string[], day: string): string | undefined {
  return files.filter((file) => (dated.exec(file.slice(file.lastIndexOf("/") + 1))?.[1] ?? "9") <= day).at(-1);
}

/**
 * What let each run install on a server: the approvals file in force on its day, and who approved that, by its record in
 * the store; without one, who brought the file in.
 */
export async function approvalsOf(
  root: string,
  files: ProjectFiles,
  plane: Plane,
  store: CollectionStore,
): Promise<(server: ServerRecord, run: RunRecord) => Approved> {
  const reviewed = Object.values(plane.groups).filter(
    (group) => group.kind === "managed" && group.approval === "reviewed",
  );
  const byGroup = new Map(reviewed.map(({ name }) => [name, filesOf(files, plane, name)]));
  const authors = new Map<string, string>();
  const records = await storedApprovalRecords(store);
  for (const file of [...byGroup.values()].flat()) {
    const record = records.get(blobId(files.read(file) ?? ""));
    authors.set(file, record === undefined ? ((await authorOf(root, file)) ?? "") : approverWords(record));
  }
  return ({ patchGroup, approval }, { started }) => {
    if (approval !== "reviewed") return { by: approval, whom: "" };
    const file = inForce(byGroup.get(patchGroup) ?? [], started.slice(0, 10));
    return {
      by: file ?? "unknown: no approvals file of that day",
      whom: file === undefined ? "" : (authors.get(file) ?? ""),
    };
  };
}
