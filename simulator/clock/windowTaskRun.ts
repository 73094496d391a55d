import type { MaintenanceWindowExecutionStatus } from "@aws-sdk/client-ssm";
import type { SimulatedCloud } from "../state/cloud.ts";
import { ApiError } from "../http/apiError.ts";
import { missCommand, startCommand, stopCommand } from "../nodes/runCommand.ts";
import type { CommandRecord } from "../state/commands.ts";
import type { MissReason } from "../state/journal.ts";
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

/** A window that has opened. */
export interface Opening {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly window: WindowRecord;
  readonly execution: WindowExecutionRecord;
  readonly executionId: string;
  /** From here on no task starts. */
  readonly cutoff: Date;
}

interface TaskTarget {
  readonly target: WindowTargetRecord | undefined;
  readonly nodes: readonly ManagedNode[];
}

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

/** How a task's command ended, as its window shows it. */
function invocationStatus(opening: Opening, { status }: CommandRecord): MaintenanceWindowExecutionStatus {
  switch (status) {
    case "Success":
      return "SUCCESS";
    case "TimedOut":
      return "TIMED_OUT";
    case "Cancelled":
      // CANCEL_TASK: a Run Command task that runs over the cutoff ends as TIMED_OUT.
      return isPastCutoff(opening) ? "TIMED_OUT" : "CANCELLED";
    default:
      return "FAILED";
  }
}

function isPastCutoff({ cloud, cutoff }: Opening): boolean {
  return cloud.clock.now() >= cutoff;
}

/** The command of a task on one of its targets. */
export function commandOf({ state }: Opening, { commandId }: TaskInvocationRecord): CommandRecord | undefined {
  return state.commands.get(commandId ?? "");
}

function runOnTarget(
  opening: Opening,
  { task, invocations }: TaskExecutionRecord,
  { nodes, target }: TaskTarget,
  ended: () => void,
): void {
  const { cloud, state, executionId } = opening;
  const given = task.TaskInvocationParameters?.RunCommand ?? {};
  const request = {
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
    Targets: target?.targets,
  };
  const over = (command: CommandRecord): void => {
    invocation.status = invocationStatus(opening, command);
    invocation.statusDetails = command.statusDetails === command.status ? undefined : command.statusDetails;
    invocation.endTime = cloud.clock.now();
    ended();
  };
  const command = startCommand(cloud, state, nodes, request, {
    windowRun: { executionId, taskId: task.id },
    // A window's targets hold nodes, so that no command ends before it is kept below.
    ended: (done) => {
      cloud.agenda.add(cloud.clock.now(), () => {
        over(done);
      });
    },
  });
  const invocation: TaskInvocationRecord = {
    id: cloud.uuid(state, `invocation of ${command.id}`),
    commandId: command.id,
    windowTargetId: target?.id,
    ownerInformation: target?.ownerInformation,
    parameters: JSON.stringify({ documentName: request.DocumentName, parameters: request.Parameters ?? {} }),
    status: "IN_PROGRESS",
    statusDetails: undefined,
    startTime: cloud.clock.now(),
    endTime: undefined,
  };
  invocations.push(invocation);
}

/** The status of a whole by those of its parts. */
export function worst(statuses: readonly MaintenanceWindowExecutionStatus[]): MaintenanceWindowExecutionStatus {
  const order: readonly MaintenanceWindowExecutionStatus[] = ["FAILED", "TIMED_OUT", "CANCELLED"];
  return order.find((status) => statuses.includes(status)) ?? "SUCCESS";
}

function endTask(
  { cloud }: Opening,
  task: TaskExecutionRecord,
  status: MaintenanceWindowExecutionStatus,
  statusDetails: string | undefined,
): void {
  task.status = status;
  task.statusDetails = statusDetails;
  task.startTime ??= cloud.clock.now();
  task.endTime = cloud.clock.now();
}

/** Puts down the nodes that a task did not get to. */
function missTargets(
  { cloud, state, executionId }: Opening,
  task: WindowTaskRecord,
  targets: readonly TaskTarget[],
  reason: MissReason,
): void {
  const { DocumentVersion, Parameters } = task.TaskInvocationParameters?.RunCommand ?? {};
  const request = { DocumentName: task.TaskArn, DocumentVersion, Parameters };
  const nodes = targets.flatMap((target) => target.nodes);
  try {
    missCommand(cloud, state, nodes, request, { executionId, taskId: task.id, reason });
  } catch (error) {
    // A task whose document has gone would have patched nothing.
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Runs a task on one of its targets after the other. */
function runTargets(
  opening: Opening,
  record: TaskExecutionRecord,
  targets: readonly TaskTarget[],
  ended: () => void,
): void {
  const [target, ...others] = targets;
  if (target === undefined) {
    const { invocations } = record;
    const details = invocations.length === 0 ? "No invocations to execute." : undefined;
    endTask(opening, record, worst(invocations.map(({ status }) => status)), details);
    ended();
    return;
  }
  if (isPastCutoff(opening) && record.task.CutoffBehavior === "CANCEL_TASK") {
    missTargets(opening, record.task, targets, "cutoff");
    endTask(opening, record, "TIMED_OUT", undefined);
    ended();
    return;
  }
  try {
    runOnTarget(opening, record, target, () => {
      runTargets(opening, record, others, ended);
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    endTask(opening, record, "FAILED", `${error.code}: ${error.message}`.slice(0, 250));
    ended();
  }
}

function runTask(opening: Opening, record: TaskExecutionRecord, ended: () => void): void {
  const targets = taskTargets(opening, record.task).filter(({ nodes }) => nodes.length > 0);
  const cancelled = opening.execution.status === "CANCELLING";
  if (cancelled || isPastCutoff(opening)) {
    missTargets(opening, record.task, targets, cancelled ? "cancelled" : "cutoff");
    const details = cancelled ? undefined : "The cutoff time was reached before the task started.";
    endTask(opening, record, "CANCELLED", details);
    ended();
    return;
  }
  record.status = "IN_PROGRESS";
  record.startTime = opening.cloud.clock.now();
  runTargets(opening, record, targets, ended);
}

/** Runs tasks by their priorities. Tasks of one priority start together; the next priority follows when all of them have ended, failed or not. */
export function runPriorities(
  opening: Opening,
  priorities: readonly (readonly TaskExecutionRecord[])[],
  ended: () => void,
): void {
  const [tasks, ...others] = priorities;
  if (tasks === undefined) {
    ended();
    return;
  }
  let left = tasks.length;
  for (const task of tasks)
    runTask(opening, task, () => {
      left -= 1;
      if (left === 0) runPriorities(opening, others, ended);
    });
}

/** At the cutoff, tasks that say CANCEL_TASK are cancelled where they are. */
export function cutOff(opening: Opening): void {
  for (const { task, invocations } of opening.execution.tasks) {
    if (task.CutoffBehavior !== "CANCEL_TASK") continue;
    for (const invocation of invocations) {
      const command = commandOf(opening, invocation);
      if (command !== undefined) stopCommand(command, "cutoff");
    }
  }
}
