import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Location, Plane } from "../../domain/plane.ts";
import { recordLines, runOf, type NodeResult } from "../../domain/runs/runRecord.ts";
import { reachable, type FailedLocation, type Reachable, type ServerReport } from "../../domain/runs/serversRun.ts";
import { locationsOf, placedServers, type PlacedServer } from "../../domain/status/placedServers.ts";
import { counted, withCounts } from "../../domain/text.ts";
import { awsFailure } from "../aws/failure.ts";
import { known } from "../aws/known.ts";
import { readLocations, type LocationRead } from "../aws/locations.ts";
import type { LocationScope } from "../fleetNodes.ts";
import type { RunSteps, Step, StepOutcome } from "../progress.ts";
import type { RunRecord } from "./runRecords.ts";

const locationsAtOnce = 8;

/** The servers that were chosen, and the locations that answered. */
export interface FoundServers {
  readonly placed: readonly PlacedServer[];
  readonly reads: readonly LocationRead<undefined>[];
  readonly failures: readonly FailedLocation[];
}

/** Reads which servers a choice takes, and their nodes; a location that fails is part of the answer. */
export async function findServers(
  plane: Plane,
  scope: LocationScope,
  isChosen: (placed: PlacedServer) => boolean,
): Promise<FoundServers> {
  const reads = await readLocations(plane, locationsOf(plane, scope), scope.runSteps, () => Promise.resolve(undefined));
  return {
    placed: placedServers(plane, scope, reads).filter(isChosen),
    reads,
    failures: reads.flatMap((read) => ("failure" in read ? [{ location: read.location, failure: read.failure }] : [])),
  };
}

/**
 * The same servers where some locations turned out to be unreadable: nothing is sent there, and they are told as such.
 */
export function withFailures(found: FoundServers, failures: readonly FailedLocation[]): FoundServers {
  const failed = new Map(failures.map(({ location, failure }) => [location.name, failure]));
  return {
    placed: found.placed.map((each) => (failed.has(each.location) ? { ...each, readable: false } : each)),
    reads: found.reads.map((read) => {
      const failure = failed.get(read.location.name);
      return failure === undefined ? read : { location: read.location, failure };
    }),
    failures: [...found.failures, ...failures],
  };
}

/**
 * Reads something in every location that answered, side by side; one that fails now is part of the answer.
 * @param asks - with the location's client
 */
export async function inEach<T>(
  { reads }: Pick<FoundServers, "reads">,
  asks: (site: Pick<Site, "location" | "client">) => Promise<T>,
): Promise<{ readonly values: readonly T[]; readonly failures: readonly FailedLocation[] }> {
  const answered = reads.flatMap((read) => ("failure" in read ? [] : [read]));
  const all = await pMap(
    answered,
    async (site) => ({ location: site.location, answer: await known(site.location, () => asks(site)) }),
    { concurrency: locationsAtOnce },
  );
  return {
    values: all.flatMap(({ answer }) => ("value" in answer ? [answer.value] : [])),
    failures: all.flatMap(({ location, answer }) =>
      "unknown" in answer ? [{ location, failure: answer.unknown }] : [],
    ),
  };
}

/** What was done in all locations. */
export interface Done {
  readonly results: readonly NodeResult[];
  /** By node id. */
  readonly reports: ReadonlyMap<string, ServerReport>;
  readonly failures: readonly FailedLocation[];
}

/** A location that answered, with the chosen servers that have a node there. */
export interface Site {
  readonly location: Location;
  readonly client: SSMClient;
  readonly servers: readonly Reachable[];
  readonly show: (line: string) => void;
}

/** What the record says of a run's servers. */
export function recordedResults(record: RunRecord): readonly NodeResult[] {
  return runOf(recordLines(record.text()) ?? [])?.results ?? [];
}

function told({ name }: Location, results: readonly NodeResult[]): StepOutcome<undefined> {
  const own = results.filter(({ location }) => location === name);
  const done = own.filter(({ outcome }) => outcome === "done").length;
  const counts = withCounts([
    [done, `${String(done)} done`],
    [own.length - done, `${String(own.length - done)} not`],
  ]);
  return { value: undefined, line: `${name}: ${counts}`, failed: own.length > done };
}

/**
 * Does something in every location that has some of the servers, side by side; one that fails is part of the answer,
 * and so is what the record says of its servers until then.
 * @param does - writes each server's result into the record, and answers what the nodes reported, by node id
 */
export async function everywhere(
  { placed, reads, failures }: FoundServers,
  runSteps: RunSteps,
  record: RunRecord,
  does: (site: Site) => Promise<ReadonlyMap<string, ServerReport>>,
): Promise<Done> {
  const reports = new Map<string, ServerReport>();
  const failed: FailedLocation[] = [...failures];
  const steps = reads.flatMap((read): readonly Step<undefined>[] => {
    const { location } = read;
    const servers = reachable(placed.filter((each) => each.location === location.name));
    if ("failure" in read || servers.length === 0) return [];
    return [
      {
        title: `${location.name} (${location.accountId}, ${location.region}): ${counted(servers.length, "server")}`,
        act: async (show) => {
          try {
            const reported = await does({ location, client: read.client, servers, show });
            for (const [node, report] of reported) reports.set(node, report);
            return told(location, recordedResults(record));
          } catch (error) {
            const failure = awsFailure(error, location);
            record.write({ line: "failed", location: location.name, failure });
            failed.push({ location, failure });
            return { value: undefined, line: `${location.name}: ${failure}`, failed: true };
          }
        },
      },
    ];
  });
  await runSteps(steps);
  return { results: recordedResults(record), reports, failures: failed };
}
