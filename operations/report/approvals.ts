import type { ProjectFiles } from "../../config/projectFiles.ts";
import type { RunRecord, ServerRecord } from "../../domain/collection/records.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Approved } from "../../domain/report/comparedServers.ts";
import { blobId } from "../../domain/approvals/blobId.ts";
import { approverWords, recordKey } from "../../domain/approvals/merge.ts";
import { storedApprovalRecords } from "../approvals/records.ts";
import { byText } from "../../domain/text.ts";
import type { CollectionStore } from "../store/store.ts";
import { authorOf } from "../git/authors.ts";

const dated = /^(\d{4}-\d{2}-\d{2}).*\.ya?ml$/;

function filesOf(files: ProjectFiles, plane: Plane, group: string): readonly string[] {
  const folder = `${plane.approvalsFolder}/${group}`;
  return files
    .list(folder)
    .flatMap(({ name, isFolder }) => (isFolder || !dated.test(name) ? [] : [`${folder}/${name}`]));
}

/** What may have been in force: a file as it is, or as it was when a deployment left a record of it. */
interface Candidate {
  readonly file: string;
  readonly whom: string;
  /** When its record was left; undefined where there is none. */
  readonly recordedAt: string | undefined;
}

/** The newest by its name that is not of a later day, and had been deployed by then as far as a record knows. */
function inForce(candidates: readonly Candidate[], started: string): Candidate | undefined {
  return candidates
    .filter(
      ({ file, recordedAt }) =>
        (dated.exec(file.slice(file.lastIndexOf("/") + 1))?.[1] ?? "9") <= started.slice(0, 10) &&
        !(recordedAt !== undefined && Date.parse(recordedAt) > Date.parse(started)),
    )
    .at(-1);
}

/**
 * What let each run install on a server: the approvals file in force at its beginning, and who approved that, by its
 * record in the store; without one, the file in force on its day by the name, and who brought it in.
 */
export async function approvalsOf(
  root: string,
  files: ProjectFiles,
  plane: Plane,
  store: CollectionStore,
): Promise<(server: ServerRecord, run: RunRecord) => Approved> {
  const records = await storedApprovalRecords(store);
  const recorded = [...records.values()].toSorted((a, b) => byText(a.recordedAt, b.recordedAt));
  const byGroup = new Map<string, Candidate[]>();
  for (const group of Object.values(plane.groups)) {
    if (group.kind !== "managed" || group.approval !== "reviewed") continue;
    const candidates: Candidate[] = [];
    for (const file of filesOf(files, plane, group.name)) {
      const key = recordKey({ group: group.name, file, blob: blobId(files.read(file) ?? "") });
      // The content may have been another when it was deployed.
      for (const record of recorded)
        if (record.file === file || recordKey(record) === key)
          candidates.push({ file, whom: approverWords(record), recordedAt: record.recordedAt });
      if (!records.has(key)) candidates.push({ file, whom: (await authorOf(root, file)) ?? "", recordedAt: undefined });
    }
    byGroup.set(group.name, candidates);
  }
  return ({ patchGroup, approval }, { started }) => {
    if (approval !== "reviewed") return { by: approval, whom: "" };
    const found = inForce(byGroup.get(patchGroup) ?? [], started);
    return { by: found?.file ?? "unknown: no approvals file of that day", whom: found?.whom ?? "" };
  };
}
