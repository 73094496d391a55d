import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateMaintenanceWindowCommand,
  RegisterTaskWithMaintenanceWindowCommand,
  SendCommandCommand,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { windowName } from "../../domain/stack/awsNames.ts";
import type { ServersJson } from "../../render/runs/serversJson.ts";
import { startGateway } from "../engine/gateway.ts";
import { ssmOf } from "./commandFixture.ts";
import { bySchema, operatorPlace, running } from "./operatorFixture.ts";

const refusal = {
  status: 400,
  body: JSON.stringify({ __type: "AccessDeniedException", message: "not authorized to perform it" }),
};
const [web1, web2, db1] = ["i-00000000000000001", "i-00000000000000002", "i-00000000000000003"];

describe("patchplane reboot, the command", function () {
  this.timeout(300_000);
  const at = operatorPlace(async (cloud, plane) => {
    const client = ssmOf(cloud, plane, "use1");
    const patch = (nodes: string[], parameters: Record<string, string[]>) =>
      client.send(
        new SendCommandCommand({ DocumentName: "AWS-RunPatchBaseline", InstanceIds: nodes, Parameters: parameters }),
      );
    await patch([web1, web2], { Operation: ["Install"], RebootOption: ["NoReboot"] });
    await patch([db1], { Operation: ["Scan"] });
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
    expect(answer.leftOut.map(({ name, why, settled }) => [name, why, settled])).to.have.deep.members([
      ["db-1", "awaits no reboot (--any reboots it all the same)", true],
      ["web-3", "has never reported whether it awaits one: scan it first", false],
    ]);
    expect(answer.exitCode).to.equal(1);
    expect(boots()).to.deep.equal([web1, web2]);
    const none = await running(at.folder, at.cloud, ["reboot", "--yes", "--servers", "db-1"]).ended;
    expect([none.code, none.stdout.split("\n")[0]]).to.deep.equal([
      0,
      "stack test: nothing was to be done: 1 server was left out",
    ]);
    expect(none.stdout).to.contain("1 server: awaits no reboot (--any reboots it all the same): db-1");
  });

  it("ends with 1 where some have no node or never reported, and says that they are to be seen to", async () => {
    at.cloud.stopMachine(web2);
    const answer = await reboot(["--servers", "web-1,web-2"]);
    expect(answer.servers.map(({ name, outcome }) => [name, outcome])).to.deep.equal([["web-1", "done"]]);
    expect(answer.leftOut.map(({ name, settled }) => [name, settled])).to.deep.equal([["web-2", false]]);
    expect(answer.exitCode).to.equal(1);
    const none = await running(at.folder, at.cloud, ["reboot", "--yes", "--servers", "web-2,app-1"]).ended;
    expect([none.code, none.stdout.split("\n")[0]]).to.deep.equal([
      1,
      "stack test: nothing was done: 2 servers were left out, 2 to be seen to",
    ]);
    expect(none.stdout).to.contain("Left out, to be seen to");
  });

  it("has a location whose reports fail in the midst as failed, and goes on with the others", async () => {
    const between = await startGateway(at.cloud.url);
    between.before = ({ operation, region }) =>
      operation === "DescribeInstancePatchStates" && region === "us-east-1" ? refusal : undefined;
    const args = ["reboot", "--json", "--yes", "--now", "kernel", "--servers", "web-1,web-3"];
    const ended = await running(at.folder, at.cloud, args, { url: between.url }).ended;
    await between.close();
    const answer = bySchema("reboot", ended.stdout) as ServersJson;
    expect([ended.code, answer.failures.map(({ location }) => location), boots()]).to.deep.equal([3, ["use1"], []]);
    expect(answer.servers.map(({ name, outcome }) => [name, outcome])).to.deep.equal([["web-1", "unknown"]]);
  });

  it("has a location whose windows are not readable as failed, and reboots nothing there", async () => {
    const between = await startGateway(at.cloud.url);
    between.before = ({ operation }) => (operation === "DescribeMaintenanceWindows" ? refusal : undefined);
    const args = ["reboot", "--yes", "--servers", "web-1"];
    const ended = await running(at.folder, at.cloud, args, { url: between.url }).ended;
    await between.close();
    expect([ended.code, boots()]).to.deep.equal([3, []]);
    expect(ended.stdout).to.contain("use1 (").and.contain("not allowed");
  });

  it("is not begun where nobody can tell what goes on, and says so", async () => {
    const between = await startGateway(at.cloud.url);
    between.before = ({ operation }) => (operation === "ListCommands" ? refusal : undefined);
    const args = ["reboot", "--yes", "--now", "kernel", "--servers", "web-1"];
    const ended = await running(at.folder, at.cloud, args, { url: between.url }).ended;
    await between.close();
    expect([ended.code, boots()]).to.deep.equal([2, []]);
    expect(ended.stderr).to.contain("what goes on in use1 is not readable: not allowed");
  });

  it("is repeated by rerun, also from a record of before it said whether others were meant too", async () => {
    const between = await startGateway(at.cloud.url);
    between.before = ({ operation }) => (operation === "SendCommand" ? refusal : undefined);
    const args = ["reboot", "--json", "--yes", "--now", "kernel", "--servers", "web-1"];
    const refused = await running(at.folder, at.cloud, args, { url: between.url }).ended;
    await between.close();
    const { run, exitCode } = bySchema("reboot", refused.stdout) as ServersJson;
    const file = join(at.folder, "runs", `${run ?? ""}.jsonl`);
    const record = await readFile(file, "utf8");
    expect([exitCode, record.includes('"any":false,')]).to.deep.equal([3, true]);
    await writeFile(file, record.replace('"any":false,', ""));
    const again = await running(at.folder, at.cloud, ["rerun", run ?? "", "--json", "--yes"]).ended;
    const answer = bySchema("reboot", again.stdout) as ServersJson;
    expect(answer.servers.map(({ name, outcome }) => [name, outcome])).to.deep.equal([["web-1", "done"]]);
    expect([answer.exitCode, boots()]).to.deep.equal([0, [web1]]);
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
