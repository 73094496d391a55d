import { expect } from "chai";
import { home, ireland } from "../cloudFixture.ts";
import { ssm } from "../freshCloud.ts";
import { aws, withFreshAws } from "./freshCloud.ts";
import { failureOf, unknownText, type Json } from "./pluginClient.ts";
import { baseline, command, patchTask, types, window } from "./ssmInputs.ts";

describe("every SSM type of the AWS stand-in", () => {
  withFreshAws();

  const group = async (): Promise<Json> => ({
    baselineId: (await aws.create(types.baseline, baseline)).id,
    patchGroup: "prod-auto",
  });
  const target = async (): Promise<Json> => ({
    name: "targets",
    windowId: (await aws.create(types.window, window)).id,
    resourceType: "INSTANCE",
    ownerInformation: "ops",
    targets: [{ key: "tag:PatchGroup", values: ["prod-auto", "jump-log"] }],
  });
  const inputs: Readonly<Record<keyof typeof types, () => Promise<Json>>> = {
    activation: () =>
      Promise.resolve({ name: "vm1", iamRole: "hybrid", registrationLimit: 1, description: "1", tags: { a: "b" } }),
    association: () =>
      Promise.resolve({
        associationName: "inventory",
        name: "AWS-GatherSoftwareInventory",
        parameters: { applications: "Enabled" },
        targets: [{ key: "tag:PatchGroup", values: ["prod-auto"] }],
        scheduleExpression: "rate(12 hours)",
        maxConcurrency: "10%",
        maxErrors: "10%",
        outputLocation: { s3BucketName: "logs", s3KeyPrefix: "logs/x", s3Region: ireland },
        tags: { a: "b" },
      }),
    baseline: () => Promise.resolve(baseline),
    dataSync: () =>
      Promise.resolve({ name: "sync", s3Destination: { bucketName: "b", region: ireland, prefix: "sync" } }),
    defaultBaseline: async () => ({
      baselineId: (await aws.create(types.baseline, baseline)).id,
      operatingSystem: "UBUNTU",
    }),
    document: () =>
      Promise.resolve({
        name: "hook-doc",
        documentType: "Command",
        content: JSON.stringify(command),
        tags: { a: "b" },
      }),
    group,
    setting: () =>
      Promise.resolve({
        settingId: `arn:aws:ssm:${ireland}:${home}:servicesetting/ssm/managed-instance/activation-tier`,
        settingValue: "advanced",
      }),
    target,
    task: async () => {
      const wanted = await target();
      const made = await aws.create(types.target, wanted);
      return patchTask(String(wanted["windowId"]), made.id);
    },
    window: () =>
      Promise.resolve({
        ...window,
        schedule: "cron(0 2 ? * TUE#2 *)",
        scheduleTimezone: "Europe/Berlin",
        scheduleOffset: 2,
        enabled: false,
      }),
  };
  for (const [name, make] of Object.entries(inputs)) {
    const type = types[name as keyof typeof types];

    it(`shows no change right after it was made: ${type}`, async () => {
      const wanted = await make();
      const made = await aws.create(type, wanted);
      expect((await aws.diff(made, wanted)).changes).to.deep.equal([]);
      const refreshed = await aws.refresh(made);
      expect(refreshed?.inputs).to.deep.equal(made.inputs);
      expect(refreshed?.outputs).to.deep.equal(made.outputs);
    });

    if (type !== types.setting && type !== types.defaultBaseline) {
      it(`is gone once it was deleted, and deleting it again is no fault: ${type}`, async () => {
        const made = await aws.create(type, await make());
        await aws.delete(made);
        expect(await aws.refresh(made)).to.equal(undefined);
        // Windows, baselines and groups answer a second deletion as the API does; the others are asked for again.
        if (type !== types.window) await aws.delete(made);
      });
    }

    it(`previews with its inputs, and unknown where the cloud will answer: ${type}`, async () => {
      const wanted = await make();
      const { inputs: settled } = await aws.check(type, wanted);
      const { region, tagsAll, ...preview } = await aws.preview(type, wanted);
      expect(preview).to.deep.include(settled);
      const answers = Object.entries(preview).filter(([output]) => settled[output] === undefined);
      expect(answers.map(([, value]) => value)).to.deep.equal(answers.map(() => unknownText));
      expect(region).to.equal(ireland);
      expect(tagsAll).to.deep.equal(
        "tagsAll" in (await aws.create(type, wanted)).outputs ? (wanted["tags"] ?? {}) : undefined,
      );
    });
  }
});

