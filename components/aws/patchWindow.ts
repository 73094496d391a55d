import * as pulumi from "@pulumi/pulumi";
import { MaintenanceWindow } from "@pulumi/aws/ssm/maintenanceWindow.js";
import { MaintenanceWindowTarget } from "@pulumi/aws/ssm/maintenanceWindowTarget.js";
import { MaintenanceWindowTask } from "@pulumi/aws/ssm/maintenanceWindowTask.js";
import type * as inputs from "@pulumi/aws/types/input.js";
import type { Fault } from "../../domain/fault.ts";
import { fitName, ownTags, productName, windowName } from "../../domain/stack/awsNames.ts";
import { windowTargets } from "../../domain/fleet/placement.ts";
import type { Group, Location } from "../../domain/plane.ts";
import type { Window, WindowSchedule } from "../../domain/window.ts";
import {
  cutoffBehavior,
  isGated,
  partName,
  patchInputs,
  planTargets,
  planTasks,
  windowDescription,
  windowTiming,
  windowValidity,
} from "../../domain/stack/windowTasks.ts";
import type { PlannedTarget, PlannedTask, WindowValidity } from "../../domain/stack/windowTasks.ts";
import { resolution, settledOrThrow } from "../resolution.ts";
import type { Resolution } from "../resolution.ts";

const type = "patchplane:aws:PatchWindow";
const commentLimit = 100;

/** What a reviewer let through for a reviewed window's group. */
export interface ApprovedInstallation {
  /** End of validity, `yyyy-mm-ddThh:mm:ssZ`: the window's EndDate. */
  readonly expires: string;
  /** S3 URL of the published InstallOverrideList. */
  readonly overrideListUrl: pulumi.Input<string>;
}

/** One window on one of its schedules, in one location. */
export interface PatchWindowArgs {
  readonly environment: string;
  readonly location: Location;
  readonly window: Window;
  readonly schedule: WindowSchedule;
  /** Every group of the plane, by name. */
  readonly groups: Readonly<Record<string, Group>>;
  /** For a reviewed group: without it the window has no task. */
  readonly approved?: ApprovedInstallation;
  /** S3 URL of the published baselines that replace the groups' own in this window. */
  readonly baselineOverrideUrl?: pulumi.Input<string>;
  /** Names of the documents of the window's hooks, by key. */
  readonly hookDocuments?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Where the nodes put their logs. */
  readonly bucketName: pulumi.Input<string>;
  /** Role the window runs its tasks with. */
  readonly windowRoleArn: pulumi.Input<string>;
  readonly topicArn: pulumi.Input<string>;
  /** Role SSM publishes to the topic with. */
  readonly notificationRoleArn: pulumi.Input<string>;
}

/** A task with the SSM document that it runs. */
interface DocumentedTask extends PlannedTask {
  readonly document: pulumi.Input<string>;
}

interface SettledWindow {
  readonly targets: readonly PlannedTarget[];
  readonly tasks: readonly DocumentedTask[];
  readonly timing: Pick<WindowSchedule, "expression" | "timezone" | "offsetDays">;
  readonly validity: WindowValidity;
  /** Only of a window that installs for a reviewed group. */
  readonly approved: ApprovedInstallation | undefined;
}

function documented(args: PatchWindowArgs, task: PlannedTask, faults: Fault[]): readonly DocumentedTask[] {
  if ("aws" in task.runs) return [{ ...task, document: task.runs.aws }];
  const documents = args.hookDocuments ?? {};
  const document = documents[task.runs.own];
  if (document !== undefined) return [{ ...task, document }];
  faults.push({
    path: `windows.${args.window.name}.hooks`,
    message: `no document for ${task.runs.own}`,
    allowed: Object.keys(documents).join(", ") || "none",
    fix: "pass the documents that WindowHooks made for this window",
  });
  return [];
}

/**
 * Decides a window's targets, tasks and timing; pure. A window that installs for a reviewed group has no task until
 * something is approved.
 */
function resolvePatchWindow(args: PatchWindowArgs): Resolution<SettledWindow> {
  const { window, schedule, groups } = args;
  const faults: Fault[] = [];
  const targets = planTargets(window, windowTargets({ groups }, window));
  const gated = isGated(groups, window);
  const approved = gated ? args.approved : undefined;
  const planned = gated && approved === undefined ? [] : planTasks(groups, window, targets);
  const tasks = planned.flatMap((task) => documented(args, task, faults));
  return resolution(
    {
      targets,
      tasks,
      timing: windowTiming(window, schedule),
      validity: windowValidity(schedule, approved?.expires),
      approved,
    },
    faults,
  );
}

