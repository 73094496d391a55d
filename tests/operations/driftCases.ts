import {
  CreateAssociationCommand,
  CreatePatchBaselineCommand,
  DeleteAssociationCommand,
  DeleteMaintenanceWindowCommand,
  DeletePatchBaselineCommand,
  DeregisterPatchBaselineForPatchGroupCommand,
  DeregisterTaskFromMaintenanceWindowCommand,
  GetMaintenanceWindowCommand,
  GetMaintenanceWindowTaskCommand,
  GetPatchBaselineCommand,
  ListAssociationsCommand,
  RegisterDefaultPatchBaselineCommand,
  RegisterPatchBaselineForPatchGroupCommand,
  RegisterTaskWithMaintenanceWindowCommand,
  ResetServiceSettingCommand,
  UpdateAssociationCommand,
  UpdateMaintenanceWindowCommand,
  UpdateMaintenanceWindowTargetCommand,
  UpdateMaintenanceWindowTaskCommand,
  UpdatePatchBaselineCommand,
  UpdateServiceSettingCommand,
  type CreateAssociationCommandInput,
  type GetPatchBaselineCommandOutput,
  type SSMClient,
  type UpdateMaintenanceWindowCommandInput,
} from "@aws-sdk/client-ssm";
import { baselineId, foreignWindow, partsOf, windowId } from "./driftFixture.ts";

const ownPrefix = "patchplane-test-";
const ownTags = [
  { Key: "Environment", Value: "test" },
  { Key: "Location", Value: "use1" },
  { Key: "ManagedBy", Value: "patchplane" },
];
const tier = "/ssm/managed-instance/activation-tier";

/** Changes something by hand and answers how it is undone. */
export type Change = (client: SSMClient) => Promise<() => Promise<unknown>>;

async function removedLater(client: SSMClient, WindowId: string): Promise<() => Promise<unknown>> {
  return Promise.resolve(() => client.send(new DeleteMaintenanceWindowCommand({ WindowId })));
}

function window(name: string, change: Partial<UpdateMaintenanceWindowCommandInput>): Change {
  return async (client) => {
    const WindowId = await windowId(client, `${ownPrefix}${name}`);
    const { Name, Schedule, ScheduleTimezone, Duration, Enabled } = await client.send(
      new GetMaintenanceWindowCommand({ WindowId }),
    );
    await client.send(new UpdateMaintenanceWindowCommand({ WindowId, ...change }));
    const back = { WindowId, Name, Schedule, ScheduleTimezone, Duration, Enabled };
    return () => client.send(new UpdateMaintenanceWindowCommand(back));
  };
}

function baseline(name: string, change: (before: GetPatchBaselineCommandOutput) => object): Change {
  return async (client) => {
    const BaselineId = await baselineId(client, `${ownPrefix}${name}`);
    const before = await client.send(new GetPatchBaselineCommand({ BaselineId }));
    const { ApprovalRules, RejectedPatches } = before;
    await client.send(new UpdatePatchBaselineCommand({ BaselineId, ...change(before) }));
    return () => client.send(new UpdatePatchBaselineCommand({ BaselineId, ApprovalRules, RejectedPatches }));
  };
}

function association(request: Partial<CreateAssociationCommandInput>): Change {
  return async (client) => {
    const made = await client.send(
      new CreateAssociationCommand({
        Name: "AWS-RunPatchBaseline",
        Parameters: { Operation: ["Scan"] },
        Targets: [{ Key: "InstanceIds", Values: ["*"] }],
        ScheduleExpression: "cron(0 3 ? * SUN *)",
        ApplyOnlyAtCronInterval: true,
        ...request,
      }),
    );
    const AssociationId = made.AssociationDescription?.AssociationId ?? "";
    return () => client.send(new DeleteAssociationCommand({ AssociationId }));
  };
}

function foreign(key: string, values: readonly string[], document?: string): Change {
  return async (client) =>
    removedLater(
      client,
      await foreignWindow(client, "nightly", { key, values, ...(document === undefined ? {} : { document }) }),
    );
}

const secondTask: Change = async (client) => {
  const WindowId = await windowId(client, `${ownPrefix}mw-scan-all`);
  const { task } = await partsOf(client, WindowId);
  const { WindowTaskId } = await client.send(
    new RegisterTaskWithMaintenanceWindowCommand({
      WindowId,
      Name: task.Name,
      TaskType: "RUN_COMMAND",
      TaskArn: task.TaskArn,
      Targets: task.Targets,
      MaxConcurrency: "1",
      MaxErrors: "1",
      ...(task.Name === undefined ? {} : { Priority: 9 }),
    }),
  );
  return () => client.send(new DeregisterTaskFromMaintenanceWindowCommand({ WindowId, WindowTaskId }));
};

