import { home, ireland } from "../cloudFixture.ts";
import type { Json } from "./pluginClient.ts";

/** Tokens of the SSM types. */
export const types = {
  activation: "aws:ssm/activation:Activation",
  association: "aws:ssm/association:Association",
  baseline: "aws:ssm/patchBaseline:PatchBaseline",
  dataSync: "aws:ssm/resourceDataSync:ResourceDataSync",
  defaultBaseline: "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline",
  document: "aws:ssm/document:Document",
  group: "aws:ssm/patchGroup:PatchGroup",
  setting: "aws:ssm/serviceSetting:ServiceSetting",
  target: "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget",
  task: "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask",
  window: "aws:ssm/maintenanceWindow:MaintenanceWindow",
};

/** A weekly window. */
export const window = {
  name: "mw-scan",
  schedule: "cron(0 2 ? * SUN *)",
  duration: 3,
  cutoff: 1,
  tags: { a: "1", b: "2" },
};

/** A baseline as the program makes them. */
export const baseline = {
  name: "ubuntu-auto",
  operatingSystem: "UBUNTU",
  approvalRules: [
    {
      approveAfterDays: 0,
      complianceLevel: "HIGH",
      patchFilters: [
        { key: "PRODUCT", values: ["*"] },
        { key: "PRIORITY", values: ["Required", "Important"] },
      ],
    },
  ],
  rejectedPatches: ["linux-image-*", "linux-aws*"],
  rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
};

/** A Command document. */
export const command = {
  schemaVersion: "2.2",
  description: "a hook",
  mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { runCommand: ["true"] } }],
};

/** A patch task, in a window and for a target. */
export function patchTask(windowId: string, targetId: string): Json {
  return {
    name: "patch",
    windowId,
    taskType: "RUN_COMMAND",
    taskArn: "AWS-RunPatchBaseline",
    priority: 1,
    maxConcurrency: "30%",
    maxErrors: "10%",
    cutoffBehavior: "CANCEL_TASK",
    serviceRoleArn: `arn:aws:iam::${home}:role/window`,
    targets: [{ key: "WindowTargetIds", values: [targetId] }],
    taskInvocationParameters: {
      runCommandParameters: {
        comment: "patching",
        notificationConfig: {
          notificationArn: `arn:aws:sns:${ireland}:${home}:t`,
          notificationEvents: ["TimedOut", "Failed"],
          notificationType: "Command",
        },
        outputS3Bucket: "patchplane-logs",
        outputS3KeyPrefix: "logs",
        parameters: [
          { name: "RebootOption", values: ["NoReboot"] },
          { name: "Operation", values: ["Scan"] },
        ],
        serviceRoleArn: `arn:aws:iam::${home}:role/notify`,
        timeoutSeconds: 600,
      },
    },
  };
}
