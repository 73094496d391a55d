import type { MaintenanceWindowExecution, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { MachineSpec } from "../../../simulator/world/machineSpec.ts";
import type { Cloud } from "../../../simulator/index.ts";
import { closeClouds, cloudWith, instance, ssmOf } from "../cloudFixture.ts";
import { baselineFor, group, installs, installWindow, patchings, rule, stateOf } from "../patchingFixture.ts";

const tags = { PatchGroup: group };
const end = new Date("2026-11-09T00:00:00Z");
const everything = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })];

function servers(count: number, given: Partial<MachineSpec> = {}): MachineSpec[] {
  return Array.from({ length: count }, (_, index) =>
    instance(`i-${String(index).padStart(17, "0")}`, { tags, ...given }),
  );
}

async function cloudOf(count: number, given: Partial<MachineSpec> = {}): Promise<{ cloud: Cloud; ssm: SSM }> {
  const cloud = await cloudWith(servers(count, given));
  const ssm = ssmOf(cloud);
  await baselineFor(ssm, "UBUNTU", everything);
  return { cloud, ssm };
}

async function lastExecution(ssm: SSM, WindowId: string): Promise<MaintenanceWindowExecution | undefined> {
  return (await ssm.describeMaintenanceWindowExecutions({ WindowId })).WindowExecutions?.[0];
}

