import {
  paginateDescribeMaintenanceWindowExecutions,
  paginateDescribeMaintenanceWindowExecutionTaskInvocations,
  paginateDescribeMaintenanceWindowExecutionTasks,
  paginateDescribeMaintenanceWindows,
  type MaintenanceWindowExecution,
  type MaintenanceWindowIdentity,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { WindowRun } from "../../domain/status/windowRuns.ts";
import { allPages } from "./pages.ts";

/** Largest page of windows, their runs, tasks and invocations. */
const pageSize = 100;
/** Windows at a time in one location. */
const concurrency = 4;
/** Runs that may still come to another end. */
const underWay: ReadonlySet<string> = new Set(["PENDING", "IN_PROGRESS", "CANCELLING"]);

/** AWS does not say in which order it lists runs. */
function lastEnded(runs: readonly MaintenanceWindowExecution[]): MaintenanceWindowExecution | undefined {
  const begun = ({ StartTime }: MaintenanceWindowExecution): number => StartTime?.getTime() ?? 0;
  const ended = runs.filter(({ Status = "", StartTime }) => StartTime !== undefined && !underWay.has(Status));
  return ended.toSorted((a, b) => begun(b) - begun(a))[0];
}

/** Whether any task of a run had an invocation, asked task by task until one had; undefined when there was no task. */
async function reachedAny(client: SSMClient, executionId: string): Promise<boolean | undefined> {
  const run = { WindowExecutionId: executionId };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutionTasks({ client, pageSize }, run));
  const tasks = pages.flatMap((page) => page.WindowExecutionTaskIdentities ?? []);
  for (const { TaskExecutionId: TaskId } of tasks) {
    const request = { ...run, TaskId };
    const found = await allPages(
      paginateDescribeMaintenanceWindowExecutionTaskInvocations({ client, pageSize }, request),
    );
    if (found.some((page) => (page.WindowExecutionTaskInvocationIdentities ?? []).length > 0)) return true;
  }
  return tasks.length === 0 ? undefined : false;
}

async function lastRun(
  client: SSMClient,
  window: MaintenanceWindowIdentity,
  since: Date,
): Promise<readonly WindowRun[]> {
  const { WindowId: windowId = "", Name: name = "" } = window;
  const after = since.toISOString().replace(/\.\d+Z$/, "Z");
  const request = { WindowId: windowId, Filters: [{ Key: "ExecutedAfter", Values: [after] }] };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutions({ client, pageSize }, request));
  const run = lastEnded(pages.flatMap((page) => page.WindowExecutions ?? []));
  if (run?.StartTime === undefined) return [];
  const { StartTime: startedAt, Status: status = "", WindowExecutionId: id = "" } = run;
  const reached = status === "SUCCESS" ? await reachedAny(client, id) : undefined;
  return [{ window: name, windowId, startedAt, status, ...(reached === undefined ? {} : { reached }) }];
}

/**
 * The last ended run of each window of some names, in the order of these names; a window that did not run since is left
 * out. For _w_ windows in the Region, and for each window of these names: w/100 DescribeMaintenanceWindows, 1
 * DescribeMaintenanceWindowExecutions per 100 runs, 1 DescribeMaintenanceWindowExecutionTasks where the last run
 * succeeded, and 1 DescribeMaintenanceWindowExecutionTaskInvocations per task up to the first that reached somebody: a
 * task of Run Command has as many invocations as the window has targets.
 *
 * @param since - runs that began before are not asked for
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowExecutions.html
 */
export async function lastWindowRuns(
  client: SSMClient,
  names: readonly string[],
  since: Date,
): Promise<readonly WindowRun[]> {
  if (names.length === 0) return [];
  const pages = await allPages(paginateDescribeMaintenanceWindows({ client, pageSize }, {}));
  const all = pages.flatMap((page) => page.WindowIdentities ?? []);
  const own = names.flatMap((name) => all.filter((window) => window.Name === name));
  return (await pMap(own, (window) => lastRun(client, window, since), { concurrency })).flat();
}
