import {
  GetMaintenanceWindowCommand,
  GetMaintenanceWindowExecutionCommand,
  paginateDescribeMaintenanceWindowExecutionTaskInvocations,
  paginateDescribeMaintenanceWindowExecutionTasks,
  paginateDescribeMaintenanceWindowTargets,
  paginateListCommandInvocations,
  type MaintenanceWindowExecutionTaskInvocationIdentity,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { RunRecord } from "../../domain/collection/records.ts";
import type { RunTask, WindowRunFacts } from "../../domain/report/runFacts.ts";
import { instantText } from "../../domain/time.ts";
import { runRecord, type SentCommand } from "./commandHistory.ts";
import { allPages } from "../pages.ts";

/** Largest pages that AWS takes. */
const pageSize = 100;
const invocationsPerPage = 50;
/** Tasks and commands at a time. */
const concurrency = 4;

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

async function recordsOf(client: SSMClient, sent: SentCommand): Promise<readonly RunRecord[]> {
  const request = { CommandId: sent.commandId, Details: true };
  const pages = await allPages(paginateListCommandInvocations({ client, pageSize: invocationsPerPage }, request));
  return pages.flatMap((page) => page.CommandInvocations ?? []).map((invocation) => runRecord(sent, invocation));
}

interface TaskRun {
  readonly task: RunTask;
  readonly sent: readonly SentCommand[];
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
          : [
              {
                runId,
                window: "",
                commandId: invocation.ExecutionId,
                documentName: TaskArn,
                operation: operationOf(invocation),
                // In a window the snapshot is the execution's, so that all nodes get the same set of patches.
                snapshotId: runId,
              },
            ],
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
    started: execution.StartTime === undefined ? "" : instantText(execution.StartTime),
    ended: execution.EndTime === undefined ? "" : instantText(execution.EndTime),
    tasks: tasks.map(({ task }) => task),
    records: records.flat(),
  };
}
