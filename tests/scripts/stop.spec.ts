import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  CreateMaintenanceWindowCommand,
  DescribeMaintenanceWindowExecutionsCommand,
  DescribeMaintenanceWindowsCommand,
  ListCommandsCommand,
  RegisterTargetWithMaintenanceWindowCommand,
  RegisterTaskWithMaintenanceWindowCommand,
  SendCommandCommand,
  UpdateMaintenanceWindowCommand,
  type MaintenanceWindowIdentity,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { z } from "zod";
import type { Plane } from "../../domain/plane.ts";
import { nowhereNear } from "../../domain/schedule/awsCron.ts";
import { bucketName, windowName } from "../../domain/stack/awsNames.ts";
import type { StopJson } from "../../render/stop/stopJson.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { parameters, policiesOf } from "../bootstrap/template.ts";
import { assumed } from "../engine/clients.ts";
import { startGateway } from "../engine/gateway.ts";
import { gate, patchplane, patchplaneEnvironment, planeOf, projectCopy, ssmOf, type Ended } from "./commandFixture.ts";

const stopped = z.fromJSONSchema(
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "schemas", "stop.schema.json"), "utf8")) as Parameters<
    typeof z.fromJSONSchema
  >[0],
);
const why = ["--reason", "storage fails"];
const operator = "patchplane-operator-test";
const reader = "patchplane-operator-read-test";
const patchGroup = [{ Key: "tag:PatchGroup", Values: ["prod-auto"] }];

type Windows = Readonly<Record<string, Pick<MaintenanceWindowIdentity, "WindowId" | "Enabled" | "Schedule">>>;

