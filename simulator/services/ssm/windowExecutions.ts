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
  readonly startTime: Date;
  readonly endTime: Date;
}

/** A run has been decided when its window opened; what of it lies in the virtual future is not shown as done. */
function statusAt(record: Outcome, now: Date): string {
  if (record.startTime > now) return "PENDING";
  return record.endTime > now ? "IN_PROGRESS" : record.status;
}

function outcome(record: Outcome, now: Date): object {
  const status = statusAt(record, now);
  return {
    Status: status,
    ...(record.startTime > now ? {} : { StartTime: record.startTime }),
    ...(status === record.status ? { StatusDetails: record.statusDetails, EndTime: record.endTime } : {}),
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

function byStatus(now: Date): Record<string, (record: Outcome, value: string) => boolean> {
  return { STATUS: (record, value) => statusAt(record, now) === value };
}

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
        ...outcome(execution, call.cloud.clock.now()),
      })),
      ...next,
    };
  },
  GetMaintenanceWindowExecution: (call, request) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    return {
      WindowExecutionId: execution.id,
      TaskIds: execution.tasks.map((task) => task.id),
      ...outcome(execution, call.cloud.clock.now()),
    };
  },
  DescribeMaintenanceWindowExecutionTasks: (
    call: Call,
    request: Checked<DescribeMaintenanceWindowExecutionTasksRequest>,
  ) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    const { items, ...next } = pageOf(
      filtered(execution.tasks, request.Filters, byStatus(call.cloud.clock.now())),
      request,
      usualPage,
    );
    return {
      WindowExecutionTaskIdentities: items.map((task) => ({
        WindowExecutionId: execution.id,
        TaskExecutionId: task.id,
        TaskArn: task.task.TaskArn,
        TaskType: task.task.TaskType,
        ...outcome(task, call.cloud.clock.now()),
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
      ...outcome(record, call.cloud.clock.now()),
    };
  },
  DescribeMaintenanceWindowExecutionTaskInvocations: (
    call: Call,
    request: Checked<DescribeMaintenanceWindowExecutionTaskInvocationsRequest>,
  ) => {
    const execution = executionOf(call.region, request.WindowExecutionId);
    const task = taskOf(execution, request.TaskId);
    const { items, ...next } = pageOf(
      filtered(task.invocations, request.Filters, byStatus(call.cloud.clock.now())),
      request,
      usualPage,
    );
    return {
      WindowExecutionTaskInvocationIdentities: items.map((invocation: TaskInvocationRecord) => ({
        WindowExecutionId: execution.id,
        TaskExecutionId: task.id,
        InvocationId: invocation.id,
        ExecutionId: invocation.commandId,
        TaskType: task.task.TaskType,
        Parameters: invocation.parameters,
        OwnerInformation: invocation.ownerInformation,
        WindowTargetId: invocation.windowTargetId,
        ...outcome(invocation, call.cloud.clock.now()),
      })),
      ...next,
    };
  },
} satisfies OperationTable;