type RunCommand = inputs.ssm.MaintenanceWindowTaskTaskInvocationParametersRunCommandParameters;

function parametersOf(args: PatchWindowArgs, task: PlannedTask, approved: ApprovedInstallation | undefined) {
  const inputs = {
    baselineOverride: args.baselineOverrideUrl,
    overrideList: approved?.overrideListUrl,
    documents: args.hookDocuments ?? {},
  };
  return patchInputs(args.window, task, inputs).map(([name, value]) => ({ name, values: [value] }));
}

function runCommand(args: PatchWindowArgs, task: PlannedTask, approved: ApprovedInstallation | undefined): RunCommand {
  const { environment, window } = args;
  return {
    comment: fitName(`${productName} ${environment}: ${window.name} ${task.key}`, commentLimit),
    parameters: parametersOf(args, task, approved),
    timeoutSeconds: task.timeoutSeconds,
    outputS3Bucket: args.bucketName,
    outputS3KeyPrefix: `logs/${window.operation}/${window.name}`,
    serviceRoleArn: args.notificationRoleArn,
    notificationConfig: {
      notificationArn: args.topicArn,
      notificationEvents: ["Cancelled", "Failed", "TimedOut"],
      notificationType: "Command",
    },
  };
}

/**
 * One maintenance window: its timing, one target per reboot option, and per target one task that patches each of its
 * servers with the hooks around it.
 *
 * - A reviewed group's window stands without a task until an approvals file names something; the approval's expiry is
 *   the window's EndDate, after which AWS no longer runs it.
 * - No API starts a window, so one that is opened on demand is made with a date nobody will see, and keeps `schedule`
 *   and `enabled` out of later updates: an operator sets them (docs/delivery.md).
 * - `AWS-RunPatchBaseline` gets no SnapshotId: in a window AWS takes the execution's id, so that all nodes get the
 *   same set of patches.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html
 */
export class PatchWindow extends pulumi.ComponentResource {
  /** Id of the maintenance window, `mw-…`. */
  readonly windowId: pulumi.Output<string>;

  constructor(name: string, args: PatchWindowArgs, opts?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, opts);
    const { targets, tasks, timing, validity, approved } = settledOrThrow(type, name, resolvePatchWindow(args));
    const { environment, location, window, schedule } = args;

    const maintenanceWindow = new MaintenanceWindow(
      name,
      {
        name: windowName(environment, window.name, schedule.suffix),
        description: windowDescription(environment, window),
        schedule: timing.expression,
        scheduleTimezone: timing.timezone,
        scheduleOffset: timing.offsetDays,
        duration: window.durationHours,
        cutoff: window.cutoffHours,
        startDate: validity.startDate,
        endDate: validity.endDate,
        enabled: true,
        allowUnassociatedTargets: false,
        tags: ownTags(environment, location),
      },
      { parent: this, ignoreChanges: window.onDemand ? ["schedule", "enabled"] : [] },
    );
    this.windowId = maintenanceWindow.id;

    for (const target of targets) {
      const { id } = new MaintenanceWindowTarget(
        `${name}-${target.key}`,
        {
          windowId: this.windowId,
          name: partName(window, target),
          resourceType: "INSTANCE",
          targets: [{ key: "tag:PatchGroup", values: [...target.groups] }],
        },
        { parent: this },
      );
      for (const task of tasks.filter((planned) => planned.target === target.key)) {
        new MaintenanceWindowTask(
          `${name}-${task.key}`,
          {
            windowId: this.windowId,
            name: partName(window, task),
            taskType: "RUN_COMMAND",
            taskArn: task.document,
            priority: task.priority,
            serviceRoleArn: args.windowRoleArn,
            targets: [{ key: "WindowTargetIds", values: [id] }],
            maxConcurrency: task.maxConcurrency,
            maxErrors: task.maxErrors,
            cutoffBehavior: cutoffBehavior(window),
            taskInvocationParameters: { runCommandParameters: runCommand(args, task, approved) },
          },
          { parent: this },
        );
      }
    }
    this.registerOutputs({ windowId: this.windowId });
  }
}
