import type { Plane } from "../../domain/plane.ts";
import { openRunsSince, runState } from "../../domain/runs/openRun.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import type { FailedLocation } from "../../domain/runs/serversRun.ts";
import { openCommands } from "../aws/stopping.ts";
import { isGone, readRuns, type RunsRead } from "./runRecords.ts";
import { inEach, type FoundServers } from "./servers.ts";

/** A run whose commands go on, as AWS shows it to everybody. */
export interface OpenCommands {
  readonly location: string;
  /** Id of the run, which its commands carry. */
  readonly run: string;
}

/** What goes on in some locations, whoever began it and wherever. */
export interface OpenRuns extends Pick<RunsRead, "broken" | "unread"> {
  /** Runs of which something is under way on servers. */
  readonly commands: readonly OpenCommands[];
  /** Locations whose commands could not be asked for. */
  readonly unasked: readonly FailedLocation[];
  /** Runs that somebody may be at, by their records, whether or not anything is under way. */
  readonly open: readonly Run[];
  /** Runs without an end of which nothing was heard for long. */
  readonly silent: readonly Run[];
}

const words = /^patchplane (\S+) \d+$/;

/**
 * Runs of operators that go on in the locations that answered: by the commands under way, 1 ListCommands for every 50 of
 * them, and by the records of the last days, with the calls of {@link readRuns}. A stop is none: what it disabled it says
 * itself.
 */
export async function openRuns(
  root: string,
  stack: string,
  plane: Plane,
  found: Pick<FoundServers, "reads">,
  asOf: Date,
): Promise<OpenRuns> {
  const answered = found.reads.flatMap((read) => ("failure" in read ? [] : [read]));
  const [commands, { runs, ...unread }] = await Promise.all([
    inEach(found, async ({ client, location }) => {
      const ids = (await openCommands(client)).flatMap(({ comment }) => words.exec(comment)?.[1] ?? []);
      return [...new Set(ids)].map((run) => ({ location: location.name, run }));
    }),
    readRuns(root, stack, plane, {
      since: openRunsSince(asOf),
      locations: answered.map(({ location }) => location.name),
    }),
  ]);
  const at = new Set(answered.map(({ location }) => location.name));
  const here = runs.filter(({ verb, locations }) => verb !== "stop" && locations.some(({ name }) => at.has(name)));
  const states = Map.groupBy(here, (run) => runState(run, asOf, isGone));
  return {
    ...unread,
    commands: commands.values.flat(),
    unasked: commands.failures,
    open: states.get("open") ?? [],
    silent: states.get("silent") ?? [],
  };
}
