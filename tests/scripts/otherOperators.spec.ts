import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListCommandsCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { ServersJson } from "../../render/runs/serversJson.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { instantText } from "../../domain/time.ts";
import { stampOf } from "../../domain/collection/stamp.ts";
import { assumed } from "../engine/clients.ts";
import { startGateway } from "../engine/gateway.ts";
import { ssmOf } from "./commandFixture.ts";
import { bySchema, operatorPlace, running } from "./operatorFixture.ts";

const anna = "arn:aws:sts::111122223333:assumed-role/Operators/anna";
const hour = 3_600_000;

describe("a run of another operator, at another machine", function () {
  this.timeout(300_000);
  const at = operatorPlace(undefined, () => new Date());

  /** Puts the beginning of a run's record where its machine would have put it; nothing of it is in runs/. */
  async function begun(
    location: string,
    verb: "scan" | "install",
    ago: number,
    servers: readonly (readonly [node: string, name: string])[] = [],
  ): Promise<string> {
    const begunAt = new Date(Date.now() - ago);
    const id = `${stampOf(begunAt)}-test-${verb}-0a1b`;
    const { accountId = "", region = "" } = at.plane.locations[location] ?? {};
    const line = {
      line: "begun",
      schema: "patchplane/run-record/1",
      at: instantText(begunAt),
      id,
      stack: "test",
      verb,
      who: { arn: anna, failure: null },
      process: { host: "annas-laptop", pid: 1 },
      why: "kernel",
      repeats: null,
      locations: [{ name: location, accountId, region }],
      targets: servers.map(([node, name]) => ({ location, node, server: node, name, group: "prod-auto" })),
      options: {},
    };
    await kept(location, id, [line]);
    lineOf.set(id, line);
    return id;
  }

  const lineOf = new Map<string, object>();

  /** Puts a copy of a record into a bucket. */
  async function kept(location: string, id: string, lines: readonly object[]): Promise<void> {
    const { accountId = "", region = "" } = at.plane.locations[location] ?? {};
    const client = new S3Client({ ...assumed(at.cloud.url, region, accountId), forcePathStyle: true });
    const Body = lines.map((each) => `${JSON.stringify(each)}\n`).join("");
    const content = createHash("sha256").update(Body).digest("hex").slice(0, 8);
    const Key = `runs/${id}/${String(lines.length).padStart(6, "0")}-${content}.jsonl`;
    await client.send(new PutObjectCommand({ Bucket: bucketName("test", location, accountId), Key, Body }));
  }

  const reboot = ["reboot", "--servers", "web-1", "--any", "--now", "hangs", "--yes", "--stack", "test"];
  const boots = (): number => at.cloud.journal.entries.filter(({ kind }) => kind === "boot").length;

  it("holds up who would change its location's servers, until --anyway; one that has been silent for a day does not", async () => {
    const open = await begun("use1", "install", 90 * 60_000);
    const held = await running(at.folder, at.cloud, reboot).ended;
    expect([held.code, held.stdout, boots()]).to.deep.equal([2, "", 0]);
    expect(held.stderr)
      .to.contain(`--anyway: ${open} has not ended: ${anna} at annas-laptop, last heard of 1 hour ago, because: kernel`)
      .and.contain(`npx patchplane runs --stack test ${open} shows how far it is`);
    const silent = await begun("euw1", "install", 30 * hour);
    const elsewhere = ["reboot", "--servers", "web-3", "--any", "--now", "hangs", "--yes", "--location", "euw1"];
    const passed = await running(at.folder, at.cloud, elsewhere).ended;
    expect([passed.code, boots()]).to.deep.equal([0, 1]);
    expect(passed.stderr)
      .to.contain(`${silent} of ${anna} has no end on record and was last heard of 1 day ago`)
      .and.contain(`npx patchplane runs --stack test ${silent} reads it`);

    const listed = await running(at.folder, at.cloud, ["runs", "--json"], { role: "read" }).ended;
    const { runs } = bySchema("runs", listed.stdout) as {
      readonly runs: readonly { readonly id: string; readonly state: string }[];
    };
    const states = new Map(runs.map(({ id, state }) => [id, state]));
    expect([states.size, states.get(open), states.get(silent)]).to.deep.equal([3, "open", "silent"]);
    const local = await running(at.folder, at.cloud, ["runs", "--local"], { role: "read" }).ended;
    expect(local.stdout).to.contain("1 run on record").and.not.contain("annas-laptop");
  });

  it("is gone on with from its record in the bucket, once somebody says that its machine is not at it any more", async () => {
    const id = await begun("use1", "scan", hour, [
      ["i-00000000000000001", "web-1"],
      ["i-00000000000000002", "web-2"],
    ]);
    // The machine was lost before the record came to say that this was sent.
    const client = ssmOf(at.cloud, at.plane, "use1");
    await client.send(
      new SendCommandCommand({
        DocumentName: "patchplane-test-scan",
        InstanceIds: ["i-00000000000000001"],
        Comment: `patchplane ${id} 1`,
      }),
    );
    const refused = await running(at.folder, at.cloud, ["rerun", id]).ended;
    expect([refused.code, refused.stdout]).to.deep.equal([2, ""]);
    expect(refused.stderr).to.contain("would be sent twice");
    const ended = await running(at.folder, at.cloud, ["rerun", id, "--anyway", "--json"]).ended;
    const answer = bySchema("scan", ended.stdout) as ServersJson;
    expect([ended.code, answer.repeats]).to.deep.equal([0, id]);
    expect(answer.servers.map(({ name, outcome }) => [name, outcome])).to.deep.equal([["web-2", "done"]]);
    const { Commands = [] } = await client.send(new ListCommandsCommand({}));
    expect(Commands).to.have.lengthOf(2);
    const record = await readFile(join(at.folder, "runs", `${id}.jsonl`), "utf8");
    const lines = record
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly line: string }).line);
    expect(lines).to.deep.equal(["begun", "resumed", "result", "ended"]);
  });

  it("has what both wrote where two machines went on with it, and says so", async () => {
    const id = await begun("use1", "scan", hour, [
      ["i-00000000000000001", "web-1"],
      ["i-00000000000000002", "web-2"],
    ]);
    const begin = lineOf.get(id) ?? {};
    const result = (node: string, outcome: string, minutes: number): object => {
      const ago = instantText(new Date(Date.now() - minutes * 60_000));
      return { line: "result", at: ago, location: "use1", node, outcome, reason: "", command: null };
    };
    const [web1, web2] = ["i-00000000000000001", "i-00000000000000002"];
    await kept("use1", id, [begin, result(web2, "done", 30)]);
    const longer = [begin, result(web1, "unknown", 40), result(web2, "failed", 35), result(web1, "done", 20)];
    await kept("use1", id, longer.slice(0, 2));
    await kept("use1", id, longer);
    const { stdout } = await running(at.folder, at.cloud, ["runs", id, "--json"], { role: "read" }).ended;
    const { runs } = bySchema("runs", stdout) as {
      readonly runs: readonly { readonly diverged: boolean; readonly results: readonly Record<string, string>[] }[];
    };
    expect(
      runs.map(({ diverged, results }) => [diverged, results.map((each) => [each["node"], each["outcome"]])]),
    ).to.deep.equal([
      [
        true,
        [
          [web1, "done"],
          [web2, "done"],
        ],
      ],
    ]);
    const shown = await running(at.folder, at.cloud, ["runs", id], { role: "read" }).ended;
    expect(shown.stdout).to.contain("two went on with it without knowing of each other");
  });

  it("cannot be told of where a bucket is not readable: nothing is sent, and what is here is shown", async () => {
    const id = await begun("use1", "install", hour);
    const between = await startGateway(at.cloud.url);
    between.before = ({ method, service }) =>
      method === "GET" && service === "s3"
        ? { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" }
        : undefined;
    const held = await running(at.folder, at.cloud, reboot, { url: between.url }).ended;
    expect([held.code, boots()]).to.deep.equal([2, 0]);
    expect(held.stderr).to.contain("whether somebody is at a run cannot be told").and.contain("bucket of use1");
    const listed = await running(at.folder, at.cloud, ["runs", id], { url: between.url }).ended;
    await between.close();
    expect(listed.code).to.equal(2);
    expect(listed.stderr).to.contain("records in the bucket of use1 are not readable");
    expect(existsSync(join(at.folder, "runs"))).to.equal(false);
  });

  it("is missing once for its location, however many of the records there are not readable", async () => {
    await begun("use1", "install", hour);
    await begun("use1", "scan", hour);
    const between = await startGateway(at.cloud.url);
    between.before = ({ method, service, path }) =>
      method === "GET" && service === "s3" && path.endsWith(".jsonl")
        ? { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" }
        : undefined;
    const { code, stdout } = await running(at.folder, at.cloud, ["runs", "--json"], { url: between.url }).ended;
    await between.close();
    const { runs, unread } = bySchema("runs", stdout) as {
      readonly runs: readonly unknown[];
      readonly unread: readonly { readonly location: string }[];
    };
    expect([code, runs, unread.map(({ location }) => location)]).to.deep.equal([3, [], ["use1"]]);
  });
});
