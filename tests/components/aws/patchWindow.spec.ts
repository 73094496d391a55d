import { expect } from "chai";
import { PatchWindow } from "../../../components/aws/patchWindow.ts";
import { nowhereNear } from "../../../domain/schedule/awsCron.ts";
import { settled, startMocks, valueOf } from "../../harness/mocks.ts";
import { approved, built, check, made, parametersOf, runCommandOf, start, stop, usual } from "./builtWindow.ts";
import { expectInherited, inventory } from "./inventory.ts";
import { sampleWindow, tags, weekly, withProvider } from "./samples.ts";

describe("PatchWindow", () => {
  it("makes a window, one target and one task for an automatic group", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "MaintenanceWindow window",
      "MaintenanceWindowTarget window-reboot-if-needed",
      "MaintenanceWindowTask window-patch-reboot-if-needed",
    ]);
    expectInherited(recorder);
    expect(recorder.only("MaintenanceWindow")).to.deep.include({
      inputs: {
        name: "patchplane-prod-mw-install-auto",
        description: "patchplane prod: install prod-auto",
        schedule: "cron(0 2 ? * SUN *)",
        scheduleTimezone: "Europe/Berlin",
        duration: 4,
        cutoff: 2,
        enabled: true,
        allowUnassociatedTargets: false,
        tags,
      },
      ignoreChanges: [],
    });
    expect(recorder.only("MaintenanceWindowTarget").inputs).to.deep.equal({
      windowId: "window-id",
      name: "mw-install-auto-reboot-if-needed",
      resourceType: "INSTANCE",
      targets: [{ key: "tag:PatchGroup", values: ["prod-auto"] }],
    });
    expect(recorder.only("MaintenanceWindowTask").inputs).to.deep.equal({
      windowId: "window-id",
      name: "mw-install-auto-patch-reboot-if-needed",
      taskType: "RUN_COMMAND",
      taskArn: "AWS-RunPatchBaseline",
      priority: 1,
      serviceRoleArn: "arn:aws:iam::111122223333:role/window",
      targets: [{ key: "WindowTargetIds", values: ["window-reboot-if-needed-id"] }],
      maxConcurrency: "30%",
      maxErrors: "1",
      cutoffBehavior: "CANCEL_TASK",
      taskInvocationParameters: {
        runCommandParameters: {
          comment: "patchplane prod: mw-install-auto patch-reboot-if-needed",
          parameters: [
            { name: "Operation", values: ["Install"] },
            { name: "RebootOption", values: ["RebootIfNeeded"] },
          ],
          timeoutSeconds: 600,
          outputS3Bucket: "bucket",
          outputS3KeyPrefix: "logs/install/mw-install-auto",
          serviceRoleArn: "arn:aws:iam::111122223333:role/notification",
          notificationConfig: {
            notificationArn: "arn:aws:sns:eu-central-1:111122223333:topic",
            notificationEvents: ["Cancelled", "Failed", "TimedOut"],
            notificationType: "Command",
          },
        },
      },
    });
  });

  it("passes offset and time zone of a cron schedule, and the date of a calendar entry in the name", async () => {
    const schedule = { ...weekly, expression: "cron(30 23 ? * TUE#2 *)", offsetDays: 5 };
    expect((await built({ schedule })).only("MaintenanceWindow").inputs).to.include({
      schedule: "cron(30 23 ? * TUE#2 *)",
      scheduleOffset: 5,
      scheduleTimezone: "Europe/Berlin",
    });
    const dated = { suffix: "2026-12-06", expression: "at(2026-12-06T21:00:00)", timezone: "UTC" };
    expect((await built({ schedule: dated })).only("MaintenanceWindow").inputs).to.include({
      name: "patchplane-prod-mw-install-auto-2026-12-06",
      schedule: "at(2026-12-06T21:00:00)",
      scheduleTimezone: "UTC",
    });
  });

  it("scans all groups with one target that never reboots, under its own log prefix", async () => {
    const window = sampleWindow({
      name: "mw-scan-all",
      operation: "scan",
      groups: ["jump-log", "prod-auto", "prod-sensitive"],
    });
    const recorder = await built({ window });
    expect(recorder.only("MaintenanceWindowTarget", "window-scan").inputs["targets"]).to.deep.equal([
      { key: "tag:PatchGroup", values: ["jump-log", "prod-auto", "prod-sensitive"] },
    ]);
    expect(parametersOf(recorder, "window-patch-scan")).to.deep.equal({
      Operation: ["Scan"],
      RebootOption: ["NoReboot"],
    });
    expect(runCommandOf(recorder, "window-patch-scan").outputS3KeyPrefix).to.equal("logs/scan/mw-scan-all");
  });

  it("gives each reboot option of an install window its own target and task, side by side", async () => {
    const recorder = await built({ window: sampleWindow({ groups: ["jump-log", "prod-auto"] }) });
    expect(inventory(recorder)).to.deep.equal([
      "MaintenanceWindow window",
      "MaintenanceWindowTarget window-no-reboot",
      "MaintenanceWindowTarget window-reboot-if-needed",
      "MaintenanceWindowTask window-patch-no-reboot",
      "MaintenanceWindowTask window-patch-reboot-if-needed",
    ]);
    expect(parametersOf(recorder, "window-patch-no-reboot")["RebootOption"]).to.deep.equal(["NoReboot"]);
    expect(parametersOf(recorder, "window-patch-reboot-if-needed")["RebootOption"]).to.deep.equal(["RebootIfNeeded"]);
    expect(recorder.ofType("MaintenanceWindowTask").map((task) => task.inputs["priority"])).to.deep.equal([1, 1]);
    expect(recorder.only("MaintenanceWindowTask", "window-patch-no-reboot").inputs["targets"]).to.deep.equal([
      { key: "WindowTargetIds", values: ["window-no-reboot-id"] },
    ]);
  });

  it("runs one command per server that holds its hooks and its patching", async () => {
    const window = sampleWindow({
      groups: ["jump-log", "prod-auto"],
      hooks: { before: [stop, check], after: [start], mustSucceed: false },
    });
    const recorder = await built({
      window,
      hookDocuments: { after: "doc-after", server: "doc-server", hooked: "doc" },
    });
    const tasks = recorder
      .ofType("MaintenanceWindowTask")
      .map((t) => [t.inputs["priority"], t.inputs["taskArn"], t.name]);
    expect(tasks.sort()).to.deep.equal([
      [1, "doc", "window-patch-no-reboot"],
      [1, "doc", "window-patch-reboot-if-needed"],
    ]);
    expect(parametersOf(recorder, "window-patch-reboot-if-needed")).to.deep.equal({
      Operation: ["Install"],
      RebootOption: ["RebootIfNeeded"],
    });
  });

  it("gives the hooks' documents to AWS's own where that runs them, after they are there", async () => {
    const window = sampleWindow({
      atCutoff: "continue",
      hooks: { before: [stop], after: [start], mustSucceed: true },
    });
    const recorder = await built({ window, hookDocuments: { before: "doc-before", after: "doc-after" } });
    const task = recorder.only("MaintenanceWindowTask");
    expect(task.name).to.equal("window-patch-reboot-if-needed");
    expect(task.inputs).to.include({ taskArn: "AWS-RunPatchBaselineWithHooks", priority: 1 });
    expect(parametersOf(recorder, task.name)).to.deep.equal({
      OnExitHookDocName: ["doc-after"],
      Operation: ["Install"],
      PreInstallHookDocName: ["doc-before"],
      RebootOption: ["RebootIfNeeded"],
    });
    const names = runCommandOf(recorder, task.name).parameters?.map(({ name }) => name);
    expect(names).to.deep.equal(names?.toSorted());
  });

  it("gives hooks that run once a target and tasks of their own, before and after all servers", async () => {
    const once = { group: "jump-log", before: [stop], after: [start] };
    const window = sampleWindow({ hooks: { before: [], after: [], mustSucceed: false, once } });
    const recorder = await built({ window, hookDocuments: { "once-stop": "doc-stop", "once-start": "doc-start" } });
    expect(recorder.only("MaintenanceWindowTarget", "window-once").inputs["targets"]).to.deep.equal([
      { key: "tag:PatchGroup", values: ["jump-log"] },
    ]);
    const task = recorder.only("MaintenanceWindowTask", "window-once-stop");
    expect(task.inputs).to.deep.include({
      taskArn: "doc-stop",
      priority: 1,
      targets: [{ key: "WindowTargetIds", values: ["window-once-id"] }],
      maxConcurrency: "100%",
      maxErrors: "100%",
    });
    expect(runCommandOf(recorder, task.name)).to.deep.include({ parameters: [], timeoutSeconds: 120 });
    expect(recorder.only("MaintenanceWindowTask", "window-patch-reboot-if-needed").inputs["priority"]).to.equal(2);
    expect(recorder.only("MaintenanceWindowTask", "window-once-start").inputs["priority"]).to.equal(3);
  });

  it("patches without a document of its own when mustSucceed has no hook to guard", async () => {
    const window = sampleWindow({ hooks: { before: [], after: [], mustSucceed: true } });
    expect((await built({ window })).only("MaintenanceWindowTask").inputs["taskArn"]).to.equal("AWS-RunPatchBaseline");
  });

  it("continues past the cutoff only when the window says so", async () => {
    const recorder = await built({ window: sampleWindow({ atCutoff: "continue" }) });
    expect(recorder.only("MaintenanceWindowTask").inputs["cutoffBehavior"]).to.equal("CONTINUE_TASK");
  });

  it("carries the baseline override of a kernel window", async () => {
    const recorder = await built({ baselineOverrideUrl: "s3://bucket/overrides/0123.json" });
    expect(parametersOf(recorder, "window-patch-reboot-if-needed")).to.deep.equal({
      BaselineOverride: ["s3://bucket/overrides/0123.json"],
      Operation: ["Install"],
      RebootOption: ["RebootIfNeeded"],
    });
  });

  it("does not let an automatic group's window be ended or narrowed by an approval", async () => {
    const recorder = await built({ approved });
    expect(recorder.only("MaintenanceWindow").inputs).not.to.have.property("endDate");
    expect(parametersOf(recorder, "window-patch-reboot-if-needed")).not.to.have.property("InstallOverrideList");
  });

  it("runs only between the dates of its schedule, or until the approval ends where that comes first", async () => {
    const schedule = { ...weekly, startDate: "2026-12-01T00:00:00Z", endDate: "2027-01-01T00:00:00Z" };
    const between = { startDate: "2026-12-01T00:00:00Z", endDate: "2027-01-01T00:00:00Z" };
    expect((await built({ schedule })).only("MaintenanceWindow").inputs).to.include(between);
    const reviewed = await built({ schedule, window: sampleWindow({ groups: ["prod-sensitive"] }), approved });
    expect(reviewed.only("MaintenanceWindow").inputs).to.include({ ...between, endDate: approved.expires });
  });

  it("makes an on-demand window far away and keeps its opening out of later updates", async () => {
    const window = sampleWindow({ onDemand: true });
    const { inputs, ignoreChanges } = (await built({ window, schedule: { ...weekly, offsetDays: 3 } })).only(
      "MaintenanceWindow",
    );
    expect(inputs).to.include({ schedule: nowhereNear, scheduleTimezone: "UTC", enabled: true });
    expect(inputs).not.to.have.property("scheduleOffset");
    expect(ignoreChanges).to.deep.equal(["schedule", "enabled"]);
  });

  it("cuts names, descriptions and comments to AWS's limits", async () => {
    const name = `mw-${"x".repeat(150)}`;
    const recorder = await built({ window: sampleWindow({ name }) });
    const { inputs } = recorder.only("MaintenanceWindow");
    expect(String(inputs["name"])).to.have.lengthOf(128);
    expect(String(recorder.only("MaintenanceWindowTarget").inputs["name"])).to.have.lengthOf(128);
    const task = recorder.only("MaintenanceWindowTask");
    expect(String(task.inputs["name"])).to.have.lengthOf(128);
    expect(runCommandOf(recorder, task.name)).to.have.property("comment").with.lengthOf(100);
  });

  it("answers the window's id", async () => {
    expect(await valueOf((await made()).windowId)).to.equal("window-id");
  });

  it("fails when a hook has no document, and registers nothing", async () => {
    const recorder = await startMocks();
    const window = sampleWindow({ hooks: { before: [stop], after: [], mustSucceed: false } });
    expect(() => new PatchWindow("window", { ...usual, window }, withProvider())).to.throw(
      /PatchWindow "window" cannot be built:\n {2}windows\.mw-install-auto\.hooks: no document for hooked/,
    );
    await settled();
    expect(recorder.ofType("MaintenanceWindow")).to.be.empty;
  });
});
