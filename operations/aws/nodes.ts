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
import type { Tags } from "../../domain/drift/location.ts";
import type { Activation, ManagedNode, NodeDetails, PatchState } from "../../domain/fleet/managedNode.ts";
import { allPages } from "../pages.ts";

/** Largest pages that AWS takes, and the most ids of DescribeInstancePatchStates. */
const nodesPerPage = 50;
const activationsPerPage = 50;
const baselinesPerPage = 100;
const idsPerCall = 50;
/** Calls at a time in one location. */
const concurrency = 8;

function nodeDetails(node: InstanceInformation): NodeDetails {
  return {
    agentVersion: node.AgentVersion ?? "",
    computerName: node.ComputerName ?? "",
    ipAddress: node.IPAddress ?? "",
    platformName: node.PlatformName ?? "",
    platformType: node.PlatformType ?? "",
    platformVersion: node.PlatformVersion ?? "",
    ...(node.LastPingDateTime === undefined ? {} : { lastPingAt: node.LastPingDateTime }),
  };
}

function managedNode(node: InstanceInformation): ManagedNode {
  return {
    id: node.InstanceId ?? "",
    name: node.Name ?? node.ComputerName ?? "",
    pingStatus: node.PingStatus ?? "",
    ...(node.LastPingDateTime === undefined ? {} : { lastPingAt: node.LastPingDateTime }),
    ...(node.RegistrationDate === undefined ? {} : { registeredAt: node.RegistrationDate }),
    ...(node.ActivationId === undefined ? {} : { activationId: node.ActivationId }),
    details: nodeDetails(node),
  };
}

/** All managed nodes of one account and Region. Stopped and terminated EC2 instances are not among them. */
export async function managedNodes(client: SSMClient): Promise<readonly ManagedNode[]> {
  const pages = await allPages(paginateDescribeInstanceInformation({ client, pageSize: nodesPerPage }, {}));
  return pages.flatMap((page) => page.InstanceInformationList ?? []).map(managedNode);
}

/** Some managed nodes as they are now, at most 50: 1 DescribeInstanceInformation. */
export async function nodesById(client: SSMClient, ids: readonly string[]): Promise<ReadonlyMap<string, ManagedNode>> {
  const filter = { Filters: [{ Key: "InstanceIds", Values: [...ids] }] };
  const pages = await allPages(paginateDescribeInstanceInformation({ client, pageSize: nodesPerPage }, filter));
  const found = pages.flatMap((page) => page.InstanceInformationList ?? []).map(managedNode);
  return new Map(found.map((node) => [node.id, node]));
}

/** Ids of the nodes that a filter of tags takes: `tag:<key>` or `tag-key`. AWS takes no other filter beside it. */
export async function nodeIdsMatching(client: SSMClient, key: string, value: string): Promise<readonly string[]> {
  const filter = { Filters: [{ Key: key, Values: [value] }] };
  const pages = await allPages(paginateDescribeInstanceInformation({ client, pageSize: nodesPerPage }, filter));
  return pages.flatMap((page) => page.InstanceInformationList ?? []).flatMap((node) => node.InstanceId ?? []);
}

function tagRecord(tags: readonly Tag[] | undefined): Tags {
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
  const pages = await allPages(paginateDescribeActivations({ client, pageSize: activationsPerPage }, {}));
  const found = pages.flatMap((page) => page.ActivationList ?? []).map(activationOf);
  return new Map(found.map((activation) => [activation.id, activation]));
}

/** Ids of the account's own baselines whose name begins with a prefix, by name; AWS lets several have one name. */
export async function ownBaselines(
  client: SSMClient,
  namePrefix: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = new Map<string, readonly string[]>();
  const filter = {
    Filters: [
      { Key: "OWNER", Values: ["Self"] },
      { Key: "NAME_PREFIX", Values: [namePrefix] },
    ],
  };
  const pages = await allPages(paginateDescribePatchBaselines({ client, pageSize: baselinesPerPage }, filter));
  for (const { BaselineName: name = "", BaselineId: id = "" } of pages.flatMap((page) => page.BaselineIdentities ?? []))
    found.set(name, [...(found.get(name) ?? []), id]);
  return Object.fromEntries(found);
}

/** Tags of something of Systems Manager; undefined when it was deleted meanwhile. */
async function tagsOf(client: SSMClient, type: ResourceTypeForTagging, id: string): Promise<Tags | undefined> {
  try {
    const answer = await client.send(new ListTagsForResourceCommand({ ResourceType: type, ResourceId: id }));
    return tagRecord(answer.TagList);
  } catch (error) {
    if (error instanceof InvalidResourceId) return undefined;
    throw error;
  }
}

/** Tags of something of Systems Manager; none when it was deleted meanwhile. */
export async function resourceTags(client: SSMClient, type: ResourceTypeForTagging, id: string): Promise<Tags> {
  return (await tagsOf(client, type, id)) ?? {};
}

/**
 * Tags of hybrid nodes, by node id: one call each. Systems Manager knows no tags of EC2 instances. A node that was
 * deregistered meanwhile is left out.
 */
export async function hybridNodeTags(client: SSMClient, ids: readonly string[]): Promise<ReadonlyMap<string, Tags>> {
  const read = async (id: string) => [id, await tagsOf(client, "ManagedInstance", id)] as const;
  const found = await pMap(ids, read, { concurrency });
  return new Map(found.flatMap(([id, tags]) => (tags === undefined ? [] : [[id, tags] as const])));
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

/** What the last patch operation of nodes reported, 50 of them a call; nodes that were never scanned are left out. */
export async function instancePatchStates(
  client: SSMClient,
  ids: readonly string[],
): Promise<readonly InstancePatchState[]> {
  const batches: string[][] = [];
  for (let at = 0; at < ids.length; at += idsPerCall) batches.push(ids.slice(at, at + idsPerCall));
  const read = async (batch: string[]) => {
    const answer = await client.send(
      new DescribeInstancePatchStatesCommand({ InstanceIds: batch, MaxResults: idsPerCall }),
    );
    return answer.InstancePatchStates ?? [];
  };
  return (await pMap(batches, read, { concurrency })).flat();
}

/** What the last patch operation of nodes reported, by node id; nodes that were never scanned are left out. */
export async function patchStates(client: SSMClient, ids: readonly string[]): Promise<ReadonlyMap<string, PatchState>> {
  const states = await instancePatchStates(client, ids);
  return new Map(
    states.flatMap((state) => (state.InstanceId === undefined ? [] : [[state.InstanceId, patchState(state)]])),
  );
}
