import type { MaintenanceWindowTaskCutoffBehavior, MaintenanceWindowTaskType } from "@aws-sdk/client-ssm";
import { givenNumber, givenText, numberOf, requiredText } from "../../fields.ts";
import { integer, optional, output, required, text } from "../../schema.ts";
import { arn, length, oneOf, pattern } from "../../textChecks.ts";
import { defined, type Values } from "../../values.ts";
import { attempt, regional, unless, type ResourceType } from "../resourceType.ts";
import type { Session } from "../session.ts";
import { windowPartId, windowPartName } from "./maintenanceWindowTarget.ts";
import { targetsIn, targetsOut, targetsShape } from "./targets.ts";
import { taskInvocationIn, taskInvocationOut, taskInvocationShape } from "./taskInvocation.ts";

/** MaxConcurrency of tasks and associations. */
export const maxConcurrency = pattern(
  /^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$/,
  "a number from 1, or a percentage from 1% to 100%, without leading zeros",
);

/** MaxErrors of tasks and associations. */
export const maxErrors = pattern(
  /^([1-9][0-9]*|0|[1-9][0-9]%|[0-9]%|100%)$/,
  "a number from 0, or a percentage from 0% to 100%, without leading zeros",
);

const properties = {
  ...regional,
  arn: output(),
  cutoffBehavior: optional(text(oneOf("CONTINUE_TASK", "CANCEL_TASK"))),
  description: optional(text(length(1, 128))),
  maxConcurrency: optional(text(maxConcurrency), { computed: true }),
  maxErrors: optional(text(maxErrors), { computed: true }),
  name: optional(text(windowPartName)),
  priority: optional(integer(0)),
  serviceRoleArn: optional(text(arn), { computed: true }),
  targets: optional(targetsShape()),
  taskArn: required(text()),
  taskInvocationParameters: optional(taskInvocationShape),
  taskType: required(text(oneOf("RUN_COMMAND", "AUTOMATION", "STEP_FUNCTIONS", "LAMBDA")), { forceNew: true }),
  windowId: required(text(), { forceNew: true }),
  windowTaskId: output(),
};

function settings(inputs: Values) {
  return {
    CutoffBehavior: givenText(inputs, "cutoffBehavior") as MaintenanceWindowTaskCutoffBehavior | undefined,
    Description: givenText(inputs, "description"),
    MaxConcurrency: givenText(inputs, "maxConcurrency"),
    MaxErrors: givenText(inputs, "maxErrors"),
    Name: givenText(inputs, "name"),
    ServiceRoleArn: givenText(inputs, "serviceRoleArn"),
    Targets: targetsIn(inputs),
    TaskInvocationParameters: taskInvocationIn(inputs),
  };
}

async function read(session: Session, id: string, state: Values): Promise<Values | undefined> {
  const ssm = await session.ssm();
  const WindowId = requiredText(state, "windowId");
  const found = await unless(["DoesNotExistException"], `reading SSM Maintenance Window Task (${id})`, () =>
    ssm.getMaintenanceWindowTask({ WindowId, WindowTaskId: id }),
  );
  if (found === undefined) {
    return undefined;
  }
  return defined({
    arn: session.arn("ssm", `windowtask/${id}`),
    cutoffBehavior: found.CutoffBehavior,
    description: found.Description,
    maxConcurrency: found.MaxConcurrency,
    maxErrors: found.MaxErrors,
    name: found.Name,
    priority: found.Priority,
    serviceRoleArn: found.ServiceRoleArn,
    targets: targetsOut(found.Targets),
    taskArn: found.TaskArn,
    taskInvocationParameters: taskInvocationOut(found.TaskInvocationParameters),
    taskType: found.TaskType,
    windowId: found.WindowId,
    windowTaskId: found.WindowTaskId,
  });
}

/**
 * `aws:ssm/maintenanceWindowTask:MaintenanceWindowTask`: window and task type replace it; an update sends everything
 * with `Replace`, and drops concurrency and errors of a task without targets.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
 */
export const maintenanceWindowTask: ResourceType = {
  properties,
  nameProperty: "name",
  importId: windowPartId("task"),
  create: async (session, inputs) => {
    const ssm = await session.ssm();
    const { WindowTaskId } = await attempt("creating SSM Maintenance Window Task", () =>
      ssm.registerTaskWithMaintenanceWindow({
        ...settings(inputs),
        Priority: givenNumber(inputs, "priority"),
        TaskArn: requiredText(inputs, "taskArn"),
        TaskType: requiredText(inputs, "taskType") as MaintenanceWindowTaskType,
        WindowId: requiredText(inputs, "windowId"),
      }),
    );
    return { id: WindowTaskId ?? "" };
  },
  read,
  update: async (session, id, _old, new_) => {
    const ssm = await session.ssm();
    const sent = settings(new_);
    const limits = { MaxConcurrency: sent.MaxConcurrency, MaxErrors: sent.MaxErrors };
    const noLimits = { MaxConcurrency: undefined, MaxErrors: undefined };
    await attempt(`updating Maintenance Window Task (${id})`, () =>
      ssm.updateMaintenanceWindowTask({
        ...sent,
        ...(sent.Targets === undefined ? noLimits : limits),
        Priority: numberOf(new_, "priority") ?? 0,
        Replace: true,
        TaskArn: requiredText(new_, "taskArn"),
        WindowId: requiredText(new_, "windowId"),
        WindowTaskId: id,
      }),
    );
  },
  delete: async (session, id, state) => {
    const ssm = await session.ssm();
    await unless(["DoesNotExistException"], `deleting SSM Maintenance Window Task (${id})`, () =>
      ssm.deregisterTaskFromMaintenanceWindow({ WindowId: requiredText(state, "windowId"), WindowTaskId: id }),
    );
  },
};
