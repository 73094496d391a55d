import type {
  DescribeMaintenanceWindowExecutionTaskInvocationsRequest,
  DescribeMaintenanceWindowExecutionTasksRequest,
} from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";
import type { TaskExecutionRecord, TaskInvocationRecord, WindowExecutionRecord } from "../../state/windows.ts";

const usualPage = 50;

interface Outcome {
  readonly status: string;
  readonly statusDetails: string | undefined;
  readonly startTime: Date | undefined;
  readonly endTime: Date | undefined;
}

function outcome(record: Outcome): object {
  return {
    Status: record.status,
    StatusDetails: record.statusDetails,
    StartTime: record.startTime,
    EndTime: record.endTime,
  };
}

function executionOf(state: RegionState, id: string): WindowExecutionRecord {
  const execution = state.windowExecutions.get(id);
  if (execution === undefined)
    throw new ApiError("DoesNotExistException", `Maintenance window execution ${id} does not exist.`);
  return execution;
}

function taskOf(execution: WindowExecutionRecord, id: string): TaskExecutionRecord {
  const task = execution.tasks.find((known) => known.id === id);
  if (task === undefined)
    throw new ApiError("DoesNotExistException", `Task ${id} does not exist in execution ${execution.id}.`);
  return task;
}

function invocationShown(
  execution: WindowExecutionRecord,
  task: TaskExecutionRecord,
  invocation: TaskInvocationRecord,
): object {
  return {
    WindowExecutionId: execution.id,
    TaskExecutionId: task.id,
    InvocationId: invocation.id,
    ExecutionId: invocation.commandId,
    TaskType: task.task.TaskType,
    Parameters: invocation.parameters,
    OwnerInformation: invocation.ownerInformation,
    WindowTargetId: invocation.windowTargetId,
    ...outcome(invocation),
  };
}

const byStatus = { STATUS: (record: Outcome, value: string) => record.status === value };

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowExecutions.html */
export const windowExecutionOperations = {
  DescribeMaintenanceWindowExecutions: (call, request) => {
    const own = call.region.executionsOfWindow.get(request.WindowId) ?? [];
    const matching = filtered(own.toReversed(), request.Filters, {
      ExecutedBefore: (execution: WindowExecutionRecord, value) => execution.startTime < new Date(value),
      ExecutedAfter: (execution, value) => execution.startTime > new Date(value),
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      WindowExecutions: items.map((execution) => ({
        WindowId: execution.windowId,
        WindowExecutionId: execution.id,
        ...outcome(execution),
      })),
      ...next,
    };
  },
  GetMaintenanceWindowExecution: (call, request) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    return {
      WindowExecutionId: execution.id,
      TaskIds: execution.tasks.map((task) => task.id),
      ...outcome(execution),
    };
  },
  DescribeMaintenanceWindowExecutionTasks: (
    call: Call,
    request: Checked<DescribeMaintenanceWindowExecutionTasksRequest>,
  ) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    const { items, ...next } = pageOf(filtered(execution.tasks, request.Filters, byStatus), request, usualPage);
    return {
      WindowExecutionTaskIdentities: items.map((task) => ({
        WindowExecutionId: execution.id,
        TaskExecutionId: task.id,
        TaskArn: task.task.TaskArn,
        TaskType: task.task.TaskType,
        ...outcome(task),
      })),
      ...next,
    };
  },
  GetMaintenanceWindowExecutionTask: (call, request) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    const { task, ...record } = taskOf(execution, request.TaskId);
    return {
      WindowExecutionId: execution.id,
      TaskExecutionId: record.id,
      TaskArn: task.TaskArn,
      ServiceRole: task.ServiceRoleArn,
      Type: task.TaskType,
      TaskParameters: [],
      Priority: task.Priority,
      MaxConcurrency: task.MaxConcurrency,
      MaxErrors: task.MaxErrors,
      ...outcome(record),
    };
  },
  /**
   * Tasks that have not begun never will; those under way come to their end.
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelMaintenanceWindowExecution.html
   */
  CancelMaintenanceWindowExecution: (call, request) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    // INFERRED: what has ended stays as it ended.
    if (execution.status === "IN_PROGRESS") execution.status = "CANCELLING";
    return { WindowExecutionId: execution.id };
  },
  GetMaintenanceWindowExecutionTaskInvocation: (call, request) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    const task = taskOf(execution, request.TaskId);
    const found = task.invocations.find(({ id }) => id === request.InvocationId);
    if (found === undefined)
      throw new ApiError(
        "DoesNotExistException",
        `Invocation ${request.InvocationId} does not exist in task ${task.id}.`,
      );
    return invocationShown(execution, task, found);
  },
  DescribeMaintenanceWindowExecutionTaskInvocations: (
    call: Call,
    request: Checked<DescribeMaintenanceWindowExecutionTaskInvocationsRequest>,
  ) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    const task = taskOf(execution, request.TaskId);
    const { items, ...next } = pageOf(filtered(task.invocations, request.Filters, byStatus), request, usualPage);
    return {
      WindowExecutionTaskInvocationIdentities: items.map((invocation) => invocationShown(execution, task, invocation)),
      ...next,
    };
  },
} satisfies OperationTable;
