import {
  CreateMaintenanceWindowCommand,
  RegisterTaskWithMaintenanceWindowCommand,
  SendCommandCommand,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { windowName } from "../../domain/stack/awsNames.ts";
import type { ServersJson } from "../../render/runs/serversJson.ts";
import { ssmOf } from "./commandFixture.ts";
import { bySchema, operatorPlace, running } from "./operatorFixture.ts";

const [web1, web2] = ["i-00000000000000001", "i-00000000000000002"];

describe("patchplane reboot, the command", function () {
  this.timeout(120_000);
  const at = operatorPlace(async (cloud, plane) => {
    await ssmOf(cloud, plane, "use1").send(
      new SendCommandCommand({
        DocumentName: "AWS-RunPatchBaseline",
        InstanceIds: [web1, web2],
        Parameters: { Operation: ["Install"], RebootOption: ["NoReboot"] },
      }),
    );
    await cloud.advanceTo(new Date("2026-12-02T12:00:00Z"));
  });

  const boots = (): readonly string[] =>
    at.cloud.journal.entries.flatMap((entry) => (entry.kind === "boot" ? entry.machine : []));

  async function reboot(args: readonly string[]): Promise<ServersJson> {
    const ended = await running(at.folder, at.cloud, ["reboot", "--json", "--yes", "--now", "kernel", ...args]).ended;
    const answer = bySchema("reboot", ended.stdout) as ServersJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  it("reboots those that await it, one first, with an operator's rights, and leaves the others", async () => {
    const answer = await reboot(["--servers", "web-*,db-1"]);
    expect(answer.servers.map(({ name, outcome }) => [name, outcome])).to.deep.equal([
      ["web-1", "done"],
      ["web-2", "done"],
    ]);
    expect(answer.exitCode).to.equal(0);
    expect(answer.leftOut.map(({ name, why }) => [name, why.slice(0, 16)])).to.have.deep.members([
      ["db-1", "awaits no reboot"],
      ["web-3", "awaits no reboot"],
    ]);
    expect(boots()).to.deep.equal([web1, web2]);
    const none = await running(at.folder, at.cloud, ["reboot", "--yes", "--servers", "db-1"]).ended;
    expect([none.code, none.stdout.split("\n")[0]]).to.deep.equal([
      0,
      "stack test: nothing was to be done: 1 server was left out",
    ]);
    expect(none.stdout).to.contain("1 server: awaits no reboot (--any reboots it all the same): db-1");
  });

  it("needs no reason while a window of every server is open, and refuses those that have none", async () => {
    const client = ssmOf(at.cloud, at.plane, "use1");
    const tags = { ManagedBy: "patchplane", Environment: "test", Location: "use1" };
    const { WindowId } = await client.send(
      new CreateMaintenanceWindowCommand({
        Name: windowName("test", "mw-install-auto", ""),
        Schedule: "at(2026-12-02T12:05:00)",
        Duration: 4,
        Cutoff: 1,
        AllowUnassociatedTargets: true,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await client.send(
      new RegisterTaskWithMaintenanceWindowCommand({
        WindowId,
        TaskType: "RUN_COMMAND",
        TaskArn: "AWS-RunPatchBaseline",
        Targets: [{ Key: "InstanceIds", Values: [web2] }],
        MaxConcurrency: "1",
        MaxErrors: "1",
        TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Scan"] } } },
      }),
    );
    await at.cloud.advanceTo(new Date("2026-12-02T13:30:00Z"));
    const args = ["reboot", "--yes", "--as-of", "2026-12-02T13:30:00Z"];
    const refused = await running(at.folder, at.cloud, [...args, "--any", "--servers", "web-1,db-1"]).ended;
    expect([refused.code, refused.stdout, boots()]).to.deep.equal([2, "", []]);
    expect(refused.stderr).to.contain("no window is open now for db-1");
    const late = ["reboot", "--yes", "--as-of", "2026-12-02T15:05:00Z", "--servers", "web-1"];
    const after = await running(at.folder, at.cloud, late, { advances: false }).ended;
    expect([after.code, boots()]).to.deep.equal([2, []]);
    const ended = await running(at.folder, at.cloud, [...args, "--json", "--servers", "web-1"]).ended;
    const answer = bySchema("reboot", ended.stdout) as ServersJson;
    expect([ended.code, answer.why, boots()]).to.deep.equal([
      0,
      "in the open window patchplane-test-mw-install-auto, until 2026-12-02T15:05:00Z",
      [web1],
    ]);
  });

  it("begins no other where the first does not come back", async () => {
    at.cloud.inject({ machine: web1, kind: "rebootHang" });
    const answer = await reboot(["--servers", "web-1,web-2"]);
    expect(answer.servers.map(({ name, outcome }) => [name, outcome])).to.deep.equal([
      ["web-1", "failed"],
      ["web-2", "notReached"],
    ]);
    expect(answer.servers[0]?.reason).to.match(
      /^it was told to reboot at \S+Z, and its agent is silent since \S+Z: ConnectionLost; it may hang in its reboot/,
    );
    expect(boots()).to.deep.equal([]);
  });

  it("shows whose they are and which updates wait, and wants a reason and --yes", async () => {
    const without = await running(at.folder, at.cloud, ["reboot", "--servers", "web-1", "--now", " "]).ended;
    expect([without.code, without.stdout]).to.deep.equal([2, ""]);
    expect(without.stderr).to.contain("--now").and.contain("--yes");
    const ended = await running(at.folder, at.cloud, ["reboot", "--servers", "web-1", "--now", "kernel", "--yes"])
      .ended;
    expect(ended.stderr).to.contain("will be rebooted now").and.contain("ops@example.com");
    expect(ended.code).to.equal(0);
  });
});
