import type { ActivationArgs } from "@pulumi/aws/ssm/activation.js";
import type { AssociationArgs } from "@pulumi/aws/ssm/association.js";
import type { DefaultPatchBaselineArgs } from "@pulumi/aws/ssm/defaultPatchBaseline.js";
import type { DocumentArgs } from "@pulumi/aws/ssm/document.js";
import type { MaintenanceWindowArgs } from "@pulumi/aws/ssm/maintenanceWindow.js";
import type { MaintenanceWindowTargetArgs } from "@pulumi/aws/ssm/maintenanceWindowTarget.js";
import type { MaintenanceWindowTaskArgs } from "@pulumi/aws/ssm/maintenanceWindowTask.js";
import type { PatchBaselineArgs } from "@pulumi/aws/ssm/patchBaseline.js";
import type { PatchGroupArgs } from "@pulumi/aws/ssm/patchGroup.js";
import type { ResourceDataSyncArgs } from "@pulumi/aws/ssm/resourceDataSync.js";
import type { ServiceSettingArgs } from "@pulumi/aws/ssm/serviceSetting.js";

/** Account and Region the scenario is deployed to. */
export const account = "111122223333";
export const region = "us-east-1";

const tags = { Owner: "patching", "Patch Group": "", "cost:centre": "42/a" };
const windowRole = `arn:aws:iam::${account}:role/patchplane-window`;
const topic = `arn:aws:sns:${region}:${account}:patching`;

/** A Command document as an operator would write it; `command` is what it runs. */
export function commandDocument(command: string): string {
  return JSON.stringify({
    schemaVersion: "2.2",
    description: "runs a hook",
    parameters: { Message: { type: "String", description: "what to say", default: "none" } },
    mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { runCommand: [command, "echo {{ Message }}"] } }],
  });
}

/** A Command document in YAML. */
export const yamlDocument = [
  "schemaVersion: '2.2'",
  "description: in YAML",
  "mainSteps:",
  "  - action: aws:runShellScript",
  "    name: run",
  "    inputs:",
  "      runCommand:",
  "        - 'true'",
  "",
].join("\n");

/** Patch baselines. */
export const baselines = {
  "baseline-full": {
    name: "full",
    description: "every input",
    operatingSystem: "AMAZON_LINUX_2",
    approvalRules: [
      {
        approveAfterDays: 7,
        complianceLevel: "CRITICAL",
        enableNonSecurity: true,
        patchFilters: [
          { key: "PRODUCT", values: ["*"] },
          { key: "CLASSIFICATION", values: ["Security", "Bugfix"] },
          { key: "SEVERITY", values: ["Critical", "Important"] },
        ],
      },
      { approveUntilDate: "2026-06-30", patchFilters: [{ key: "CLASSIFICATION", values: ["Recommended"] }] },
    ],
    approvedPatches: ["openssl*", "curl.x86_64", "bash*"],
    approvedPatchesComplianceLevel: "HIGH",
    approvedPatchesEnableNonSecurity: true,
    rejectedPatches: ["kernel*", "docker*"],
    rejectedPatchesAction: "BLOCK",
    globalFilters: [{ key: "PRODUCT", values: ["AmazonLinux2"] }],
    sources: [
      {
        name: "internal",
        products: ["AmazonLinux2"],
        configuration: "[internal]\nname=internal\nbaseurl=https://repo.example.com/al2\nenabled=1",
      },
    ],
    tags,
  },
  "baseline-ubuntu": {
    name: "ubuntu",
    operatingSystem: "UBUNTU",
    approvalRules: [
      {
        approveAfterDays: 0,
        patchFilters: [
          { key: "PRODUCT", values: ["*"] },
          { key: "PRIORITY", values: ["Required", "Important"] },
        ],
      },
    ],
  },
  /** No rules, no lists; the operating system is left to the provider. */
  "baseline-bare": { name: "bare" },
  "baseline-windows": {
    name: "windows",
    operatingSystem: "WINDOWS",
    availableSecurityUpdatesComplianceStatus: "NON_COMPLIANT",
    approvalRules: [
      {
        approveAfterDays: 5,
        patchFilters: [
          { key: "PATCH_SET", values: ["OS"] },
          { key: "PRODUCT", values: ["WindowsServer2022"] },
          { key: "MSRC_SEVERITY", values: ["Critical"] },
        ],
      },
    ],
    approvedPatches: ["KB5034439"],
  },
  "baseline-described": { name: "described", operatingSystem: "UBUNTU", description: "to be removed" },
  "baseline-filtered": {
    name: "filtered",
    operatingSystem: "UBUNTU",
    globalFilters: [{ key: "PRODUCT", values: ["*"] }],
  },
  "baseline-ruled": {
    name: "ruled",
    operatingSystem: "UBUNTU",
    approvalRules: [{ approveAfterDays: 0, patchFilters: [{ key: "PRODUCT", values: ["*"] }] }],
  },
  /** Moves to another operating system while nothing depends on it. */
  "baseline-moving": { name: "moving", operatingSystem: "DEBIAN", rejectedPatches: ["linux-image-*"] },
} satisfies Record<string, PatchBaselineArgs>;

