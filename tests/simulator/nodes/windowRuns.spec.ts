import type { CommandInvocation, MaintenanceWindowExecution, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { MachineSpec } from "../../../simulator/world/machineSpec.ts";
import { closeClouds, cloudWith, instance, ssmOf } from "../cloudFixture.ts";
import { baselineFor, group, installs, installWindow, rule, stateOf } from "../patchingFixture.ts";

const tags = { PatchGroup: group };

function servers(count: number, given: (index: number) => Partial<MachineSpec> = () => ({})): MachineSpec[] {
  return Array.from({ length: count }, (_, index) =>
    instance(`i-${String(index).padStart(17, "0")}`, { tags, ...given(index) }),
  );
}

async function executions(ssm: SSM, WindowId: string): Promise<MaintenanceWindowExecution[]> {
  return (await ssm.describeMaintenanceWindowExecutions({ WindowId })).WindowExecutions ?? [];
}

async function invocations(ssm: SSM): Promise<CommandInvocation[]> {
  const found = await ssm.listCommandInvocations({ MaxResults: 50, Details: true });
  return found.CommandInvocations ?? [];
}

function tally(found: readonly CommandInvocation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { StatusDetails = "" } of found) counts[StatusDetails] = (counts[StatusDetails] ?? 0) + 1;
  return counts;
}

