import type { ProjectFiles } from "../../config/projectFiles.ts";
import type { RunRecord, ServerRecord } from "../../domain/collection/records.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Approved } from "../../domain/report/comparedServers.ts";
import { blobId } from "../../domain/approvals/blobId.ts";
import { approverWords, recordKey, type ApprovalRecord } from "../../domain/approvals/merge.ts";
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
interface Candidate extends Approved {
  readonly file: string;
  /** When its record was left; undefined where there is none. */
  readonly recordedAt: string | undefined;
}

/** A file of which no deployment left a record: that it was deployed, and who approved it, nobody can prove. */
function unproven(file: string, author: string | undefined): Candidate {
  const whom = `not on record${author === undefined ? "" : `; last committed by ${author}`}`;
  return { file, by: `${file} (by its name alone)`, whom, recordedAt: undefined };
}

/** What a record proves, and that the file has another content by now of which there is none. */
function proven(record: ApprovalRecord, file: string, isEdited: boolean): Candidate {
  const whom = `${approverWords(record)}, commit ${record.commit.id.slice(0, 12)}`;
  const edited = "; edited since, and that is not on record";
  return { file, by: file, whom: isEdited ? `${whom}${edited}` : whom, recordedAt: record.recordedAt };
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

const noFile: Approved = { by: "unknown: no approvals file of that day", whom: "" };

/**
 * What let each run install on a server: the approvals file in force at its beginning, and who approved that, by its
 * record in the store; without one, the file of its day by the name, said to be that.
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
      const own = recorded.filter((record) => record.file === file || recordKey(record) === key);
      // An edit that is on record nowhere may never have been deployed: what is on record counts.
      candidates.push(...own.map((record) => proven(record, file, !records.has(key))));
      if (own.length === 0) candidates.push(unproven(file, await authorOf(root, file)));
    }
    byGroup.set(group.name, candidates);
  }
  return ({ patchGroup, approval }, { started }) => {
    if (approval !== "reviewed") return { by: approval, whom: "" };
    const { by, whom } = inForce(byGroup.get(patchGroup) ?? [], started) ?? noFile;
    return { by, whom };
  };
}
