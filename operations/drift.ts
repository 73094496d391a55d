import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { foreignAssociations, foreignWindows, lookupsOf } from "../domain/drift/foreign.ts";
import { lookupKey, type LiveAssociation, type LiveLocation, type LiveWindow } from "../domain/drift/location.ts";
import { judgeLocation, unreadLocation, type LivePlan } from "../domain/drift/judgeLocation.ts";
import { plannedLocation, type PlannedLocation } from "../domain/stack/plannedLocation.ts";
import { regionalName } from "../domain/stack/awsNames.ts";
import { isHybrid } from "../domain/fleet/managedNode.ts";
import { joinNodes } from "../domain/fleet/nodeJoin.ts";
import { serversAt } from "../domain/fleet/placement.ts";
import { vmIdFindings } from "../domain/drift/vmIds.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { locationsOf, type LocationFacts } from "../domain/status/placedServers.ts";
import type { Scope } from "./fleetNodes.ts";
import { minutesInHistory } from "./learned.ts";
import { readVmIds } from "./azure/vmIds.ts";
import { liveAssociations } from "./aws/associations.ts";
import { defaultBaselines, liveBaselines, liveRegistrations, usedBaselines } from "./aws/baselines.ts";
import { grantedQuotas, instanceTier, lambdaConcurrency } from "./aws/limits.ts";
import { known } from "./aws/known.ts";
import { dataSyncNames } from "./aws/support.ts";
import { liveWindows } from "./aws/windows.ts";
import { closeLocations, readLocations } from "./aws/locations.ts";
import { nodeIdsMatching, patchStates } from "./aws/nodes.ts";
import { takes } from "../domain/values.ts";

/** Tag queries at a time in one location. */
const concurrency = 4;

/** Nodes that tags select in what somebody else has, where only AWS can tell. */
async function taggedNodes(
  client: SSMClient,
  windows: readonly LiveWindow[],
  associations: readonly LiveAssociation[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = async ({ key, value }: { readonly key: string; readonly value: string }) =>
    [lookupKey(key, value), await nodeIdsMatching(client, key, value)] as const;
  return new Map(await pMap(lookupsOf(windows, associations), read, { concurrency }));
}

/** What is deployed, what will be, and the groups that are looked at. */
export interface Asked {
  readonly plane: Plane;
  readonly coming: Plane;
  readonly groups: readonly string[] | undefined;
}

async function readBaselines(client: SSMClient, planned: PlannedLocation, groups: readonly string[] | undefined) {
  const pairs = planned.registrations.filter(({ group }) => takes(groups, group));
  const systems = planned.defaults.map(({ operatingSystem }) => operatingSystem);
  const [baselines, registrations, used, defaults] = await Promise.all([
    liveBaselines(client, new Set(planned.baselines.keys())),
    liveRegistrations(client),
    usedBaselines(client, pairs),
    defaultBaselines(client, [...new Set(systems)]),
  ]);
  return { baselines, registrations, used, defaults };
}

/** What a location holds, as far as the stack's purpose goes, for `judgeLocation`. */
export async function readLive(
  client: SSMClient,
  { plane, coming, groups }: Asked,
  location: Location,
  facts: LocationFacts,
): Promise<LiveLocation> {
  const planned = plannedLocation(plane, location);
  const names = { own: new Set(planned.associations.keys()), prefix: regionalName(plane.environment, "") };
  const concerned = facts.servers.filter(({ server }) => takes(groups, server.patchGroup));
  const { reporter } = plannedLocation(coming, location);
  const [baselines, windows, associations, quotas, tier, syncs, lambda, states] = await Promise.all([
    readBaselines(client, planned, groups),
    liveWindows(client, new Set(planned.windows.keys())),
    liveAssociations(client, names),
    grantedQuotas(location),
    instanceTier(client, location),
    coming.reports.syncInventory ? known(location, () => dataSyncNames(client)) : undefined,
    reporter?.reserved === true ? lambdaConcurrency(location, reporter.functionName) : undefined,
    patchStates(
      client,
      concerned.flatMap(({ node }) => node?.id ?? []),
    ),
  ]);
  const tagged = await taggedNodes(
    client,
    foreignWindows(planned, windows),
    foreignAssociations(planned, associations),
  );
  return {
    ...baselines,
    windows,
    associations,
    quotas,
    tier,
    ...(syncs === undefined ? {} : { dataSyncs: syncs }),
    ...(lambda === undefined ? {} : { lambda }),
    states,
    tagged,
    servers: facts.servers,
    comingServers: coming === plane ? facts.servers : joinNodes(serversAt(coming, location.name), facts),
    activations: facts.activations,
    managedNodes: facts.nodes.length,
    hybridNodes: facts.nodes.filter(({ id }) => isHybrid(id)).length,
  };
}

/**
 * What only the cloud knows of a plane: drift, the baselines really used, what somebody else patches, limits left,
 * activations that nobody used, VMs that are others than their rows say. AWS is asked, and Azure for the list of VMs, by
 * reading; a location that fails is a row with the reason.
 * @param plane - what is deployed: drift is against it
 * @param asOf - the instant that decides what has expired
 * @param coming - what will be deployed next: limits, and what somebody else patches, are judged for it. A location
 *   that only it has is judged by it alone
 * @param learns - whether the command history is read as well, for how long installations took
 */
export async function livePlan(
  plane: Plane,
  asOf: Date,
  scope: Scope,
  coming: Plane = plane,
  learns = false,
): Promise<LivePlan> {
  const { groups } = scope;
  const vmIds = await readVmIds(coming, scope);
  const rowsOf = async (asked: Asked, locations: readonly Location[]): Promise<LivePlan["locations"]> => {
    const reads = await readLocations(asked.plane, locations, scope.runSteps, async (client, location, facts) => {
      const live = await readLive(client, asked, location, facts);
      return learns ? { live, learned: await minutesInHistory(client, asked.plane, location, facts, asOf) } : { live };
    });
    closeLocations(reads);
    return reads.map((read) => {
      if ("failure" in read) return unreadLocation(read.location, read.failure);
      const { live, ...learned } = read.more;
      const judged = judgeLocation(asked.plane, read.location, live, asOf, asked);
      const findings = [...judged.findings, ...vmIdFindings(coming, read.location, vmIds, groups)];
      return { ...judged, ...learned, findings };
    });
  };
  const added = locationsOf(coming, scope).filter(({ name }) => plane.locations[name] === undefined);
  return {
    asOf: asOf.toISOString(),
    locations: [
      ...(await rowsOf({ plane, coming, groups }, locationsOf(plane, scope))),
      ...(await rowsOf({ plane: coming, coming, groups }, added)),
    ],
  };
}
