import { PublishCommand } from "@aws-sdk/client-sns";
import pMap from "p-map";
import type { Location, Plane } from "../../domain/plane.ts";
import type { SiteCaller } from "../../domain/runs/breakGlass.ts";
import { unsent } from "../../domain/runs/nodeResult.ts";
import { recordLines, runOf, type Run } from "../../domain/runs/runRecord.ts";
import { reachable, type FailedLocation } from "../../domain/runs/serversRun.ts";
import { topicArn } from "../../domain/stack/arns.ts";
import { locationNames } from "../../domain/stack/locationNames.ts";
import { snsClient } from "../aws/clients.ts";
import { siteCallerOf } from "../aws/callers.ts";
import { awsFailure, isRefusal } from "../aws/failure.ts";
import type { RunRecord } from "./runRecords.ts";
import type { FoundServers } from "./servers.ts";

const concurrency = 8;

/** What a topic is told. */
export interface Notice {
  /** At most 100 printable ASCII characters, which is what SNS takes. */
  readonly subject: string;
  /** At most 256 KiB. */
  readonly text: string;
}

/** Who works in each of some locations: 1 GetCallerIdentity a location. */
export function siteCallers(locations: readonly Location[]): Promise<readonly SiteCaller[]> {
  return pMap(locations, async (location) => ({ location, caller: await siteCallerOf(location) }), { concurrency });
}

/** Tells a location's topic, with a line of the record before it and one after it; answers why it could not be told. */
async function tellTopic(
  { environment }: Plane,
  location: Location,
  record: RunRecord,
  { subject, text }: Notice,
): Promise<string | undefined> {
  const name = locationNames(environment, location).topic;
  const arn = topicArn(location, name);
  const action = { location: location.name, action: "tellTopic", id: arn, name } as const;
  const client = snsClient(location);
  record.write({ line: "asked", ...action });
  try {
    const told = await client.send(new PublishCommand({ TopicArn: arn, Subject: subject, Message: text }));
    record.write({ line: "answered", ...action, outcome: "done", failure: null, got: told.MessageId ?? "" });
    return undefined;
  } catch (error) {
    const failure = awsFailure(error, location);
    record.write({ line: "answered", ...action, outcome: isRefusal(error) ? "refused" : "unknown", failure });
    return failure;
  } finally {
    client.destroy();
  }
}

/**
 * Tells the topic of every location that a run touches of it, before anything is sent anywhere: 1 Publish a location.
 * Where that fails the run is over, and on record so.
 * @param noticeOf - what a location is told of the run, as its record has it until then
 * @returns the servers of the locations that were told
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export async function tellTopics(
  plane: Plane,
  found: FoundServers,
  record: RunRecord,
  noticeOf: (run: Run, location: Location) => Notice,
): Promise<FoundServers> {
  const run = runOf(recordLines(record.text()) ?? []);
  if (run === undefined) throw new Error(`${record.id} is no record of a run`);
  const servers = Map.groupBy(reachable(found.placed), ({ location }) => location);
  const touched = found.reads.map(({ location }) => location).filter(({ name }) => servers.has(name));
  const told = await pMap(
    touched,
    async (location): Promise<readonly FailedLocation[]> => {
      const failure = await tellTopic(plane, location, record, noticeOf(run, location));
      if (failure === undefined) return [];
      const why = `its topic could not be told: ${failure}`;
      record.write({ line: "failed", location: location.name, failure: why });
      for (const { node } of servers.get(location.name) ?? [])
        record.write({ line: "result", ...unsent(location.name, node.id, "notReached", `not begun, because ${why}`) });
      return [{ location, failure: why }];
    },
    { concurrency },
  );
  const failures = told.flat();
  const silent = new Set(failures.map(({ location }) => location.name));
  return {
    ...found,
    placed: found.placed.filter(({ location }) => !silent.has(location)),
    failures: [...found.failures, ...failures],
  };
}
