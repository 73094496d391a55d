import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { recordLines, runOf, type Run } from "../../domain/runs/runRecord.ts";
import type { ServersJson } from "../../render/runs/serversJson.ts";
import { startGateway } from "../engine/gateway.ts";
import { gate } from "./commandFixture.ts";
import { bySchema, operatorPlace, running, type OperatorRoleName } from "./operatorFixture.ts";

describe("patchplane scan, the command", function () {
  this.timeout(300_000);
  const at = operatorPlace();

  async function scan(args: readonly string[], url?: string, role?: OperatorRoleName): Promise<ServersJson> {
    const where = { ...(url === undefined ? {} : { url }), ...(role === undefined ? {} : { role }) };
    const ended = await running(at.folder, at.cloud, ["scan", "--json", ...args], where).ended;
    expect(ended.stderr).to.equal("");
    const answer = bySchema("scan", ended.stdout) as ServersJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  async function recorded(): Promise<Run> {
    const [file = ""] = await readdir(join(at.folder, "runs"));
    const run = runOf(recordLines(await readFile(join(at.folder, "runs", file), "utf8")) ?? []);
    if (run === undefined) throw new Error("no record");
    return run;
  }

  const outcomes = ({ servers }: ServersJson): unknown =>
    Object.fromEntries(servers.map(({ name, outcome }) => [name, outcome]));

  it("scans with an operator's rights, reviewed servers too, and says what each lacks", async () => {
    const answer = await scan(["--group", "prod-auto", "--group", "prod-sensitive", "--servers", "web-*,db-1"]);
    expect(outcomes(answer)).to.deep.equal({ "web-1": "done", "web-2": "done", "web-3": "done", "db-1": "done" });
    expect(answer).to.include({ exitCode: 0, declined: false });
    for (const { name, report } of answer.servers) {
      expect(report?.updates.length, name).to.equal((report?.missing ?? 0) + (report?.failed ?? 0));
    }
    expect(answer.servers.filter(({ report }) => (report?.missing ?? 0) > 0)).to.not.deep.equal([]);
    const patched = at.cloud.journal.entries.filter((entry) => entry.kind === "patching");
    expect(new Set(patched.map(({ operation }) => operation))).to.deep.equal(new Set(["Scan"]));
    const run = await recorded();
    expect(run).to.include({ id: answer.run, verb: "scan" });
    expect(run.targets.map(({ name }) => name)).to.have.members(["web-1", "web-2", "web-3", "db-1"]);
    expect(run.results).to.have.lengthOf(4);
    expect(run.ended).to.not.equal(undefined);
  });

  it("scans with the weekly review's rights, which review afterwards too", async () => {
    const answer = await scan(["--group", "prod-sensitive", "--servers", "db-1"], undefined, "scan");
    expect(outcomes(answer)).to.deep.equal({ "db-1": "done" });
    const asOf = ["--as-of", at.cloud.now().toISOString()];
    const review = await running(at.folder, at.cloud, ["review", "--group", "prod-sensitive", "--json", ...asOf], {
      role: "scan",
    }).ended;
    expect(review.stderr).to.equal("");
    const { failures, reviews } = bySchema("review", review.stdout) as {
      readonly failures: readonly unknown[];
      readonly reviews: readonly { readonly servers: readonly { readonly name: string; readonly scan: string }[] }[];
    };
    expect(failures).to.deep.equal([]);
    expect(reviews[0]?.servers.find(({ name }) => name === "db-1")?.scan).to.equal("fresh");
  });

  it("has the servers of an account that refuses as unknown, goes on elsewhere, and ends with 3", async () => {
    const between = await gate(at.cloud, "eu-west-1");
    const answer = await scan(["--servers", "web-*"], between.url);
    await between.close();
    expect(answer.exitCode).to.equal(3);
    expect(outcomes(answer)).to.deep.equal({ "web-1": "done", "web-2": "done", "web-3": "unknown" });
    expect(answer.failures.map(({ location, failure }) => [location, failure.slice(0, 11)])).to.deep.equal([
      ["euw1", "not allowed"],
    ]);
  });

  it("comes to its end although every third call is throttled, and sends nothing twice", async () => {
    const between = await startGateway(at.cloud.url);
    let calls = 0;
    between.before = ({ operation }) => {
      calls += 1;
      if (operation === undefined || calls % 3 !== 0) return undefined;
      return { status: 400, body: JSON.stringify({ __type: "ThrottlingException", message: "Rate exceeded" }) };
    };
    const answer = await scan(["--servers", "web-1,web-2"], between.url);
    await between.close();
    expect(outcomes(answer)).to.deep.equal({ "web-1": "done", "web-2": "done" });
    expect(at.cloud.journal.entries.filter(({ kind }) => kind === "patching")).to.have.lengthOf(2);
  });

  it("is refused with the role that only reads, and without the stack's document says what to do", async () => {
    const refused = await scan(["--servers", "web-1"], undefined, "read");
    expect(refused.exitCode).to.equal(3);
    expect(refused.failures[0]?.failure).to.match(/^not allowed/);
    expect(at.cloud.journal.entries.filter(({ kind }) => kind === "patching")).to.deep.equal([]);
  });

  it("says who cannot be reached and why, in text, with the command that repeats them", async () => {
    at.cloud.stopMachine("i-00000000000000002");
    const ended = await running(at.folder, at.cloud, ["scan", "--servers", "web-1,web-2"]).ended;
    expect(ended.code).to.equal(1);
    expect(ended.stdout).to.contain("web-2").and.contain("not reachable");
    const [file = ""] = await readdir(join(at.folder, "runs"));
    expect(ended.stdout).to.contain(`npx patchplane rerun --stack test ${file.replace(".jsonl", "")}`);
    expect(ended.stdout).to.contain("2 servers: 1 done, 1 not reachable");
  });

  it("is a fault of usage with a server that nobody knows, before anything is read", async () => {
    const ended = await running(at.folder, at.cloud, ["scan", "--servers", "web-9"]).ended;
    expect([ended.code, ended.stdout]).to.deep.equal([2, ""]);
    expect(ended.stderr).to.contain("no server of the fleet file").and.contain("web-1");
  });
});
