import {
  InvalidCommandId,
  paginateDescribeMaintenanceWindowExecutions,
  paginateDescribeMaintenanceWindowExecutionTaskInvocations,
  paginateDescribeMaintenanceWindowExecutionTasks,
  paginateDescribeMaintenanceWindows,
  paginateListCommandInvocations,
  type MaintenanceWindowExecution,
  type MaintenanceWindowExecutionTaskIdentity,
  type MaintenanceWindowIdentity,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { isPatchDocument } from "../../domain/drift/foreign.ts";
import { nowhereNear } from "../../domain/schedule/awsCron.ts";
import type {
  ArmedWindow,
  CommandEnds,
  OpenRun,
  OwnWindow,
  WindowRun,
  WindowRuns,
} from "../../domain/status/windowRuns.ts";
import { instantText } from "../../domain/time.ts";
import { allPages } from "../pages.ts";

/** Largest page of windows, their runs, tasks and invocations. */
const pageSize = 100;
/** Largest page of a command's invocations. */
const commandPageSize = 50;
/** Windows at a time in one location. */
const concurrency = 4;
/** Runs that may still come to another end. */
const underWay: ReadonlySet<string> = new Set(["PENDING", "IN_PROGRESS", "CANCELLING"]);

/** Newest first: AWS does not say in which order it lists runs. */
function newestFirst(runs: readonly MaintenanceWindowExecution[]): readonly MaintenanceWindowExecution[] {
  const begun = ({ StartTime }: MaintenanceWindowExecution): number => StartTime?.getTime() ?? 0;
  return runs.filter(({ StartTime }) => StartTime !== undefined).toSorted((a, b) => begun(b) - begun(a));
}

async function tasksOf(
  client: SSMClient,
  WindowExecutionId: string,
): Promise<readonly MaintenanceWindowExecutionTaskIdentity[]> {
  const pages = await allPages(
    paginateDescribeMaintenanceWindowExecutionTasks({ client, pageSize }, { WindowExecutionId }),
  );
  return pages.flatMap((page) => page.WindowExecutionTaskIdentities ?? []);
}

/** Ids of the commands that a task sent; undefined for an invocation that tells none. */
async function commandIds(
  client: SSMClient,
  WindowExecutionId: string,
  { TaskExecutionId: TaskId }: MaintenanceWindowExecutionTaskIdentity,
): Promise<readonly (string | undefined)[]> {
  const request = { WindowExecutionId, TaskId };
  const pages = await allPages(
    paginateDescribeMaintenanceWindowExecutionTaskInvocations({ client, pageSize }, request),
  );
  return pages.flatMap((page) => (page.WindowExecutionTaskInvocationIdentities ?? []).map((each) => each.ExecutionId));
}

/** Whether any task of a run had an invocation, asked task by task until one had; undefined when there was no task. */
async function reachedAny(client: SSMClient, executionId: string): Promise<boolean | undefined> {
  const tasks = await tasksOf(client, executionId);
  for (const task of tasks) if ((await commandIds(client, executionId, task)).length > 0) return true;
  return tasks.length === 0 ? undefined : false;
}

/** How a command ended on each node; undefined when AWS keeps it no longer. */
async function endsOf(client: SSMClient, CommandId: string): Promise<CommandEnds | undefined> {
  try {
    const pages = await allPages(paginateListCommandInvocations({ client, pageSize: commandPageSize }, { CommandId }));
    const all = pages.flatMap((page) => page.CommandInvocations ?? []);
    return new Map(all.map(({ InstanceId = "", StatusDetails = "" }) => [InstanceId, StatusDetails]));
  } catch (error) {
    if (error instanceof InvalidCommandId) return undefined;
    throw error;
  }
}

/** The commands that patched in a run, and how they ended on each node. */
async function patchCommands(client: SSMClient, executionId: string): Promise<Pick<WindowRun, "reached" | "commands">> {
  const tasks = await tasksOf(client, executionId);
  const read = async (task: MaintenanceWindowExecutionTaskIdentity) => ({
    ids: await commandIds(client, executionId, task),
    patches: isPatchDocument(task.TaskArn ?? ""),
  });
  const sent = await pMap(tasks, read, { concurrency });
  const ids = sent.flatMap((task) => (task.patches ? task.ids.flatMap((id) => id ?? []) : []));
  const commands = await pMap(ids, (id) => endsOf(client, id), { concurrency });
  const known = commands.flatMap((ends) => ends ?? []);
  return {
    ...(tasks.length === 0 ? {} : { reached: sent.some((task) => task.ids.length > 0) }),
    ...(known.length < ids.length ? {} : { commands: known }),
  };
}

/** An on-demand window that is not armed has a date that never comes. */
function armedAt({
  Name = "",
  Schedule,
  NextExecutionTime,
  Enabled,
}: MaintenanceWindowIdentity): readonly ArmedWindow[] {
  if (Enabled !== true || Schedule === nowhereNear || NextExecutionTime === undefined) return [];
  const at = new Date(NextExecutionTime);
  return Number.isNaN(at.getTime()) ? [] : [{ window: Name, at }];
}

interface Asked {
  readonly installs: boolean;
  readonly since: Date;
}

interface Found {
  readonly run?: WindowRun;
  readonly open?: OpenRun;
}

async function runsOf(
  client: SSMClient,
  window: MaintenanceWindowIdentity,
  { installs, since }: Asked,
): Promise<Found> {
  const { WindowId: windowId = "", Name: name = "" } = window;
  const after = instantText(since);
  const request = { WindowId: windowId, Filters: [{ Key: "ExecutedAfter", Values: [after] }] };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutions({ client, pageSize }, request));
  const runs = newestFirst(pages.flatMap((page) => page.WindowExecutions ?? []));
  const open = runs.find(({ Status = "" }) => underWay.has(Status))?.StartTime;
  const found = open === undefined ? {} : { open: { window: name, startedAt: open } };
  const last = runs.find(({ Status = "" }) => !underWay.has(Status));
  if (last?.StartTime === undefined) return found;
  const { StartTime: startedAt, EndTime: endedAt, Status: status = "", WindowExecutionId: id = "" } = last;
  const { reached, commands } = installs
    ? await patchCommands(client, id)
    : { reached: status === "SUCCESS" ? await reachedAny(client, id) : undefined };
  return {
    ...found,
    run: {
      window: name,
      windowId,
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      status,
      ...(reached === undefined || status !== "SUCCESS" ? {} : { reached }),
      ...(commands === undefined ? {} : { commands }),
    },
  };
}

