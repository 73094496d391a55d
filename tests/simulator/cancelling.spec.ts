import type { MaintenanceWindowExecution, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Cloud } from "../../simulator/index.ts";
import { closeClouds, cloudWith, instance, refusal, ssmAs, ssmOf, untilEnded, other } from "./cloudFixture.ts";
import { baselineFor, group, installs, installWindow, patchings, rule, stateOf } from "./patchingFixture.ts";

const ids = ["i-00000000000000001", "i-00000000000000002", "i-00000000000000003"] as const;
const [one, two, three] = ids;
const everything = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })];

async function fleet(): Promise<{ cloud: Cloud; ssm: SSM }> {
  const cloud = await cloudWith(ids.map((id) => instance(id, { tags: { PatchGroup: group } })));
  const ssm = ssmOf(cloud);
  await baselineFor(ssm, "UBUNTU", everything);
  return { cloud, ssm };
}

async function sent(ssm: SSM, DocumentName: string, Parameters: Record<string, string[]>): Promise<string> {
  const made = await ssm.sendCommand({ DocumentName, InstanceIds: [...ids], Parameters, MaxConcurrency: "1" });
  return made.Command?.CommandId ?? "";
}

async function statuses(ssm: SSM, CommandId: string): Promise<Record<string, string>> {
  const found = await ssm.listCommandInvocations({ CommandId });
  return Object.fromEntries(
    (found.CommandInvocations ?? []).map(({ InstanceId = "", Status = "" }) => [InstanceId, Status]),
  );
}

