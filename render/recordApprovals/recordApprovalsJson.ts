import type { Merge, RecordedApproval } from "../../domain/approvals/merge.ts";

/** `patchplane record-approvals` for programs; schemas/record-approvals.schema.json is made of this. */
export interface RecordApprovalsJson {
  readonly schema: "patchplane/record-approvals/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly approvals: readonly {
    readonly location: string;
    readonly group: string;
    readonly file: string;
    readonly key: string;
    readonly outcome: RecordedApproval["outcome"];
    readonly commit: Merge["commit"] | null;
    readonly pullRequest: Merge["pullRequest"];
    readonly failure: string | null;
  }[];
}

/** Records of approvals for programs. */
export function recordApprovalsJson(
  stack: string,
  recorded: readonly RecordedApproval[],
  exitCode: number,
): RecordApprovalsJson {
  return {
    schema: "patchplane/record-approvals/1",
    stack,
    exitCode,
    approvals: recorded.map(({ merge, failure, ...about }) => ({
      ...about,
      commit: merge?.commit ?? null,
      pullRequest: merge?.pullRequest ?? null,
      failure: failure ?? null,
    })),
  };
}
