import {
  GetMaintenanceWindowCommand,
  paginateDescribeMaintenanceWindowExecutions,
  paginateDescribeMaintenanceWindows,
  UpdateMaintenanceWindowCommand,
  type MaintenanceWindowExecution,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { openedAt, type FoundOpening, type OpenedWindow } from "../../domain/approvals/opening.ts";
import { nowhereNear } from "../../domain/schedule/awsCron.ts";
import { atExpression } from "../../domain/schedule/friendlySchedules.ts";
import { instantText } from "../../domain/time.ts";
import { allPages } from "../pages.ts";
import { tasksOf } from "./windows.ts";

const pageSize = 100;
const underWay: ReadonlySet<string> = new Set(["PENDING", "IN_PROGRESS", "CANCELLING"]);

/** Runs of a window since an instant, newest first. */
export async function runsSince(
  client: SSMClient,
  WindowId: string,
  since: Date,
): Promise<readonly MaintenanceWindowExecution[]> {
  const after = instantText(since);
  const request = { WindowId, Filters: [{ Key: "ExecutedAfter", Values: [after] }] };
  const pages = await allPages(paginateDescribeMaintenanceWindowExecutions({ client, pageSize }, request));
  return pages
    .flatMap((page) => page.WindowExecutions ?? [])
    .toSorted((a, b) => (b.StartTime?.getTime() ?? 0) - (a.StartTime?.getTime() ?? 0));
}

/**
 * The window that is to be opened, and other on-demand windows that are. For _w_ windows of the Region: w/100
 * DescribeMaintenanceWindows, 1 DescribeMaintenanceWindowTasks, 1 GetMaintenanceWindowTask for each of its tasks, 1
 * DescribeMaintenanceWindowExecutions.
 * @param onDemand - the stack file's names of all on-demand windows, by AWS's
 * @param since - runs that began before have ended
 */
export async function readOpening(
  client: SSMClient,
  name: string,
  onDemand: ReadonlyMap<string, string>,
  since: Date,
): Promise<{ readonly found?: FoundOpening; readonly others: readonly OpenedWindow[] }> {
  const pages = await allPages(paginateDescribeMaintenanceWindows({ client, pageSize }, {}));
  const all = pages.flatMap((page) => page.WindowIdentities ?? []);
  const others = all.flatMap(({ Name = "", Schedule = "", Enabled = false }): readonly OpenedWindow[] => {
    const window = Name === name ? undefined : onDemand.get(Name);
    const at = openedAt(Schedule, Enabled);
    return window === undefined || at === undefined ? [] : [{ window, at }];
  });
  const own = all.find(({ Name }) => Name === name);
  if (own?.WindowId === undefined) return { others };
  const { WindowId: id, Enabled: enabled = false, Schedule: schedule = "", EndDate: endDate } = own;
  const [tasks, runs] = await Promise.all([tasksOf(client, id, true), runsSince(client, id, since)]);
  const ids = runs.filter(goesOn).flatMap(({ WindowExecutionId }) => WindowExecutionId ?? []);
  return {
    found: { id, enabled, schedule, tasks, runs: ids, ...(endDate === undefined ? {} : { endDate }) },
    others,
  };
}

/**
 * Has a window open at an instant, and answers when AWS says that it will; undefined where it does not say it. Nothing
 * but the schedule and whether it is enabled changes: what an update does not name stays as it is.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateMaintenanceWindow.html
 */
export async function openAt(client: SSMClient, WindowId: string, at: Date): Promise<Date | undefined> {
  const opening = { Schedule: atExpression(at), ScheduleTimezone: "UTC", Enabled: true };
  await client.send(new UpdateMaintenanceWindowCommand({ WindowId, ...opening }));
  const { NextExecutionTime } = await client.send(new GetMaintenanceWindowCommand({ WindowId }));
  const next = new Date(NextExecutionTime ?? "");
  return Number.isNaN(next.getTime()) ? undefined : next;
}

/** Puts an on-demand window back to the day that nobody will see, and disables it. A run that goes on is not ended. */
export async function close(client: SSMClient, WindowId: string): Promise<void> {
  const closed = { Schedule: nowhereNear, ScheduleTimezone: "UTC", Enabled: false };
  await client.send(new UpdateMaintenanceWindowCommand({ WindowId, ...closed }));
}

/** Whether a run may still come to another end. */
export function goesOn({ Status }: MaintenanceWindowExecution): boolean {
  return Status !== undefined && underWay.has(Status);
}
