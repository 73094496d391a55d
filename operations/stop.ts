import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Location, Plane } from "../domain/plane.ts";
import type { Caller, RunAction, ActionResult } from "../domain/runs/runRecord.ts";
import { stopActions, type Stoppable } from "../domain/runs/stoppable.ts";
import { untouched, type FoundLocation, type StoppedLocation } from "../domain/runs/stopped.ts";
import { plannedLocation } from "../domain/stack/plannedLocation.ts";
import { locationsOf } from "../domain/status/placedServers.ts";
import { withCounts } from "../domain/text.ts";
import { ssmClient } from "./aws/clients.ts";
import { whoAsks } from "./aws/callers.ts";
import { awsFailure, isRefusal } from "./aws/failure.ts";
import { act, readStoppable } from "./aws/stopping.ts";
import type { LocationScope } from "./fleetNodes.ts";
import type { Step, StepOutcome } from "./progress.ts";
import type { RunRecord } from "./runs/runRecords.ts";

/** Longest that a location's calls may take together, once for reading and once for stopping. */
const wholeLimit = 120_000;
/** Calls at a time in one location. */
const concurrency = 8;
/** A command that begins while its run is cancelled is met by the next reading; nothing begins after that. */
const mostReadings = 4;

const outcomes = { done: "done", refused: "refused", unknown: "not known to be done" } as const;

/** A step in a location with a client of its own: what fails is the row that `failed` makes of it. */
function step<T>(
  location: Location,
  does: (client: SSMClient) => Promise<StepOutcome<T>>,
  failed: (failure: string) => T,
): Step<T> {
  return {
    title: `${location.name} (${location.accountId}, ${location.region})`,
    act: async () => {
      const client = ssmClient(location, wholeLimit);
      try {
        return await does(client);
      } catch (error) {
        const failure = awsFailure(error, location);
        return { value: failed(failure), line: `${location.name}: ${failure}`, failed: true };
      } finally {
        client.destroy();
      }
    },
  };
}

function read(client: SSMClient, plane: Plane, location: Location): Promise<Stoppable> {
  return readStoppable(client, plane.environment, plannedLocation(plane, location));
}

/** What a stop would end, location by location, by reading alone; and who asks. */
export async function findStoppable(
  plane: Plane,
  scope: LocationScope,
): Promise<{ readonly who: Caller; readonly locations: readonly FoundLocation[] }> {
  const locations = locationsOf(plane, scope);
  const steps = locations.map((location) =>
    step<FoundLocation>(
      location,
      async (client) => {
        const found = await read(client, plane, location);
        const { windows, runs, commands } = found;
        const line = `${location.name}: ${String(windows.length)} enabled, ${String(runs.length + commands.length)} running`;
        return { value: { location, found }, line, failed: false };
      },
      (failure) => ({ location, found: { failure } }),
    ),
  );
  const [who, found] = await Promise.all([whoAsks(plane), scope.runSteps(steps)]);
  return { who, locations: found };
}

/** Does one action, with a line of the record before it and one after it. */
async function recorded(
  client: SSMClient,
  location: Location,
  record: RunRecord,
  action: RunAction,
): Promise<ActionResult> {
  record.write({ line: "asked", ...action });
  const end = await act(client, action).then(
    () => ({ outcome: "done" as const, failure: null }),
    (error: unknown) => ({
      outcome: isRefusal(error) ? ("refused" as const) : ("unknown" as const),
      failure: awsFailure(error, location),
    }),
  );
  record.write({ line: "answered", ...action, ...end });
  return { ...action, ...end };
}

function told(location: Location, value: StoppedLocation): StepOutcome<StoppedLocation> {
  const counts = (["done", "refused", "unknown"] as const).map((outcome) => {
    const count = value.results.filter((each) => each.outcome === outcome).length;
    return [count, `${String(count)} ${outcomes[outcome]}`] as const;
  });
  const failed = value.results.some(({ outcome }) => outcome !== "done");
  return { value, line: `${location.name}: ${withCounts(counts) || "nothing to do"}`, failed };
}

/**
 * Stops what was found, and whatever has begun since: windows are disabled first, then their runs and commands are
 * cancelled, and the location is read until nothing new shows. Locations go side by side; one that fails is a row.
 */
export async function stopFound(
  plane: Plane,
  found: readonly FoundLocation[],
  { runSteps }: Pick<LocationScope, "runSteps">,
  record: RunRecord,
): Promise<readonly StoppedLocation[]> {
  const steps = found.map((before) => {
    const { location } = before;
    const results: ActionResult[] = [];
    return step<StoppedLocation>(
      location,
      async (client) => {
        let now = "failure" in before.found ? await read(client, plane, location) : before.found;
        const disabledBefore = now.disabled;
        const tried = new Set<string>();
        for (let readings = 0; readings < mostReadings; readings += 1) {
          const actions = stopActions(location.name, now).map((all) => all.filter(({ id }) => !tried.has(id)));
          if (actions.flat().length === 0) break;
          for (const { id } of actions.flat()) tried.add(id);
          for (const alike of actions)
            results.push(...(await pMap(alike, (each) => recorded(client, location, record, each), { concurrency })));
          now = await read(client, plane, location);
        }
        return told(location, { location, results, left: now.left, disabledBefore });
      },
      (failure) => {
        record.write({ line: "failed", location: location.name, failure });
        return { ...untouched(before), results, failure };
      },
    );
  });
  return runSteps(steps);
}

/** Enables windows again; one whose location the stack file has no longer, or has elsewhere, is a row. */
export async function enableWindows(
  plane: Plane,
  windows: readonly RunAction[],
  stoppedAt: readonly Pick<Location, "name" | "accountId" | "region">[],
  { runSteps }: Pick<LocationScope, "runSteps">,
  record: RunRecord,
): Promise<readonly StoppedLocation[]> {
  const wanted = stoppedAt.filter(({ name }) => windows.some(({ location }) => location === name));
  const known = Object.values(plane.locations).filter((location) =>
    wanted.some(
      ({ name, accountId, region }) =>
        name === location.name && accountId === location.accountId && region === location.region,
    ),
  );
  const gone = wanted.filter(({ name }) => !known.some((location) => location.name === name));
  const nothing = { left: [], disabledBefore: 0 };
  const steps = known.map((location) =>
    step<StoppedLocation>(
      location,
      async (client) => {
        const own = windows.filter((each) => each.location === location.name);
        const results = await pMap(own, (each) => recorded(client, location, record, each), { concurrency });
        return told(location, { location, results, ...nothing });
      },
      (failure) => ({ location, results: [], ...nothing, failure }),
    ),
  );
  const failure = "the stack file has no such location in this account and Region: enable its windows by hand";
  return [...(await runSteps(steps)), ...gone.map((location) => ({ location, results: [], ...nothing, failure }))];
}