/** Maintenance windows. */
export const windows = {
  "window-full": {
    name: "full",
    description: "every input",
    schedule: "cron(30 23 ? * TUE#2 *)",
    scheduleTimezone: "America/New_York",
    scheduleOffset: 5,
    duration: 4,
    cutoff: 1,
    allowUnassociatedTargets: true,
    enabled: false,
    startDate: "2026-12-02T00:00:00Z",
    endDate: "2027-12-31T00:00:00-05:00",
    tags,
  },
  "window-bare": { name: "bare", schedule: "rate(7 days)", duration: 3, cutoff: 0 },
  "window-once": { name: "once", schedule: "at(2027-01-15T22:00:00)", duration: 2, cutoff: 1 },
} satisfies Record<string, MaintenanceWindowArgs>;

/** Inputs of a window's target or task; `window` names the window it is for. */
type WindowPart<Args> = Omit<Args, "windowId"> & { readonly window: "window-full" | "window-bare" };
/** Inputs of what points at a baseline; `baseline` names it. */
type OfBaseline<Args> = Omit<Args, "baselineId"> & { readonly baseline: keyof typeof baselines };

/** Targets of windows. */
export const windowTargets = {
  "target-tags": {
    window: "window-full",
    name: "tags",
    description: "servers by tag",
    ownerInformation: "the patching team",
    resourceType: "INSTANCE",
    targets: [
      { key: "tag:PatchGroup", values: ["prod-auto", "prod-manual"] },
      { key: "tag:Environment", values: ["prod"] },
    ],
  },
  "target-owned": {
    window: "window-full",
    name: "owned",
    ownerInformation: "to be removed",
    resourceType: "INSTANCE",
    targets: [{ key: "tag:Environment", values: ["prod"] }],
  },
  "target-ids": {
    window: "window-full",
    name: "ids",
    resourceType: "INSTANCE",
    targets: [{ key: "InstanceIds", values: ["i-00000000000000001", "i-00000000000000002"] }],
  },
} satisfies Record<string, WindowPart<MaintenanceWindowTargetArgs>>;

const command = {
  comment: "patching",
  documentVersion: "$DEFAULT",
  documentHash: "a".repeat(64),
  documentHashType: "Sha256",
  notificationConfig: {
    notificationArn: topic,
    notificationEvents: ["TimedOut", "Failed"],
    notificationType: "Command",
  },
  cloudwatchConfig: { cloudwatchLogGroupName: "/patching", cloudwatchOutputEnabled: true },
  outputS3Bucket: "patchplane-logs",
  outputS3KeyPrefix: "logs/full",
  parameters: [
    { name: "RebootOption", values: ["NoReboot"] },
    { name: "Operation", values: ["Install"] },
  ],
  serviceRoleArn: `arn:aws:iam::${account}:role/patchplane-notify`,
  timeoutSeconds: 600,
};

