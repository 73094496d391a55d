import { runAgenda } from "../../clock/agenda.ts";
import { runScheduled } from "../../clock/associationRun.ts";
import { validationError } from "../../http/apiError.ts";
import { associationOf } from "./associations.ts";
import type { OperationTable } from "./call.ts";
import { nodeOf } from "./nodes.ts";
import { pageOf } from "./paging.ts";
import { isTarget, resolveTargets } from "./targets.ts";

const usualPage = 50;

/** Runs of associations: started by hand, and as a node sees them; and the versions that a run may be of. */
export const associationRunOperations = {
  /**
   * "Runs an association immediately and only one time", on the nodes in reach. Refused, for all that it names, where a
   * real agent is among its nodes: how AWS tells an agent of it is not known, and nothing would come of it.
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAssociationsOnce.html
   */
  StartAssociationsOnce: (call, request) => {
    const now = call.cloud.clock.now();
    const associations = request.AssociationIds.map((id) => associationOf(call.region, id));
    const reached = associations.flatMap(({ content }) => resolveTargets(call.region, content.Targets ?? []));
    const real = reached.find(({ machine }) => machine === undefined);
    if (real !== undefined)
      throw validationError(
        `Starting an association on ${real.id}, a real agent, is not covered by the embedded cloud.`,
      );
    for (const association of associations) runScheduled(call.cloud, call.region, association, now);
    runAgenda(call.cloud, now);
    return {};
  },
  /** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceAssociationsStatus.html */
  DescribeInstanceAssociationsStatus: (call, request) => {
    const node = nodeOf(call.region, request.InstanceId);
    const own = [...call.region.associations.values()].filter(({ content }) => isTarget(node, content.Targets ?? []));
    const { items, ...next } = pageOf(own, request, usualPage);
    return {
      InstanceAssociationStatusInfos: items.map(({ id, version, content }) => {
        const known = node.associations.get(id);
        const status = known?.status ?? "Pending";
        return {
          AssociationId: id,
          Name: content.Name,
          DocumentVersion: content.DocumentVersion ?? "$DEFAULT",
          AssociationVersion: String(version),
          InstanceId: node.id,
          ExecutionDate: known?.ranAt,
          Status: status,
          DetailedStatus: status,
          AssociationName: content.AssociationName,
        };
      }),
      ...next,
    };
  },
  /** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListAssociationVersions.html */
  ListAssociationVersions: (call, request) => {
    const { id, versions } = associationOf(call.region, request.AssociationId);
    const shown = versions.map(({ content: { InstanceId: _legacy, ...content }, createdAt }, index) => ({
      Name: content.Name,
      DocumentVersion: content.DocumentVersion ?? "$DEFAULT",
      Parameters: content.Parameters,
      Targets: content.Targets,
      ScheduleExpression: content.ScheduleExpression,
      ScheduleOffset: content.ScheduleOffset,
      OutputLocation: content.OutputLocation,
      AssociationName: content.AssociationName,
      MaxErrors: content.MaxErrors,
      MaxConcurrency: content.MaxConcurrency,
      ComplianceSeverity: content.ComplianceSeverity,
      SyncCompliance: content.SyncCompliance,
      ApplyOnlyAtCronInterval: content.ApplyOnlyAtCronInterval ?? false,
      AssociationId: id,
      AssociationVersion: String(index + 1),
      CreatedDate: createdAt,
    }));
    const { items, ...next } = pageOf(shown, request, usualPage);
    return { AssociationVersions: items, ...next };
  },
} satisfies OperationTable;