/**
 * The last ended run of each window of some names, in the order of these names, and those that are under way; a window
 * that did not run since is left out. For _w_ windows in the Region, and for each window of these names: w/100
 * DescribeMaintenanceWindows, 1 DescribeMaintenanceWindowExecutions per 100 runs, 1
 * DescribeMaintenanceWindowExecutionTasks where the last run succeeded, and 1
 * DescribeMaintenanceWindowExecutionTaskInvocations per task up to the first that reached somebody: a task of Run
 * Command has as many invocations as the window has targets. Of a window that installs: all of its tasks whatever its
 * end, and 1 ListCommandInvocations per 50 servers of each command that patched.
 *
 * @param names - of windows in AWS, and whether they install
 * @param since - runs that began before are not asked for
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowExecutions.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html
 */
export async function lastWindowRuns(
  client: SSMClient,
  names: ReadonlyMap<string, Pick<OwnWindow, "window" | "installs">>,
  since: Date,
): Promise<Exclude<WindowRuns, { readonly failure: string }>> {
  if (names.size === 0) return { runs: [], open: [], armed: [] };
  const pages = await allPages(paginateDescribeMaintenanceWindows({ client, pageSize }, {}));
  const all = pages.flatMap((page) => page.WindowIdentities ?? []);
  const own = [...names].flatMap(([name, planned]) =>
    all.filter((window) => window.Name === name).map((window) => ({ ...planned, identity: window })),
  );
  const found = await pMap(own, ({ identity, installs }) => runsOf(client, identity, { installs, since }), {
    concurrency,
  });
  return {
    runs: found.flatMap(({ run }) => run ?? []),
    open: found.flatMap(({ open }) => open ?? []),
    armed: own.flatMap(({ identity, window }) => (window.onDemand ? armedAt(identity) : [])),
  };
}
