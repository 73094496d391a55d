import {
  DeregisterTargetFromMaintenanceWindowCommand,
  DescribeMaintenanceWindowsForTargetCommand,
  UpdateMaintenanceWindowTargetCommand,
  UpdateMaintenanceWindowTaskCommand,
} from "@aws-sdk/client-ssm";
import type {
  CreateMaintenanceWindowCommandInput,
  RegisterTaskWithMaintenanceWindowCommandInput,
  SSM,
  Target,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { cloudWith, instance, refusal, ssmOf } from "./cloudFixture.ts";
import { inFreshCloud, ssm } from "./freshCloud.ts";

async function makeWindow(ssm: SSM, more: Partial<CreateMaintenanceWindowCommandInput> = {}): Promise<string> {
  const made = await ssm.createMaintenanceWindow({
    Name: "mw-install-auto",
    Schedule: "cron(0 2 ? * SUN *)",
    Duration: 4,
    Cutoff: 2,
    AllowUnassociatedTargets: false,
    ...more,
  });
  return made.WindowId ?? "";
}

async function makeTarget(ssm: SSM, WindowId: string): Promise<string> {
  const Targets = [{ Key: "tag:PatchGroup", Values: ["prod-auto"] }];
  const made = await ssm.registerTargetWithMaintenanceWindow({ WindowId, ResourceType: "INSTANCE", Targets });
  return made.WindowTargetId ?? "";
}

function task(WindowId: string, target: string): RegisterTaskWithMaintenanceWindowCommandInput {
  return {
    WindowId,
    TaskType: "RUN_COMMAND",
    TaskArn: "AWS-RunPatchBaseline",
    Targets: [{ Key: "WindowTargetIds", Values: [target] }],
    MaxConcurrency: "30%",
    MaxErrors: "10%",
    TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Scan"] } } },
  };
}

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateMaintenanceWindow.html
describe("embedded cloud: maintenance windows", () => {
  inFreshCloud();

  it("names the next run in the window's time zone, its offset counted", async () => {
    const ssm = ssmOf(await cloudWith([], "2026-12-01T00:00:00Z"));
    const WindowId = await makeWindow(ssm, {
      Schedule: "cron(30 23 ? * TUE#2 *)",
      ScheduleOffset: 5,
      ScheduleTimezone: "America/New_York",
    });
    const { NextExecutionTime } = await ssm.getMaintenanceWindow({ WindowId });
    expect(NextExecutionTime).to.equal("2026-12-13T23:30-05:00");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
  it("skips the run whose cron date lies before the window was made, although date plus offset lies after", async () => {
    const ssm = ssmOf(await cloudWith([], "2026-12-09T00:00:00Z"));
    const WindowId = await makeWindow(ssm, { Schedule: "cron(0 2 ? * TUE#2 *)", ScheduleOffset: 5 });
    const { NextExecutionTime } = await ssm.getMaintenanceWindow({ WindowId });
    expect(NextExecutionTime).to.equal("2027-01-17T02:00Z");
  });

  // https://docs.aws.amazon.com/general/latest/gr/ssm.html
  it("forgets runs after 30 days, of each window its own", async () => {
    const cloud = await cloudWith([], "2026-11-02T00:00:00Z");
    const ssm = ssmOf(cloud);
    const [weekly, monthly] = [
      await makeWindow(ssm),
      await makeWindow(ssm, { Name: "mw-prod-monthly", Schedule: "cron(0 3 ? * SUN#1 *)" }),
    ];
    const runsOf = async (WindowId: string) =>
      (await ssm.describeMaintenanceWindowExecutions({ WindowId })).WindowExecutions ?? [];
    await cloud.advanceTo(new Date("2026-12-07T00:00:00Z"));
    const before = await runsOf(weekly);
    expect(before).to.have.length(5);
    await cloud.advanceTo(new Date("2026-12-21T00:00:00Z"));
    const starts = (await runsOf(weekly)).map(({ StartTime }) => StartTime?.toISOString().slice(0, 10));
    expect(starts).to.deep.equal(["2026-12-20", "2026-12-13", "2026-12-06", "2026-11-29", "2026-11-22"]);
    expect(await runsOf(monthly)).to.have.length(1);
    const { WindowExecutionId = "" } = before.at(-1) ?? {};
    expect((await refusal(ssm.getMaintenanceWindowExecution({ WindowExecutionId }))).name).to.equal(
      "DoesNotExistException",
    );
  });

  it("lists coming runs, and none of a disabled window or after its end date", async () => {
    const WindowId = await makeWindow(ssm, { EndDate: "2026-11-16T00:00:00Z" });
    const runs = async (): Promise<(string | undefined)[] | undefined> =>
      (await ssm.describeMaintenanceWindowSchedule({ WindowId })).ScheduledWindowExecutions?.map(
        (run) => run.ExecutionTime,
      );
    expect(await runs()).to.deep.equal(["2026-11-08T02:00Z", "2026-11-15T02:00Z"]);
    await ssm.updateMaintenanceWindow({ WindowId, Enabled: false });
    expect(await runs()).to.deep.equal([]);
  });

  const refused: readonly [string, Partial<CreateMaintenanceWindowCommandInput>, RegExp][] = [
    ["both day fields in a cron expression", { Schedule: "cron(0 2 * * SUN *)" }, /Invalid schedule/],
    ["an offset with a rate", { Schedule: "rate(7 days)", ScheduleOffset: 2 }, /^An offset can't be added/],
    ["an offset of 0", { ScheduleOffset: 0 }, /at 'scheduleOffset'.*greater than or equal to 1/],
    ["an unknown time zone", { ScheduleTimezone: "Europe/Atlantis" }, /Invalid schedule timezone/],
    ["a cutoff as long as the window", { Duration: 2, Cutoff: 2 }, /Cutoff 2 must be less than the duration 2/],
    [
      "an end date before the start date",
      { StartDate: "2027-01-01T00:00:00Z", EndDate: "2026-12-01T00:00:00Z" },
      /EndDate must be after/,
    ],
    // ISO 8601 with an offset; the words are AWS's as recorded by https://github.com/badmintoncryer/cdk-preflight,
    // rule pf-ssm-maintenance-window-schedule.
    ["an offset from a day of every week", { ScheduleOffset: 2 }, /^An offset can't be added/],
    ["a start date in words", { StartDate: "tomorrow" }, /^DateTime tomorrow is malformed/],
    ["an end date of another form", { EndDate: "Dec 25, 2026" }, /^DateTime Dec 25, 2026 is malformed/],
    ["an end date without an offset", { EndDate: "2026-12-25T00:00:00" }, /must contain an offset/],
    ["an end date that no calendar has", { EndDate: "2026-02-31T00:00:00Z" }, /is malformed/],
  ];
  for (const [what, input, message] of refused) {
    it(`refuses ${what}`, async () => {
      const fault = await refusal(makeWindow(ssm, input));
      expect(fault.name).to.equal("ValidationException");
      expect(fault.message).to.match(message);
    });
  }

  it("gives 50 windows and no more", async () => {
    for (let index = 0; index < 50; index += 1) await makeWindow(ssm, { Name: `mw-${String(index)}` });
    expect((await refusal(makeWindow(ssm, { Name: "one-more" }))).name).to.equal("ResourceLimitExceededException");
  });

  it("drops what a replacing update leaves out, and wants all that creation wants", async () => {
    const WindowId = await makeWindow(ssm, { Description: "weekly", ScheduleTimezone: "Europe/Berlin" });
    const incomplete = ssm.updateMaintenanceWindow({ WindowId, Name: "mw-new", Replace: true });
    expect((await refusal(incomplete)).message).to.contain("Schedule, Duration, Cutoff");
    const updated = await ssm.updateMaintenanceWindow({
      WindowId,
      Name: "mw-new",
      Schedule: "rate(7 days)",
      Duration: 2,
      Cutoff: 0,
      AllowUnassociatedTargets: true,
      Replace: true,
    });
    expect(updated.Description).to.equal(undefined);
    expect(updated.ScheduleTimezone).to.equal(undefined);
    expect(updated.Enabled).to.equal(true);
  });

  it("answers a window that is not there with DoesNotExistException", async () => {
    const call = ssm.getMaintenanceWindow({ WindowId: "mw-00000000000000000" });
    expect((await refusal(call)).name).to.equal("DoesNotExistException");
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
describe("embedded cloud: window targets and tasks", () => {
  inFreshCloud();

  it("keeps and lists targets and tasks", async () => {
    const WindowId = await makeWindow(ssm);
    const target = await makeTarget(ssm, WindowId);
    const { WindowTaskId } = await ssm.registerTaskWithMaintenanceWindow(task(WindowId, target));
    const Filters = [{ Key: "WindowTargetId", Values: [target] }];
    const targets = await ssm.describeMaintenanceWindowTargets({ WindowId, Filters });
    expect(targets.Targets?.map((found) => found.WindowTargetId)).to.deep.equal([target]);
    const tasks = await ssm.describeMaintenanceWindowTasks({ WindowId });
    expect(tasks.Tasks?.[0]).to.include({ WindowTaskId, Type: "RUN_COMMAND", Priority: 0 });
    const got = await ssm.getMaintenanceWindowTask({ WindowId, WindowTaskId });
    expect(got.TaskInvocationParameters?.RunCommand?.Parameters).to.deep.equal({ Operation: ["Scan"] });
  });

  it("wants concurrency and errors exactly when a task has targets", async () => {
    const WindowId = await makeWindow(ssm);
    const target = await makeTarget(ssm, WindowId);
    const { MaxConcurrency: _concurrency, ...without } = task(WindowId, target);
    const { Targets: _targets, ...untargeted } = task(WindowId, target);
    for (const input of [without, untargeted]) {
      const fault = await refusal(ssm.registerTaskWithMaintenanceWindow(input));
      expect(fault.message).to.contain("MaxConcurrency and MaxErrors must");
    }
  });

  it("takes instance ids in a task only where the window allows unassociated targets", async () => {
    const WindowId = await makeWindow(ssm);
    const Targets = [{ Key: "InstanceIds", Values: ["i-0123456789abcdef0"] }];
    const fault = await refusal(ssm.registerTaskWithMaintenanceWindow({ ...task(WindowId, ""), Targets }));
    expect(fault.message).to.contain("does not allow unassociated targets");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTargetWithMaintenanceWindow.html; AWS's
  // words as recorded by https://github.com/badmintoncryer/cdk-preflight, rule pf-ssm-maintenance-window-target
  it("takes instance ids as a window's target only alone", async () => {
    const WindowId = await makeWindow(ssm);
    const ids = { Key: "InstanceIds", Values: ["i-0123456789abcdef0"] };
    const register = (...Targets: Target[]): Promise<unknown> =>
      ssm.registerTargetWithMaintenanceWindow({ WindowId, ResourceType: "INSTANCE", Targets });
    const fault = await refusal(register(ids, { Key: "tag:PatchGroup", Values: ["prod-auto"] }));
    expect(fault.name).to.equal("ValidationException");
    expect(fault.message).to.match(/^Targets must be specified in one of the following formats/);
    await register(ids);
  });

  it("keeps a target that a task uses when it is deregistered safely", async () => {
    const WindowId = await makeWindow(ssm);
    const WindowTargetId = await makeTarget(ssm, WindowId);
    await ssm.registerTaskWithMaintenanceWindow(task(WindowId, WindowTargetId));
    const safe = new DeregisterTargetFromMaintenanceWindowCommand({ WindowId, WindowTargetId, Safe: true });
    expect((await refusal(ssm.send(safe))).name).to.equal("TargetInUseException");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html: a
  // RUN_COMMAND task must have targets, and only the parameters of its own type may be filled in. The words are AWS's
  // as recorded by https://github.com/badmintoncryer/cdk-preflight, rule pf-ssm-maintenance-window-task.
  const refusedTasks: readonly [string, Partial<RegisterTaskWithMaintenanceWindowCommandInput>, RegExp][] = [
    [
      "without any target",
      { Targets: undefined, MaxConcurrency: undefined, MaxErrors: undefined },
      /^For Run Command tasks, you must specify at least one resource/,
    ],
    [
      "with an empty list of targets",
      { Targets: [], MaxConcurrency: undefined, MaxErrors: undefined },
      /^For Run Command tasks, you must specify at least one resource/,
    ],
    [
      "with the parameters of another type beside its own",
      { TaskInvocationParameters: { RunCommand: {}, Lambda: { Qualifier: "1" } } },
      /must contain an entry only for the Task Type/,
    ],
    [
      "that notifies without a role",
      {
        TaskInvocationParameters: {
          RunCommand: { NotificationConfig: { NotificationArn: "arn:aws:sns:eu-west-1:111111111111:t" } },
        },
      },
      /^ServiceRoleArn of RunCommandInvocationParameter is required/,
    ],
  ];
  for (const [what, input, message] of refusedTasks) {
    it(`refuses a task ${what}, new or changed`, async () => {
      const WindowId = await makeWindow(ssm);
      const good = task(WindowId, await makeTarget(ssm, WindowId));
      const made = await refusal(ssm.registerTaskWithMaintenanceWindow({ ...good, ...input }));
      expect(made.name).to.equal("ValidationException");
      expect(made.message).to.match(message);
      const { WindowTaskId } = await ssm.registerTaskWithMaintenanceWindow(good);
      const { TaskType: _type, ...changed } = { ...good, ...input };
      const update = new UpdateMaintenanceWindowTaskCommand({ ...changed, WindowTaskId, Replace: true });
      expect((await refusal(ssm.send(update))).message).to.match(message);
    });
  }

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateMaintenanceWindowTask.html and
  // API_UpdateMaintenanceWindowTarget.html: with Replace, what registration demands is demanded again.
  it("wants the document of a task and the targets of a target when an update replaces", async () => {
    const WindowId = await makeWindow(ssm);
    const WindowTargetId = await makeTarget(ssm, WindowId);
    const { TaskType: _type, TaskArn: _arn, ...rest } = task(WindowId, WindowTargetId);
    const { WindowTaskId } = await ssm.registerTaskWithMaintenanceWindow(task(WindowId, WindowTargetId));
    const bare = new UpdateMaintenanceWindowTaskCommand({ ...rest, WindowTaskId, Replace: true });
    expect((await refusal(ssm.send(bare))).message).to.equal("TaskArn must be specified when Replace is true.");
    const empty = new UpdateMaintenanceWindowTargetCommand({ WindowId, WindowTargetId, Replace: true });
    expect((await refusal(ssm.send(empty))).message).to.equal("Targets must be specified when Replace is true.");
  });

  it("drops what a replacing task update leaves out", async () => {
    const WindowId = await makeWindow(ssm);
    const target = await makeTarget(ssm, WindowId);
    const input = { ...task(WindowId, target), Description: "scan", Priority: 3 };
    const { WindowTaskId } = await ssm.registerTaskWithMaintenanceWindow(input);
    const { TaskType: _type, Description: _description, ...changed } = input;
    await ssm.updateMaintenanceWindowTask({ ...changed, WindowTaskId, Replace: true });
    const got = await ssm.getMaintenanceWindowTask({ WindowId, WindowTaskId });
    expect(got).to.include({ Priority: 3, TaskType: "RUN_COMMAND" });
    expect(got.Description).to.equal(undefined);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowsForTarget.html
  it("finds the windows of a node, and of a tag", async () => {
    const node = instance("i-0123456789abcdef0", { tags: { PatchGroup: "a" } });
    const ssm = ssmOf(await cloudWith([node]));
    for (const value of ["a", "b"]) {
      const { WindowId } = await ssm.createMaintenanceWindow({
        Name: `mw-${value}`,
        Schedule: "rate(7 days)",
        Duration: 2,
        Cutoff: 1,
        AllowUnassociatedTargets: false,
      });
      const Targets = [{ Key: "tag:PatchGroup", Values: [value] }];
      await ssm.registerTargetWithMaintenanceWindow({ WindowId, ResourceType: "INSTANCE", Targets });
    }
    const windows = async (Key: string, value: string): Promise<unknown> => {
      const Targets = [{ Key, Values: [value] }];
      const command = new DescribeMaintenanceWindowsForTargetCommand({ ResourceType: "INSTANCE", Targets });
      return (await ssm.send(command)).WindowIdentities?.map(({ Name }) => Name);
    };
    expect(await windows("InstanceIds", node.id)).to.deep.equal(["mw-a"]);
    expect(await windows("tag:PatchGroup", "b")).to.deep.equal(["mw-b"]);
    expect(await windows("tag:PatchGroup", "c")).to.deep.equal([]);
  });
});