/** How many ran at the same time, at most. */
function atOnce(found: readonly CommandInvocation[]): number {
  const spans = found.flatMap(({ CommandPlugins }) => CommandPlugins ?? []);
  const start = (span: (typeof spans)[number]): number => span.ResponseStartDateTime?.getTime() ?? 0;
  const end = (span: (typeof spans)[number]): number => span.ResponseFinishDateTime?.getTime() ?? 0;
  return Math.max(
    ...spans.map((at) => spans.filter((span) => start(span) <= start(at) && end(span) > start(at)).length),
  );
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
describe("embedded cloud: when windows run", () => {
  afterEach(closeClouds);

  it("runs a window at its local time, days after Patch Tuesday, across a change of the clocks", async () => {
    const cloud = await cloudWith(servers(1), "2026-10-01T00:00:00Z");
    const ssm = ssmOf(cloud);
    const WindowId = await installWindow(ssm, {
      Schedule: "cron(30 23 ? * TUE#2 *)",
      ScheduleOffset: 5,
      ScheduleTimezone: "America/New_York",
    });
    await cloud.advanceTo(new Date("2026-12-01T00:00:00Z"));
    const starts = (await executions(ssm, WindowId)).map((execution) => execution.StartTime?.toISOString());
    expect(starts).to.deep.equal(["2026-11-16T04:30:00.000Z", "2026-10-19T03:30:00.000Z"]);
  });

  it("runs nothing of a disabled window, and nothing after the end date", async () => {
    const cloud = await cloudWith(servers(1));
    const ssm = ssmOf(cloud);
    const WindowId = await installWindow(ssm, { EndDate: "2026-11-10T00:00:00Z" });
    await cloud.advanceTo(new Date("2026-12-01T00:00:00Z"));
    expect(await executions(ssm, WindowId)).to.have.length(1);
  });

  it("skips a run that overlaps the one before", async () => {
    const cloud = await cloudWith(servers(8));
    const ssm = ssmOf(cloud);
    const WindowId = await installWindow(ssm, { Schedule: "rate(30 minutes)", Duration: 4 }, { MaxConcurrency: "1" });
    await cloud.advanceTo(new Date("2026-11-02T01:00:00Z"));
    const statuses = async (): Promise<unknown> =>
      (await executions(ssm, WindowId)).map((execution) => execution.Status);
    expect(await statuses()).to.deep.equal(["SKIPPED_OVERLAPPING", "IN_PROGRESS"]);
    await ssm.updateMaintenanceWindow({ WindowId, Enabled: false });
    await cloud.advanceTo(new Date("2026-11-03T01:00:00Z"));
    expect(await statuses()).to.deep.equal(["SKIPPED_OVERLAPPING", "SUCCESS"]);
  });

  it("does well, and nothing, without targets", async () => {
    const cloud = await cloudWith([instance("i-0123456789abcdef0", { tags: { "patch-group": group } })]);
    const ssm = ssmOf(cloud);
    const WindowId = await installWindow(ssm, {});
    await cloud.advanceTo(new Date("2026-11-09T00:00:00Z"));
    const [execution] = await executions(ssm, WindowId);
    const { WindowExecutionId } = execution ?? {};
    expect(execution?.Status).to.equal("SUCCESS");
    const tasks = await ssm.describeMaintenanceWindowExecutionTasks({ WindowExecutionId });
    expect(tasks.WindowExecutionTaskIdentities?.map((task) => task.Status)).to.deep.equal(["SUCCESS"]);
    expect(cloud.journal.entries).to.have.length(1);
    expect(cloud.journal.entries[0]).to.include({ kind: "windowRun", nodes: 0 });
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
describe("embedded cloud: how windows run", () => {
  afterEach(closeClouds);

  const end = new Date("2026-11-09T00:00:00Z");

  it("keeps to the concurrency, a share of the targets", async () => {
    const cloud = await cloudWith(servers(10));
    const ssm = ssmOf(cloud);
    await installWindow(ssm, {}, { MaxConcurrency: "30%" });
    await cloud.advanceTo(end);
    const found = await invocations(ssm);
    expect(tally(found)).to.deep.equal({ Success: 10 });
    expect(atOnce(found)).to.equal(3);
  });

  it("starts no further node after more errors than allowed", async () => {
    const cloud = await cloudWith(servers(10, (index) => (index < 4 ? { failure: "lockHeld" } : {})));
    const ssm = ssmOf(cloud);
    const WindowId = await installWindow(ssm, {}, { MaxConcurrency: "1", MaxErrors: "2" });
    await cloud.advanceTo(end);
    expect(tally(await invocations(ssm))).to.deep.equal({ Failed: 3, Terminated: 7 });
    expect((await executions(ssm, WindowId))[0]?.Status).to.equal("FAILED");
    const outcomes = installs(cloud).map((entry) => entry.missed ?? entry.outcome);
    expect(outcomes).to.deep.equal([...Array<string>(3).fill("failed"), ...Array<string>(7).fill("errorLimit")]);
  });

  it("goes on when the errors stay within what is allowed", async () => {
    const cloud = await cloudWith(servers(10, (index) => (index === 0 ? { failure: "lockHeld" } : {})));
    const ssm = ssmOf(cloud);
    await installWindow(ssm, {}, { MaxConcurrency: "1", MaxErrors: "10%" });
    await cloud.advanceTo(end);
    expect(tally(await invocations(ssm))).to.deep.equal({ Failed: 1, Success: 9 });
  });

  it("misses servers that are out of reach, and says so only in the invocation and in the journal", async () => {
    const cloud = await cloudWith(servers(2, (index) => (index === 0 ? { failure: "offline" } : {})));
    const ssm = ssmOf(cloud);
    await installWindow(ssm, {});
    await cloud.advanceTo(end);
    expect(tally(await invocations(ssm))).to.deep.equal({ DeliveryTimedOut: 1, Success: 1 });
    // What could not be delivered is known when the time-out is over.
    expect(installs(cloud).map((entry) => entry.outcome)).to.deep.equal(["patched", "missed"]);
  });

  it("starts no node after the cutoff when the task is to be cancelled, and all of them when not", async () => {
    for (const [CutoffBehavior, missed] of [
      ["CANCEL_TASK", true],
      ["CONTINUE_TASK", false],
    ] as const) {
      const cloud = await cloudWith(servers(10, () => ({ minutesPerPatch: 4 })));
      const ssm = ssmOf(cloud);
      const WindowId = await installWindow(ssm, { Duration: 2, Cutoff: 1 }, { MaxConcurrency: "2", CutoffBehavior });
      await cloud.advanceTo(end);
      const counts = tally(await invocations(ssm));
      expect((counts["Cancelled"] ?? 0) > 0).to.equal(missed);
      expect((await executions(ssm, WindowId))[0]?.Status).to.equal(missed ? "TIMED_OUT" : "SUCCESS");
    }
  });

  it("gives all nodes of a run the execution's id as snapshot, and writes their output to S3", async () => {
    const cloud = await cloudWith(servers(2));
    const ssm = ssmOf(cloud);
    const RunCommand = {
      Parameters: { Operation: ["Scan"] },
      OutputS3BucketName: "logs-bucket",
      OutputS3KeyPrefix: "logs",
    };
    const WindowId = await installWindow(ssm, {}, { TaskInvocationParameters: { RunCommand } });
    await cloud.advanceTo(end);
    const [execution] = await executions(ssm, WindowId);
    const { WindowExecutionId = "" } = execution ?? {};
    const id = servers(1)[0]?.id ?? "";
    expect((await stateOf(ssm, id))?.SnapshotId).to.equal(WindowExecutionId);
    const tasks = await ssm.describeMaintenanceWindowExecutionTasks({ WindowExecutionId });
    const TaskId = tasks.WindowExecutionTaskIdentities?.[0]?.TaskExecutionId;
    const ran = await ssm.describeMaintenanceWindowExecutionTaskInvocations({ WindowExecutionId, TaskId });
    const commandId = ran.WindowExecutionTaskInvocationIdentities?.[0]?.ExecutionId ?? "";
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20261102/eu-west-1/s3/aws4_request, Signature=0";
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-troubleshooting.html names the folder.
    const key = `logs/${commandId}/${id}/awsrunShellScript/PatchLinux/stdout`;
    const output = await fetch(`${cloud.url}/logs-bucket/${key}`, { headers: { authorization } });
    expect(await output.text()).to.contain("Missing: ");
  });

  it("runs the next priority although the one before failed: order is not a gate", async () => {
    const cloud = await cloudWith(servers(1));
    const ssm = ssmOf(cloud);
    await baselineFor(ssm, "UBUNTU", [rule({ PRODUCT: ["*"] })]);
    const WindowId = await installWindow(ssm, {}, { Priority: 2 });
    const { Targets } = await ssm.describeMaintenanceWindowTargets({ WindowId });
    const step = { action: "aws:runShellScript", name: "check", inputs: { runCommand: ["exit 1"] } };
    const Content = JSON.stringify({ schemaVersion: "2.2", mainSteps: [step] });
    await ssm.createDocument({ Name: "failing-hook", DocumentType: "Command", Content });
    await ssm.registerTaskWithMaintenanceWindow({
      WindowId,
      TaskType: "RUN_COMMAND",
      TaskArn: "failing-hook",
      Priority: 1,
      Targets: [{ Key: "WindowTargetIds", Values: [Targets?.[0]?.WindowTargetId ?? ""] }],
      MaxConcurrency: "1",
      MaxErrors: "1",
    });
    await cloud.advanceTo(end);
    expect(installs(cloud)).to.have.length(1);
  });

  it("stops a node's patching by a failing step of the same document that says exit", async () => {
    const cloud = await cloudWith(servers(1));
    const ssm = ssmOf(cloud);
    const steps = [
      { action: "aws:runShellScript", name: "before", inputs: { runCommand: ["exit 3"], onFailure: "exit" } },
      {
        action: "aws:runDocument",
        name: "patch",
        inputs: {
          documentType: "SSMDocument",
          documentPath: "AWS-RunPatchBaseline",
          documentParameters: { Operation: "{{ Operation }}", SnapshotId: "{{ SnapshotId }}" },
        },
      },
    ];
    const parameters = { Operation: { type: "String" }, SnapshotId: { type: "String", default: "" } };
    const Content = JSON.stringify({ schemaVersion: "2.2", parameters, mainSteps: steps });
    await ssm.createDocument({ Name: "guarded", DocumentType: "Command", Content });
    await installWindow(ssm, {}, { TaskArn: "guarded" }, { Operation: "Install" });
    await cloud.advanceTo(end);
    expect(tally(await invocations(ssm))).to.deep.equal({ Failed: 1 });
    expect(installs(cloud).map((entry) => entry.missed)).to.deep.equal(["earlierStep"]);
  });
});
