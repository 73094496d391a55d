import {
  InvalidCommandId,
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
import { isScanDocument } from "../../domain/stack/operatorDocuments.ts";
import { instantText } from "../../domain/time.ts";
import { allPages } from "../pages.ts";

/** Largest pages: of windows and their runs, and of commands. */
const windowsPerPage = 100;
const commandsPerPage = 50;
/** Windows or commands at a time in one location. */
const concurrency = 4;
/** Longest part of a server's own words. */
const longestReason = 300;

/** A run of a window, as far as a command is told by it. */
export interface WindowExecution {
  readonly window: string;
  readonly executionId: string;
  /** Undefined while it is under way. */
  readonly ended?: Date;
  readonly started?: Date;
  readonly status: string;
  readonly statusDetails: string;
}

/** The commands that a run's patch tasks sent; undefined where it has no such task. */
async function commandsOfExecution(
  client: SSMClient,
  { executionId }: WindowExecution,
): Promise<readonly string[] | undefined> {
  const request = { WindowExecutionId: executionId };
  const config = { client, pageSize: windowsPerPage };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutionTasks(config, request));
  const tasks = pages
    .flatMap((page) => page.WindowExecutionTaskIdentities ?? [])
    .filter(({ TaskType, TaskArn = "" }) => TaskType === "RUN_COMMAND" && isPatchDocument(TaskArn));
  const found: string[] = [];
  for (const { TaskExecutionId: TaskId } of tasks) {
    const invocations = await allPages(
      paginateDescribeMaintenanceWindowExecutionTaskInvocations(config, { ...request, TaskId }),
    );
    for (const { ExecutionId } of invocations.flatMap((page) => page.WindowExecutionTaskInvocationIdentities ?? []))
      if (ExecutionId !== undefined) found.push(ExecutionId);
  }
  return tasks.length === 0 ? undefined : found;
}

async function executionsOf(
  client: SSMClient,
  windows: ReadonlyMap<string, WindowOperation>,
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
      .flatMap(({ WindowExecutionId: executionId, StartTime, EndTime, Status = "", StatusDetails = "" }) =>
        executionId === undefined
          ? []
          : [
              {
                window,
                executionId,
                status: Status,
                statusDetails: StatusDetails,
                ...(StartTime === undefined ? {} : { started: StartTime }),
                ...(EndTime === undefined ? {} : { ended: EndTime }),
              },
            ],
      );
  };
  return (await pMap(own, read, { concurrency })).flat();
}

/** What a window of the stack does. */
export type WindowOperation = "Scan" | "Install";

