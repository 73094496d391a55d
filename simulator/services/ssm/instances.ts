import type { DescribeInstanceInformationRequest, InstanceInformation } from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import type { OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { agentVersion, lastPing, sortedNodes } from "./nodes.ts";
import { isRunning } from "../../world/faults.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";

const usualPage = 10;
/** The agent pings every five minutes; a node that has not been heard of for longer has lost its connection. */
const pingPatience = 5 * 60_000;

/** Whether Systems Manager hears of a node. */
export function pingStatus(node: ManagedNode, now: Date): NonNullable<InstanceInformation["PingStatus"]> {
  const silence = now.getTime() - (lastPing(node, now)?.getTime() ?? 0);
  return silence <= pingPatience ? "Online" : "ConnectionLost";
}

/** Newer than or as new as the agent on simulated servers, by number. */
function isLatest(version: string): boolean {
  const [own, latest] = [version, agentVersion].map((text) => text.split(".").map(Number));
  const place = latest?.findIndex((part, index) => part !== own?.[index]) ?? -1;
  return place < 0 || (own?.[place] ?? 0) > (latest?.[place] ?? 0);
}

/** "This operation does not return information for nodes that are either Stopped or Terminated." Of hybrid nodes AWS knows no such state. */
function isShown({ kind, machine }: ManagedNode, now: Date): boolean {
  return kind !== "EC2Instance" || machine === undefined || isRunning(machine, now);
}

function associationStatus(node: ManagedNode): string | undefined {
  const statuses = [...node.associations.values()].map((association) => association.status);
  return ["Failed", "Pending", "Success"].find((status) => statuses.some((own) => own === status));
}

function aggregated(node: ManagedNode): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of node.associations.values()) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function sourceType(node: ManagedNode): NonNullable<InstanceInformation["SourceType"]> {
  return node.kind === "EC2Instance" ? "AWS::EC2::Instance" : "AWS::SSM::ManagedInstance";
}

/** A node as DescribeInstanceInformation shows it. */
export function instanceInformation(node: ManagedNode, now: Date): InstanceInformation {
  const ran = [...node.associations.values()].flatMap(({ ranAt }) => (ranAt === undefined ? [] : [ranAt.getTime()]));
  const overview = node.associations.size === 0 ? {} : aggregated(node);
  return {
    InstanceId: node.id,
    PingStatus: pingStatus(node, now),
    LastPingDateTime: lastPing(node, now),
    AgentVersion: node.agentVersion,
    IsLatestVersion: isLatest(node.agentVersion),
    PlatformType: node.platform.type,
    PlatformName: node.platform.name,
    PlatformVersion: node.platform.version,
    ActivationId: node.activationId,
    IamRole: node.iamRole,
    RegistrationDate: node.registeredAt,
    ResourceType: node.kind,
    Name: node.name,
    IPAddress: node.ipAddress,
    ComputerName: node.computerName,
    AssociationStatus: associationStatus(node),
    LastAssociationExecutionDate: ran.length === 0 ? undefined : new Date(Math.max(...ran)),
    AssociationOverview:
      node.associations.size === 0
        ? undefined
        : { DetailedStatus: associationStatus(node), InstanceAssociationStatusAggregatedCount: overview },
    SourceId: node.id,
    SourceType: sourceType(node),
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformationStringFilter.html: values of the keys that have a list. */
const filterValues: Readonly<Record<string, readonly string[]>> = {
  AssociationStatus: ["Success", "Pending", "Failed"],
  PingStatus: ["Online", "ConnectionLost", "Inactive"],
  PlatformTypes: ["Windows", "Linux", "MacOS"],
  ResourceType: ["EC2Instance", "ManagedInstance"],
};

/** Tests a node against one value of a filter. */
export type NodeTest = (node: ManagedNode, value: string) => boolean;

/** Filters of nodes by key; those of tags, as far as `keys` names them. */
export function nodeTests(now: Date, keys: readonly string[]): Record<string, NodeTest> {
  const tests: Record<string, NodeTest> = {
    InstanceIds: (node, value) => node.id === value,
    AgentVersion: (node, value) => node.agentVersion === value,
    PingStatus: (node, value) => pingStatus(node, now) === value,
    PlatformTypes: (node, value) => node.platform.type === value,
    PlatformType: (node, value) => node.platform.type === value,
    ActivationIds: (node, value) => node.activationId === value,
    IamRole: (node, value) => node.iamRole === value,
    ResourceType: (node, value) => node.kind === value,
    AssociationStatus: (node, value) => associationStatus(node) === value,
    SourceIds: (node, value) => node.id === value,
    SourceTypes: (node, value) => sourceType(node) === value,
    "tag-key": (node, value) => node.tags.has(value),
  };
  for (const key of keys.filter((name) => name.startsWith("tag:"))) {
    tests[key] = (node, value) => node.tags.get(key.slice("tag:".length)) === value;
  }
  return tests;
}

function matching(state: RegionState, request: Checked<DescribeInstanceInformationRequest>, now: Date): ManagedNode[] {
  const old = (request.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
    Key: key,
    Values: valueSet,
  }));
  if (request.InstanceInformationFilterList !== undefined && request.Filters !== undefined)
    throw validationError("InstanceInformationFilterList and Filters cannot be used together.");
  const filters = [...old, ...(request.Filters ?? [])];
  for (const { Key, Values } of filters) {
    const strange = Values.find((value) => filterValues[Key]?.includes(value) === false);
    if (strange !== undefined)
      throw new ApiError("InvalidInstanceInformationFilterValue", `Invalid value ${strange} of the filter ${Key}.`);
  }
  const tagFilters = filters.filter(({ Key }) => Key.startsWith("tag"));
  if (tagFilters.length > 0 && tagFilters.length < filters.length)
    throw validationError("Tag filters cannot be combined with other filters.");
  const tests = nodeTests(
    now,
    filters.map(({ Key }) => Key),
  );
  const shown = sortedNodes(state).filter((node) => isShown(node, now));
  return filtered(shown, filters, tests, "InvalidFilterKey");
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html */
export const instanceOperations = {
  DescribeInstanceInformation: (call, request) => {
    const now = call.cloud.clock.now();
    const { items, ...next } = pageOf(matching(call.region, request, now), request, usualPage);
    return { InstanceInformationList: items.map((node) => instanceInformation(node, now)), ...next };
  },
} satisfies OperationTable;
