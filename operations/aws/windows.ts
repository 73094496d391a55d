import {
  GetMaintenanceWindowTaskCommand,
  paginateDescribeMaintenanceWindows,
  paginateDescribeMaintenanceWindowTargets,
  paginateDescribeMaintenanceWindowTasks,
  type MaintenanceWindowIdentity,
  type MaintenanceWindowTask,
  type SSMClient,
  type Target,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { isPatchDocument } from "../../domain/drift/foreign.ts";
import type { LiveTarget, LiveTargetEntry, LiveTask, LiveWindow } from "../../domain/drift/location.ts";
import { resourceTags } from "./nodes.ts";
import { allPages } from "../pages.ts";

/** Largest page of windows, their targets and tasks. */
const pageSize = 100;
/** Windows at a time in one location. */
const concurrency = 4;

/** Target entries without the SDK's optional members. */
export function targetEntries(targets: readonly Target[] | undefined): readonly LiveTargetEntry[] {
  return (targets ?? []).map(({ Key = "", Values = [] }) => ({ key: Key, values: Values }));
}

async function targetsOf(client: SSMClient, windowId: string): Promise<readonly LiveTarget[]> {
  const request = { WindowId: windowId };
  const pages = await allPages(paginateDescribeMaintenanceWindowTargets({ client, pageSize }, request));
  return pages
    .flatMap((page) => page.Targets ?? [])
    .map(({ WindowTargetId: id = "", Name: name = "", ResourceType: resourceType = "", Targets }) => ({
      id,
      name,
      resourceType,
      targets: targetEntries(Targets),
    }));
}

/** What a task runs with, whatever its type; a list of tasks does not tell. */
async function invocation(client: SSMClient, windowId: string, taskId: string): Promise<Partial<LiveTask>> {
  const answer = await client.send(new GetMaintenanceWindowTaskCommand({ WindowId: windowId, WindowTaskId: taskId }));
  const { RunCommand, Automation } = answer.TaskInvocationParameters ?? {};
  // Windows made by older tools keep a task's parameters here.
  const older = Object.entries(answer.TaskParameters ?? {}).map(([key, { Values = [] }]) => [key, Values] as const);
  const parameters = RunCommand?.Parameters ?? Automation?.Parameters ?? Object.fromEntries(older);
  const { TimeoutSeconds: seconds, DocumentVersion: version = "", DocumentHash: hash = "" } = RunCommand ?? {};
  const { OutputS3BucketName: bucket = "", NotificationConfig: { NotificationArn: topicArn = "" } = {} } =
    RunCommand ?? {};
  const alarms = (answer.AlarmConfiguration?.Alarms ?? []).flatMap(({ Name }) => Name ?? []);
  return {
    parameters,
    ...(seconds === undefined ? {} : { timeoutSeconds: seconds }),
    ...(version === "" || version === "$DEFAULT" ? {} : { documentVersion: version }),
    ...(hash === "" ? {} : { documentHash: hash }),
    ...(bucket === "" ? {} : { outputBucket: bucket }),
    ...(topicArn === "" ? {} : { topicArn }),
    ...(alarms.length === 0 ? {} : { alarms }),
  };
}

async function taskOf(
  client: SSMClient,
  windowId: string,
  own: boolean,
  task: MaintenanceWindowTask,
): Promise<LiveTask> {
  const { WindowTaskId: id = "", Name: name = "", TaskArn: document = "", Priority: priority = 0 } = task;
  const asked = own || isPatchDocument(document);
  return {
    id,
    name,
    document,
    priority,
    targets: targetEntries(task.Targets),
    maxConcurrency: task.MaxConcurrency ?? "",
    maxErrors: task.MaxErrors ?? "",
    cutoffBehavior: task.CutoffBehavior ?? "",
    serviceRoleArn: task.ServiceRoleArn ?? "",
    ...(asked ? await invocation(client, windowId, id) : {}),
  };
}

/** Tasks of a window; of its own ones, what they are told. */
export async function tasksOf(client: SSMClient, windowId: string, own: boolean): Promise<readonly LiveTask[]> {
  const request = { WindowId: windowId };
  const pages = await allPages(paginateDescribeMaintenanceWindowTasks({ client, pageSize }, request));
  const found = pages.flatMap((page) => page.Tasks ?? []);
  return pMap(found, (task) => taskOf(client, windowId, own, task), { concurrency });
}

async function windowOf(client: SSMClient, own: boolean, window: MaintenanceWindowIdentity): Promise<LiveWindow> {
  const { WindowId: id = "", Name: name = "" } = window;
  const [targets, tasks, tags] = await Promise.all([
    targetsOf(client, id),
    tasksOf(client, id, own),
    own ? undefined : resourceTags(client, "MaintenanceWindow", id),
  ]);
  return {
    id,
    name,
    description: window.Description ?? "",
    enabled: window.Enabled ?? false,
    schedule: window.Schedule ?? "",
    timezone: window.ScheduleTimezone ?? "",
    ...(window.ScheduleOffset === undefined ? {} : { offsetDays: window.ScheduleOffset }),
    ...(window.StartDate === undefined ? {} : { startDate: window.StartDate }),
    ...(window.EndDate === undefined ? {} : { endDate: window.EndDate }),
    ...(window.NextExecutionTime === undefined ? {} : { nextExecution: window.NextExecutionTime }),
    durationHours: window.Duration ?? 0,
    cutoffHours: window.Cutoff ?? 0,
    ...(tags === undefined ? {} : { tags }),
    targets,
    tasks,
  };
}

/**
 * All maintenance windows of one account and Region with their targets and tasks.
 * @param own - names of the windows that the stack makes: of any other one the tags are read
 */
export async function liveWindows(client: SSMClient, own: ReadonlySet<string>): Promise<readonly LiveWindow[]> {
  const pages = await allPages(paginateDescribeMaintenanceWindows({ client, pageSize }, {}));
  const found = pages.flatMap((page) => page.WindowIdentities ?? []);
  return pMap(found, (window) => windowOf(client, own.has(window.Name ?? ""), window), { concurrency });
}
