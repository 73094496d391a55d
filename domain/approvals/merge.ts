import type { Approval } from "../plane.ts";
import { approvedFolder } from "../stack/publications.ts";
import { byText } from "../text.ts";

/** Somebody who let the pull request through by a review. */
export interface Approver {
  /** GitHub's login. */
  readonly login: string;
  readonly at: string;
  /** Whether the review was of what was merged, and not of an earlier state of the pull request. */
  readonly ofWhatWasMerged: boolean;
}

/** How the content of an approvals file came into the deployed branch. */
export interface Merge {
  /** The newest commit of the branch that touched the file. */
  readonly commit: { readonly id: string; readonly author: string; readonly at: string };
  /** Null where it was pushed without one: then nobody but the author is known. */
  readonly pullRequest: {
    readonly number: number;
    readonly url: string;
    readonly author: string;
    readonly mergedAt: string;
    readonly mergedBy: string;
    readonly approvers: readonly Approver[];
  } | null;
}

/** Who approved a list, as it is kept beside it. */
export interface ApprovalRecord extends Merge {
  readonly schema: "patchplane/approval/1";
  readonly environment: string;
  readonly group: string;
  /** Path from the project's root, and git's id of the content. */
  readonly file: string;
  readonly blob: string;
  /** Key of the published list in the same bucket. */
  readonly list: string;
  readonly scan: string;
  readonly note: string;
  readonly expires: string;
  readonly recordedAt: string;
}

/** What became of the record of one approval in one location. */
export interface RecordedApproval {
  readonly location: string;
  readonly group: string;
  readonly file: string;
  /** Key of the record. */
  readonly key: string;
  readonly outcome: "recorded" | "there" | "failed";
  /** Undefined where it could not be said. */
  readonly merge?: Merge;
  readonly failure?: string;
}

/** Key of the record of an approval; its content decides it, so a file that is edited has another. */
export function recordKey({ group, file, blob }: Pick<Approval, "group" | "file" | "blob">): string {
  const day = file.slice(file.lastIndexOf("/") + 1, -".yaml".length);
  return `${approvedFolder}/${group}/${day}-${blob}.json`;
}

/** A review of a pull request, as far as it says whether somebody let it through. */
export interface PullRequestReview {
  readonly login: string;
  /** GitHub's word: `APPROVED`, `CHANGES_REQUESTED`, `DISMISSED`, `COMMENTED`, `PENDING`. */
  readonly state: string;
  readonly at: string;
  /** Head of the pull request that was looked at. */
  readonly commit: string;
}

const deciding: ReadonlySet<string> = new Set(["APPROVED", "CHANGES_REQUESTED", "DISMISSED"]);

/**
 * Who had approved when a pull request was merged: those whose last review until then that decides anything approves. A
 * comment takes no approval back.
 */
export function approversOf(
  reviews: readonly PullRequestReview[],
  { mergedAt, head }: { readonly mergedAt: string; readonly head: string },
): readonly Approver[] {
  const last = new Map<string, PullRequestReview>();
  for (const review of reviews.toSorted((a, b) => byText(a.at, b.at)))
    if (deciding.has(review.state) && review.at <= mergedAt) last.set(review.login, review);
  return [...last.values()]
    .filter(({ state }) => state === "APPROVED")
    .map(({ login, at, commit }) => ({ login, at, ofWhatWasMerged: commit === head }))
    .toSorted((a, b) => byText(a.login, b.login));
}

/** Who approved, in a few words. */
export function approverWords({ commit, pullRequest }: Merge): string {
  if (pullRequest === null) return `nobody: pushed by ${commit.author} without a pull request`;
  const { approvers, number, author, mergedBy } = pullRequest;
  const names = approvers.map(({ login, ofWhatWasMerged }) =>
    ofWhatWasMerged ? login : `${login} (an earlier state)`,
  );
  return `${names.length === 0 ? "nobody" : names.join(", ")}; pull request #${String(number)} of ${author}, merged by ${mergedBy}`;
}
