import {
  paginateDescribeMaintenanceWindowExecutions,
  paginateDescribeMaintenanceWindowExecutionTaskInvocations,
  paginateDescribeMaintenanceWindowExecutionTasks,
  paginateDescribeMaintenanceWindows,
  paginateListCommandInvocations,
  paginateListCommands,
  type Command,
  type CommandInvocation,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { RunRecord } from "../../domain/collection/records.ts";
import { isPatchDocument } from "../../domain/drift/foreign.ts";
import { instantText } from "../../domain/time.ts";
import { allPages } from "./pages.ts";

/** Largest pages: of windows and their runs, and of commands. */
const windowsPerPage = 100;
const commandsPerPage = 50;
/** Windows or commands at a time in one location. */
const concurrency = 4;
/** Longest part of a server's own words. */
const longestReason = 300;

/** A run of a window, as far as a command is told by it. */
interface WindowExecution {
  readonly window: string;
  readonly executionId: string;
}

async function commandsOfExecution(
  client: SSMClient,
  execution: WindowExecution,
): Promise<readonly (readonly [commandId: string, WindowExecution])[]> {
  const request = { WindowExecutionId: execution.executionId };
  const config = { client, pageSize: windowsPerPage };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutionTasks(config, request));
  const tasks = pages.flatMap((page) => page.WindowExecutionTaskIdentities ?? []);
  const found: (readonly [string, WindowExecution])[] = [];
  for (const { TaskExecutionId: TaskId, TaskType, TaskArn = "" } of tasks) {
    if (TaskType !== "RUN_COMMAND" || !isPatchDocument(TaskArn)) continue;
    const invocations = await allPages(
      paginateDescribeMaintenanceWindowExecutionTaskInvocations(config, { ...request, TaskId }),
    );
    for (const { ExecutionId } of invocations.flatMap((page) => page.WindowExecutionTaskInvocationIdentities ?? []))
      if (ExecutionId !== undefined) found.push([ExecutionId, execution]);
  }
  return found;
}

async function executionsOf(
  client: SSMClient,
  windows: ReadonlySet<string>,
  since: string,
): Promise<readonly WindowExecution[]> {
  if (windows.size === 0) return [];
  const config = { client, pageSize: windowsPerPage };
  const pages = await allPages(paginateDescribeMaintenanceWindows(config, {}));
  const own = pages.flatMap((page) => page.WindowIdentities ?? []).filter(({ Name = "" }) => windows.has(Name));
  const read = async ({ WindowId, Name: window = "" }: (typeof own)[number]): Promise<readonly WindowExecution[]> => {
    const request = { WindowId, Filters: [{ Key: "ExecutedAfter", Values: [since] }] };
    const runs = await allPages(paginateDescribeMaintenanceWindowExecutions(config, request));
    return runs
      .flatMap((page) => page.WindowExecutions ?? [])
      .flatMap(({ WindowExecutionId: executionId }) => (executionId === undefined ? [] : [{ window, executionId }]));
  };
  return (await pMap(own, read, { concurrency })).flat();
}

/** What a server said where it failed: the step, its exit code, and the last line that it wrote. */
function reasonOf({ CommandPlugins = [] }: CommandInvocation): string {
  const failed = CommandPlugins.find(({ Status }) => Status !== "Success" && Status !== "Pending");
  if (failed?.Status === undefined || failed.Status === "InProgress") return "";
  const last = (failed.Output ?? "").trimEnd().split("\n").at(-1)?.trim() ?? "";
  const code = failed.ResponseCode === undefined || failed.ResponseCode < 0 ? "" : ` ${String(failed.ResponseCode)}`;
  const step = `${failed.Name ?? ""}: ${failed.Status}${code}`;
  return last === "" ? step : `${step}: ${last.slice(0, longestReason)}`;
}

/** A command that was sent to nodes, by a run of a window or by somebody. */
export type SentCommand = Pick<
  RunRecord,
  "runId" | "window" | "commandId" | "documentName" | "operation" | "snapshotId"
>;

/** What a command did on one node. */
export function runRecord(sent: SentCommand, invocation: CommandInvocation): RunRecord {
  const plugins = invocation.CommandPlugins ?? [];
  const begun = plugins.flatMap(({ ResponseStartDateTime: at }) => at ?? []).map((at) => at.getTime());
  const ended = plugins.flatMap(({ ResponseFinishDateTime: at }) => at ?? []).map((at) => at.getTime());
  const isOver = ended.length === plugins.length && ended.length > 0;
  const started = begun.length > 0 ? new Date(Math.min(...begun)) : invocation.RequestedDateTime;
  return {
    ...sent,
    resourceId: invocation.InstanceId ?? "",
    started: started === undefined ? "" : instantText(started),
    ended: isOver ? instantText(new Date(Math.max(...ended))) : "",
    status: invocation.Status ?? "",
    statusDetails: invocation.StatusDetails ?? "",
    reason: reasonOf(invocation),
  };
}

function sentBy(command: Command, run: WindowExecution | undefined): SentCommand {
  const commandId = command.CommandId ?? "";
  return {
    runId: run?.executionId ?? commandId,
    window: run?.window ?? "",
    commandId,
    documentName: command.DocumentName ?? "",
    operation: command.Parameters?.["Operation"]?.[0] ?? "",
    snapshotId: command.Parameters?.["SnapshotId"]?.[0] ?? "",
  };
}

/**
 * What commands that patch, of windows and of people, did on each node since an instant; AWS keeps them for 30 days. Per
 * location one call for every 50 commands of any kind and for every 50 invocations of those that patch; and for each of
 * the stack's windows one for every 100 runs, and one for each run and each of its patch tasks.
 * @param windows - names of the stack's maintenance windows
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html
 */
export async function patchRuns(
  client: SSMClient,
  windows: ReadonlySet<string>,
  since: Date,
): Promise<readonly RunRecord[]> {
  const after = instantText(since);
  const executions = await executionsOf(client, windows, after);
  const runs = new Map((await pMap(executions, (each) => commandsOfExecution(client, each), { concurrency })).flat());
  const config = { client, pageSize: commandsPerPage };
  const filter = { Filters: [{ key: "InvokedAfter" as const, value: after }] };
  const pages = await allPages(paginateListCommands(config, filter));
  const commands = pages
    .flatMap((page) => page.Commands ?? [])
    .filter(({ DocumentName = "", TargetCount = 0 }) => isPatchDocument(DocumentName) && TargetCount > 0);
  const read = async (command: Command): Promise<readonly RunRecord[]> => {
    const request = { CommandId: command.CommandId, Details: true };
    const found = await allPages(paginateListCommandInvocations(config, request));
    const sent = sentBy(command, runs.get(command.CommandId ?? ""));
    return found.flatMap((page) => page.CommandInvocations ?? []).map((invocation) => runRecord(sent, invocation));
  };
  return (await pMap(commands, read, { concurrency })).flat();
}
