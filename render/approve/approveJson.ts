import type { Proposal } from "../../domain/approvals/proposal.ts";
import { byText } from "../../domain/text.ts";

/** `patchplane approve` for programs; schemas/approve.schema.json is made of this. */
export interface ApproveJson {
  readonly schema: "patchplane/approve/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly group: string;
  readonly scan: string;
  readonly file: string;
  readonly expires: string;
  readonly title: string;
  readonly written: boolean;
  readonly branch: string | null;
  readonly pullRequest: { readonly url: string; readonly number: number } | null;
  readonly failure: string | null;
  readonly updates: readonly {
    readonly os: string;
    readonly id: string;
    readonly version: string | null;
    readonly servers: readonly string[];
  }[];
  readonly notApproved: number;
  readonly dropped: readonly { readonly os: string; readonly id: string; readonly version: string | null }[];
  readonly unseen: readonly string[];
}

/** What became of a proposal. */
export interface Approved {
  readonly title: string;
  readonly written: boolean;
  readonly branch?: string;
  readonly pullRequest?: { readonly url: string; readonly number: number };
  readonly failure?: string;
}

/** An approvals file for programs: servers by their ids in the fleet file. */
export function approveJson(stack: string, proposal: Proposal, approved: Approved, exitCode: number): ApproveJson {
  const { approval, updates, left, dropped, unseen } = proposal;
  return {
    schema: "patchplane/approve/1",
    stack,
    exitCode,
    group: approval.group,
    scan: approval.scanId,
    file: approval.file,
    expires: approval.expires,
    title: approved.title,
    written: approved.written,
    branch: approved.branch ?? null,
    pullRequest: approved.pullRequest ?? null,
    failure: approved.failure ?? null,
    updates: updates.map(({ os, id, version, on }) => ({
      os,
      id,
      version: version === "" ? null : version,
      servers: [...new Set(on.map(({ server }) => server.serverId))].sort(byText),
    })),
    notApproved: left.length,
    dropped: dropped.map(({ os, patch: { id, title } }) => ({ os, id, version: title ?? null })),
    unseen: unseen.map(({ serverId }) => serverId),
  };
}
