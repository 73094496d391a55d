import type { Caller } from "../../domain/runs/runRecord.ts";
import type { ServersRun } from "../../domain/runs/serversRun.ts";

/** A run on servers for programs; schemas/<command>.schema.json are made of this. */
export interface ServersJson {
  readonly schema: `patchplane/${"scan" | "install" | "reboot"}/1`;
  readonly stack: string;
  readonly exitCode: number;
  readonly run: string | null;
  readonly record: string | null;
  readonly repeats: string | null;
  readonly declined: boolean;
  readonly who: Caller | null;
  readonly why: string;
  readonly failures: readonly {
    readonly location: string;
    readonly accountId: string;
    readonly region: string;
    readonly failure: string;
  }[];
  readonly unkept: ServersRun["unkept"];
  readonly leftOut: readonly {
    readonly location: string;
    readonly id: string;
    readonly name: string;
    readonly why: string;
    readonly settled: boolean;
  }[];
  readonly servers: readonly {
    readonly location: string;
    readonly id: string;
    readonly name: string;
    readonly group: string;
    readonly node: string | null;
    readonly outcome: ServersRun["rows"][number]["outcome"];
    readonly reason: string;
    readonly command: string | null;
    readonly report: {
      readonly at: string;
      readonly missing: number;
      readonly failed: number;
      readonly pendingReboot: number;
      readonly updates: readonly {
        readonly id: string;
        readonly title: string;
        readonly severity: string;
        readonly state: string;
      }[];
    } | null;
  }[];
}

/** What came of a run on servers, for programs. */
export function serversJson(
  stack: string,
  command: "scan" | "install" | "reboot",
  run: ServersRun,
  record: string | undefined,
  exitCode: number,
): ServersJson {
  return {
    schema: `patchplane/${command}/1`,
    stack,
    exitCode,
    run: run.run ?? null,
    record: record ?? null,
    repeats: run.repeats ?? null,
    declined: run.declined,
    who: run.who ?? null,
    why: run.why,
    failures: run.failures.map(({ location, failure }) => {
      const { name, accountId, region } = location;
      return { location: name, accountId, region, failure };
    }),
    unkept: run.unkept,
    leftOut: run.leftOut.map(({ server, ...left }) => ({ id: server, ...left })),
    servers: run.rows.map(({ server, report, ...row }) => ({
      location: row.location,
      id: server,
      name: row.name,
      group: row.group,
      node: row.node,
      outcome: row.outcome,
      reason: row.reason,
      command: row.command,
      report: report === undefined ? null : { ...report, updates: report.updates ?? [] },
    })),
  };
}