const otherTargets: Change = async (client) => {
  const WindowId = await windowId(client, `${ownPrefix}mw-scan-all`);
  const { target } = await partsOf(client, WindowId);
  const { WindowTargetId } = target;
  const Targets = [{ Key: "tag:PatchGroup", Values: ["prod-auto"] }];
  await client.send(new UpdateMaintenanceWindowTargetCommand({ WindowId, WindowTargetId, Targets }));
  return () =>
    client.send(new UpdateMaintenanceWindowTargetCommand({ WindowId, WindowTargetId, Targets: target.Targets }));
};

const otherTask: Change = async (client) => {
  const WindowId = await windowId(client, `${ownPrefix}mw-install-auto`);
  const { WindowTaskId, MaxConcurrency, Priority } = (await partsOf(client, WindowId)).task;
  const request = { WindowId, WindowTaskId };
  await client.send(new UpdateMaintenanceWindowTaskCommand({ ...request, MaxConcurrency: "100%", Priority: 5 }));
  return () => client.send(new UpdateMaintenanceWindowTaskCommand({ ...request, MaxConcurrency, Priority }));
};

const otherInvocation: Change = async (client) => {
  const WindowId = await windowId(client, `${ownPrefix}mw-install-auto`);
  const { WindowTaskId } = (await partsOf(client, WindowId)).task;
  const request = { WindowId, WindowTaskId };
  const { TaskInvocationParameters } = await client.send(new GetMaintenanceWindowTaskCommand(request));
  const { NotificationConfig: _told, OutputS3BucketName: _logs, ...rest } = TaskInvocationParameters?.RunCommand ?? {};
  const RunCommand = { ...rest, DocumentVersion: "1", DocumentHash: "0".repeat(64) };
  await client.send(new UpdateMaintenanceWindowTaskCommand({ ...request, TaskInvocationParameters: { RunCommand } }));
  return () => client.send(new UpdateMaintenanceWindowTaskCommand({ ...request, TaskInvocationParameters }));
};

const otherDefault: Change = async (client) => {
  const own = await baselineId(client, `${ownPrefix}ubuntu-default`);
  const BaselineId = await baselineId(client, `${ownPrefix}ubuntu-auto`);
  await client.send(new RegisterDefaultPatchBaselineCommand({ BaselineId }));
  return () => client.send(new RegisterDefaultPatchBaselineCommand({ BaselineId: own }));
};

const otherRegistration: Change = async (client) => {
  const own = await baselineId(client, `${ownPrefix}ubuntu-auto`);
  const other = await baselineId(client, `${ownPrefix}ubuntu-sensitive`);
  const exchange = async (from: string, to: string): Promise<void> => {
    const PatchGroup = "prod-auto";
    await client.send(new DeregisterPatchBaselineForPatchGroupCommand({ BaselineId: from, PatchGroup }));
    await client.send(new RegisterPatchBaselineForPatchGroupCommand({ BaselineId: to, PatchGroup }));
  };
  await exchange(own, other);
  return () => exchange(other, own);
};

const strangersRegistration: Change = async (client) => {
  const request = { BaselineId: await baselineId(client, `${ownPrefix}ubuntu-auto`), PatchGroup: "stranger" };
  await client.send(new RegisterPatchBaselineForPatchGroupCommand(request));
  return () => client.send(new DeregisterPatchBaselineForPatchGroupCommand(request));
};

function anotherBaseline(name: string, tagged: boolean): Change {
  return async (client) => {
    const request = { Name: name, OperatingSystem: "UBUNTU" as const, ...(tagged ? { Tags: ownTags } : {}) };
    const { BaselineId } = await client.send(new CreatePatchBaselineCommand(request));
    return () => client.send(new DeletePatchBaselineCommand({ BaselineId }));
  };
}

const otherSchedule: Change = async (client) => {
  const { Associations = [] } = await client.send(new ListAssociationsCommand({}));
  const found = Associations.find(({ AssociationName }) => AssociationName === `${ownPrefix}agent-update`);
  const { AssociationId, Targets, AssociationName } = found ?? {};
  const request = { AssociationId, Targets, AssociationName, Parameters: { allowDowngrade: ["false"] } };
  await client.send(new UpdateAssociationCommand({ ...request, ScheduleExpression: "rate(30 days)" }));
  return () => client.send(new UpdateAssociationCommand({ ...request, ScheduleExpression: found?.ScheduleExpression }));
};

const otherTier: Change = async (client) => {
  await client.send(new UpdateServiceSettingCommand({ SettingId: tier, SettingValue: "advanced" }));
  return () => client.send(new ResetServiceSettingCommand({ SettingId: tier }));
};

const scan = "windows.mw-scan-all";