/** A run that is over and sent nothing to anybody, as a record without a node. */
function emptyRun(run: WindowExecution, operation: WindowOperation): RunRecord {
  return {
    resourceId: "",
    runId: run.executionId,
    window: run.window,
    commandId: "",
    documentName: "",
    operation,
    snapshotId: "",
    started: run.started === undefined ? "" : instantText(run.started),
    ended: run.ended === undefined ? "" : instantText(run.ended),
    status: run.status,
    statusDetails: run.statusDetails,
    reason: "it sent no command to any node",
  };
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

/** What is known of a command before its nodes are looked at. */
export function sentCommand(command: Command, run?: WindowExecution): SentCommand {
  const { CommandId: commandId = "", DocumentName: documentName = "" } = command;
  return {
    runId: run?.executionId ?? commandId,
    window: run?.window ?? "",
    commandId,
    documentName,
    operation: isScanDocument(documentName) ? "Scan" : (command.Parameters?.["Operation"]?.[0] ?? ""),
    snapshotId: command.Parameters?.["SnapshotId"]?.[0] ?? "",
  };
}

/**
 * What commands that patch, of windows and of people, did on each node since an instant, and which runs of windows met
 * no node at all; AWS keeps them for 30 days. Per location one call for every 50 commands of any kind and for every 50
 * invocations of those that patch; and for each of the stack's windows one for every 100 runs, and one for each run and
 * each of its patch tasks.
 * @param windows - what the stack's maintenance windows do, by their names
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html
 */
export async function patchRuns(
  client: SSMClient,
  windows: ReadonlyMap<string, WindowOperation>,
  since: Date,
): Promise<readonly RunRecord[]> {
  const after = instantText(since);
  const executions = await executionsOf(client, windows, after);
  const read = async (run: WindowExecution) => ({ run, sent: await commandsOfExecution(client, run) });
  const sentBy = await pMap(executions, read, { concurrency });
  const runs = new Map(sentBy.flatMap(({ run, sent = [] }) => sent.map((id) => [id, run] as const)));
  const config = { client, pageSize: commandsPerPage };
  const filter = { Filters: [{ key: "InvokedAfter" as const, value: after }] };
  const pages = await allPages(paginateListCommands(config, filter));
  const commands = pages.flatMap((page) => page.Commands ?? []);
  const invoked = async (command: Command): Promise<readonly RunRecord[]> => {
    const request = { CommandId: command.CommandId, Details: true };
    const found = await allPages(paginateListCommandInvocations(config, request));
    const sent = sentCommand(command, runs.get(command.CommandId ?? ""));
    return found.flatMap((page) => page.CommandInvocations ?? []).map((invocation) => runRecord(sent, invocation));
  };
  const patching = commands.filter(
    ({ DocumentName = "", TargetCount = 0 }) => isPatchDocument(DocumentName) && TargetCount > 0,
  );
  // A command that is not listed says nothing of whom it met.
  const metNobody = new Set(commands.flatMap(({ CommandId, TargetCount }) => (TargetCount === 0 ? CommandId : [])));
  const empty = sentBy.flatMap(({ run, sent }) => {
    const operation = windows.get(run.window);
    const isEmpty = run.ended !== undefined && sent?.every((id) => metNobody.has(id));
    return isEmpty === true && operation !== undefined ? emptyRun(run, operation) : [];
  });
  return [...(await pMap(patching, invoked, { concurrency })).flat(), ...empty];
}

/** What a command did on each node; nothing where AWS keeps it no longer. */
async function invocationsOf(client: SSMClient, CommandId: string): Promise<readonly CommandInvocation[]> {
  const config = { client, pageSize: commandsPerPage };
  try {
    const pages = await allPages(paginateListCommandInvocations(config, { CommandId, Details: true }));
    return pages.flatMap((page) => page.CommandInvocations ?? []);
  } catch (error) {
    if (error instanceof InvalidCommandId) return [];
    throw error;
  }
}

/**
 * What the newest runs of installing windows did on each node. For each window one call for every 100 runs since then;
 * for each run that is looked at one, one for each of its patch tasks, and one for every 50 nodes of each.
 * @param windows - names of maintenance windows
 * @param mostRuns - of each window
 */
export async function newestInstallations(
  client: SSMClient,
  windows: readonly string[],
  since: Date,
  mostRuns: number,
): Promise<readonly RunRecord[]> {
  const names = new Map(windows.map((name) => [name, "Install"] as const));
  const executions = (await executionsOf(client, names, instantText(since))).filter(({ ended }) => ended !== undefined);
  const begun = ({ started }: WindowExecution): number => started?.getTime() ?? 0;
  const newest = [...Map.groupBy(executions, ({ window }) => window).values()].flatMap((runs) =>
    runs.toSorted((a, b) => begun(b) - begun(a)).slice(0, mostRuns),
  );
  const read = async (run: WindowExecution): Promise<readonly RunRecord[]> => {
    const found: RunRecord[] = [];
    for (const commandId of (await commandsOfExecution(client, run)) ?? []) {
      const { executionId: runId, window } = run;
      const sent = { runId, window, commandId, documentName: "", operation: "Install", snapshotId: "" };
      found.push(...(await invocationsOf(client, commandId)).map((invocation) => runRecord(sent, invocation)));
    }
    return found;
  };
  return (await pMap(newest, read, { concurrency })).flat();
}
