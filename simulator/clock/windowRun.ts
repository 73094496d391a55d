import { inOrder } from "./inOrder.ts";
import type { MaintenanceWindowExecutionStatus } from "@aws-sdk/client-ssm";
import { forgottenBefore, type SimulatedCloud } from "../state/cloud.ts";
import { putEvent } from "../services/events/bus.ts";
import { ssmArn } from "../services/ssm/region.ts";
import type { RegionState } from "../state/region.ts";
import type { TaskExecutionRecord, WindowExecutionRecord, WindowRecord, WindowTaskRecord } from "../state/windows.ts";
import { commandOf, cutOff, runPriorities, worst } from "./windowTaskRun.ts";
import type { Opening } from "./windowTaskRun.ts";

const hour = 3_600_000;

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

function keep(cloud: SimulatedCloud, state: RegionState, execution: WindowExecutionRecord): void {
  const oldest = forgottenBefore(cloud, execution.startTime);
  for (const { id, windowId, startTime } of state.windowExecutions.values()) {
    if (startTime >= oldest) break;
    state.windowExecutions.delete(id);
    // The oldest of all is the first of its window.
    state.executionsOfWindow.get(windowId)?.shift();
  }
  state.windowExecutions.set(execution.id, execution);
  const ofWindow = state.executionsOfWindow.get(execution.windowId) ?? [];
  state.executionsOfWindow.set(execution.windowId, ofWindow);
  ofWindow.push(execution);
}

/** As AWS's sample has it; the statuses are those of the API. https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
function tell(cloud: SimulatedCloud, state: RegionState, execution: WindowExecutionRecord): void {
  const { id, windowId, status, startTime, endTime } = execution;
  putEvent(cloud, state, {
    detailType: "Maintenance Window Execution State-change Notification",
    source: "aws.ssm",
    resources: [ssmArn(state, `maintenancewindow/${windowId}`)],
    detail: {
      "start-time": startTime.toISOString(),
      ...(endTime === undefined ? {} : { "end-time": endTime.toISOString() }),
      "window-id": windowId,
      "window-execution-id": id,
      status,
    },
  });
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
  const priorities =
    refused === undefined ? tasksOf(window, ({ id }) => cloud.uuid(state, `run of ${id} in ${executionId}`)) : [];
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
  keep(cloud, state, execution);
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
    tell(cloud, state, execution);
  };
  if (refused !== undefined) {
    close(refused.status, refused.statusDetails);
    return;
  }
  state.openExecutions = [...state.openExecutions, execution];
  tell(cloud, state, execution);
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
