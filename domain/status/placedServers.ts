import { isHybrid, isOnline, type ManagedNode } from "../fleet/managedNode.ts";
import type { JoinedServer, NodeFacts } from "../fleet/nodeJoin.ts";
import { serversAt } from "../fleet/placement.ts";
import { reportedNodeId, type AzureView } from "../onboarding/state.ts";
import type { Location, Plane, Subscription } from "../plane.ts";
import { isAutoScaling, type Server } from "../server.ts";
import { takes } from "../values.ts";

/** What of a fleet is looked at. */
export interface FleetScope {
  /** Names of locations; all of the plane where left out. */
  readonly locations?: readonly string[];
  /** Names of patch groups; all where left out. */
  readonly groups?: readonly string[];
}

/** What one location's Systems Manager says of its nodes. */
export interface LocationFacts extends NodeFacts {
  /** Every row of the fleet file that is placed there, with its node. */
  readonly servers: readonly JoinedServer[];
  /** Nodes that no row of the fleet file stands for. */
  readonly foreign: readonly ManagedNode[];
  /** Value of the PatchGroup tag by node id, for the values that the plane or the fleet file knows. */
  readonly groupByNode: ReadonlyMap<string, string>;
}

/** What a location answered, or why it did not. */
export type LocationAnswer =
  | { readonly location: Location; readonly facts: LocationFacts }
  | { readonly location: Location; readonly failure: string };

/** What a subscription said of the VMs it was asked for. */
export interface SubscriptionAnswer {
  readonly subscription: Subscription;
  /** By server id. */
  readonly views: ReadonlyMap<string, AzureView>;
  /** Why it could not be read, where it could not. */
  readonly failure?: string;
}

/** A server of the fleet file and where it is found. */
export interface PlacedServer {
  readonly server: Server;
  readonly location: string;
  /** Machines the entry stands for: 1, or an Auto Scaling group's size while its location is not readable. */
  readonly machines: number;
  readonly readable: boolean;
  readonly node?: ManagedNode;
  /** Value of the node's PatchGroup tag, where it is one that the plane or the fleet file knows. */
  readonly patchGroupTag?: string;
  /** Present where Azure was asked. */
  readonly azure?: AzureView;
}

function inScope(plane: Plane, scope: FleetScope): (server: Server) => boolean {
  return ({ patchGroup }) => plane.groups[patchGroup]?.kind !== "elsewhere" && takes(scope.groups, patchGroup);
}

/** Locations of a scope, in the plane's order. */
export function locationsOf(plane: Plane, scope: FleetScope): readonly Location[] {
  return Object.values(plane.locations).filter(({ name }) => takes(scope.locations, name));
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
export function isAskedOfAzure({ server, readable, node }: PlacedServer): boolean {
  return server.azure !== undefined && readable && (node === undefined || !isOnline(node));
}

/**
 * Takes a VM's own word for its node where nothing else tells it: an agent that was registered before never received
 * the tags of its activation. Only a node that belongs to no other server can be claimed so.
 */
function withAzure(server: PlacedServer, views: ReadonlyMap<string, AzureView>, facts: LocationFacts): PlacedServer {
  const azure = views.get(server.server.id);
  if (azure === undefined) return server;
  const claimed = server.node === undefined ? reportedNodeId(azure) : undefined;
  const node = facts.foreign.find(({ id }) => id === claimed);
  return {
    ...server,
    azure,
    ...withNode(facts, node),
    ...(server.node === undefined ? {} : { node: server.node }),
  };
}

/** Ids of the nodes that a scope's servers have or, as far as can be told before Azure is asked, may have. */
export function nodeIdsOf(plane: Plane, scope: FleetScope, facts: LocationFacts): readonly string[] {
  const wanted = facts.servers.filter(({ server }) => inScope(plane, scope)(server));
  const own = wanted.flatMap(({ node }) => node?.id ?? []);
  const lacking = wanted.some(({ server, node }) => server.azure !== undefined && node === undefined);
  const claimable = lacking ? facts.foreign.map(({ id }) => id).filter(isHybrid) : [];
  return [...own, ...claimable];
}

/**
 * The servers of a scope with their nodes: by what their locations say, then by what Azure says of those it was asked
 * for.
 */
export function placedServers(
  plane: Plane,
  scope: FleetScope,
  locations: readonly LocationAnswer[],
  subscriptions: readonly SubscriptionAnswer[] = [],
): readonly PlacedServer[] {
  const wanted = inScope(plane, scope);
  const views = new Map(subscriptions.flatMap((subscription) => [...subscription.views]));
  return locations.flatMap((answer) => {
    if ("failure" in answer) return unreadable(plane, answer.location, wanted);
    return placed(answer.location, answer.facts, wanted).map((server) => withAzure(server, views, answer.facts));
  });
}