/** What is changed by hand in `use1`, and every finding that it makes. */
export const handMade: Readonly<Record<string, readonly [Change, readonly string[]]>> = {
  "a rejected package": [
    baseline("ubuntu-auto", () => ({ RejectedPatches: ["nginx"] })),
    ["live-drift baselines.ubuntu-auto.rejectedPatches"],
  ],
  "the delay of a rule": [
    baseline("al2-auto", ({ ApprovalRules: { PatchRules = [] } = {} }) => ({
      ApprovalRules: {
        PatchRules: PatchRules.map((rule, at) => (at === 0 ? { ...rule, ApproveAfterDays: 99 } : rule)),
      },
    })),
    ["live-drift baselines.al2-auto.rules[0]"],
  ],
  "a window's duration and time zone": [
    window("mw-scan-all", { Duration: 9, ScheduleTimezone: "Asia/Tokyo" }),
    [`live-drift ${scan}.timezone`, `live-drift ${scan}.durationHours`],
  ],
  "a window that is switched off": [window("mw-scan-all", { Enabled: false }), [`live-drift ${scan}.enabled`]],
  "the schedule of an on-demand window, which is an operator's": [
    window("mw-install-sensitive", { Schedule: "at(2026-12-24T10:00:00)", Enabled: false }),
    [],
  ],
  "a window's name": [window("mw-scan-all", { Name: "renamed" }), [`live-drift ${scan}`, "live-drift windows.<id>"]],
  "a target's groups": [otherTargets, [`live-drift ${scan}.targets.scan.targets`]],
  "a task's concurrency and priority": [
    otherTask,
    [
      "live-drift windows.mw-install-auto.tasks.patch-reboot-if-needed.priority",
      "live-drift windows.mw-install-auto.tasks.patch-reboot-if-needed.maxConcurrency",
    ],
  ],
  "a task's version of its document, its logs and who hears of it": [
    otherInvocation,
    ["documentVersion", "documentHash", "outputBucket", "topicArn"].map(
      (field) => `live-drift windows.mw-install-auto.tasks.patch-reboot-if-needed.${field}`,
    ),
  ],
  "a second task of one name": [secondTask, [`live-duplicate ${scan}.tasks.patch-scan`]],
  "an association's schedule": [otherSchedule, ["live-drift nodes.agent-update.schedule"]],
  "an operating system's default baseline": [otherDefault, ["live-baseline baselines.ubuntu-default.default"]],
  "a group's registered baseline": [otherRegistration, ["live-baseline groups.prod-auto.baselines.UBUNTU"]],
  "a registration for somebody's group": [strangersRegistration, ["live-drift groups.stranger.baselines.UBUNTU"]],
  "a second baseline of one name": [
    anotherBaseline(`${ownPrefix}ubuntu-auto`, true),
    ["live-duplicate baselines.ubuntu-auto"],
  ],
  "a baseline that the stack left behind": [anotherBaseline("old", true), ["live-drift baselines.<id>"]],
  "a baseline of somebody else": [anotherBaseline("theirs", false), []],
  "a second window of one name": [
    async (client) => removedLater(client, await foreignWindow(client, `${ownPrefix}mw-scan-all`)),
    [`live-duplicate ${scan}`],
  ],
  "a second association of one name": [
    association({ AssociationName: `${ownPrefix}scan-on-first-contact` }),
    ["live-duplicate nodes.scan-on-first-contact"],
  ],
  "a window of somebody else for a group": [foreign("tag:PatchGroup", ["prod-auto"]), ["live-foreign <id>"]],
  "a window of somebody else for a server": [foreign("InstanceIds", ["i-00000000000000001"]), ["live-foreign <id>"]],
  "a window of somebody else for another tag": [foreign("tag:Name", ["web-1"]), ["live-foreign <id>"]],
  "a window of somebody else for everything tagged": [foreign("tag-key", ["PatchGroup"]), ["live-foreign <id>"]],
  "a window of somebody else for other servers": [foreign("tag:Name", ["nobody"]), []],
  "a window of somebody else that patches nothing": [foreign("tag:Name", ["web-1"], "AWS-RunShellScript"), []],
  "an association of somebody else": [association({}), ["live-foreign <id>"]],
  "an association of somebody else for other servers": [
    association({ Targets: [{ Key: "tag:PatchGroup", Values: ["theirs"] }] }),
    [],
  ],
  "an association of somebody else that patches nothing": [
    association({ Name: "AWS-UpdateSSMAgent", Parameters: {} }),
    [],
  ],
  "an association of somebody else that gathers the inventory of servers of the stack": [
    association({
      Name: "AWS-GatherSoftwareInventory",
      Parameters: { applications: ["Enabled"] },
      Targets: [{ Key: "tag:PatchGroup", Values: ["prod-auto"] }],
    }),
    ["live-foreign <id>"],
  ],
  "an association of somebody else that gathers the inventory of all nodes, which AWS takes besides": [
    association({ Name: "AWS-GatherSoftwareInventory", Parameters: { applications: ["Enabled"] } }),
    [],
  ],
  "the instance tier": [otherTier, ["live-tier locations.use1.instanceTier"]],
};
