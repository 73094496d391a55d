import { inOrder } from "./inOrder.ts";
import type { MaintenanceWindowExecutionStatus } from "@aws-sdk/client-ssm";
import type { SimulatedCloud } from "../state/cloud.ts";
import { ApiError } from "../http/apiError.ts";
import { missCommand, runCommand } from "../nodes/runCommand.ts";
import type { CommandRecord } from "../state/commands.ts";
import type { ManagedNode } from "../state/nodes.ts";
import type { RegionState } from "../state/region.ts";
import { resolveTargets } from "../services/ssm/targets.ts";
import type {
  TaskExecutionRecord,
  TaskInvocationRecord,
  WindowExecutionRecord,
  WindowRecord,
  WindowTargetRecord,
  WindowTaskRecord,
} from "../state/windows.ts";

interface Opening {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly window: WindowRecord;
  readonly executionId: string;
  readonly cutoff: Date;
}

interface TaskTarget {
  readonly target: WindowTargetRecord | undefined;
  readonly nodes: readonly ManagedNode[];
}

const hour = 3_600_000;
/** Seconds a window's Run Command task waits for a node when it does not say. */
const usualTimeoutSeconds = 600;

function taskTargets({ state, window }: Opening, task: WindowTaskRecord): TaskTarget[] {
  return (task.Targets ?? []).flatMap(({ Key, Values = [] }): TaskTarget[] => {
    if (Key === "InstanceIds") return [{ target: undefined, nodes: resolveTargets(state, [{ Key, Values }]) }];
    return Values.flatMap((id) => {
      const target = window.targets.get(id);
      return target === undefined ? [] : [{ target, nodes: resolveTargets(state, target.targets) }];
    });
  });
}

const commandStates: Readonly<Record<string, MaintenanceWindowExecutionStatus>> = {
  Success: "SUCCESS",
  Failed: "FAILED",
  TimedOut: "TIMED_OUT",
  // CANCEL_TASK: a Run Command task that runs over the cutoff ends as TIMED_OUT.
  Cancelled: "TIMED_OUT",
};

function invocationRecord(opening: Opening, { target }: TaskTarget, command: CommandRecord): TaskInvocationRecord {
  return {
    id: opening.cloud.uuid(opening.state, `invocation of ${command.id}`),
    commandId: command.id,
    windowTargetId: target?.id,
    ownerInformation: target?.ownerInformation,
    parameters: JSON.stringify({
      documentName: command.request.DocumentName,
      parameters: command.request.Parameters ?? {},
    }),
    status: commandStates[command.status] ?? "FAILED",
    statusDetails: command.statusDetails === command.status ? undefined : command.statusDetails,
    startTime: command.requestedAt,
    endTime: command.finishedAt,
  };
}

function runOnTarget(opening: Opening, task: WindowTaskRecord, target: TaskTarget, at: Date): TaskInvocationRecord {
  const { cloud, state, executionId, cutoff } = opening;
  const given = task.TaskInvocationParameters?.RunCommand ?? {};
  const command = runCommand(
    cloud,
    state,
    target.nodes,
    {
      DocumentName: task.TaskArn,
      DocumentVersion: given.DocumentVersion,
      Parameters: given.Parameters,
      Comment: given.Comment,
      TimeoutSeconds: given.TimeoutSeconds ?? usualTimeoutSeconds,
      OutputS3BucketName: given.OutputS3BucketName,
      OutputS3KeyPrefix: given.OutputS3KeyPrefix,
      NotificationConfig: given.NotificationConfig,
      ServiceRoleArn: given.ServiceRoleArn,
      MaxConcurrency: task.MaxConcurrency,
      MaxErrors: task.MaxErrors,
      Targets: target.target?.targets,
    },
    {
      at,
      windowRun: { executionId, taskId: task.id },
      ...(task.CutoffBehavior === "CANCEL_TASK" ? { cutoff } : {}),
    },
  );
  return invocationRecord(opening, target, command);
}

function worst(statuses: readonly MaintenanceWindowExecutionStatus[]): MaintenanceWindowExecutionStatus {
  const order: readonly MaintenanceWindowExecutionStatus[] = ["FAILED", "TIMED_OUT", "CANCELLED"];
  return order.find((status) => statuses.includes(status)) ?? "SUCCESS";
}

function taskRecord(
  opening: Opening,
  task: WindowTaskRecord,
  given: Pick<TaskExecutionRecord, "status" | "statusDetails" | "startTime" | "endTime" | "invocations">,
): TaskExecutionRecord {
  return { id: opening.cloud.uuid(opening.state, `run of ${task.id} in ${opening.executionId}`), task, ...given };
}

