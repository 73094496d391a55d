import {
  GetMaintenanceWindowCommand,
  GetMaintenanceWindowExecutionCommand,
  paginateDescribeMaintenanceWindowExecutionTaskInvocations,
  paginateDescribeMaintenanceWindowExecutionTasks,
  paginateDescribeMaintenanceWindowTargets,
  paginateListCommandInvocations,
  type CommandInvocation,
  type MaintenanceWindowExecutionTaskInvocationIdentity,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { RunRecord } from "../../domain/collection/records.ts";
import type { RunTask, WindowRunFacts } from "../../domain/report/runFacts.ts";
import { allPages } from "./pages.ts";

/** Largest pages that AWS takes. */
const pageSize = 100;
const invocationsPerPage = 50;
/** Tasks and commands at a time. */
const concurrency = 4;
const reasonLength = 200;

/** A time of AWS as records write it: ISO 8601 in UTC with whole seconds; empty where there is none. */
export function instantText(date: Date | undefined): string {
  return date === undefined ? "" : date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** What the task told the nodes, as the run shows it; empty where it shows nothing of the kind. */
function operationOf({ Parameters = "" }: MaintenanceWindowExecutionTaskInvocationIdentity): string {
  try {
    const { parameters } = JSON.parse(Parameters) as {
      readonly parameters?: Readonly<Record<string, readonly string[]>>;
    };
    return parameters?.["Operation"]?.[0] ?? "";
  } catch {
    // Not JSON: AWS blanks out parameters that it takes for sensitive.
    return "";
  }
}

/** The last thing that a failed step said; empty for what went well. */
function reasonOf({ Status, CommandPlugins = [] }: CommandInvocation): string {
  if (Status === "Success") return "";
  const failed = CommandPlugins.findLast((plugin) => plugin.Status !== "Success");
  const lines = (failed?.Output ?? "").split("\n").map((line) => line.trim());
  return (lines.findLast((line) => line !== "") ?? "").slice(0, reasonLength);
}

function times({ CommandPlugins = [], RequestedDateTime }: CommandInvocation): { started: string; ended: string } {
  const all = (name: "ResponseStartDateTime" | "ResponseFinishDateTime"): readonly string[] =>
    CommandPlugins.map((plugin) => instantText(plugin[name]))
      .filter((text) => text !== "")
      .sort();
  return {
    started: all("ResponseStartDateTime")[0] ?? instantText(RequestedDateTime),
    ended: all("ResponseFinishDateTime").at(-1) ?? "",
  };
}

interface Sent {
  readonly runId: string;
  readonly window: string;
  readonly commandId: string;
  readonly operation: string;
}

async function recordsOf(
  client: SSMClient,
  { runId, window, commandId, operation }: Sent,
): Promise<readonly RunRecord[]> {
  const request = { CommandId: commandId, Details: true };
  const pages = await allPages(paginateListCommandInvocations({ client, pageSize: invocationsPerPage }, request));
  return pages
    .flatMap((page) => page.CommandInvocations ?? [])
    .map((invocation) => ({
      resourceId: invocation.InstanceId ?? "",
      runId,
      window,
      commandId,
      documentName: invocation.DocumentName ?? "",
      operation,
      // In a window the snapshot is the execution's, so that all nodes get the same set of patches.
      snapshotId: runId,
      ...times(invocation),
      status: invocation.Status ?? "",
      statusDetails: invocation.StatusDetails ?? "",
      reason: reasonOf(invocation),
    }));
}

interface TaskRun {
  readonly task: RunTask;
  readonly sent: readonly Sent[];
}

async function tasksOf(client: SSMClient, runId: string): Promise<readonly TaskRun[]> {
  const run = { WindowExecutionId: runId };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutionTasks({ client, pageSize }, run));
  const tasks = pages.flatMap((page) => page.WindowExecutionTaskIdentities ?? []);
  return pMap(
    tasks,
    async ({ TaskExecutionId: TaskId, TaskArn = "", Status = "", StatusDetails = "" }) => {
      const request = { ...run, TaskId };
      const found = await allPages(
        paginateDescribeMaintenanceWindowExecutionTaskInvocations({ client, pageSize }, request),
      );
      const invocations = found.flatMap((page) => page.WindowExecutionTaskInvocationIdentities ?? []);
      const sent = invocations.flatMap((invocation) =>
        invocation.ExecutionId === undefined
          ? []
          : [{ runId, window: "", commandId: invocation.ExecutionId, operation: operationOf(invocation) }],
      );
      const task = { document: TaskArn, status: Status, statusDetails: StatusDetails, commands: sent.length };
      return { task, sent };
    },
    { concurrency },
  );
}

/** Values of the tag `PatchGroup` that a window's targets name: the servers that it is for. */
export async function windowGroups(client: SSMClient, windowId: string): Promise<readonly string[]> {
  const pages = await allPages(paginateDescribeMaintenanceWindowTargets({ client, pageSize }, { WindowId: windowId }));
  const targets = pages.flatMap((page) => page.Targets ?? []).flatMap((each) => each.Targets ?? []);
  const groups = targets.filter(({ Key }) => Key === "tag:PatchGroup").flatMap(({ Values = [] }) => Values);
  return [...new Set(groups)].sort();
}

/**
 * One run of a window, with what its commands did to each node. For _t_ tasks, _c_ commands of _n_ nodes together: 2
 * calls, t/100 DescribeMaintenanceWindowExecutionTasks, t DescribeMaintenanceWindowExecutionTaskInvocations and about
 * n/50 + c ListCommandInvocations.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetMaintenanceWindowExecution.html
 */
export async function readWindowRun(client: SSMClient, windowId: string, runId: string): Promise<WindowRunFacts> {
  const [{ Name: window = windowId }, execution, tasks] = await Promise.all([
    client.send(new GetMaintenanceWindowCommand({ WindowId: windowId })),
    client.send(new GetMaintenanceWindowExecutionCommand({ WindowExecutionId: runId })),
    tasksOf(client, runId),
  ]);
  const sent = tasks.flatMap((each) => each.sent.map((command) => ({ ...command, window })));
  const records = await pMap(sent, (each) => recordsOf(client, each), { concurrency });
  return {
    windowId,
    window,
    runId,
    status: execution.Status ?? "",
    statusDetails: execution.StatusDetails ?? "",
    started: instantText(execution.StartTime),
    ended: instantText(execution.EndTime),
    tasks: tasks.map(({ task }) => task),
    records: records.flat(),
  };
}
