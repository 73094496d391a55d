import type { AssociationOverview } from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import { readAssociationSchedule } from "../../schedule/schedule.ts";
import { ssmQuotas } from "../serviceQuotas/quotas.ts";
import type { AssociationContent, AssociationExecution, AssociationRecord } from "../../state/associations.ts";
import type { OperationTable } from "./call.ts";
import { documentOf, versionOf } from "./documents.ts";
import { checkParameters } from "./documentParameters.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";
import { checkTags, dropTags, setTags } from "./tags.ts";
import { checkTargets, resolveTargets } from "./targets.ts";

const associationQuota = ssmQuotas.associations.value;
const usualPage = 50;

/**
 * How schedule, offset and ApplyOnlyAtCronInterval go together. The words are AWS's as recorded by
 * https://github.com/badmintoncryer/cdk-preflight, rule `pf-ssm-association-schedule`; INFERRED: that they come as
 * InvalidSchedule.
 */
function scheduleFault(content: AssociationContent): string | undefined {
  const { ScheduleExpression: expression, ScheduleOffset: offset } = content;
  const only = content.ApplyOnlyAtCronInterval === true;
  if (expression === undefined && only) return "ApplyOnlyAtCronInterval is not supported for No Schedule associations.";
  if (!only && offset !== undefined)
    return "ScheduleOffset is not supported for non ApplyOnlyAtCronInterval associations.";
  if (expression === undefined) return undefined;
  const read = readAssociationSchedule(expression);
  if (typeof read === "string") return `Invalid schedule ${expression}: ${read}.`;
  if (only && read.kind === "rate") return "ApplyOnlyAtCronInterval is not supported for Rate Schedule associations.";
  if (!only && read.kind === "at") return "At Schedule Expression must be used with ApplyOnlyAtCronInterval = true";
  return offset === undefined || (read.kind === "cron" && read.rule.onWeekdayOfMonth)
    ? undefined
    : "ScheduleOffset is valid with nth day of the week in the month cron expression only.";
}

function checkContent(state: RegionState, content: AssociationContent): void {
  const document = documentOf(state, content.Name);
  const version = versionOf(document, content.DocumentVersion);
  checkParameters(version.parsed, content.Parameters ?? {});
  if (content.InstanceId !== undefined)
    throw new ApiError("InvalidTarget", "InstanceId is not covered by the embedded cloud; use Targets.");
  const fault = scheduleFault(content);
  if (fault !== undefined) throw new ApiError("InvalidSchedule", fault);
  checkTargets(content.Targets ?? []);
}

/** Only the latest version is kept, so that any other is refused, which AWS documents for updates. */
function checkVersion(association: AssociationRecord, wanted: string | undefined): void {
  if (wanted === undefined || wanted === "$LATEST" || wanted === String(association.version)) return;
  throw new ApiError(
    "InvalidAssociationVersion",
    `Association version ${wanted} is not the latest one, ${String(association.version)}.`,
  );
}

function overview(state: RegionState, association: AssociationRecord): AssociationOverview {
  const nodes = resolveTargets(state, association.content.Targets ?? []);
  const counts: Record<string, number> = {};
  for (const node of nodes) {
    const status = node.associations.get(association.id)?.status ?? "Pending";
    counts[status] = (counts[status] ?? 0) + 1;
  }
  const status = ["Failed", "Pending", "Success"].find((name) => counts[name] !== undefined) ?? "Pending";
  return { Status: status, DetailedStatus: status, AssociationStatusAggregatedCount: counts };
}

function described(state: RegionState, association: AssociationRecord): object {
  return {
    ...association.content,
    DocumentVersion: association.content.DocumentVersion ?? "$DEFAULT",
    AssociationId: association.id,
    AssociationVersion: String(association.version),
    Date: association.createdAt,
    LastUpdateAssociationDate: association.updatedAt,
    LastExecutionDate: association.lastExecutionAt,
    LastSuccessfulExecutionDate: association.lastSuccessAt,
    ApplyOnlyAtCronInterval: association.content.ApplyOnlyAtCronInterval ?? false,
    Overview: overview(state, association),
  };
}

/** The association of an id, else `AssociationDoesNotExist`. */
export function associationOf(state: RegionState, id: string | undefined): AssociationRecord {
  const association = state.associations.get(id ?? "");
  if (association === undefined)
    throw new ApiError("AssociationDoesNotExist", `Association ${id ?? ""} does not exist.`);
  return association;
}

