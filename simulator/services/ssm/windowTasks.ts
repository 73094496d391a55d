import type { UpdateMaintenanceWindowTaskRequest } from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import { ssmQuotas } from "../serviceQuotas/quotas.ts";
import type { OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { filtered, pageOf } from "./paging.ts";
import { windowOf } from "./windowLookup.ts";
import type { WindowRecord, WindowTaskRecord } from "../../state/windows.ts";

const taskQuota = ssmQuotas.tasksPerWindow.value;
const usualPage = 50;

function taskOf(window: WindowRecord, id: string): WindowTaskRecord {
  const task = window.tasks.get(id);
  if (task === undefined) throw new ApiError("DoesNotExistException", `Maintenance window task ${id} does not exist.`);
  return task;
}

/** The words are AWS's as recorded by https://github.com/badmintoncryer/cdk-preflight, rule `pf-ssm-maintenance-window-task`. */
function checkInvocationParameters({
  TaskInvocationParameters: given,
}: Pick<WindowTaskRecord, "TaskInvocationParameters">): void {
  if (Object.keys(given ?? {}).some((type) => type !== "RunCommand"))
    throw validationError(
      "Task Invocation Parameters must contain an entry only for the Task Type specified in the Window Task.",
    );
  if (given?.RunCommand?.NotificationConfig !== undefined && given.RunCommand.ServiceRoleArn === undefined)
    throw validationError(
      "ServiceRoleArn of RunCommandInvocationParameter is required if NotificationConfig is specified",
    );
}

function checkTask(
  window: WindowRecord,
  task: Pick<WindowTaskRecord, "Targets" | "MaxConcurrency" | "MaxErrors" | "TaskInvocationParameters">,
): void {
  const targets = task.Targets ?? [];
  const limits = [task.MaxConcurrency, task.MaxErrors];
  if (targets.length > 0 && limits.includes(undefined))
    throw validationError("MaxConcurrency and MaxErrors must be specified when the task has targets.");
  if (targets.length === 0 && limits.some((limit) => limit !== undefined))
    throw validationError("MaxConcurrency and MaxErrors must not be specified when the task has no targets.");
  if (targets.length === 0)
    throw validationError("For Run Command tasks, you must specify at least one resource as the target of the task.");
  checkInvocationParameters(task);
  for (const { Key = "", Values = [] } of targets) {
    if (Key === "InstanceIds" && !window.allowUnassociatedTargets)
      throw validationError(
        `Maintenance window ${window.id} does not allow unassociated targets; use WindowTargetIds.`,
      );
    if (Key !== "InstanceIds" && Key !== "WindowTargetIds")
      throw validationError(`Invalid task target key: ${Key}. Valid keys: InstanceIds, WindowTargetIds`);
    for (const id of Key === "WindowTargetIds" ? Values : []) {
      if (!window.targets.has(id))
        throw new ApiError("DoesNotExistException", `Maintenance window target ${id} does not exist.`);
    }
  }
}

function described(window: WindowRecord, task: WindowTaskRecord): object {
  const { id, ...content } = task;
  return { WindowId: window.id, WindowTaskId: id, ...content };
}

function taskAnswer(window: WindowRecord, task: WindowTaskRecord): object {
  return { TaskParameters: {}, ...described(window, task) };
}

function listed(window: WindowRecord, task: WindowTaskRecord): object {
  const { TaskInvocationParameters: _invocation, TaskType, ...rest } = task;
  const { id, ...content } = rest;
  return { WindowId: window.id, WindowTaskId: id, Type: TaskType, ...content };
}

function updatedTask(old: WindowTaskRecord, request: Checked<UpdateMaintenanceWindowTaskRequest>): WindowTaskRecord {
  const { WindowId: _window, WindowTaskId: _task, Replace, ...changes } = request;
  if (Replace === true && changes.TaskArn === undefined)
    throw validationError("TaskArn must be specified when Replace is true.");
  const base: WindowTaskRecord =
    Replace === true ? { id: old.id, TaskType: old.TaskType, TaskArn: old.TaskArn, Priority: old.Priority } : old;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { ...base, ...given };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html */
export const windowTaskOperations = {
  RegisterTaskWithMaintenanceWindow: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    if (request.TaskType !== "RUN_COMMAND")
      throw validationError(
        `TaskType ${request.TaskType} is not covered by the embedded cloud; it runs RUN_COMMAND only.`,
      );
    checkTask(window, request);
    if (window.tasks.size >= taskQuota)
      throw new ApiError(
        "ResourceLimitExceededException",
        `Task limit of ${String(taskQuota)} exceeded for ${window.id}.`,
      );
    const { WindowId: _window, ClientToken: _token, ...content } = request;
    const id = call.cloud.uuid(call.region, `task ${request.Name ?? ""} of ${window.id}`);
    window.tasks.set(id, { ...content, id, Priority: request.Priority ?? 0 });
    return { WindowTaskId: id };
  },
  GetMaintenanceWindowTask: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    return taskAnswer(window, taskOf(window, request.WindowTaskId));
  },
  UpdateMaintenanceWindowTask: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    const task = updatedTask(taskOf(window, request.WindowTaskId), request);
    checkTask(window, task);
    window.tasks.set(task.id, task);
    const { TaskType: _type, ...answer } = task;
    return taskAnswer(window, answer as WindowTaskRecord);
  },
  DeregisterTaskFromMaintenanceWindow: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    const task = taskOf(window, request.WindowTaskId);
    window.tasks.delete(task.id);
    return { WindowId: window.id, WindowTaskId: task.id };
  },
  DescribeMaintenanceWindowTasks: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    const matching = filtered(window.tasks.values(), request.Filters, {
      WindowTaskId: (task: WindowTaskRecord, value) => task.id === value,
      TaskArn: (task, value) => task.TaskArn === value,
      Priority: (task, value) => String(task.Priority) === value,
      TaskType: (task, value) => task.TaskType === value,
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { Tasks: items.map((task) => listed(window, task)), ...next };
  },
} satisfies OperationTable;
