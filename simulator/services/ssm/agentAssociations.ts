import { ApiError } from "../../http/apiError.ts";
import type { AssociationRecord } from "../../state/associations.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import { associationOf } from "./associations.ts";
import type { AgentOperationTable, Call } from "./call.ts";
import { nodeOf } from "./nodes.ts";
import { pageOf } from "./paging.ts";
import { isTarget } from "./targets.ts";

interface ListRequest {
  readonly InstanceId: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface StatusRequest {
  readonly AssociationId: string;
  readonly AssociationVersion?: string;
  readonly InstanceId: string;
  readonly ExecutionResult: { readonly Status: string };
}

const usualPage = 20;
const ended = ["Success", "Failed", "TimedOut"];

/**
 * An association as the agent is told of it. One that has never run is run at once; INFERRED: that one for its cron
 * interval alone is told as if it had run when it last changed, from which the agent reckons its next date.
 */
function summary(node: ManagedNode, { id, version, content, updatedAt }: AssociationRecord): object {
  const known = node.associations.get(id);
  return {
    AssociationId: id,
    AssociationVersion: String(version),
    Name: content.Name,
    DocumentVersion: content.DocumentVersion ?? "$DEFAULT",
    InstanceId: node.id,
    Checksum: `${id}/${String(version)}`,
    Parameters: content.Parameters,
    Targets: content.Targets,
    ScheduleExpression: content.ScheduleExpression,
    LastExecutionDate: known?.ranAt ?? (content.ApplyOnlyAtCronInterval === true ? updatedAt : undefined),
    OutputLocation: content.OutputLocation,
    Status: known?.status ?? "Associated",
    DetailedStatus: known?.status ?? "Associated",
  };
}

/**
 * How a real agent learns of its associations, which it runs by its own clock, and tells how they went. Neither is in the
 * public API reference; the agent's own source has them, https://github.com/aws/amazon-ssm-agent, agent/association.
 */
export const agentAssociationOperations = {
  ListInstanceAssociations: ({ region }: Call, request: ListRequest) => {
    const node = nodeOf(region, request.InstanceId);
    const own = [...region.associations.values()].filter(({ content }) => isTarget(node, content.Targets ?? []));
    const { items, ...next } = pageOf(own, request, usualPage);
    return { Associations: items.map((association) => summary(node, association)), ...next };
  },
  UpdateInstanceAssociationStatus: ({ cloud, region }: Call, request: StatusRequest) => {
    const association = associationOf(region, request.AssociationId);
    const node = nodeOf(region, request.InstanceId);
    const { AssociationVersion: version = String(association.version) } = request;
    if (version !== String(association.version))
      throw new ApiError("InvalidAssociationVersion", `Association version ${version} is not the latest one.`);
    const { Status } = request.ExecutionResult;
    const hasEnded = ended.includes(Status);
    const status = Status === "Success" ? "Success" : hasEnded ? "Failed" : "Pending";
    const ranAt = hasEnded ? cloud.clock.now() : node.associations.get(association.id)?.ranAt;
    node.associations.set(association.id, { status, ranAt, missed: false });
    if (hasEnded) association.lastExecutionAt = ranAt;
    if (status === "Success") association.lastSuccessAt = ranAt;
    return {};
  },
} satisfies AgentOperationTable;