function listed(state: RegionState, association: AssociationRecord): object {
  const { content } = association;
  return {
    Name: content.Name,
    AssociationId: association.id,
    AssociationVersion: String(association.version),
    DocumentVersion: content.DocumentVersion ?? "$DEFAULT",
    Targets: content.Targets,
    LastExecutionDate: association.lastExecutionAt,
    Overview: overview(state, association),
    ScheduleExpression: content.ScheduleExpression,
    AssociationName: content.AssociationName,
    ScheduleOffset: content.ScheduleOffset,
  };
}

function executedAt(association: AssociationRecord): number {
  return association.lastExecutionAt?.getTime() ?? Number.NaN;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AssociationFilter.html; no target is a resource group. */
function associationTests(
  state: RegionState,
): Record<string, (association: AssociationRecord, value: string) => boolean> {
  return {
    // "Only returns legacy associations": those made with an InstanceId, not those whose targets hold the node.
    InstanceId: ({ content }, value) => content.InstanceId === value,
    Name: ({ content }, value) => content.Name === value,
    AssociationId: ({ id }, value) => id === value,
    AssociationName: ({ content }, value) => content.AssociationName === value,
    AssociationStatusName: (association, value) => overview(state, association).Status === value,
    LastExecutedBefore: (association, value) => executedAt(association) < Date.parse(value),
    LastExecutedAfter: (association, value) => executedAt(association) > Date.parse(value),
    ResourceGroupName: () => false,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html */
export const associationOperations = {
  CreateAssociation: (call, request) => {
    const { Tags, ...content } = request;
    checkTags(Tags);
    // INFERRED: that it comes as InvalidTarget. The words are AWS's as recorded by cdk-preflight.
    if ((content.Targets ?? []).length === 0 && content.InstanceId === undefined)
      throw new ApiError("InvalidTarget", "Instance ID or targets must be specified");
    checkContent(call.region, content);
    if (call.region.associations.size >= associationQuota) throw new ApiError("AssociationLimitExceeded", "");
    const now = call.cloud.clock.now();
    const association: AssociationRecord = {
      id: call.cloud.uuid(call.region, `association ${content.AssociationName ?? content.Name}`),
      version: 1,
      content,
      createdAt: now,
      updatedAt: now,
      lastExecutionAt: undefined,
      lastSuccessAt: undefined,
      executions: [],
      versions: [{ content, createdAt: now }],
    };
    call.region.associations.set(association.id, association);
    setTags(call.region, "Association", association.id, Tags);
    return { AssociationDescription: described(call.region, association) };
  },
  DescribeAssociation: (call, request) => {
    const association = associationOf(call.region, request.AssociationId);
    checkVersion(association, request.AssociationVersion);
    return { AssociationDescription: described(call.region, association) };
  },
  /** What the request leaves out is removed, as AWS documents; targets see the new version as not yet run. */
  UpdateAssociation: (call, request) => {
    const association = associationOf(call.region, request.AssociationId);
    const { AssociationId: _id, AssociationVersion, ...given } = request;
    checkVersion(association, AssociationVersion);
    const content: AssociationContent = { ...given, Name: request.Name ?? association.content.Name };
    checkContent(call.region, content);
    association.content = content;
    association.version += 1;
    association.updatedAt = call.cloud.clock.now();
    association.versions.push({ content, createdAt: association.updatedAt });
    for (const node of call.region.nodes.values()) node.associations.delete(association.id);
    return { AssociationDescription: described(call.region, association) };
  },
  DeleteAssociation: (call, request) => {
    const association = associationOf(call.region, request.AssociationId);
    call.region.associations.delete(association.id);
    dropTags(call.region, "Association", association.id);
    return {};
  },
  ListAssociations: (call, request) => {
    const filters = (request.AssociationFilterList ?? []).map((filter) => ({
      Key: filter.key,
      Values: [filter.value],
    }));
    const matching = filtered(call.region.associations.values(), filters, associationTests(call.region));
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { Associations: items.map((association) => listed(call.region, association)), ...next };
  },
  DescribeAssociationExecutions: (call, request) => {
    const association = associationOf(call.region, request.AssociationId);
    const filters = (request.Filters ?? []).map((filter) => ({ Key: filter.Key, Values: [filter.Value] }));
    const matching = filtered([...association.executions].reverse(), filters, {
      ExecutionId: (execution: AssociationExecution, value) => execution.id === value,
      Status: (execution, value) => execution.status === value,
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      AssociationExecutions: items.map((execution) => ({
        AssociationId: association.id,
        AssociationVersion: execution.version,
        ExecutionId: execution.id,
        Status: execution.status,
        DetailedStatus: execution.status,
        CreatedTime: execution.at,
        LastExecutionDate: execution.at,
        ResourceCountByStatus: `{${Object.entries(execution.counts)
          .map(([name, count]) => `${name}=${String(count)}`)
          .join(", ")}}`,
      })),
      ...next,
    };
  },
} satisfies OperationTable;
