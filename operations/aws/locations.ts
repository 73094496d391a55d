import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { isHybrid, type Activation } from "../../domain/fleet/managedNode.ts";
import { joinNodes, vmIdOf, type NodeFacts } from "../../domain/fleet/nodeJoin.ts";
import { groupsAt, serversAt } from "../../domain/fleet/placement.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { autoScalingPrefix, isAutoScaling } from "../../domain/server.ts";
import type { LocationFacts } from "../../domain/status/placedServers.ts";
import { ssmClient } from "./clients.ts";
import { counted } from "../../domain/text.ts";
import { awsFailure } from "./failure.ts";
import { activations, hybridNodeTags, managedNodes, nodeIdsMatching } from "./nodes.ts";
import type { RunSteps } from "../progress.ts";

/** Tag queries at a time in one location. */
const concurrency = 4;
/** Longest that a location may be read for, whatever its calls: the largest fleets take a few minutes. */
const readingLimit = 30 * 60_000;
const noActivations: ReadonlyMap<string, Activation> = new Map();

/** A location that answered, with what a command asked of it besides; or why it did not. */
export type LocationRead<T> =
  | { readonly location: Location; readonly facts: LocationFacts; readonly more: T; readonly client: SSMClient }
  | { readonly location: Location; readonly failure: string };

/**
 * What else a command reads of a location, once its nodes are known.
 * @param show - tells how far it is
 */
export type ReadMore<T> = (
  client: SSMClient,
  location: Location,
  facts: LocationFacts,
  show: (line: string) => void,
) => Promise<T>;

async function taggedIds(
  client: SSMClient,
  key: string,
  values: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = async (value: string) => [value, await nodeIdsMatching(client, key, value)] as const;
  return new Map(await pMap(values, read, { concurrency }));
}

async function readFacts(client: SSMClient, plane: Plane, location: Location): Promise<LocationFacts> {
  const servers = serversAt(plane, location.name);
  const managed = groupsAt(plane, location.name).map(({ name }) => name);
  const groups = new Set([...servers.map((server) => server.patchGroup), ...managed]);
  const rows = servers.filter(isAutoScaling).map((server) => server.id);
  const hasAzure = Object.values(plane.subscriptions).some((each) => each.location === location.name);
  const [nodes, known, byGroup, byAutoScaling] = await Promise.all([
    managedNodes(client),
    hasAzure ? activations(client) : noActivations,
    taggedIds(client, "tag:PatchGroup", [...groups].sort()),
    taggedIds(
      client,
      "tag:aws:autoscaling:groupName",
      rows.map((id) => id.slice(autoScalingPrefix.length)),
    ),
  ]);
  const silent = { activations: known, hybridTags: new Map<string, Readonly<Record<string, string>>>() };
  const untold = hasAzure ? nodes.filter((node) => isHybrid(node.id) && vmIdOf(node, silent) === undefined) : [];
  const facts: NodeFacts = {
    nodes,
    activations: known,
    hybridTags: await hybridNodeTags(
      client,
      untold.map((node) => node.id),
    ),
    autoScaling: new Map([...byAutoScaling].map(([name, ids]) => [`${autoScalingPrefix}${name}`, ids])),
  };
  const joined = joinNodes(servers, facts);
  const own = new Set(joined.flatMap(({ node }) => node?.id ?? []));
  return {
    ...facts,
    servers: joined,
    foreign: nodes.filter((node) => !own.has(node.id)),
    groupByNode: new Map([...byGroup].flatMap(([group, ids]) => ids.map((id) => [id, group] as const))),
  };
}

/**
 * Reads locations side by side, each with a client of its own; one that fails is an answer like the others. The
 * clients stay open for what comes after: end them by {@link closeLocations}.
 */
export async function readLocations<T>(
  plane: Plane,
  locations: readonly Location[],
  runSteps: RunSteps,
  more: ReadMore<T>,
): Promise<readonly LocationRead<T>[]> {
  return runSteps<LocationRead<T>>(
    locations.map((location) => ({
      title: `${location.name} (${location.accountId}, ${location.region})`,
      act: async (show) => {
        const client = ssmClient(location, readingLimit);
        try {
          show("managed nodes");
          const facts = await readFacts(client, plane, location);
          const nodes = counted(facts.nodes.length, "managed node");
          show(nodes);
          const value: LocationRead<T> = { location, facts, more: await more(client, location, facts, show), client };
          return { value, line: `${location.name}: ${nodes}`, failed: false };
        } catch (error) {
          client.destroy();
          const failure = awsFailure(error, location);
          return { value: { location, failure }, line: `${location.name}: ${failure}`, failed: true };
        }
      },
    })),
  );
}

/** Ends the clients of locations that answered. */
export function closeLocations(reads: readonly LocationRead<unknown>[]): void {
  for (const read of reads) if ("client" in read) read.client.destroy();
}
