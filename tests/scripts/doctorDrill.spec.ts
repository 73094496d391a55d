import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { doctorCheckIds, isDrillCheck } from "../../domain/doctor/catalogue.ts";
import type { Plane } from "../../domain/plane.ts";
import { recordLines, runOf } from "../../domain/runs/runRecord.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import type { DoctorJson } from "../../render/doctor/doctorJson.ts";
import type { Cloud } from "../../simulator/index.ts";
import { assumed } from "../engine/clients.ts";
import { planeOf, projectCopy } from "./commandFixture.ts";
import { bySchema, operatorCloud, running, type OperatorRoleName } from "./operatorFixture.ts";

const [web1, web2, db1] = ["i-00000000000000001", "i-00000000000000002", "i-00000000000000003"];
/** What doctor looks at besides needs a whole stack. */
const only = doctorCheckIds.filter(isDrillCheck).flatMap((id) => ["--only", id]);

describe("patchplane doctor --drill, the command", function () {
  this.timeout(300_000);
  let folder: string;
  let plane: Plane;
  let cloud: Cloud;

  before(async () => {
    folder = await projectCopy();
    plane = planeOf(folder);
    cloud = await operatorCloud(plane);
  });
  afterEach(() => rm(join(folder, "runs"), { recursive: true, force: true }));
  after(async () => {
    await cloud.close();
    await rm(folder, { recursive: true });
  });

  async function drilled(args: readonly string[], role: OperatorRoleName): Promise<DoctorJson> {
    const whole = ["doctor", "--drill", "--location", "use1", "--json", "--yes", ...only, ...args];
    const ended = await running(folder, cloud, whole, { role }).ended;
    expect(ended.stderr).to.equal("");
    const answer = bySchema("doctor", ended.stdout) as DoctorJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  const bad = ({ diagnoses }: DoctorJson): readonly string[] =>
    diagnoses.flatMap(({ check, result, message }) => (result === "ok" ? [] : [`${result} ${check}: ${message}`]));

  it("is green by the role that only operates, which may install nothing, and keeps a record in the bucket too", async () => {
    const answer = await drilled(["--servers", "web-1,web-2"], "operate");
    expect(bad(answer)).to.deep.equal([]);
    expect(answer.exitCode).to.equal(0);
    const [file = ""] = await readdir(join(folder, "runs"));
    expect(answer.record).to.equal(`runs/${file}`);
    const run = runOf(recordLines(await readFile(join(folder, "runs", file), "utf8")) ?? []);
    expect(run?.verb).to.equal("drill");
    expect(run?.targets.map(({ name }) => name)).to.deep.equal(["web-1", "web-2"]);
    expect(run?.ended).to.not.equal(undefined);
    const s3 = new S3Client({ ...assumed(cloud.url, "us-east-1", "111122223333"), forcePathStyle: true });
    const Prefix = `runs/${file.replace(".jsonl", "")}/`;
    const { Contents: kept = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucketName("test", "use1", "111122223333"), Prefix }),
    );
    s3.destroy();
    expect(kept).to.not.deep.equal([]);
  });

  it("is as green by the role that installs; ends with 3 by one that may send nothing; no drill installs on a reviewed group", async () => {
    const other = await drilled(["--servers", "web-1,db-1"], "operate");
    expect([other.exitCode, bad(other)]).to.deep.equal([0, []]);
    const reviewed = await drilled(["--servers", "web-1,db-1", "--except", "drill-install"], "install");
    expect(reviewed.exitCode).to.equal(3);
    const answer = await drilled(["--servers", "web-1"], "install");
    expect([answer.exitCode, bad(answer)]).to.deep.equal([0, []]);
    const installed = cloud.journal.entries.flatMap((entry) =>
      entry.kind === "patching" && entry.operation === "Install" ? [entry.machine] : [],
    );
    expect(installed).to.deep.equal([web1, web2, web1, web1]);
    expect(installed).to.not.include(db1);
  });

  it("shows first what it does to which servers, and ends with 1 where one is not ready or none answers", async () => {
    cloud.inject({ machine: web1, kind: "diskFull" });
    const args = ["doctor", "--drill", "--location", "use1", "--yes", "--except", "drill-install", ...only];
    const ended = await running(folder, cloud, args).ended;
    expect(ended.code, ended.stdout + ended.stderr).to.equal(1);
    expect(ended.stderr)
      .to.match(/a drill now[^]*web-1 +use1[^]*web-2 +use1/)
      .and.not.contain("db-1");
    expect(ended.stdout).to.contain("error drill-disk in use1: web-1: / has 12 MiB free, and 1024 are wanted");
    expect(ended.stdout).to.contain("what to do: make room before the window");
    expect(ended.stdout).to.contain("no agent answers of app-2 (windows-server)");
    expect(ended.stdout).to.match(/the drill is on record in runs\/.*-drill-/);
  });

  it("is a fault of usage without --yes, for no such server, and where a drill is not said", async () => {
    const refused = async (args: readonly string[]): Promise<string> => {
      const ended = await running(folder, cloud, ["doctor", ...args], { advances: false }).ended;
      expect([ended.code, ended.stdout]).to.deep.equal([2, ""]);
      return ended.stderr;
    };
    expect(await refused(["--drill"])).to.contain("--yes");
    expect(await refused(["--drill", "--yes", "--servers", "web-9"])).to.contain("web-9");
    const without = await refused(["--servers", "web-1", "--only", "drill-lock"]);
    expect(without).to.contain("--servers").and.contain("--only").and.contain("say --drill too");
    expect(cloud.journal.entries.filter(({ kind }) => kind === "patching")).to.not.deep.equal([]);
  });
});
