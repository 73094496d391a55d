import {
  CancelCommandCommand,
  CancelMaintenanceWindowExecutionCommand,
  paginateDescribeMaintenanceWindowExecutions,
  paginateDescribeMaintenanceWindowExecutionTaskInvocations,
  paginateDescribeMaintenanceWindowExecutionTasks,
  paginateDescribeMaintenanceWindows,
  paginateListCommands,
  UpdateMaintenanceWindowCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { RunAction } from "../../domain/runs/runRecord.ts";
import {
  isOwnWindow,
  runsToLookInto,
  stoppable,
  type FoundCommand,
  type FoundRun,
  type FoundWindow,
  type Stoppable,
} from "../../domain/runs/stoppable.ts";
import { regionalName } from "../../domain/stack/awsNames.ts";
import type { PlannedLocation } from "../../domain/stack/plannedLocation.ts";
import { resourceTags } from "./nodes.ts";
import { allPages } from "../pages.ts";

/** Largest page of windows, their runs, tasks and invocations. */
const pageSize = 100;
const commandsPerPage = 50;
/** Calls at a time in one location. */
const concurrency = 8;

async function windowsOf(client: SSMClient): Promise<readonly FoundWindow[]> {
  const pages = await allPages(paginateDescribeMaintenanceWindows({ client, pageSize }, {}));
  return pages
    .flatMap((page) => page.WindowIdentities ?? [])
    .map(({ WindowId: id = "", Name: name = "", Enabled: enabled = false }) => ({ id, name, enabled }));
}

/** The stack's windows of one account and Region, whether they are enabled or not. */
async function ownWindows(
  client: SSMClient,
  environment: string,
  planned: PlannedLocation,
): Promise<readonly FoundWindow[]> {
  const prefix = regionalName(environment, "");
  const named = (await windowsOf(client)).filter(({ name }) => name.startsWith(prefix));
  const isOwn = async ({ id, name }: FoundWindow): Promise<boolean> =>
    // Only where the stack file does not name it: another environment's name may begin like this one's.
    isOwnWindow(planned, name, planned.windows.has(name) ? {} : await resourceTags(client, "MaintenanceWindow", id));
  const told = await pMap(named, async (each) => ((await isOwn(each)) ? [each] : []), { concurrency });
  return told.flat();
}

async function runsOf(client: SSMClient, { id, name: window }: FoundWindow): Promise<readonly FoundRun[]> {
  const request = { WindowId: id };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutions({ client, pageSize }, request));
  return pages
    .flatMap((page) => page.WindowExecutions ?? [])
    .map(({ WindowExecutionId = "", Status: status = "", StartTime, EndTime: ended }) => ({
      id: WindowExecutionId,
      window,
      status,
      started: StartTime ?? new Date(0),
      ...(ended === undefined ? {} : { ended }),
    }));
}

/** Commands that a run's tasks sent, ended or not. */
async function commandsOfRun(client: SSMClient, WindowExecutionId: string): Promise<readonly string[]> {
  const config = { client, pageSize };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutionTasks(config, { WindowExecutionId }));
  const tasks = pages.flatMap((page) => page.WindowExecutionTaskIdentities ?? []);
  const sent = await pMap(
    tasks,
    async ({ TaskExecutionId: TaskId }) => {
      const request = { WindowExecutionId, TaskId };
      return allPages(paginateDescribeMaintenanceWindowExecutionTaskInvocations(config, request));
    },
    { concurrency },
  );
  return sent
    .flat()
    .flatMap((page) => page.WindowExecutionTaskInvocationIdentities ?? [])
    .flatMap(({ ExecutionId }) => ExecutionId ?? []);
}

/** Commands of an account and Region that have not ended. */
export async function openCommands(client: SSMClient): Promise<readonly FoundCommand[]> {
  const request = { Filters: [{ key: "ExecutionStage" as const, value: "Executing" }] };
  const pages = await allPages(paginateListCommands({ client, pageSize: commandsPerPage }, request));
  return pages
    .flatMap((page) => page.Commands ?? [])
    .map(({ CommandId: id = "", DocumentName: document = "", RequestedDateTime, Comment: comment = "" }) => ({
      id,
      document,
      requested: RequestedDateTime ?? new Date(0),
      comment,
    }));
}

/**
 * What a stop would end in one location. For _w_ windows of the Region, _o_ of them the stack's with _r_ runs kept for
 * 30 days, and _c_ commands under way: w/100 DescribeMaintenanceWindows, r/100 and at least o
 * DescribeMaintenanceWindowExecutions, c/50 ListCommands; of each run that is open, or in whose time an open command was
 * sent, its tasks and 1 more for each task.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html
 */
export async function readStoppable(
  client: SSMClient,
  environment: string,
  planned: PlannedLocation,
): Promise<Stoppable> {
  const [own, commands] = await Promise.all([ownWindows(client, environment, planned), openCommands(client)]);
  const runs = (await pMap(own, (window) => runsOf(client, window), { concurrency })).flat();
  const looked = runsToLookInto(runs, commands);
  const sent = await pMap(looked, ({ id }) => commandsOfRun(client, id), { concurrency });
  return stoppable(planned, own, runs, commands, new Set(sent.flat()));
}

/**
 * Does one action of a stop. An update of a window tells AWS nothing but whether it is enabled: its schedule stays.
 * A command's cancellation reaches the nodes that have not begun; on those that have, AWS promises nothing.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateMaintenanceWindow.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelMaintenanceWindowExecution.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html
 */
export async function act(client: SSMClient, { action, id }: RunAction): Promise<void> {
  if (action === "cancelRun") await client.send(new CancelMaintenanceWindowExecutionCommand({ WindowExecutionId: id }));
  else if (action === "cancelCommand") await client.send(new CancelCommandCommand({ CommandId: id }));
  else await client.send(new UpdateMaintenanceWindowCommand({ WindowId: id, Enabled: action === "enableWindow" }));
}
