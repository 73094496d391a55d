import { inOrder } from "./inOrder.ts";
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

interface Opening {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly window: WindowRecord;
  readonly execution: WindowExecutionRecord;
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

function commandOf({ state }: Opening, { commandId }: TaskInvocationRecord): CommandRecord | undefined {
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

function worst(statuses: readonly MaintenanceWindowExecutionStatus[]): MaintenanceWindowExecutionStatus {
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

/** Tasks of one priority start together; the next priority follows when all of them have ended, failed or not. */
function runPriorities(
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
function cutOff(opening: Opening): void {
  for (const { task, invocations } of opening.execution.tasks) {
    if (task.CutoffBehavior !== "CANCEL_TASK") continue;
    for (const invocation of invocations) {
      const command = commandOf(opening, invocation);
      if (command !== undefined) stopCommand(command, "cutoff");
    }
  }
}

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: concurrent executions of maintenance windows. */
const concurrentExecutions = 5;

interface Refusal {
  readonly status: "SKIPPED_OVERLAPPING" | "FAILED";
  readonly statusDetails: string | undefined;
}

/** Why a window that is due does not run. */
function refusal(state: RegionState, window: WindowRecord): Refusal | undefined {
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

function nodeCount(opening: Opening): number {
  const invocations = opening.execution.tasks.flatMap((task) => task.invocations);
  const ids = invocations.flatMap((invocation) =>
    commandOf(opening, invocation)?.invocations.map(({ nodeId }) => nodeId),
  );
  return new Set(ids).size;
}

function keep(state: RegionState, execution: WindowExecutionRecord): void {
  state.windowExecutions.set(execution.id, execution);
  const ofWindow = state.executionsOfWindow.get(execution.windowId) ?? [];
  state.executionsOfWindow.set(execution.windowId, ofWindow);
  ofWindow.push(execution);
}

function tasksOf({ tasks }: WindowRecord, newId: (task: WindowTaskRecord) => string): TaskExecutionRecord[][] {
  const byPriority = Map.groupBy(inOrder(tasks.values()), (task) => task.Priority);
  return [...byPriority]
    .sort(([a], [b]) => a - b)
    .map(([, own]) =>
      own.map((task) => ({
        id: newId(task),
        task,
        status: "PENDING",
        statusDetails: undefined,
        startTime: undefined,
        endTime: undefined,
        invocations: [],
      })),
    );
}

/**
 * Opens a window at an instant. Its tasks run in virtual time, as their commands do.
 *
 * A window that is still open is SKIPPED_OVERLAPPING; one that would be the sixth at once in its account and Region
 * FAILED (INFERRED). Tasks that reach no node succeed with `No invocations to execute.` (UNCONFIRMED), so that a window
 * without targets looks fine, which is what makes it dangerous.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html
 */
export function runWindow(cloud: SimulatedCloud, state: RegionState, window: WindowRecord, at: Date): void {
  const executionId = cloud.uuid(state, `run of ${window.id}`);
  const cutoff = new Date(at.getTime() + (window.duration - window.cutoff) * hour);
  const refused = refusal(state, window);
  const priorities = refused === undefined ? tasksOf(window, ({ id }) => cloud.uuid(state, `run of ${id} in ${executionId}`)) : [];
  const execution: WindowExecutionRecord = {
    id: executionId,
    windowId: window.id,
    status: "IN_PROGRESS",
    statusDetails: undefined,
    startTime: at,
    endTime: undefined,
    tasks: priorities.flat(),
  };
  const opening: Opening = { cloud, state, window, execution, executionId, cutoff };
  keep(state, execution);
  const entry = {
    kind: "windowRun" as const,
    at,
    endsAt: at,
    accountId: state.accountId,
    region: state.region,
    windowId: window.id,
    windowName: window.name,
    executionId,
    status: "IN_PROGRESS",
    nodes: 0,
  };
  cloud.journal.add(entry);
  const close = (status: MaintenanceWindowExecutionStatus, statusDetails: string | undefined): void => {
    Object.assign(execution, { status, statusDetails, endTime: cloud.clock.now() });
    state.openExecutions = state.openExecutions.filter((open) => open !== execution);
    const details = statusDetails === undefined ? {} : { statusDetails };
    Object.assign(entry, { status, ...details, endsAt: cloud.clock.now(), nodes: nodeCount(opening) });
  };
  if (refused !== undefined) {
    close(refused.status, refused.statusDetails);
    return;
  }
  state.openExecutions = [...state.openExecutions, execution];
  cloud.agenda.add(cutoff, () => {
    // What ends at the cutoff has ended in time.
    cloud.agenda.add(cutoff, () => {
      cutOff(opening);
    });
  });
  runPriorities(opening, priorities, () => {
    const cancelled = execution.status === "CANCELLING";
    const status = cancelled ? "CANCELLED" : worst(execution.tasks.map((task) => task.status));
    close(status, execution.tasks.length === 0 ? "No tasks to execute." : undefined);
  });
}
