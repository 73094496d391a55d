import pMap from "p-map";
import { openCommands } from "../aws/stopping.ts";
import type { FoundServers } from "./servers.ts";

/** A run whose commands go on, as AWS shows it to everybody. */
export interface OpenRun {
  readonly location: string;
  /** Id of the run, which its commands carry. */
  readonly run: string;
}

const words = /^patchplane (\S+) \d+$/;
const concurrency = 8;

/**
 * Runs of operators that go on in the locations that answered, whoever began them: 1 ListCommands for every 50 commands
 * under way.
 */
export async function openRuns({ reads }: Pick<FoundServers, "reads">): Promise<readonly OpenRun[]> {
  const all = await pMap(
    reads,
    async (read) => {
      if ("failure" in read) return [];
      const ids = (await openCommands(read.client)).flatMap(({ comment }) => words.exec(comment)?.[1] ?? []);
      return [...new Set(ids)].map((run) => ({ location: read.location.name, run }));
    },
    { concurrency },
  );
  return all.flat();
}
