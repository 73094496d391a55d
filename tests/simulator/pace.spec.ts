import { setTimeout as passed } from "node:timers/promises";
import { expect } from "chai";
import { instance } from "./cloudFixture.ts";
import { cloud, inFreshCloud, ssm } from "./freshCloud.ts";

const node = "i-0123456789abcdef0";
const timing = { Duration: 2, Cutoff: 1, AllowUnassociatedTargets: true };
const hour = 3600;

/** Looks again until it is so; mocha's limit ends what never is. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await passed(20);
}

describe("embedded cloud: a clock that runs by itself", () => {
  inFreshCloud([instance(node)]);

  it("runs while a command is under way, and stands when it has ended, whatever window comes some night", async () => {
    await ssm.createMaintenanceWindow({ Name: "nightly", Schedule: "cron(0 2 * * ? *)", ...timing });
    const { Command } = await ssm.sendCommand({
      DocumentName: "AWS-RunPatchBaseline",
      Parameters: { Operation: ["Scan"] },
      InstanceIds: [node],
    });
    const id = Command?.CommandId ?? "";
    const status = async (): Promise<string | undefined> =>
      (await ssm.listCommands({ CommandId: id })).Commands?.[0]?.Status;
    expect(await status()).to.equal("InProgress");
    cloud.letRun(hour);
    await until(async () => (await status()) === "Success");
    await until(async () => {
      const before = cloud.now();
      await passed(600);
      return cloud.now().getTime() === before.getTime();
    });
    expect(cloud.now()).to.be.within(new Date("2026-11-02T00:00:01Z"), new Date("2026-11-02T01:59:59Z"));
  });

  it("runs until a window opens that was given an instant", async () => {
    cloud.letRun(hour);
    const at = { Name: "on-demand", Schedule: "at(2026-11-02T00:30:00)", ScheduleTimezone: "UTC", ...timing };
    const { WindowId } = await ssm.createMaintenanceWindow(at);
    const runs = async (): Promise<number> =>
      (await ssm.describeMaintenanceWindowExecutions({ WindowId })).WindowExecutions?.length ?? 0;
    await until(async () => (await runs()) === 1);
    expect(cloud.now()).to.be.within(new Date("2026-11-02T00:30:00Z"), new Date("2026-11-02T04:30:00Z"));
  });
});
