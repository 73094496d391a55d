import type { Caller, RunAction, ActionResult } from "../../domain/runs/runRecord.ts";
import { windowsToEnable } from "../../domain/runs/stopRecord.ts";
import type { Stopped } from "../../domain/runs/stopped.ts";
import { instantText } from "../../domain/time.ts";

/** `patchplane stop` for programs; schemas/stop.schema.json is made of this. */
export interface StopJson {
  readonly schema: "patchplane/stop/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly task: "stop" | "resume";
  readonly run: string | null;
  readonly record: string | null;
  readonly who: Caller | null;
  readonly why: string;
  readonly locations: readonly {
    readonly name: string;
    readonly accountId: string;
    readonly region: string;
    readonly failure: string | null;
    readonly disabledBefore: number;
    readonly actions: readonly Omit<ActionResult, "location">[];
    readonly left: readonly {
      readonly id: string;
      readonly document: string;
      readonly requested: string;
      readonly comment: string;
    }[];
  }[];
  readonly held: readonly (Omit<RunAction, "action"> & { readonly by: string })[];
  /** Locations whose bucket did not take the record. */
  readonly unkept: Stopped["unkept"];
  readonly openStops: readonly {
    readonly id: string;
    readonly at: string;
    readonly who: Caller;
    readonly why: string;
    readonly windows: number;
  }[];
}

/** What came of a stop or a resumption, for programs. */
export function stopJson(stack: string, stopped: Stopped, record: string | undefined, exitCode: number): StopJson {
  return {
    schema: "patchplane/stop/1",
    stack,
    exitCode,
    task: stopped.task,
    run: stopped.run ?? null,
    record: record ?? null,
    who: stopped.who ?? null,
    why: stopped.why,
    locations: stopped.locations.map(({ location, failure, disabledBefore, results, left }) => ({
      name: location.name,
      accountId: location.accountId,
      region: location.region,
      failure: failure ?? null,
      disabledBefore,
      actions: results.map(({ action, id, name, outcome, failure: reason }) => {
        return { action, id, name, outcome, failure: reason };
      }),
      left: left.map(({ requested, ...command }) => ({ ...command, requested: instantText(requested) })),
    })),
    held: stopped.held.map(({ location, id, name, by }) => ({ location, id, name, by })),
    unkept: stopped.unkept,
    openStops: stopped.open.map((run) => {
      const { id, at, who, why } = run;
      return { id, at, who, why, windows: windowsToEnable(run).length };
    }),
  };
}
