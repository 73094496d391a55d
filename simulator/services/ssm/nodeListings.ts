import type { NodeFilterKey } from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import { isRunning } from "../../world/faults.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import type { RegionState } from "../../state/region.ts";
import type { OperationTable } from "./call.ts";
import { instanceInformation, nodeTests, pingStatus } from "./instances.ts";
import { nodeOf, sortedNodes } from "./nodes.ts";
import { filtered, pageOf } from "./paging.ts";

const usualPage = 50;

/** What EC2 knows of a node, besides what its agent reports; nothing of a hybrid one. */
function instanceProperties({ kind, machine }: ManagedNode, now: Date): object {
  if (kind !== "EC2Instance" || machine === undefined) return {};
  return {
    InstanceState: isRunning(machine, now) ? "running" : "stopped",
    Architecture: machine.spec.arch,
    LaunchTime: machine.bootedAt,
  };
}

type NodeValues = Readonly<Partial<Record<NodeFilterKey, string | undefined>>>;

function nodeValues(state: RegionState, node: ManagedNode): NodeValues {
  return {
    AgentType: "amazon-ssm-agent",
    AgentVersion: node.agentVersion,
    ComputerName: node.computerName,
    InstanceId: node.id,
    InstanceStatus: "Active",
    IpAddress: node.ipAddress,
    ManagedStatus: "Managed",
    PlatformName: node.platform.name,
    PlatformType: node.platform.type,
    PlatformVersion: node.platform.version,
    ResourceType: node.kind,
    Region: state.region,
    AccountId: state.accountId,
  };
}

function passes(own: string, values: readonly string[], type: string): boolean {
  switch (type) {
    case "NotEqual":
      return !values.includes(own);
    case "BeginWith":
      return values.some((value) => own.startsWith(value));
    default:
      return values.includes(own);
  }
}

/** Nodes as other operations than DescribeInstanceInformation show them. */
export const nodeListingOperations = {
  /**
   * Properties that simulated instances do not have (type, key, profile) are left out; operators other than Equal are
   * refused.
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceProperties.html
   */
  DescribeInstanceProperties: (call, request) => {
    const now = call.cloud.clock.now();
    const older = (request.InstancePropertyFilterList ?? []).map(({ key, valueSet }) => ({
      Key: key,
      Values: valueSet,
    }));
    const filters = [...older, ...(request.FiltersWithOperator ?? [])];
    const strange = (request.FiltersWithOperator ?? []).find(({ Operator = "Equal" }) => Operator !== "Equal");
    if (strange !== undefined)
      throw new ApiError(
        "InvalidInstancePropertyFilterValue",
        `The operator ${strange.Operator ?? ""} is not covered by the embedded cloud.`,
      );
    const keys = filters.map(({ Key }) => Key);
    const matching = filtered(sortedNodes(call.region), filters, nodeTests(now, keys), "InvalidFilterKey");
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      InstanceProperties: items.map((node) => {
        const { IsLatestVersion: _latest, ...shown } = instanceInformation(node, now);
        return { ...shown, ...instanceProperties(node, now) };
      }),
      ...next,
    };
  },
  /**
   * Of the own account and Region; a resource data sync and the filters of an organization are refused.
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListNodes.html
   */
  ListNodes: (call, request) => {
    if (request.SyncName !== undefined)
      throw new ApiError(
        "UnsupportedOperationException",
        "Nodes of an organization's resource data sync are not covered by the embedded cloud.",
      );
    const filters = request.Filters ?? [];
    const strange = filters.find(({ Key }) => Key.startsWith("OrganizationalUnit"));
    if (strange !== undefined)
      throw new ApiError("InvalidFilter", `The filter key ${strange.Key} is not covered by the embedded cloud.`);
    const now = call.cloud.clock.now();
    const matching = sortedNodes(call.region)
      .map((node) => ({ values: nodeValues(call.region, node) }))
      .filter(({ values }) =>
        filters.every(
          ({ Key, Values, Type = "Equal" }) =>
            (Key === "ManagedStatus" && Values.includes("All")) || passes(values[Key] ?? "", Values, Type),
        ),
      );
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      Nodes: items.map(({ values: { AccountId, Region, InstanceId, ...Instance } }) => ({
        CaptureTime: now,
        Id: InstanceId,
        Owner: { AccountId },
        Region,
        NodeType: { Instance },
      })),
      ...next,
    };
  },
  /**
   * A target that is not known is not connected (INFERRED).
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetConnectionStatus.html
   */
  GetConnectionStatus: (call, { Target }) => {
    const node = call.region.nodes.get(Target);
    const connected = node !== undefined && pingStatus(node, call.cloud.clock.now()) === "Online";
    return { Target, Status: connected ? "connected" : "notconnected" };
  },
  /** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateManagedInstanceRole.html */
  UpdateManagedInstanceRole: (call, request) => {
    nodeOf(call.region, request.InstanceId).iamRole = request.IamRole;
    return {};
  },
} satisfies OperationTable;