describe("patchplane stop, the command", function () {
  this.timeout(300_000);
  let folder: string;
  let plane: Plane;
  let cloud: Cloud;
  const name = (window: string): string => windowName("test", window, "");

  async function makeWindow(at: string, Name: string, Schedule: string, Location = at): Promise<void> {
    const client = ssmOf(cloud, plane, at);
    const tags = { ManagedBy: "patchplane", Environment: "test", Location };
    const { WindowId } = await client.send(
      new CreateMaintenanceWindowCommand({
        Name,
        Schedule,
        Duration: 4,
        Cutoff: 1,
        AllowUnassociatedTargets: false,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    const { WindowTargetId = "" } = await client.send(
      new RegisterTargetWithMaintenanceWindowCommand({ WindowId, ResourceType: "INSTANCE", Targets: patchGroup }),
    );
    await client.send(
      new RegisterTaskWithMaintenanceWindowCommand({
        WindowId,
        TaskType: "RUN_COMMAND",
        TaskArn: "AWS-RunPatchBaseline",
        Targets: [{ Key: "WindowTargetIds", Values: [WindowTargetId] }],
        MaxConcurrency: "1",
        MaxErrors: "100%",
        TaskInvocationParameters: { RunCommand: { Parameters: { Operation: ["Install"] } } },
      }),
    );
  }

  async function windowsAt(at: string): Promise<Windows> {
    const found = await ssmOf(cloud, plane, at).send(new DescribeMaintenanceWindowsCommand({}));
    return Object.fromEntries((found.WindowIdentities ?? []).map((each) => [each.Name ?? "", each]));
  }

  async function enabledAt(at: string): Promise<readonly string[]> {
    return Object.entries(await windowsAt(at)).flatMap(([window, { Enabled }]) => (Enabled === true ? [window] : []));
  }

  async function open(at: string): Promise<{ readonly runs: readonly unknown[]; readonly commands: number }> {
    const client = ssmOf(cloud, plane, at);
    const { WindowId } = (await windowsAt(at))[name("mw-install-auto")] ?? {};
    const { WindowExecutions = [] } = await client.send(new DescribeMaintenanceWindowExecutionsCommand({ WindowId }));
    const Filters = [{ key: "ExecutionStage" as const, value: "Executing" }];
    const { Commands = [] } = await client.send(new ListCommandsCommand({ Filters }));
    return { runs: WindowExecutions.map(({ Status }) => Status), commands: Commands.length };
  }

  function stop(args: readonly string[], url = cloud.url, role = operator): Promise<Ended> {
    return patchplane(folder, url, ["stop", ...args], { env: { PATCHPLANE_ROLE_NAME: role } });
  }

  async function stopJson(args: readonly string[], url = cloud.url, role = operator): Promise<StopJson> {
    const ended = await stop([...why, "--yes", "--json", ...args], url, role);
    const answer = stopped.parse(JSON.parse(ended.stdout)) as StopJson;
    expect([ended.code, ended.stderr]).to.deep.equal([answer.exitCode, ""]);
    return answer;
  }

  function done(answer: StopJson, at: string): readonly (readonly string[])[] {
    const actions = answer.locations.find((each) => each.name === at)?.actions ?? [];
    return actions.map((each) => [each.action, each.name, each.outcome]).sort();
  }

  const records = async (): Promise<readonly string[]> => readdir(join(folder, "runs")).catch(() => []);

  before(async () => {
    folder = await projectCopy();
    plane = planeOf(folder);
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    const world = worldFromPlane(plane, { seed: 1, failureShare: 0 });
    const roles = Object.values(plane.locations).flatMap(({ accountId }) =>
      (
        [
          ["OperatorRole", operator],
          ["OperatorReadRole", reader],
        ] as const
      ).map(([role, named]) => ({
        arn: `arn:aws:iam::${accountId}:role/${named}`,
        policies: policiesOf(role, { ...parameters, "AWS::AccountId": accountId, Environment: "test" }),
      })),
    );
    cloud = await startCloud({ world, now: new Date("2026-12-01T12:00:00Z"), seed: 1, roles });
    for (const at of ["use1", "euw1"]) {
      await makeWindow(at, name("mw-install-auto"), "cron(0 13 ? * * *)");
      await makeWindow(at, name("mw-install-sensitive"), nowhereNear);
      await makeWindow(at, name("mw-kernel"), "cron(0 3 ? * SUN *)");
      await makeWindow(at, "somebody-elses", nowhereNear);
      const { WindowId } = (await windowsAt(at))[name("mw-kernel")] ?? {};
      await ssmOf(cloud, plane, at).send(new UpdateMaintenanceWindowCommand({ WindowId, Enabled: false }));
    }
    await cloud.advanceTo(new Date("2026-12-01T13:01:00Z"));
  });
  afterEach(async () => {
    await cloud.close();
    await rm(join(folder, "runs"), { recursive: true, force: true });
  });

  it("disables the stack's windows and cancels what runs, with an operator's rights, and resumes exactly that", async () => {
    const before = await windowsAt("use1");
    expect(await open("use1")).to.deep.equal({ runs: ["IN_PROGRESS"], commands: 1 });
    const answer = await stopJson([]);
    expect(answer).to.include({ exitCode: 0, task: "stop", why: "storage fails" });
    expect(answer.who?.arn).to.match(/^arn:aws:iam::\d{12}:/);
    const wanted = [
      ["cancelCommand", "AWS-RunPatchBaseline", "done"],
      ["cancelRun", name("mw-install-auto"), "done"],
      ["disableWindow", name("mw-install-auto"), "done"],
      ["disableWindow", name("mw-install-sensitive"), "done"],
    ];
    for (const at of ["use1", "euw1"]) {
      expect(done(answer, at)).to.deep.equal(wanted);
      expect(await enabledAt(at)).to.deep.equal(["somebody-elses"]);
      expect((await open(at)).commands).to.equal(0);
    }
    await cloud.advanceTo(new Date("2026-12-02T13:30:00Z"));
    expect((await open("use1")).runs).to.have.lengthOf(1);

    const [file = ""] = await records();
    expect(answer.record).to.equal(`runs/${file}`);
    const record = await readFile(join(folder, "runs", file), "utf8");
    const lines = record.trimEnd().split("\n");
    const counts = ["begun", "asked", "answered", "ended"].map(
      (line) => lines.filter((each) => (JSON.parse(each) as { line: string }).line === line).length,
    );
    expect([lines.length, counts]).to.deep.equal([18, [1, 8, 8, 1]]);

    for (const location of Object.values(plane.locations)) {
      const client = new S3Client({ ...assumed(cloud.url, location.region, location.accountId), forcePathStyle: true });
      const Bucket = bucketName("test", location.name, location.accountId);
      const Prefix = `runs/${answer.run ?? ""}/000018-`;
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
      const kept = await client.send(new GetObjectCommand({ Bucket, Key: Contents[0]?.Key }));
      expect(await kept.Body?.transformToString(), location.name).to.equal(record);
    }
    expect(answer.unkept).to.deep.equal([]);

    const second = await stopJson([]);
    expect([second.exitCode, second.run, second.openStops.map(({ id, windows }) => [id, windows])]).to.deep.equal([
      0,
      null,
      [[answer.run, 4]],
    ]);

    // Another operator's machine has no record of it: the buckets have.
    await rm(join(folder, "runs"), { recursive: true });
    const part = await stopJson(["--resume", answer.run ?? "", "--location", "euw1"]);
    expect(part.openStops.map(({ windows }) => windows)).to.deep.equal([2]);
    expect(await enabledAt("use1")).to.deep.equal(["somebody-elses"]);
    const resumed = await stopJson(["--resume", answer.run ?? ""]);
    expect([resumed.exitCode, resumed.openStops]).to.deep.equal([0, []]);
    const after = await windowsAt("use1");
    const longer = await readFile(join(folder, "runs", file), "utf8");
    expect([longer.length > record.length, longer.startsWith(record)]).to.deep.equal([true, true]);
    for (const [window, { Enabled, Schedule }] of Object.entries(before))
      expect([after[window]?.Enabled, after[window]?.Schedule], window).to.deep.equal([Enabled, Schedule]);
    expect((await stopJson(["--resume", answer.run ?? ""])).locations).to.deep.equal([]);
  });

  it("says in text what it stops before it does, what to type to resume, and that pulumi up enables windows", async () => {
    const ended = await stop([...why, "--yes", "--location", "use1"]);
    expect(ended.code).to.equal(0);
    expect(ended.stderr)
      .to.contain("will be stopped")
      .and.contain(`to disable: ${name("mw-install-auto")}`);
    const [file = ""] = await records();
    const id = file.replace(".jsonl", "");
    expect(ended.stdout).to.contain("2 windows disabled, 1 run cancelled, 1 command cancelled");
    expect(ended.stdout).to.contain(`npx patchplane stop --stack test --resume ${id} --reason`);
    expect(ended.stdout).to.contain("pulumi up --stack test");
    expect(ended.stdout).to.contain("npx patchplane runs --stack test shows it everywhere");
    expect(await enabledAt("euw1")).to.include(name("mw-install-auto"));
  });

  it("ends with 3 where one account refuses, and stops the other; its windows are not enabled by the resumption", async () => {
    const between = await gate(cloud, "eu-west-1");
    const answer = await stopJson([], between.url);
    await between.close();
    expect(answer.exitCode).to.equal(3);
    expect(answer.locations.map(({ name: at, failure }) => [at, failure?.slice(0, 11)])).to.deep.equal([
      ["euw1", "not allowed"],
      ["use1", undefined],
    ]);
    expect(await enabledAt("use1")).to.deep.equal(["somebody-elses"]);
    expect(await enabledAt("euw1")).to.include(name("mw-install-auto"));

    const refused = await stopJson(["--location", "euw1"], cloud.url, reader);
    expect(refused.exitCode).to.equal(3);
    expect(new Set(refused.locations[0]?.actions.map(({ outcome }) => outcome))).to.deep.equal(new Set(["refused"]));
    const resumed = await stopJson(["--resume", refused.run ?? ""]);
    expect(resumed.locations).to.deep.equal([]);
  });

  it("leaves alone a patch command that nobody can tell to be the stack's, lists it and ends with 1", async () => {
    await ssmOf(cloud, plane, "use1").send(
      new SendCommandCommand({
        DocumentName: "AWS-RunPatchBaseline",
        Targets: patchGroup,
        Comment: "by hand",
        Parameters: { Operation: ["Scan"] },
      }),
    );
    const answer = await stopJson([]);
    expect(answer.exitCode).to.equal(1);
    const left = answer.locations.flatMap((each) => each.left.map(({ comment }) => [each.name, comment]));
    expect(left).to.deep.equal([["use1", "by hand"]]);
    expect((await open("use1")).commands).to.equal(1);
  });

  it("is a fault of usage without a terminal and --yes, without a reason, and with an id that is on no record", async () => {
    const without = await stop([]);
    expect([without.code, without.stdout]).to.deep.equal([2, ""]);
    expect(without.stderr).to.contain("--yes").and.contain("--reason");
    const unknown = await stop([...why, "--yes", "--resume", "../fleet/test"]);
    expect(unknown.code).to.equal(2);
    expect(unknown.stderr).to.contain("no stop of this stack");
    expect([await records(), (await enabledAt("use1")).length]).to.deep.equal([[], 3]);
  });

  it("has a true record after Ctrl-C and after kill -9, and a torn last line does not hinder the resumption", async () => {
    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      const between = await startGateway(cloud.url);
      // The windows are disabled, and the answers never come back.
      between.after = ({ operation }) =>
        operation === "UpdateMaintenanceWindow" ? new Promise(() => undefined) : undefined;
      const child = spawn(process.execPath, [join(folder, "scripts", "patchplane.ts"), "stop", ...why, "--yes"], {
        env: { ...patchplaneEnvironment(folder, between.url), PATCHPLANE_ROLE_NAME: operator },
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      const disabled = async (): Promise<boolean> =>
        (await enabledAt("use1")).length === 1 && (await enabledAt("euw1")).length === 1;
      while (!(await disabled())) await new Promise((resolve) => setTimeout(resolve, 50));
      child.kill(signal);
      expect(await ended).to.equal(signal === "SIGINT" ? 130 : null);
      await between.close();
      const [file = ""] = await records();
      if (signal === "SIGINT") expect(said).to.contain(`runs/${file} says what was done`);
      else await writeFile(join(folder, "runs", file), '{"line":"answered","at', { flag: "a" });
      const resumed = await stopJson(["--resume", file.replace(".jsonl", "")]);
      expect(resumed.locations.flatMap((each) => each.actions.map(({ outcome }) => outcome))).to.deep.equal(
        Array.from({ length: 4 }, () => "done"),
      );
      expect(await enabledAt("use1")).to.have.lengthOf(3);
      await rm(join(folder, "runs"), { recursive: true });
    }
  });

  it("stops a window that the stack file does not name any more by its tags, and none of another location's tags", async () => {
    await makeWindow("use1", name("mw-before"), "cron(0 15 ? * * *)");
    await makeWindow("use1", "patchplane-test-2-mw-scan", "cron(0 15 ? * * *)", "elsewhere");
    await stopJson(["--location", "use1"]);
    expect(await enabledAt("use1")).to.have.members(["somebody-elses", "patchplane-test-2-mw-scan"]);
  });

  it("passes over a file that is named as a record and is none", async () => {
    await mkdir(join(folder, "runs"));
    await writeFile(join(folder, "runs", "x-stop-0000.jsonl"), '{"line":"begun"}\n');
    const ended = await stop([...why, "--yes"]);
    expect(ended.code).to.equal(0);
    expect(ended.stderr).to.contain("runs/x-stop-0000.jsonl is no record of a run");
  });
});
