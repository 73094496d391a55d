import type { SSMClient } from "@aws-sdk/client-ssm";
import { freshnessOf } from "../domain/status/freshness.ts";
import { baselineName, regionalName } from "../domain/stack/awsNames.ts";
import type {
  AutoScalingStatus,
  ElsewhereStatus,
  FleetStatus,
  LocationStatus,
  PlacedServer,
  ServerStatus,
} from "../domain/status/fleetStatus.ts";
import type { PatchState } from "../domain/fleet/managedNode.ts";
import { newestActivation } from "../domain/fleet/nodeJoin.ts";
import { onboardingStatus, type OnboardingStatus } from "../domain/onboarding/state.ts";
import { placementOf, serversAt } from "../domain/fleet/placement.ts";
import type { Plane } from "../domain/plane.ts";
import { isAutoScaling, operatingSystemOf, type Server } from "../domain/server.ts";
import { verdictOf } from "../domain/status/verdict.ts";
import { fleetNodes, locationsOf, nodeIdsOf, type FleetNodes, type Scope } from "./fleetNodes.ts";
import { closeLocations, type LocationFacts, type LocationRead } from "./aws/locations.ts";
import { ownBaselines, patchStates } from "./aws/nodes.ts";

interface PatchFacts {
  /** Ids by AWS's name. */
  readonly baselines: Readonly<Record<string, readonly string[]>>;
  readonly states: ReadonlyMap<string, PatchState>;
}

type StatusRead = LocationRead<PatchFacts>;

function intended(plane: Plane, server: Server, read: StatusRead) {
  const group = plane.groups[server.patchGroup];
  const name = group?.kind === "managed" ? group.baselines[operatingSystemOf(server)] : undefined;
  if (name === undefined) return { baselineIds: [], availableSecurityCounts: false };
  const predefined = read.location.predefinedBaselines[name];
  const own = "more" in read ? (read.more.baselines[baselineName(plane.environment, name)] ?? []) : [];
  const baseline = plane.baselines[name];
  return {
    baselineName: name,
    baselineIds: predefined === undefined ? own : [predefined],
    availableSecurityCounts:
      baseline?.operatingSystem === "WINDOWS" && baseline.availableSecurityUpdatesComplianceStatus === "NON_COMPLIANT",
  };
}

function onboardingOf(
  plane: Plane,
  placed: PlacedServer,
  facts: LocationFacts,
  reads: readonly StatusRead[],
): OnboardingStatus | undefined {
  const { server, location, node, azure } = placed;
  if (server.azure === undefined) return undefined;
  const activation = newestActivation(facts.activations.values(), server.azure.vmId);
  const known = reads.flatMap((read) => ("facts" in read ? [read] : []));
  const names = known.map((read) => read.location.name);
  return onboardingStatus({
    server,
    location,
    tagged: placed.patchGroupTag === server.patchGroup,
    ...(node === undefined ? {} : { node }),
    ...(activation === undefined ? {} : { activation }),
    ...(azure === undefined ? {} : { azure }),
    locationOfNode: (id) => known.find((read) => read.facts.nodes.some((each) => each.id === id))?.location.name,
    unreadLocations: Object.keys(plane.locations).filter((name) => !names.includes(name)),
  });
}

function serverStatuses(plane: Plane, asOf: Date, { reads, servers }: FleetNodes<PatchFacts>): readonly ServerStatus[] {
  const byName = new Map(reads.map((read) => [read.location.name, read]));
  const freshness = freshnessOf(plane, asOf);
  return servers.flatMap((placed) => {
    const read = byName.get(placed.location);
    if (read === undefined) return [];
    const { azure: _asked, ...shown } = placed;
    const { node, server } = placed;
    const scan = "more" in read && node !== undefined ? read.more.states.get(node.id) : undefined;
    const freshSince = freshness(server.patchGroup, placed.location).since;
    const judgement = verdictOf({
      readable: placed.readable,
      managed: node !== undefined,
      ...(scan === undefined ? {} : { scan }),
      ...intended(plane, server, read),
      freshSince,
    });
    const onboarding = "facts" in read ? onboardingOf(plane, placed, read.facts, reads) : undefined;
    return [
      {
        ...shown,
        judgement,
        freshSince,
        ...(scan === undefined ? {} : { scan }),
        ...(onboarding === undefined ? {} : { onboarding }),
      },
    ];
  });
}

function locationStatus(read: StatusRead, servers: readonly PlacedServer[]): LocationStatus {
  if ("failure" in read) return { ...read, foreign: [], repeatedBaselines: [] };
  const claimed = new Set(servers.flatMap(({ node }) => node?.id ?? []));
  return {
    location: read.location,
    foreign: read.facts.foreign
      .filter(({ id }) => !claimed.has(id))
      .map((node) => {
        const patchGroupTag = read.facts.groupByNode.get(node.id);
        return patchGroupTag === undefined ? node : { ...node, patchGroupTag };
      }),
    repeatedBaselines: Object.entries(read.more.baselines)
      .filter(([, ids]) => ids.length > 1)
      .map(([name]) => name)
      .sort(),
  };
}

function elsewhereIn(plane: Plane, scope: Pick<Scope, "locations" | "groups">): readonly ElsewhereStatus[] {
  const names = locationsOf(plane, scope).map(({ name }) => name);
  return Object.values(plane.groups).flatMap((group) => {
    if (group.kind !== "elsewhere" || !(scope.groups?.includes(group.name) ?? true)) return [];
    const servers = names.flatMap((name) => placementOf(plane).get(name)?.get(group.name) ?? []);
    return servers.length === 0 ? [] : [{ group: group.name, servers: servers.length, by: group.patchedElsewhere }];
  });
}

function autoScalingOf(plane: Plane, scope: Scope, reads: readonly StatusRead[]): readonly AutoScalingStatus[] {
  return reads.flatMap((read) => {
    if ("failure" in read) return [];
    return serversAt(plane, read.location.name)
      .filter((server) => isAutoScaling(server) && (scope.groups?.includes(server.patchGroup) ?? true))
      .map((server) => ({
        server,
        location: read.location.name,
        nodes: read.facts.autoScaling.get(server.id)?.length ?? 0,
      }));
  });
}

/**
 * What the clouds know of every server of the fleet that this stack patches: each has exactly one verdict. It needs no
 * Pulumi state: baselines are found by the names that the stack gives them, Azure VMs by their activations' tags.
 * A location or a subscription that fails is part of the answer; nothing of it counts as fine.
 * @param asOf - the instant that decides what is stale
 */
export async function fleetStatus(plane: Plane, asOf: Date, scope: Scope): Promise<FleetStatus> {
  const prefix = regionalName(plane.environment, "");
  const found = await fleetNodes(plane, scope, async (client: SSMClient, _location, facts): Promise<PatchFacts> => {
    const [baselines, states] = await Promise.all([
      ownBaselines(client, prefix),
      patchStates(client, nodeIdsOf(plane, scope, facts)),
    ]);
    return { baselines, states };
  });
  closeLocations(found.reads);
  return {
    asOf,
    servers: serverStatuses(plane, asOf, found),
    locations: found.reads.map((read) => locationStatus(read, found.servers)),
    unreadableSubscriptions: found.subscriptions.flatMap(({ subscription, failure }) =>
      failure === undefined ? [] : [{ name: subscription.name, failure }],
    ),
    autoScaling: autoScalingOf(plane, scope, found.reads),
    elsewhere: elsewhereIn(plane, scope),
  };
}