/** Tasks of windows. */
export const windowTasks = {
  "task-full": {
    window: "window-full",
    target: "target-tags",
    name: "full",
    description: "every input of a Run Command task",
    taskType: "RUN_COMMAND",
    taskArn: "AWS-RunPatchBaseline",
    priority: 5,
    maxConcurrency: "30%",
    maxErrors: "10%",
    cutoffBehavior: "CANCEL_TASK",
    serviceRoleArn: windowRole,
    taskInvocationParameters: { runCommandParameters: command },
  },
  "task-command": {
    window: "window-full",
    target: "target-tags",
    name: "command",
    taskType: "RUN_COMMAND",
    taskArn: "AWS-RunPatchBaseline",
    maxConcurrency: "1",
    maxErrors: "0",
    serviceRoleArn: windowRole,
    taskInvocationParameters: { runCommandParameters: command },
  },
  "task-bare": {
    window: "window-full",
    target: "target-tags",
    name: "bare",
    taskType: "RUN_COMMAND",
    taskArn: "AWS-RunPatchBaseline",
    maxConcurrency: "1",
    maxErrors: "0",
    serviceRoleArn: windowRole,
    taskInvocationParameters: {
      runCommandParameters: { parameters: [{ name: "Operation", values: ["Scan"] }] },
    },
  },
} satisfies Record<string, WindowPart<MaintenanceWindowTaskArgs> & { readonly target: keyof typeof windowTargets }>;

/** Hybrid activations. */
export const activations = {
  "activation-full": {
    name: "full",
    description: "first attempt",
    iamRole: "patchplane-hybrid",
    registrationLimit: 3,
    expirationDate: "2026-12-20T00:00:00Z",
    tags: { PatchGroup: "prod-auto", Name: "app-1" },
  },
  "activation-bare": { name: "bare", iamRole: "patchplane-hybrid", registrationLimit: 1 },
} satisfies Record<string, ActivationArgs>;

/** Documents. */
export const documents = {
  "document-json": { name: "hook", documentType: "Command", content: commandDocument("true"), tags },
  "document-other": { name: "hook-other", documentType: "Command", content: commandDocument("true") },
  "document-yaml": {
    name: "hook-yaml",
    documentType: "Command",
    documentFormat: "YAML",
    content: yamlDocument,
    targetType: "/AWS::EC2::Instance",
    versionName: "first",
  },
} satisfies Record<string, DocumentArgs>;

/** Associations. */
export const associations = {
  "association-full": {
    name: "AWS-RunPatchBaseline",
    associationName: "scan-nightly",
    documentVersion: "$DEFAULT",
    scheduleExpression: "cron(0 2 * * ? *)",
    applyOnlyAtCronInterval: true,
    complianceSeverity: "HIGH",
    maxConcurrency: "50%",
    maxErrors: "10",
    syncCompliance: "AUTO",
    outputLocation: { s3BucketName: "patchplane-logs", s3KeyPrefix: "logs/scan", s3Region: region },
    parameters: { Operation: "Scan", RebootOption: "NoReboot" },
    targets: [{ key: "tag:PatchGroup", values: ["prod-auto", "prod-manual"] }],
    tags,
  },
  "association-bare": {
    name: "AWS-UpdateSSMAgent",
    targets: [{ key: "InstanceIds", values: ["*"] }],
  },
} satisfies Record<string, AssociationArgs>;

/** Resource data syncs. */
export const dataSyncs = {
  "sync-full": {
    name: "full",
    s3Destination: {
      bucketName: "patchplane-sync",
      region,
      prefix: "sync",
      syncFormat: "JsonSerDe",
      kmsKeyArn: `arn:aws:kms:${region}:${account}:key/00000000-0000-4000-8000-000000000000`,
    },
  },
  "sync-bare": { name: "bare", s3Destination: { bucketName: "patchplane-sync", region } },
} satisfies Record<string, ResourceDataSyncArgs>;

/** Service settings. */
export const settings = {
  "setting-role": {
    settingId: "/ssm/managed-instance/default-ec2-instance-management-role",
    settingValue: "service-role/patchplane",
  },
  "setting-tier": {
    settingId: `arn:aws:ssm:${region}:${account}:servicesetting/ssm/managed-instance/activation-tier`,
    settingValue: "advanced",
  },
} satisfies Record<string, ServiceSettingArgs>;

/** Patch groups. */
export const groups = {
  "group-prod": { baseline: "baseline-full", patchGroup: "prod-auto" },
} satisfies Record<string, OfBaseline<PatchGroupArgs>>;

/** Default baselines. */
export const defaults = {
  "default-ubuntu": { baseline: "baseline-ubuntu", operatingSystem: "UBUNTU" },
} satisfies Record<string, OfBaseline<DefaultPatchBaselineArgs>>;