async function after(cloud: Cloud, minutes: number): Promise<void> {
  await cloud.advanceTo(new Date(cloud.now().getTime() + minutes * 60_000));
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
describe("embedded cloud: commands under way", () => {
  afterEach(closeClouds);

  it("shows a command as in progress until the clock has passed its end, node by node", async () => {
    const { cloud, ssm } = await fleet();
    const CommandId = await sent(ssm, "AWS-RunPatchBaseline", { Operation: ["Scan"] });
    expect(await statuses(ssm, CommandId)).to.deep.equal({ [one]: "InProgress", [two]: "Pending", [three]: "Pending" });
    const during = await ssm.getCommandInvocation({ CommandId, InstanceId: one });
    expect(during).to.include({ Status: "InProgress", ResponseCode: -1, ExecutionEndDateTime: "" });
    expect(await stateOf(ssm, one)).to.equal(undefined);
    await after(cloud, 2);
    expect(await statuses(ssm, CommandId)).to.deep.equal({ [one]: "Success", [two]: "InProgress", [three]: "Pending" });
    const { Commands } = await ssm.listCommands({ CommandId });
    expect(Commands?.[0]).to.include({ Status: "InProgress", TargetCount: 3, CompletedCount: 1 });
    expect(await stateOf(ssm, one)).to.include({ Operation: "Scan" });
    await untilEnded(ssm, CommandId);
    expect((await ssm.listCommands({ CommandId })).Commands?.[0]).to.include({ Status: "Success", CompletedCount: 3 });
  });

  it("lets a node that is switched on in time have its command at once", async () => {
    const { cloud, ssm } = await fleet();
    cloud.stopMachine(one);
    const CommandId = await sent(ssm, "AWS-RunPatchBaseline", { Operation: ["Scan"] });
    await after(cloud, 10);
    expect((await statuses(ssm, CommandId))[one]).to.equal("Pending");
    cloud.startMachine(one);
    expect((await statuses(ssm, CommandId))[one]).to.equal("InProgress");
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html and
// https://docs.aws.amazon.com/systems-manager/latest/userguide/cancel-run-command.html
describe("embedded cloud: cancelling a command", () => {
  afterEach(closeClouds);

  it("starts no further node, and names those that were left out", async () => {
    const { cloud, ssm } = await fleet();
    const CommandId = await sent(ssm, "AWS-RunPatchBaseline", { Operation: ["Install"] });
    await after(cloud, 1);
    await ssm.cancelCommand({ CommandId });
    const all = { [one]: "Cancelled", [two]: "Cancelled", [three]: "Cancelled" };
    expect(await statuses(ssm, CommandId)).to.deep.equal(all);
    expect((await ssm.listCommands({ CommandId })).Commands?.[0]).to.include({
      Status: "Cancelled",
      CompletedCount: 3,
    });
    await after(cloud, 24 * 60);
    expect(await statuses(ssm, CommandId)).to.deep.equal(all);
    // "There is no guarantee that the command will be terminated and the underlying process stopped."
    const entries = installs(cloud).map(({ nodeId, outcome, missed }) => [nodeId, missed ?? outcome]);
    expect(entries).to.deep.equal([
      [one, "patched"],
      [two, "cancelled"],
      [three, "cancelled"],
    ]);
    expect(await stateOf(ssm, two)).to.equal(undefined);
  });

  it("runs no further step where it is under way", async () => {
    const { cloud, ssm } = await fleet();
    const step = (name: string): object => ({ action: "aws:runShellScript", name, inputs: { runCommand: ["true"] } });
    const documentParameters = { Operation: "Install" };
    const inputs = { documentType: "SSMDocument", documentPath: "AWS-RunPatchBaseline", documentParameters };
    const mainSteps = [step("before"), { action: "aws:runDocument", name: "patch", inputs }, step("after")];
    await ssm.createDocument({
      Name: "hooked",
      DocumentType: "Command",
      Content: JSON.stringify({ schemaVersion: "2.2", mainSteps }),
    });
    const CommandId = await sent(ssm, "hooked", {});
    await ssm.cancelCommand({ CommandId, InstanceIds: [one] });
    await untilEnded(ssm, CommandId);
    expect(await statuses(ssm, CommandId)).to.deep.equal({ [one]: "Cancelled", [two]: "Success", [three]: "Success" });
    const found = await ssm.listCommandInvocations({ CommandId, InstanceId: one, Details: true });
    const plugins = found.CommandInvocations?.[0]?.CommandPlugins ?? [];
    // 137 is what the agent's source answers for a script that it was told to cancel.
    expect(plugins.map(({ Name, Status, ResponseCode }) => [Name, Status, ResponseCode])).to.deep.equal([
      ["before", "Cancelled", 137],
      ["patch", "Cancelled", 0],
      ["after", "Cancelled", 0],
    ]);
    expect(installs(cloud).find(({ nodeId }) => nodeId === one)).to.include({ outcome: "missed", missed: "cancelled" });
  });

  it("leaves a command that has ended as it ended", async () => {
    const { ssm } = await fleet();
    const CommandId = await sent(ssm, "AWS-RunPatchBaseline", { Operation: ["Scan"] });
    await untilEnded(ssm, CommandId);
    await ssm.cancelCommand({ CommandId });
    expect((await ssm.listCommands({ CommandId })).Commands?.[0]?.Status).to.equal("Success");
  });

  it("refuses a command of another account, a node it was not sent to, and a node named twice", async () => {
    const { cloud, ssm } = await fleet();
    const CommandId = await sent(ssm, "AWS-RunPatchBaseline", { Operation: ["Scan"] });
    const foreign = (await ssmAs(cloud, other)).cancelCommand({ CommandId });
    expect((await refusal(foreign)).name).to.equal("InvalidCommandId");
    const strange = ssm.cancelCommand({ CommandId, InstanceIds: ["i-00000000000000009"] });
    expect((await refusal(strange)).name).to.equal("InvalidInstanceId");
    const twice = ssm.cancelCommand({ CommandId, InstanceIds: [one, one] });
    expect((await refusal(twice)).name).to.equal("DuplicateInstanceId");
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelMaintenanceWindowExecution.html
describe("embedded cloud: cancelling a window's run", () => {
  afterEach(closeClouds);

  async function execution(ssm: SSM, WindowId: string): Promise<MaintenanceWindowExecution> {
    return (await ssm.describeMaintenanceWindowExecutions({ WindowId })).WindowExecutions?.[0] ?? {};
  }

  it("lets the task under way end and starts no other", async () => {
    const { cloud, ssm } = await fleet();
    const WindowId = await installWindow(ssm, {}, { Priority: 1 });
    const { Targets } = await ssm.describeMaintenanceWindowTargets({ WindowId });
    const { WindowTaskId } = await ssm.registerTaskWithMaintenanceWindow({
      WindowId,
      TaskType: "RUN_COMMAND",
      TaskArn: "AWS-RunPatchBaseline",
      Priority: 2,
      Targets: [{ Key: "WindowTargetIds", Values: [Targets?.[0]?.WindowTargetId ?? ""] }],
      MaxConcurrency: "1",
      MaxErrors: "1",
      TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Scan"] } } },
    });
    await cloud.advanceTo(new Date("2026-11-08T02:01:00Z"));
    const { WindowExecutionId } = await execution(ssm, WindowId);
    expect(await ssm.cancelMaintenanceWindowExecution({ WindowExecutionId })).to.include({ WindowExecutionId });
    expect((await execution(ssm, WindowId)).Status).to.equal("CANCELLING");
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    expect((await execution(ssm, WindowId)).Status).to.equal("CANCELLED");
    const tasks = await ssm.describeMaintenanceWindowExecutionTasks({ WindowExecutionId });
    const [install, scan] = tasks.WindowExecutionTaskIdentities ?? [];
    expect([install?.Status, scan?.Status]).to.deep.equal(["SUCCESS", "CANCELLED"]);
    expect(installs(cloud).map(({ outcome }) => outcome)).to.deep.equal(["patched", "patched", "patched"]);
    const scans = patchings(cloud).filter(({ operation }) => operation === "Scan");
    expect(scans.map(({ missed, windowTaskId }) => [missed, windowTaskId])).to.deep.equal(
      ids.map(() => ["cancelled", WindowTaskId]),
    );
    const run = cloud.journal.entries.find(({ kind }) => kind === "windowRun");
    expect(run).to.include({ status: "CANCELLED", nodes: 3 });
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetMaintenanceWindowExecutionTaskInvocation.html
  it("answers one invocation of a task, and refuses one that there is not", async () => {
    const { cloud, ssm } = await fleet();
    const WindowId = await installWindow(ssm, {});
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    const { WindowExecutionId = "" } = await execution(ssm, WindowId);
    const tasks = await ssm.describeMaintenanceWindowExecutionTasks({ WindowExecutionId });
    const TaskId = tasks.WindowExecutionTaskIdentities?.[0]?.TaskExecutionId ?? "";
    const listed = await ssm.describeMaintenanceWindowExecutionTaskInvocations({ WindowExecutionId, TaskId });
    const [invocation] = listed.WindowExecutionTaskInvocationIdentities ?? [];
    const { InvocationId = "" } = invocation ?? {};
    const got = await ssm.getMaintenanceWindowExecutionTaskInvocation({ WindowExecutionId, TaskId, InvocationId });
    expect(got).to.deep.include(invocation);
    const unknown = { WindowExecutionId, TaskId, InvocationId: TaskId };
    const call = ssm.getMaintenanceWindowExecutionTaskInvocation(unknown);
    expect((await refusal(call)).name).to.equal("DoesNotExistException");
    const strange = ssm.cancelMaintenanceWindowExecution({ WindowExecutionId: TaskId });
    expect((await refusal(strange)).name).to.equal("DoesNotExistException");
  });
});