function runTask(opening: Opening, task: WindowTaskRecord, at: Date): TaskExecutionRecord {
  if (at >= opening.cutoff) {
    missedTask(opening, task, at);
    return taskRecord(opening, task, {
      status: "CANCELLED",
      statusDetails: "The cutoff time was reached before the task started.",
      startTime: at,
      endTime: at,
      invocations: [],
    });
  }
  // Several targets of one task run one after another.
  const invocations: TaskInvocationRecord[] = [];
  let next = at;
  try {
    for (const target of taskTargets(opening, task)) {
      if (target.nodes.length === 0) continue;
      const invocation = runOnTarget(opening, task, target, next);
      invocations.push(invocation);
      next = invocation.endTime > next ? invocation.endTime : next;
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return taskRecord(opening, task, {
      status: "FAILED",
      statusDetails: `${error.code}: ${error.message}`.slice(0, 250),
      startTime: at,
      endTime: next,
      invocations,
    });
  }
  return taskRecord(opening, task, {
    status: worst(invocations.map(({ status }) => status)),
    statusDetails: invocations.length === 0 ? "No invocations to execute." : undefined,
    startTime: at,
    endTime: next,
    invocations,
  });
}

/** Tasks of one priority start together; the next priority follows when all of them have ended, failed or not. */
function runTasks(opening: Opening, at: Date): TaskExecutionRecord[] {
  const byPriority = Map.groupBy(inOrder(opening.window.tasks.values()), (task) => task.Priority);
  const done: TaskExecutionRecord[] = [];
  let start = at;
  for (const [, tasks] of [...byPriority].sort(([a], [b]) => a - b)) {
    const records = tasks.map((task) => runTask(opening, task, start));
    done.push(...records);
    start = new Date(Math.max(start.getTime(), ...records.map(({ endTime }) => endTime.getTime())));
  }
  return done;
}

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: concurrent executions of maintenance windows. */
const concurrentExecutions = 5;

interface Refusal {
  readonly status: "SKIPPED_OVERLAPPING" | "FAILED";
  readonly statusDetails: string | undefined;
}

/** Why a window that is due does not run. */
function refusal(state: RegionState, window: WindowRecord, at: Date): Refusal | undefined {
  state.openExecutions = state.openExecutions.filter(({ endTime }) => endTime > at);
  if (state.openExecutions.some(({ windowId }) => windowId === window.id))
    return { status: "SKIPPED_OVERLAPPING", statusDetails: undefined };
  // INFERRED: AWS gives the number and not what happens to the next one.
  if (state.openExecutions.length >= concurrentExecutions)
    return {
      status: "FAILED",
      statusDetails: `The limit of ${String(concurrentExecutions)} concurrent maintenance window executions was reached.`,
    };
  return undefined;
}

function nodeCount(state: RegionState, tasks: readonly TaskExecutionRecord[]): number {
  const ids = tasks.flatMap(({ invocations }) =>
    invocations.flatMap(
      ({ commandId }) => state.commands.get(commandId ?? "")?.invocations.map(({ nodeId }) => nodeId) ?? [],
    ),
  );
  return new Set(ids).size;
}

function missedTask(opening: Opening, task: WindowTaskRecord, at: Date): void {
  const { cloud, state, executionId } = opening;
  const { DocumentVersion, Parameters } = task.TaskInvocationParameters?.RunCommand ?? {};
  const request = { DocumentName: task.TaskArn, DocumentVersion, Parameters };
  const nodes = taskTargets(opening, task).flatMap((target) => target.nodes);
  try {
    missCommand(cloud, state, nodes, request, { at, executionId, taskId: task.id });
  } catch (error) {
    // A task whose document has gone would have patched nothing.
    if (!(error instanceof ApiError)) throw error;
  }
}

function keep(state: RegionState, execution: WindowExecutionRecord): void {
  state.windowExecutions.set(execution.id, execution);
  const ofWindow = state.executionsOfWindow.get(execution.windowId) ?? [];
  state.executionsOfWindow.set(execution.windowId, ofWindow);
  ofWindow.push(execution);
  if (execution.endTime > execution.startTime) state.openExecutions = [...state.openExecutions, execution];
}

/**
 * Opens a window at an instant and runs its tasks to their end.
 *
 * A window that is still open is SKIPPED_OVERLAPPING; one that would be the sixth at once in its account and Region
 * FAILED (INFERRED). Tasks that reach no node succeed with `No invocations to execute.` (UNCONFIRMED), so that a window
 * without targets looks fine, which is what makes it dangerous.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html
 */
export function runWindow(cloud: SimulatedCloud, state: RegionState, window: WindowRecord, at: Date): void {
  const executionId = cloud.uuid(state, `run of ${window.id}`);
  const cutoff = new Date(at.getTime() + (window.duration - window.cutoff) * hour);
  const refused = refusal(state, window, at);
  const tasks = refused === undefined ? runTasks({ cloud, state, window, executionId, cutoff }, at) : [];
  const noTasks = refused === undefined && tasks.length === 0;
  const execution: WindowExecutionRecord = {
    id: executionId,
    windowId: window.id,
    status: worst(tasks.map(({ status }) => status)),
    statusDetails: noTasks ? "No tasks to execute." : undefined,
    ...refused,
    startTime: at,
    endTime: new Date(Math.max(at.getTime(), ...tasks.map(({ endTime }) => endTime.getTime()))),
    tasks,
  };
  keep(state, execution);
  cloud.journal.add({
    kind: "windowRun",
    at,
    endsAt: execution.endTime,
    accountId: state.accountId,
    region: state.region,
    windowId: window.id,
    windowName: window.name,
    executionId,
    status: execution.status,
    ...(execution.statusDetails === undefined ? {} : { statusDetails: execution.statusDetails }),
    nodes: nodeCount(state, tasks),
  });
}
