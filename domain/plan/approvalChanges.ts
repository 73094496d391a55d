import { finding } from "../checks/checkTable.ts";
import type { Finding } from "../fault.ts";
import type { Approval, Plane } from "../plane.ts";
import { operatingSystems } from "../server.ts";

/** A patch as an approvals file names it, with its OS. */
export interface ApprovedEntry {
  readonly os: string;
  readonly id: string;
  readonly title: string | null;
}

/** What becomes of the approval in force of a group. */
export interface ApprovalChange {
  readonly group: string;
  readonly state: "added" | "removed" | "changed";
  /** The file in force afterwards; null when there is none. */
  readonly file: string | null;
  readonly expires: string | null;
  readonly note: string | null;
  readonly added: readonly ApprovedEntry[];
  readonly removed: readonly ApprovedEntry[];
  /** Entries in force before and after. */
  readonly kept: number;
}

function entriesOf(approval: Approval | undefined): ReadonlyMap<string, ApprovedEntry> {
  const entries = operatingSystems.flatMap((os) =>
    (approval?.patches[os] ?? []).map(({ id, title }) => ({ os, id, title: title ?? null })),
  );
  return new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
}

/** Groups whose approval in force differs, by name. */
export function approvalChanges(before: Plane, after: Plane): readonly ApprovalChange[] {
  const groups = [...new Set([...Object.keys(before.approvals), ...Object.keys(after.approvals)])].sort();
  return groups.flatMap((group): readonly ApprovalChange[] => {
    const [was, is] = [before.approvals[group], after.approvals[group]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const [old, now] = [entriesOf(was), entriesOf(is)];
    const added = [...now].filter(([key]) => !old.has(key)).map(([, entry]) => entry);
    const removed = [...old].filter(([key]) => !now.has(key)).map(([, entry]) => entry);
    return [
      {
        group,
        state: was === undefined ? "added" : is === undefined ? "removed" : "changed",
        file: is?.file ?? null,
        expires: is?.expires ?? null,
        note: is?.note ?? null,
        added,
        removed,
        kept: now.size - added.length,
      },
    ];
  });
}

/** Findings about approvals that have ended. */
export function expiredApprovals(plane: Plane, asOf: Date): readonly Finding[] {
  return Object.values(plane.approvals)
    .filter(({ expires }) => new Date(expires) <= asOf)
    .map(({ group, file, expires }) =>
      finding("approval-expired", {
        file,
        path: "expires",
        message: `the approval of group ${group} has ended`,
        value: expires,
        fix: "remove the file, or merge a newer approval",
      }),
    );
}
