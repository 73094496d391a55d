import { inOrder } from "./inOrder.ts";
import type { SimulatedCloud } from "../state/cloud.ts";
import { ApiError } from "../http/apiError.ts";
import { startCommand } from "../nodes/runCommand.ts";
import { cronRuns, rateRun, readAssociationSchedule } from "../schedule/schedule.ts";
import type { AssociationExecution, AssociationRecord } from "../state/associations.ts";
import type { InvocationRecord } from "../state/commands.ts";
import { isOnline, sortedNodes } from "../services/ssm/nodes.ts";
import type { ManagedNode } from "../state/nodes.ts";
import type { RegionState } from "../state/region.ts";
import { isTarget, resolveTargets } from "../services/ssm/targets.ts";

function run(
  cloud: SimulatedCloud,
  state: RegionState,
  association: AssociationRecord,
  nodes: readonly ManagedNode[],
  at: Date,
): void {
  const { content, version } = association;
  const location = content.OutputLocation?.S3Location;
  const execution: AssociationExecution = {
    id: cloud.uuid(state, `execution of ${association.id}`),
    version: String(version),
    status: "InProgress",
    at,
    counts: {},
  };
  startCommand(
    cloud,
    state,
    nodes,
    {
      DocumentName: content.Name,
      DocumentVersion: content.DocumentVersion,
      Parameters: content.Parameters,
      MaxConcurrency: content.MaxConcurrency ?? "100%",
      MaxErrors: content.MaxErrors ?? "100%",
      OutputS3BucketName: location?.OutputS3BucketName,
      OutputS3KeyPrefix: location?.OutputS3KeyPrefix,
    },
    {
      ended: ({ invocations }) => {
        settle(association, execution, invocations, nodes);
      },
    },
  );
  for (const node of nodes) {
    const known = node.associations.get(association.id);
    if (execution.status === "InProgress")
      node.associations.set(association.id, { status: "Pending", ranAt: known?.ranAt, missed: false });
  }
  association.lastExecutionAt = at;
  association.executions.push(execution);
}

/** Takes down how a run went; nodes that wait for a newer version of the association learn nothing from it. */
function settle(
  association: AssociationRecord,
  execution: AssociationExecution,
  invocations: readonly InvocationRecord[],
  nodes: readonly ManagedNode[],
): void {
  const counts: Record<string, number> = {};
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const { nodeId, status, endTime } of invocations) {
    const result = status === "Success" ? "Success" : "Failed";
    counts[result] = (counts[result] ?? 0) + 1;
    if (execution.version === String(association.version))
      byId
        .get(nodeId)
        ?.associations.set(association.id, { status: result, ranAt: endTime ?? execution.at, missed: false });
  }
  execution.counts = counts;
  execution.status = counts["Failed"] === undefined ? "Success" : "Failed";
  if (execution.status === "Success") association.lastSuccessAt = execution.at;
}

/**
 * Runs associations on reachable nodes that have not run them yet: new nodes, nodes that were out of reach at a scheduled run, and all
 * nodes after the association changed. An association that applies at its cron interval only is left to its schedule.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/state-manager-about.html
 */
export function runFirstContacts(cloud: SimulatedCloud, state: RegionState, at: Date): void {
  for (const association of inOrder(state.associations.values())) {
    if (association.content.ApplyOnlyAtCronInterval === true) continue;
    const targets = association.content.Targets ?? [];
    // Most nodes have met it: that is looked at first.
    const fresh = sortedNodes(state).filter((node) => {
      const known = node.associations.get(association.id);
      return (known === undefined || known.missed) && isTarget(node, targets) && isOnline(node, at);
    });
    if (fresh.length > 0)
      guarded(association, fresh, at, () => {
        run(cloud, state, association, fresh, at);
      });
  }
}

function partition<T>(all: readonly T[], test: (item: T) => boolean): readonly [passing: T[], others: T[]] {
  return [all.filter(test), all.filter((item) => !test(item))];
}

/** An association whose document has gone, or no longer takes its parameters, fails on its nodes. */
function guarded(association: AssociationRecord, nodes: readonly ManagedNode[], at: Date, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    for (const node of nodes) node.associations.set(association.id, { status: "Failed", ranAt: at, missed: false });
  }
}

/** Runs one association at a date of its schedule. */
export function runScheduled(
  cloud: SimulatedCloud,
  state: RegionState,
  association: AssociationRecord,
  at: Date,
): void {
  const [nodes, missed] = partition(resolveTargets(state, association.content.Targets ?? []), (node) =>
    isOnline(node, at),
  );
  // A real agent runs its associations by itself.
  for (const node of missed.filter(({ machine }) => machine !== undefined)) {
    const known = node.associations.get(association.id);
    if (known !== undefined) node.associations.set(association.id, { ...known, missed: true });
  }
  if (nodes.length > 0)
    guarded(association, nodes, at, () => {
      run(cloud, state, association, nodes, at);
    });
}

interface Coming {
  readonly version: number;
  readonly after: Date;
  readonly at: Date | undefined;
}

const coming = new WeakMap<AssociationRecord, Coming>();

/** The next date of an association's schedule after an instant; undefined without one. `rate(…)` counts from its last change. */
export function nextAssociationRun(association: AssociationRecord, after: Date): Date | undefined {
  const { version } = association;
  const known = coming.get(association);
  const holds = known?.version === version && known.after <= after && (known.at === undefined || known.at > after);
  if (holds) return known.at;
  const at = scheduledAfter(association, after);
  coming.set(association, { version, after, at });
  return at;
}

function scheduledAfter({ content, updatedAt }: AssociationRecord, after: Date): Date | undefined {
  const read = readAssociationSchedule(content.ScheduleExpression ?? "");
  if (typeof read === "string") return undefined;
  if (read.kind === "at") return read.at > after ? read.at : undefined;
  if (read.kind === "rate") return rateRun(read.minutes, updatedAt, after);
  const next = new Date(after.getTime() + 1);
  return cronRuns(read.rule, "UTC", content.ScheduleOffset ?? 0, next).next().value;
}
