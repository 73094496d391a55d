import type { Opened } from "../../domain/approvals/opened.ts";
import type { Caller } from "../../domain/runs/runRecord.ts";
import { instantText } from "../../domain/time.ts";

/** `patchplane open-window` for programs; schemas/open-window.schema.json is made of this. */
export interface OpenWindowJson {
  readonly schema: "patchplane/open-window/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly task: "open" | "close";
  readonly window: string;
  readonly at: string;
  readonly closes: string;
  readonly declined: boolean;
  readonly run: string | null;
  readonly record: string | null;
  readonly who: Caller | null;
  readonly why: string;
  readonly locations: readonly {
    readonly name: string;
    readonly accountId: string;
    readonly region: string;
    readonly windowId: string | null;
    readonly outcome: "done" | "refused" | "unknown" | "unread";
    readonly failure: string | null;
    readonly opens: string | null;
    readonly followed: "ended" | "changed" | "late" | null;
    readonly execution: string | null;
    readonly status: string | null;
    readonly servers: readonly {
      readonly node: string;
      /** What it is called; null where no scan of it was read. */
      readonly name: string | null;
      readonly status: string;
      readonly statusDetails: string;
      readonly reason: string;
    }[];
  }[];
  readonly unkept: readonly { readonly location: string; readonly failure: string }[];
}

/** What came of an opening or a closing, for programs. */
export function openWindowJson(
  stack: string,
  opened: Opened,
  record: string | undefined,
  exitCode: number,
): OpenWindowJson {
  const { task, window, at, closes, declined, run, who, why, names, locations, unkept } = opened;
  return {
    schema: "patchplane/open-window/1",
    stack,
    exitCode,
    task,
    window,
    at: instantText(at),
    closes: instantText(closes),
    declined,
    run: run ?? null,
    record: record ?? null,
    who: who ?? null,
    why,
    locations: locations.map(({ location, windowId, outcome, failure, opens, followed }) => {
      const ended = followed?.kind === "ended" ? followed : undefined;
      return {
        name: location.name,
        accountId: location.accountId,
        region: location.region,
        windowId: windowId === "" ? null : windowId,
        outcome,
        failure: failure ?? null,
        opens: opens === undefined ? null : instantText(opens),
        followed: followed?.kind ?? null,
        execution: ended?.run ?? null,
        status: ended?.status ?? null,
        servers: (ended?.records ?? []).map(({ resourceId, status, statusDetails, reason }) => {
          return { node: resourceId, name: names.get(resourceId) ?? null, status, statusDetails, reason };
        }),
      };
    }),
    unkept,
  };
}
