import { wavesOf } from "../../domain/runs/installPlan.ts";
import { countFailures, unsent } from "../../domain/runs/nodeResult.ts";
import { reachable, type ServerReport } from "../../domain/runs/serversRun.ts";
import { counted } from "../../domain/text.ts";
import type { Plane } from "../../domain/plane.ts";
import type { RunSteps } from "../progress.ts";
import { copyRecord } from "./recordCopies.ts";
import type { RunRecord } from "./runRecords.ts";
import { everywhere, recordedResults, type Done, type FoundServers, type Site } from "./servers.ts";

/** How waves follow each other. */
export interface WaveOptions {
  readonly record: RunRecord;
  readonly runSteps: RunSteps;
  /** Servers of the first wave; each next one is twice as large. */
  readonly canary: number;
  /** Servers that may fail before no more are begun. */
  readonly maxErrors: number;
  /** Milliseconds, by `performance.now()`, after which no wave is begun; no end where it is left out. */
  readonly end?: number;
}

/**
 * Does something with a few servers first, then in waves that double, over all locations together. A wave begins when
 * the one before has come to its end; once more servers have failed than may, or a location has, the rest is left out.
 * Between two waves the buckets of the locations get the record, so that colleagues see how far it is.
 * @param does - is told how many more servers may fail
 */
export async function inWaves(
  plane: Plane,
  found: FoundServers,
  { record, runSteps, canary, maxErrors, end = Infinity }: WaveOptions,
  does: (site: Site, mayFail: number) => Promise<ReadonlyMap<string, ServerReport>>,
): Promise<Done> {
  const reports = new Map<string, ServerReport>();
  let { failures } = found;
  const servers = reachable(found.placed);
  const locations = [...new Set(servers.map(({ location }) => location))];
  const waves = wavesOf(servers, canary);
  for (const [at, wave] of waves.entries()) {
    if (at > 0) await copyRecord(plane, record, locations);
    const failed = countFailures(recordedResults(record).filter(({ outcome }) => outcome !== "notReached"));
    const why =
      failures.length > found.failures.length
        ? "a location failed"
        : failed > maxErrors
          ? `${counted(failed, "server")} had failed`
          : performance.now() > end
            ? "the window begins nothing more"
            : undefined;
    if (why !== undefined) {
      for (const { location, node } of wave)
        record.write({ line: "result", ...unsent(location, node.id, "notReached", `not begun, because ${why}`) });
      continue;
    }
    const shown: RunSteps = (steps) =>
      runSteps(
        steps.map((step) => ({
          ...step,
          title: `${String(at + 1)} of ${counted(waves.length, "wave")}, ${step.title}`,
        })),
      );
    const done = await everywhere({ ...found, failures, placed: wave }, shown, record, (site) =>
      does(site, maxErrors - failed),
    );
    for (const [node, report] of done.reports) reports.set(node, report);
    ({ failures } = done);
  }
  return { results: recordedResults(record), reports, failures };
}
