import { AddTagsToResourceCommand, type SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { unreadableOf } from "../domain/status/judgeFleet.ts";
import { nodeIdsOf, placedServers, type PlacedServer } from "../domain/status/placedServers.ts";
import { activationTags } from "../domain/onboarding/payload.ts";
import type { NodeTagDrift, TagDrift, TagRepair } from "../domain/status/tagDrift.ts";
import { tagDifferences } from "../domain/status/tagDrift.ts";
import type { Plane } from "../domain/plane.ts";
import { awsFailure } from "./aws/failure.ts";
import { isHybrid } from "../domain/fleet/managedNode.ts";
import { readNodes, type FleetRead, type Scope } from "./fleetNodes.ts";
import { closeLocations } from "./aws/locations.ts";
import { hybridNodeTags } from "./aws/nodes.ts";

/** Nodes repaired at a time in one location. */
const concurrency = 4;

type TagsByNode = ReadonlyMap<string, Readonly<Record<string, string>>>;

function driftOf(placed: PlacedServer, tags: TagsByNode | undefined): readonly NodeTagDrift[] {
  const { server, node, location, patchGroupTag } = placed;
  if (node === undefined) return [];
  if (server.azure === undefined) {
    if (patchGroupTag === server.patchGroup) return [];
    const difference = { key: "PatchGroup", wanted: server.patchGroup };
    const differences = [patchGroupTag === undefined ? difference : { ...difference, is: patchGroupTag }];
    return [{ server, location, nodeId: node.id, repairable: false, differences }];
  }
  const own = tags?.get(node.id);
  const differences = own === undefined ? [] : tagDifferences(activationTags(server), own);
  return differences.length === 0 ? [] : [{ server, location, nodeId: node.id, repairable: true, differences }];
}

function drift(plane: Plane, scope: Scope, { locations: reads, subscriptions }: FleetRead<TagsByNode>): TagDrift {
  const servers = placedServers(plane, scope, reads, subscriptions);
  const tags = new Map(reads.flatMap((read) => ("more" in read ? [[read.location.name, read.more] as const] : [])));
  const nodes = servers.flatMap((placed) => driftOf(placed, tags.get(placed.location)));
  return {
    nodes,
    checked: servers.filter(({ node }) => node !== undefined).length,
    withoutNode: servers.filter(({ readable, node }) => readable && node === undefined).length,
    locations: reads.map((read) => ({
      location: read.location,
      ...("failure" in read ? { failure: read.failure } : {}),
    })),
    unreadableSubscriptions: unreadableOf(subscriptions),
    repairs: [],
  };
}

async function repairNode(
  client: SSMClient,
  node: NodeTagDrift,
  failureOf: (error: unknown) => string,
): Promise<TagRepair> {
  const repair = { server: node.server, location: node.location, nodeId: node.nodeId };
  try {
    await client.send(
      new AddTagsToResourceCommand({
        ResourceType: "ManagedInstance",
        ResourceId: node.nodeId,
        Tags: node.differences.map(({ key, wanted }) => ({ Key: key, Value: wanted })),
      }),
    );
    const now = (await hybridNodeTags(client, [node.nodeId])).get(node.nodeId);
    if (now === undefined) return { ...repair, failure: "the node is gone" };
    const left = tagDifferences(activationTags(node.server), now);
    if (left.length === 0) return repair;
    return { ...repair, failure: `read again, it still differs in ${left.map(({ key }) => key).join(", ")}` };
  } catch (error) {
    return { ...repair, failure: failureOf(error) };
  }
}

async function repaired(found: FleetRead<TagsByNode>, before: TagDrift): Promise<TagDrift> {
  const repairs = await Promise.all(
    found.locations.map(async (read) => {
      if (!("client" in read)) return [];
      const own = before.nodes.filter(({ location, repairable }) => repairable && location === read.location.name);
      return pMap(own, (node) => repairNode(read.client, node, (error) => awsFailure(error, read.location)), {
        concurrency,
      });
    }),
  );
  return { ...before, repairs: repairs.flat() };
}

/**
 * Compares the tags of managed nodes with the fleet file: of hybrid nodes every tag that their activation would carry,
 * of EC2 instances the PatchGroup, which is all that Systems Manager can be asked for.
 * @param apply - whether to put right the tags of hybrid nodes; foreign tags are never taken away
 */
export async function tagDrift(plane: Plane, scope: Scope, apply: boolean): Promise<TagDrift> {
  const found = await readNodes(plane, scope, (client, _location, facts): Promise<TagsByNode> => {
    return hybridNodeTags(client, nodeIdsOf(plane, scope, facts).filter(isHybrid));
  });
  try {
    const before = drift(plane, scope, found);
    return apply ? await repaired(found, before) : before;
  } finally {
    closeLocations(found.locations);
  }
}
