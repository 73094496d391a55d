import type { RegisterTaskWithMaintenanceWindowRequest } from "@aws-sdk/client-ssm";
import { requiredText } from "../../fields.ts";
import { integer, optional, output, required, text } from "../../schema.ts";
import { arn, length, oneOf } from "../../textChecks.ts";
import type { Values } from "../../values.ts";
import { regional, type ResourceType } from "../resourceType.ts";
import { membersOf, stateOf } from "./form.ts";
import { windowPartId } from "./maintenanceWindowTarget.ts";
import { ssmType } from "./ssmType.ts";
import { targetsShape } from "./targets.ts";
import { taskInvocationShape } from "./taskInvocation.ts";
import { maxConcurrency, maxErrors, ssmName } from "./texts.ts";

const properties = {
  ...regional,
  arn: output(),
  cutoffBehavior: optional(text(oneOf("CONTINUE_TASK", "CANCEL_TASK"))),
  description: optional(text(length(1, 128))),
  maxConcurrency: optional(text(maxConcurrency), { computed: true }),
  maxErrors: optional(text(maxErrors), { computed: true }),
  name: optional(text(ssmName)),
  priority: optional(integer(0)),
  serviceRoleArn: optional(text(arn), { computed: true }),
  targets: optional(targetsShape()),
  taskArn: required(text()),
  taskInvocationParameters: optional(taskInvocationShape),
  taskType: required(text(oneOf("RUN_COMMAND", "AUTOMATION", "STEP_FUNCTIONS", "LAMBDA")), { forceNew: true }),
  windowId: required(text(), { forceNew: true }),
  windowTaskId: output(),
};

function settings(inputs: Values): RegisterTaskWithMaintenanceWindowRequest {
  return membersOf(properties, inputs) as unknown as RegisterTaskWithMaintenanceWindowRequest;
}

/**
 * `aws:ssm/maintenanceWindowTask:MaintenanceWindowTask`: window and task type replace it; an update sends everything
 * with `Replace`, and drops concurrency and errors of a task without targets.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
 */
export const maintenanceWindowTask: ResourceType = ssmType({
  title: "Maintenance Window Task",
  label: () => "",
  properties,
  nameProperty: "name",
  importId: windowPartId("task"),
  missing: /^DoesNotExistException:/,
  create: async (ssm, inputs) => {
    const { WindowTaskId = "" } = await ssm.registerTaskWithMaintenanceWindow(settings(inputs));
    return { id: WindowTaskId };
  },
  read: async (ssm, id, state, session) => ({
    ...stateOf(
      properties,
      await ssm.getMaintenanceWindowTask({ WindowId: requiredText(state, "windowId"), WindowTaskId: id }),
    ),
    arn: session.arn("ssm", `windowtask/${id}`),
  }),
  update: (ssm, id, _old, new_) => {
    const { TaskType: _, ...sent } = settings(new_);
    const limits = sent.Targets === undefined ? { MaxConcurrency: undefined, MaxErrors: undefined } : {};
    return ssm.updateMaintenanceWindowTask({ Priority: 0, ...sent, ...limits, Replace: true, WindowTaskId: id });
  },
  delete: (ssm, id, state) =>
    ssm.deregisterTaskFromMaintenanceWindow({ WindowId: requiredText(state, "windowId"), WindowTaskId: id }),
});
