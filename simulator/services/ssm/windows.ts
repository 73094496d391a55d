import type { CreateMaintenanceWindowRequest, UpdateMaintenanceWindowRequest } from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import { ssmQuotas } from "../serviceQuotas/quotas.ts";
import type { Call, OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { filtered, pageOf } from "./paging.ts";
import { checkTags, dropTags, setTags } from "./tags.ts";
import { windowOf } from "./windowLookup.ts";
import type { WindowRecord } from "../../state/windows.ts";
import { checkTiming, windowRuns } from "./windowSchedule.ts";

const windowQuota = ssmQuotas.windows.value;
const usualPage = 50;
const shownRunsPerWindow = 20;

function timingAnswer(window: WindowRecord): object {
  return {
    StartDate: window.startDate,
    EndDate: window.endDate,
    Schedule: window.schedule,
    ScheduleTimezone: window.scheduleTimezone,
    ScheduleOffset: window.scheduleOffset,
    Duration: window.duration,
    Cutoff: window.cutoff,
    Enabled: window.enabled,
  };
}

function common(window: WindowRecord): object {
  return { WindowId: window.id, Name: window.name, Description: window.description, ...timingAnswer(window) };
}

function nextExecution(call: Call, window: WindowRecord): { NextExecutionTime?: string } {
  const [next] = windowRuns(window, call.cloud.clock.now(), 1);
  return next === undefined ? {} : { NextExecutionTime: next.text };
}

/** AWS takes an empty string as "no date", which is how a date is removed without Replace. */
function text(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function given<T>(replace: boolean, value: T | undefined, old: T | undefined): T | undefined {
  return replace ? value : (value ?? old);
}

/** Replace=true demands what CreateMaintenanceWindow demands. */
function checkReplacement(request: Checked<UpdateMaintenanceWindowRequest>): void {
  const missing = (["Name", "Schedule", "Duration", "Cutoff", "AllowUnassociatedTargets"] as const).filter(
    (name) => request[name] === undefined,
  );
  if (missing.length > 0) throw validationError(`${missing.join(", ")} must be specified when Replace is true.`);
}

function updatedWindow(call: Call, old: WindowRecord, request: Checked<UpdateMaintenanceWindowRequest>): WindowRecord {
  const replace = request.Replace === true;
  if (replace) checkReplacement(request);
  const now = call.cloud.clock.now();
  const timing = {
    schedule: request.Schedule ?? old.schedule,
    scheduleTimezone: given(replace, request.ScheduleTimezone, old.scheduleTimezone),
    scheduleOffset: given(replace, request.ScheduleOffset, old.scheduleOffset),
  };
  const changed = (Object.keys(timing) as (keyof typeof timing)[]).some((name) => timing[name] !== old[name]);
  return {
    ...old,
    ...timing,
    name: request.Name ?? old.name,
    description: given(replace, request.Description, old.description),
    startDate: text(given(replace, request.StartDate, old.startDate)),
    endDate: text(given(replace, request.EndDate, old.endDate)),
    duration: request.Duration ?? old.duration,
    cutoff: request.Cutoff ?? old.cutoff,
    allowUnassociatedTargets: request.AllowUnassociatedTargets ?? old.allowUnassociatedTargets,
    enabled: request.Enabled ?? old.enabled,
    modifiedAt: now,
    scheduledAt: changed ? now : old.scheduledAt,
  };
}

function newWindow(call: Call, request: Checked<CreateMaintenanceWindowRequest>): WindowRecord {
  const now = call.cloud.clock.now();
  return {
    id: `mw-${call.cloud.hexId(call.region, `window ${request.Name}`, 17)}`,
    name: request.Name,
    description: request.Description,
    startDate: text(request.StartDate),
    endDate: text(request.EndDate),
    schedule: request.Schedule,
    scheduleTimezone: request.ScheduleTimezone,
    scheduleOffset: request.ScheduleOffset,
    duration: request.Duration,
    cutoff: request.Cutoff,
    allowUnassociatedTargets: request.AllowUnassociatedTargets,
    enabled: true,
    createdAt: now,
    modifiedAt: now,
    scheduledAt: now,
    targets: new Map(),
    tasks: new Map(),
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateMaintenanceWindow.html and its neighbours. */
export const windowOperations = {
  CreateMaintenanceWindow: (call, request) => {
    if (call.region.windows.size >= windowQuota)
      throw new ApiError(
        "ResourceLimitExceededException",
        `Maintenance window limit of ${String(windowQuota)} exceeded.`,
      );
    const window = newWindow(call, request);
    checkTiming(window);
    checkTags(request.Tags);
    call.region.windows.set(window.id, window);
    setTags(call.region, "MaintenanceWindow", window.id, request.Tags);
    return { WindowId: window.id };
  },
  GetMaintenanceWindow: (call, request) => {
    const window = windowOf(call.region, request.WindowId);
    return {
      ...common(window),
      ...nextExecution(call, window),
      AllowUnassociatedTargets: window.allowUnassociatedTargets,
      CreatedDate: window.createdAt,
      ModifiedDate: window.modifiedAt,
    };
  },
  UpdateMaintenanceWindow: (call, request) => {
    const window = updatedWindow(call, windowOf(call.region, request.WindowId), request);
    checkTiming(window);
    call.region.windows.set(window.id, window);
    return { ...common(window), AllowUnassociatedTargets: window.allowUnassociatedTargets };
  },
  DeleteMaintenanceWindow: (call, request) => {
    call.region.windows.delete(request.WindowId);
    dropTags(call.region, "MaintenanceWindow", request.WindowId);
    return { WindowId: request.WindowId };
  },
  DescribeMaintenanceWindows: (call, request) => {
    const matching = filtered(call.region.windows.values(), request.Filters, {
      Name: (window: WindowRecord, value) => window.name === value,
      Enabled: (window, value) => String(window.enabled) === value.toLowerCase(),
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      WindowIdentities: items.map((window) => ({ ...common(window), ...nextExecution(call, window) })),
      ...next,
    };
  },
  /** Coming runs of one window or of all; target filters are not covered and answered with a ValidationException. */
  DescribeMaintenanceWindowSchedule: (call, request) => {
    if (request.Targets !== undefined || request.Filters !== undefined)
      throw validationError("Targets and Filters are not covered by the embedded cloud.");
    const windows =
      request.WindowId === undefined ? [...call.region.windows.values()] : [windowOf(call.region, request.WindowId)];
    const runs = windows
      .flatMap((window) =>
        windowRuns(window, call.cloud.clock.now(), shownRunsPerWindow).map((run) => ({ window, run })),
      )
      .sort((a, b) => a.run.at.getTime() - b.run.at.getTime());
    const { items, ...next } = pageOf(runs, request, usualPage);
    return {
      ScheduledWindowExecutions: items.map(({ window, run }) => ({
        WindowId: window.id,
        Name: window.name,
        ExecutionTime: run.text,
      })),
      ...next,
    };
  },
} satisfies OperationTable;
