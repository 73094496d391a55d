import {
  DescribeInstancePatchStatesCommand,
  InvalidResourceId,
  ListTagsForResourceCommand,
  paginateDescribeActivations,
  paginateDescribeInstanceInformation,
  paginateDescribePatchBaselines,
  type Activation as SsmActivation,
  type InstanceInformation,
  type InstancePatchState,
  type ResourceTypeForTagging,
  type SSMClient,
  type Tag,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Activation, ManagedNode, PatchState } from "../../domain/fleet/managedNode.ts";

/** Largest pages that AWS takes, and the most ids of DescribeInstancePatchStates. */
const nodesPerPage = 50;
const activationsPerPage = 50;
const baselinesPerPage = 100;
const idsPerCall = 50;
/** Calls at a time in one location. */
const concurrency = 8;

function managedNode(node: InstanceInformation): ManagedNode {
  return {
    id: node.InstanceId ?? "",
    name: node.Name ?? node.ComputerName ?? "",
    pingStatus: node.PingStatus ?? "",
    ...(node.RegistrationDate === undefined ? {} : { registeredAt: node.RegistrationDate }),
    ...(node.ActivationId === undefined ? {} : { activationId: node.ActivationId }),
  };
}

/** All managed nodes of one account and Region. Stopped and terminated EC2 instances are not among them. */
export async function managedNodes(client: SSMClient): Promise<readonly ManagedNode[]> {
  const nodes: ManagedNode[] = [];
  for await (const page of paginateDescribeInstanceInformation({ client, pageSize: nodesPerPage }, {})) {
    nodes.push(...(page.InstanceInformationList ?? []).map(managedNode));
  }
  return nodes;
}

/** Ids of the nodes that carry a tag of that value. */
export async function nodeIdsTagged(client: SSMClient, key: string, value: string): Promise<readonly string[]> {
  return nodeIdsMatching(client, `tag:${key}`, value);
}

/** Ids of the nodes that a filter of tags takes: `tag:<key>` or `tag-key`. AWS takes no other filter beside it. */
export async function nodeIdsMatching(client: SSMClient, key: string, value: string): Promise<readonly string[]> {
  const ids: string[] = [];
  const filter = { Filters: [{ Key: key, Values: [value] }] };
  for await (const page of paginateDescribeInstanceInformation({ client, pageSize: nodesPerPage }, filter)) {
    ids.push(...(page.InstanceInformationList ?? []).flatMap((node) => node.InstanceId ?? []));
  }
  return ids;
}

function tagRecord(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

function activationOf(activation: SsmActivation): Activation {
  return {
    id: activation.ActivationId ?? "",
    description: activation.Description ?? "",
    expired: activation.Expired ?? false,
    registrations: activation.RegistrationsCount ?? 0,
    ...(activation.CreatedDate === undefined ? {} : { createdAt: activation.CreatedDate }),
    ...(activation.ExpirationDate === undefined ? {} : { expiresAt: activation.ExpirationDate }),
    tags: tagRecord(activation.Tags),
  };
}

/** All hybrid activations of one account and Region, by id. */
export async function activations(client: SSMClient): Promise<ReadonlyMap<string, Activation>> {
  const found = new Map<string, Activation>();
  for await (const page of paginateDescribeActivations({ client, pageSize: activationsPerPage }, {})) {
    for (const activation of (page.ActivationList ?? []).map(activationOf)) found.set(activation.id, activation);
  }
  return found;
}

/** Ids of the account's own baselines whose name begins with a prefix, by name; AWS lets several have one name. */
export async function ownBaselines(
  client: SSMClient,
  namePrefix: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {};
  const filter = {
    Filters: [
      { Key: "OWNER", Values: ["Self"] },
      { Key: "NAME_PREFIX", Values: [namePrefix] },
    ],
  };
  for await (const page of paginateDescribePatchBaselines({ client, pageSize: baselinesPerPage }, filter)) {
    for (const { BaselineName: name = "", BaselineId: id = "" } of page.BaselineIdentities ?? []) {
      found[name] = [...(found[name] ?? []), id];
    }
  }
  return found;
}

/** Tags of something of Systems Manager; none when it was deleted meanwhile. */
export async function resourceTags(
  client: SSMClient,
  type: ResourceTypeForTagging,
  id: string,
): Promise<Readonly<Record<string, string>>> {
  try {
    const answer = await client.send(new ListTagsForResourceCommand({ ResourceType: type, ResourceId: id }));
    return tagRecord(answer.TagList);
  } catch (error) {
    if (error instanceof InvalidResourceId) return {};
    throw error;
  }
}

/**
 * Tags of hybrid nodes, by node id: one call each. Systems Manager knows no tags of EC2 instances. A node that was
 * deregistered meanwhile is left out.
 */
export async function hybridNodeTags(
  client: SSMClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const read = async (id: string): Promise<readonly (readonly [string, Readonly<Record<string, string>>])[]> => {
    try {
      const request = { ResourceType: "ManagedInstance", ResourceId: id } as const;
      const answer = await client.send(new ListTagsForResourceCommand(request));
      return [[id, tagRecord(answer.TagList)]];
    } catch (error) {
      if (error instanceof InvalidResourceId) return [];
      throw error;
    }
  };
  return new Map((await pMap(ids, read, { concurrency })).flat());
}

function patchState(state: InstancePatchState): PatchState {
  return {
    baselineId: state.BaselineId ?? "",
    operation: state.Operation ?? "",
    ...(state.OperationEndTime === undefined ? {} : { endedAt: state.OperationEndTime }),
    missing: state.MissingCount ?? 0,
    failed: state.FailedCount ?? 0,
    pendingReboot: state.InstalledPendingRebootCount ?? 0,
    rejected: state.InstalledRejectedCount ?? 0,
    availableSecurity: state.AvailableSecurityUpdateCount ?? 0,
  };
}

/** What the last patch operation of nodes reported, by node id; nodes that were never scanned are left out. */
export async function patchStates(client: SSMClient, ids: readonly string[]): Promise<ReadonlyMap<string, PatchState>> {
  const batches: string[][] = [];
  for (let at = 0; at < ids.length; at += idsPerCall) batches.push(ids.slice(at, at + idsPerCall));
  const read = async (batch: string[]) => {
    const answer = await client.send(
      new DescribeInstancePatchStatesCommand({ InstanceIds: batch, MaxResults: idsPerCall }),
    );
    return answer.InstancePatchStates ?? [];
  };
  const states = (await pMap(batches, read, { concurrency })).flat();
  return new Map(
    states.flatMap((state) => (state.InstanceId === undefined ? [] : [[state.InstanceId, patchState(state)]])),
  );
}