describe("a maintenance window", () => {
  withFreshAws();

  it("is enabled for a moment when it is to be disabled, as the API has it", async () => {
    const made = await aws.create(types.window, { ...window, enabled: false });
    expect(made.outputs["enabled"]).to.equal(false);
    expect((await ssm.getMaintenanceWindow({ WindowId: made.id })).Enabled).to.equal(false);
  });

  it("loses what is left out of an update", async () => {
    const made = await aws.create(types.window, { ...window, description: "weekly", scheduleTimezone: "UTC" });
    const updated = await aws.update(made, { ...window, tags: { b: "3" } });
    expect(updated.outputs).to.not.have.any.keys("description", "scheduleTimezone");
    expect(updated.outputs["tags"]).to.deep.equal({ b: "3" });
  });

  it("keeps the open date of an on-demand window whose schedule is ignored, after a refresh", async () => {
    const onDemand = { ...window, schedule: "at(2099-12-31T23:59:59)" };
    const made = await aws.create(types.window, onDemand);
    await ssm.updateMaintenanceWindow({ WindowId: made.id, Schedule: "at(2026-11-03T00:00:00)" });
    const refreshed = await aws.refresh(made);
    expect(refreshed?.inputs["schedule"]).to.equal("at(2026-11-03T00:00:00)");
    const drifted = await aws.diff(refreshed ?? made, onDemand);
    expect(drifted.changes).to.deep.equal(["update schedule"]);
    expect((await aws.diff(refreshed ?? made, onDemand, ["schedule"])).changes).to.deep.equal([]);
  });

  it("is refused in the API's words", async () => {
    const { message } = await failureOf(aws.create(types.window, { ...window, cutoff: 3 }));
    expect(message).to.match(/^creating SSM Maintenance Window \(mw-scan\): ValidationException: /);
  });

  it("wants a name, because the stand-in makes up none", async () => {
    const { name, ...unnamed } = window;
    expect((await aws.check(types.window, unnamed)).faults).to.deep.equal(["name: is required and was not given"]);
    expect(name).to.equal("mw-scan");
  });

  it("checks the offset as the provider does", async () => {
    const { faults } = await aws.check(types.window, { ...window, scheduleOffset: 7 });
    expect(faults).to.deep.equal(["scheduleOffset: must be 1 to 6, got 7"]);
  });

  it("can be imported, with the inputs that would make it", async () => {
    const made = await aws.create(types.window, window);
    const imported = await aws.import(types.window, made.id);
    expect(imported?.inputs).to.deep.equal({ ...window, region: ireland });
  });
});

describe("a window's task", () => {
  withFreshAws();

  const made = async () => {
    const { id: windowId } = await aws.create(types.window, window);
    const target = await aws.create(types.target, {
      windowId,
      name: "targets",
      resourceType: "INSTANCE",
      targets: [{ key: "tag:PatchGroup", values: ["prod-auto"] }],
    });
    const inputs = patchTask(windowId, target.id);
    return { inputs, task: await aws.create(types.task, inputs), windowId };
  };

  it("compares parameters as a set and events as a list", async () => {
    const { inputs, task } = await made();
    const turned = structuredClone(inputs) as {
      taskInvocationParameters: {
        runCommandParameters: { parameters: unknown[]; notificationConfig: { notificationEvents: string[] } };
      };
    };
    turned.taskInvocationParameters.runCommandParameters.parameters.reverse();
    expect((await aws.diff(task, turned)).changes).to.deep.equal([]);
    turned.taskInvocationParameters.runCommandParameters.notificationConfig.notificationEvents.reverse();
    const { changes, replaces } = await aws.diff(task, turned);
    expect(changes).to.have.length(2);
    expect(changes[0]).to.include(
      "taskInvocationParameters.runCommandParameters.notificationConfig.notificationEvents[",
    );
    expect(replaces).to.deep.equal([]);
  });

  it("is replaced in another window, deleted first because it is named by hand", async () => {
    const { inputs, task } = await made();
    expect(await aws.diff(task, { ...inputs, windowId: "mw-0123456789abcdef0" })).to.deep.equal({
      changes: ["update-replace windowId"],
      replaces: ["windowId"],
      deleteBeforeReplace: true,
    });
  });

  it("changes in place, everything sent again", async () => {
    const { inputs, task, windowId } = await made();
    const updated = await aws.update(task, { ...inputs, maxErrors: "5%", description: "with care" });
    expect(updated.outputs["arn"]).to.equal(task.outputs["arn"]);
    const found = await ssm.getMaintenanceWindowTask({ WindowId: windowId, WindowTaskId: task.id });
    expect(found.MaxErrors).to.equal("5%");
    expect(found.TaskInvocationParameters?.RunCommand?.Parameters).to.deep.equal({
      Operation: ["Scan"],
      RebootOption: ["NoReboot"],
    });
  });

  it("can be imported by its window and its id", async () => {
    const { inputs, task, windowId } = await made();
    const imported = await aws.import(types.task, `${windowId}/${task.id}`);
    expect(imported?.id).to.equal(task.id);
    expect((await aws.diff({ ...task, outputs: imported?.outputs ?? {} }, inputs)).changes).to.deep.equal([]);
  });

  it("lists every fault of its parameters at once", async () => {
    const { inputs } = await made();
    const { faults } = await aws.check(types.task, {
      ...inputs,
      maxConcurrency: "0",
      maxErrors: "101%",
      taskType: "RUN",
      taskInvocationParameters: { runCommandParameters: { timeoutSeconds: 20, comment: "x".repeat(101) } },
    });
    expect(faults.map((fault) => fault.split(":")[0])).to.have.members([
      "maxConcurrency",
      "maxErrors",
      "taskType",
      "taskInvocationParameters.runCommandParameters.timeoutSeconds",
      "taskInvocationParameters.runCommandParameters.comment",
    ]);
  });
});
