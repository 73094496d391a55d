import type { SSMClient } from "@aws-sdk/client-ssm";
import { isHybrid, isOnline, type ManagedNode } from "../domain/fleet/managedNode.ts";
import type { PlacedServer } from "../domain/status/fleetStatus.ts";
import { reportedNodeId, type AzureView } from "../domain/onboarding/state.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { isAutoScaling, type Server } from "../domain/server.ts";
import type { AzureEndpoint } from "./azure/endpoint.ts";
import { readAzureVms, type SubscriptionRead } from "./azure/vms.ts";
import { readLocations, type LocationFacts, type LocationRead } from "./aws/locations.ts";
import type { RunSteps } from "./progress.ts";
import { serversAt } from "../domain/fleet/placement.ts";

/** What of AWS a command looks at, and how its steps are shown. */
export interface LocationScope {
  /** Names of locations; all of the plane where left out. */
  readonly locations?: readonly string[];
  /** Names of patch groups; all where left out. */
  readonly groups?: readonly string[];
  readonly runSteps: RunSteps;
}

/** What a command looks at, and how. */
export interface Scope extends LocationScope {
  readonly azure: AzureEndpoint;
}

/** The servers of a scope with their nodes, and what could not be read. */
export interface FleetNodes<T> {
  readonly reads: readonly LocationRead<T>[];
  readonly subscriptions: readonly SubscriptionRead[];
  readonly servers: readonly PlacedServer[];
}

function inScope(plane: Plane, scope: LocationScope): (server: Server) => boolean {
  return ({ patchGroup }) =>
    plane.groups[patchGroup]?.kind !== "elsewhere" && (scope.groups?.includes(patchGroup) ?? true);
}

/** Locations of a scope, in the plane's order. */
export function locationsOf(plane: Plane, scope: Pick<Scope, "locations">): readonly Location[] {
  return Object.values(plane.locations).filter(({ name }) => scope.locations?.includes(name) ?? true);
}

function unreadable(plane: Plane, location: Location, wanted: (server: Server) => boolean): readonly PlacedServer[] {
  const servers = serversAt(plane, location.name).filter(wanted);
  return servers.map((server) => ({
    server,
    location: location.name,
    machines: isAutoScaling(server) ? server.size : 1,
    readable: false,
  }));
}

function placed(
  location: Location,
  facts: LocationFacts,
  wanted: (server: Server) => boolean,
): readonly PlacedServer[] {
  return facts.servers
    .filter(({ server }) => wanted(server))
    .map(({ server, node }) => ({
      server,
      location: location.name,
      machines: 1,
      readable: true,
      ...withNode(facts, node),
    }));
}

function withNode(facts: LocationFacts, node: ManagedNode | undefined): Pick<PlacedServer, "node" | "patchGroupTag"> {
  if (node === undefined) return {};
  const patchGroupTag = facts.groupByNode.get(node.id);
  return { node, ...(patchGroupTag === undefined ? {} : { patchGroupTag }) };
}

/** Azure is asked for VMs that are no node yet, and for nodes that are silent. */
function isAsked({ server, readable, node }: PlacedServer): boolean {
  return server.azure !== undefined && readable && (node === undefined || !isOnline(node));
}

/**
 * Takes a VM's own word for its node where nothing else tells it: an agent that was registered before never received
 * the tags of its activation. Only a node that belongs to no other server can be claimed so.
 */
function withAzure(
  server: PlacedServer,
  views: ReadonlyMap<string, AzureView>,
  facts: LocationFacts | undefined,
): PlacedServer {
  const azure = views.get(server.server.id);
  if (azure === undefined) return server;
  const claimed = server.node === undefined ? reportedNodeId(azure) : undefined;
  const node = facts?.foreign.find(({ id }) => id === claimed);
  return {
    ...server,
    azure,
    ...(facts === undefined ? {} : withNode(facts, node)),
    ...(server.node === undefined ? {} : { node: server.node }),
  };
}

/** Ids of the nodes that a scope's servers have or, as far as can be told before Azure is asked, may have. */
export function nodeIdsOf(plane: Plane, scope: LocationScope, facts: LocationFacts): readonly string[] {
  const wanted = facts.servers.filter(({ server }) => inScope(plane, scope)(server));
  const own = wanted.flatMap(({ node }) => node?.id ?? []);
  const lacking = wanted.some(({ server, node }) => server.azure !== undefined && node === undefined);
  const claimable = lacking ? facts.foreign.map(({ id }) => id).filter(isHybrid) : [];
  return [...own, ...claimable];
}

/**
 * Finds the node of every server of a scope: locations first, then Azure for what they leave open.
 * @param more - what else to read of a location, once its nodes are known
 */
export async function fleetNodes<T>(
  plane: Plane,
  scope: Scope,
  more: (client: SSMClient, location: Location, facts: LocationFacts) => Promise<T>,
): Promise<FleetNodes<T>> {
  const reads = await readLocations(plane, locationsOf(plane, scope), scope.runSteps, more);
  const wanted = inScope(plane, scope);
  const found = reads.flatMap((read) =>
    "failure" in read ? unreadable(plane, read.location, wanted) : placed(read.location, read.facts, wanted),
  );
  const asked = found.filter(isAsked).map(({ server }) => server);
  const subscriptions = await readAzureVms(plane, asked, scope.azure, scope.runSteps);
  const views = new Map(subscriptions.flatMap((subscription) => [...subscription.views]));
  const facts = new Map(reads.flatMap((read) => ("facts" in read ? [[read.location.name, read.facts] as const] : [])));
  return {
    reads,
    subscriptions,
    servers: found.map((server) => withAzure(server, views, facts.get(server.location))),
  };
}
