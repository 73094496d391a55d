import type { Merge } from "../../domain/approvals/merge.ts";
import type { ChangeKind, VerifiedServer, VerifiedVerdict } from "../../domain/approvals/verification.ts";
import type { EntryState } from "../../domain/approvals/verifiedEntries.ts";
import type { GlassBroken } from "../../domain/runs/breakGlass.ts";
import { instantText } from "../../domain/time.ts";
import type { ShownVerification } from "./verifyDocument.ts";

/** `patchplane verify` for programs; schemas/verify.schema.json is made of this. */
export interface VerifyJson {
  readonly schema: "patchplane/verify/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly group: string;
  readonly since: string;
  readonly approval: {
    readonly file: string;
    readonly blob: string;
    readonly scan: string;
    readonly expires: string;
    readonly commit: Merge["commit"] | null;
    readonly pullRequest: Merge["pullRequest"];
  } | null;
  readonly breakGlass: readonly GlassBroken[];
  readonly record: string | null;
  readonly failures: readonly { readonly location: string; readonly failure: string }[];
  readonly servers: readonly {
    readonly id: string;
    readonly name: string;
    readonly node: string;
    readonly location: string;
    readonly verdict: VerifiedVerdict;
    readonly reasons: readonly string[];
    readonly lastScan: string | null;
    readonly run: {
      readonly id: string;
      readonly command: string;
      readonly status: string;
      readonly started: string | null;
      readonly ended: string | null;
    } | null;
    readonly entries: readonly {
      readonly id: string;
      readonly version: string | null;
      readonly state: EntryState;
      readonly instead: string | null;
    }[];
    readonly changes: readonly {
      readonly id: string;
      readonly version: string | null;
      readonly kind: ChangeKind;
      readonly at: string;
      readonly command: string | null;
    }[];
  }[];
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

function serverJson({
  server,
  verdict,
  reasons,
  run,
  entries,
  changes,
}: VerifiedServer): VerifyJson["servers"][number] {
  return {
    id: server.serverId,
    name: server.name,
    node: server.resourceId,
    location: server.location,
    verdict,
    reasons,
    lastScan: orNull(server.lastScan),
    run:
      run === undefined
        ? null
        : {
            id: run.runId,
            command: run.commandId,
            status: run.status,
            started: orNull(run.started),
            ended: orNull(run.ended),
          },
    entries: entries.map(({ id, version, state, instead }) => {
      return { id, version: orNull(version), state, instead: orNull(instead) };
    }),
    changes: changes.map(({ id, version, kind, at, command }) => {
      return { id, version: orNull(version), kind, at, command: command ?? null };
    }),
  };
}

/** A verification for programs. */
export function verifyJson(stack: string, shown: ShownVerification, exitCode: number): VerifyJson {
  const { group, since, servers, failures, approval, approvedBy, breakGlass, record } = shown;
  const merge = approvedBy === undefined || "failure" in approvedBy ? undefined : approvedBy;
  return {
    schema: "patchplane/verify/1",
    stack,
    exitCode,
    group,
    since: instantText(since),
    approval:
      approval === undefined
        ? null
        : {
            file: approval.file,
            blob: approval.blob,
            scan: approval.scanId,
            expires: approval.expires,
            commit: merge?.commit ?? null,
            pullRequest: merge?.pullRequest ?? null,
          },
    breakGlass,
    record: record?.path ?? null,
    failures,
    servers: servers.map(serverJson),
  };
}