// https://docs.aws.amazon.com/general/latest/gr/ssm.html: five concurrent executions of maintenance windows. What
// happens to the sixth is not documented; the embedded cloud takes the worse reading.
describe("embedded cloud: windows at once", () => {
  afterEach(closeClouds);

  it("does not run the sixth window at once, and says so", async () => {
    const { cloud, ssm } = await cloudOf(1);
    for (const name of ["a-1", "a-2", "a-3", "a-4", "a-5", "a-6"]) await installWindow(ssm, { Name: name });
    await cloud.advanceTo(end);
    const runs = cloud.journal.entries.filter((entry) => entry.kind === "windowRun");
    expect(runs.map(({ status }) => status)).to.deep.equal([...Array<string>(5).fill("SUCCESS"), "FAILED"]);
    const details = "The limit of 5 concurrent maintenance window executions was reached.";
    expect(await lastExecution(ssm, runs[5]?.windowId ?? "")).to.include({ Status: "FAILED", StatusDetails: details });
    expect(installs(cloud)).to.have.length(5);
  });

  it("runs a sixth window once another has ended", async () => {
    const { cloud, ssm } = await cloudOf(1);
    for (const name of ["a-1", "a-2", "a-3", "a-4", "a-5"]) await installWindow(ssm, { Name: name });
    const late = await installWindow(ssm, { Name: "late", Schedule: "cron(0 20 ? * SUN *)" });
    await cloud.advanceTo(end);
    expect((await lastExecution(ssm, late))?.Status).to.equal("SUCCESS");
  });

  it("runs overlapping windows on a server one after another", async () => {
    const { cloud, ssm } = await cloudOf(3, { minutesPerPatch: 4 });
    await installWindow(ssm, { Name: "install" });
    await installWindow(ssm, { Name: "scan", Schedule: "cron(5 2 ? * SUN *)" }, {}, { Operation: "Scan" });
    await cloud.advanceTo(end);
    for (const { id } of servers(3)) {
      const [install, scan] = patchings(cloud).filter((entry) => entry.nodeId === id);
      expect([install?.operation, scan?.operation]).to.deep.equal(["Install", "Scan"]);
      expect(scan?.at).to.deep.equal(install?.endsAt);
      expect(await stateOf(ssm, id)).to.include({ Operation: "Scan" });
    }
  });

  it("shows a run as in progress, without an end, until the clock has passed it", async () => {
    const { cloud, ssm } = await cloudOf(1);
    const WindowId = await installWindow(ssm, {});
    await cloud.advanceTo(new Date("2026-11-08T02:01:00Z"));
    const { WindowExecutionId } = (await lastExecution(ssm, WindowId)) ?? {};
    const during = await ssm.getMaintenanceWindowExecution({ WindowExecutionId });
    expect([during.Status, during.EndTime]).to.deep.equal(["IN_PROGRESS", undefined]);
    await cloud.advanceTo(end);
    const after = await ssm.getMaintenanceWindowExecution({ WindowExecutionId });
    expect([after.Status, after.EndTime]).to.deep.equal(["SUCCESS", installs(cloud)[0]?.endsAt]);
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows.html and
// https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
describe("embedded cloud: what a window leaves out", () => {
  afterEach(closeClouds);

  it("does not start a task of the next priority after the cutoff, and the journal names who was left out", async () => {
    const { cloud, ssm } = await cloudOf(2, { minutesPerPatch: 4 });
    const WindowId = await installWindow(ssm, { Duration: 2, Cutoff: 1 }, { MaxConcurrency: "1", Priority: 1 });
    const { Targets } = await ssm.describeMaintenanceWindowTargets({ WindowId });
    await ssm.registerTaskWithMaintenanceWindow({
      WindowId,
      TaskType: "RUN_COMMAND",
      TaskArn: "AWS-RunPatchBaseline",
      Priority: 2,
      Targets: [{ Key: "WindowTargetIds", Values: [Targets?.[0]?.WindowTargetId ?? ""] }],
      MaxConcurrency: "1",
      MaxErrors: "1",
      TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Scan"] } } },
    });
    await cloud.advanceTo(end);
    const { WindowExecutionId } = (await lastExecution(ssm, WindowId)) ?? {};
    const tasks = await ssm.describeMaintenanceWindowExecutionTasks({ WindowExecutionId });
    expect(tasks.WindowExecutionTaskIdentities?.map(({ Status }) => Status)).to.deep.equal(["SUCCESS", "CANCELLED"]);
    const left = patchings(cloud).filter(({ operation }) => operation === "Scan");
    expect(left.map(({ missed, commandId }) => [missed, commandId])).to.deep.equal([
      ["cutoff", null],
      ["cutoff", null],
    ]);
  });

  it("names the servers that a cancelled task did not get to", async () => {
    const { cloud, ssm } = await cloudOf(6, { minutesPerPatch: 4 });
    await installWindow(ssm, { Duration: 2, Cutoff: 1 }, { MaxConcurrency: "1", CutoffBehavior: "CANCEL_TASK" });
    await cloud.advanceTo(end);
    const cutoff = new Date("2026-11-08T03:00:00Z");
    const done = installs(cloud).filter(({ outcome }) => outcome === "patched");
    const missed = installs(cloud).filter((entry) => entry.missed === "cutoff");
    expect(done.length + missed.length).to.equal(6);
    expect(missed.length).to.be.greaterThan(0);
    for (const { at } of done) expect(at < cutoff).to.equal(true);
  });

  it("stops at more than a share of errors, by as many at a time as it is told", async () => {
    const { cloud, ssm } = await cloudOf(10, { failure: "lockHeld" });
    await installWindow(ssm, {}, { MaxConcurrency: "2", MaxErrors: "20%" });
    await cloud.advanceTo(end);
    const outcomes = installs(cloud).map((entry) => entry.missed ?? entry.outcome);
    // Two run at a time, so the third and fourth failure come together.
    expect(outcomes).to.deep.equal([...Array<string>(4).fill("failed"), ...Array<string>(6).fill("errorLimit")]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-data-overwrites.html
  it("reports a server by whatever scanned it last, under another schedule too", async () => {
    const { cloud, ssm } = await cloudOf(1);
    const id = servers(1)[0]?.id ?? "";
    const WindowId = await installWindow(ssm, {}, {}, { Operation: "Install", RebootOption: "NoReboot" });
    await ssm.createAssociation({
      Name: "AWS-RunPatchBaseline",
      Parameters: { Operation: ["Scan"] },
      Targets: [{ Key: "tag:PatchGroup", Values: [group] }],
      ScheduleExpression: "cron(0 12 ? * SUN *)",
      ApplyOnlyAtCronInterval: true,
    });
    await cloud.advanceTo(new Date("2026-11-08T11:00:00Z"));
    const { WindowExecutionId } = (await lastExecution(ssm, WindowId)) ?? {};
    expect(await stateOf(ssm, id)).to.include({ Operation: "Install", SnapshotId: WindowExecutionId });
    await cloud.advanceTo(new Date("2026-11-08T13:00:00Z"));
    expect(await stateOf(ssm, id)).to.include({ Operation: "Scan" });
    expect((await stateOf(ssm, id))?.SnapshotId).to.not.equal(WindowExecutionId);
  });
});
