import type { Fault } from "../../domain/fault.ts";
import { agoOf } from "../../domain/runs/openRun.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import type { FoundServers } from "../../operations/runs/servers.ts";
import { pasted } from "../../render/commands.ts";
import { wordsText } from "../../render/writers/text.ts";
import type { Invocation } from "./invocation.ts";
import { say } from "./output.ts";
import { sayUnreadRecords } from "./recorded.ts";
import { UsageError } from "./usageError.ts";

const onlyAnyway = "say --anyway if it may go on beside it";

/** The fault of a run that somebody may be at. */
export function openRunFault(run: Run, asOf: Date): Fault {
  const { id, by, process, why, heard } = run;
  const at = process === undefined ? "" : ` at ${process.host}`;
  const whose = `${by.arn ?? "somebody unknown"}${at}`;
  return {
    path: "--anyway",
    message: `${id} has not ended: ${whose}, last heard of ${agoOf(heard, asOf)}${why === "" ? "" : `, because: ${why}`}`,
    fix: `wait for it, or ask; npx patchplane runs ${id} shows how far it is; ${onlyAnyway}`,
  };
}

/**
 * What of other operators goes on in these locations, at this machine or another.
 * @throws UsageError where something does, or nobody can tell, and it was not said to go on anyway
 */
export async function refuseOthers(
  { stack, plane, place }: Pick<Invocation, "stack" | "plane" | "place">,
  root: string,
  found: Pick<FoundServers, "reads">,
  anyway: boolean | undefined,
): Promise<void> {
  if (anyway === true) return;
  const { openRuns } = await import("../../operations/runs/openRuns.ts");
  const asOf = new Date();
  const { commands, unasked, open, silent, broken, unread } = await openRuns(root, stack, plane, found, asOf);
  sayUnreadRecords({ broken, unread: [] });
  for (const { id, by, heard } of silent)
    say(
      `${id} of ${by.arn ?? "somebody unknown"} has no end on record and was last heard of ${agoOf(heard, asOf)}: it is passed over; ${wordsText([pasted("npx patchplane runs", id, place)])} reads it\n`,
    );
  const known = new Set(open.map(({ id }) => id));
  const faults: readonly Fault[] = [
    ...open.map((run) => openRunFault(run, asOf)),
    ...commands
      .filter(({ run }) => !known.has(run))
      .map(({ location, run }) => ({
        path: "--anyway",
        message: `what ${run} has sent goes on in ${location}`,
        fix: `wait for it, or ask who began it: npx patchplane runs ${run}; ${onlyAnyway}`,
      })),
    ...[
      ...unasked.map(({ location, failure }) => `what goes on in ${location.name} is not readable: ${failure}`),
      ...unread.map(({ location, failure }) => `records in the bucket of ${location} are not readable: ${failure}`),
    ].map((why) => ({
      path: "--anyway",
      message: `whether somebody is at a run cannot be told: ${why}`,
      fix: `mend that; ${onlyAnyway}`,
    })),
  ];
  if (faults.length > 0) throw new UsageError(faults);
}
