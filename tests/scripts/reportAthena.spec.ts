import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { partitionFolder, recordTypes } from "../../domain/collection/layout.ts";
import type { Cloud } from "../../simulator/index.ts";
import { startGateway } from "../engine/gateway.ts";
import { folderOfAll } from "../harness/folders.ts";
import { cloudWithQueries, names, putRecord } from "../operations/report/athenaFixture.ts";
import { stamps, writeFixture } from "../operations/report/fixture.ts";
import { patchplane, patchplaneEnvironment, type Ended } from "./commandFixture.ts";

const root = join(import.meta.dirname, "..", "..");
const asked = ["report", "--stack", "prod", "--kind", "compliance", "--as-of", "2026-11-16T00:00:00Z"];

describe("patchplane report --engine athena, the command", function () {
  this.timeout(300_000);
  const folder = folderOfAll();
  let cloud: Cloud;

  before(async () => {
    writeFixture(folder());
    for (const type of recordTypes) {
      const cut = { type, collected: stamps.after, accountId: "333344445555", region: "eu-west-1" };
      rmSync(join(folder(), partitionFolder(cut)), { recursive: true });
    }
    cloud = await cloudWithQueries(folder());
  });

  after(() => cloud.close());

  function report(...args: readonly string[]): Promise<Ended> {
    return patchplane(root, cloud.url, [...asked, ...args]);
  }

  it("answers in JSON what this machine answers of the same collections, and says nothing beside it", async () => {
    const athena = await report("--engine", "athena", "--json");
    const duckdb = await report("--store", folder(), "--json");
    expect(athena).to.deep.equal(duckdb);
    expect(athena.stderr).to.equal("");
    expect(athena.stdout).to.contain("prod-auto");
  });

  it("says afterwards what Athena read, and about what that costs", async () => {
    const { code, stderr } = await report("--engine", "athena");
    expect([code, stderr.split("\n").slice(0, -1)]).to.satisfy(([exit, lines]: [number, string[]]) => {
      const form = /^Athena read 0\.0 MB in (\d) queries, about \$0\.000\d\d at \$5 a TB and 10 MB a query at least$/;
      return exit === 1 && lines.length === 1 && form.test(lines[0] ?? "");
    });
  });

  it("ends with 3 where the workgroup's limit is reached, and says what to do", async () => {
    const configuration = {
      bytesScannedCutoffPerQuery: 100,
      resultConfiguration: { outputLocation: `s3://${names.bucket}/athena/` },
    };
    await putRecord(cloud, "athena-workgroup", names.workgroup, { name: names.workgroup, configuration });
    const { code, stdout, stderr } = await report("--engine", "athena");
    expect([code, stdout]).to.deep.equal([3, ""]);
    expect(stderr).to.match(
      /it would read more than the 10 GB that the workgroup patchplane-prod-reports allows; narrow the report to fewer collections, or raise reports\.athena\.scanLimitGigabytes and deploy\n/,
    );
    const json = await report("--engine", "athena", "--json");
    expect(JSON.parse(json.stdout)).to.nested.include({ exitCode: 3, "faults[0].path": "--engine athena" });
  });

  it("is refused by a stack without Athena, and with a store that Athena's tables are not over", async () => {
    const nonprod = await patchplane(root, cloud.url, ["report", "--stack", "nonprod", "--engine", "athena"]);
    expect(nonprod).to.include({ code: 2, stdout: "" });
    expect(nonprod.stderr).to.contain("the stack has no Athena");
    const elsewhere = await report("--engine", "athena", "--store", "s3://another-bucket/collections");
    expect(elsewhere).to.include({ code: 2, stdout: "" });
    expect(elsewhere.stderr).to.contain(`s3://${names.bucket}/collections`);
  });

  it("stops the query when a person interrupts, and then ends with 130", async () => {
    const between = await startGateway(cloud.url);
    const running = JSON.stringify({ QueryExecution: { Status: { State: "RUNNING" } } });
    const seen: string[] = [];
    const asksForState = Promise.withResolvers<unknown>();
    between.before = ({ operation = "" }) => {
      seen.push(operation);
      if (operation !== "GetQueryExecution") return undefined;
      asksForState.resolve(undefined);
      return { status: 200, body: running };
    };
    const child = spawn(process.execPath, [join(root, "scripts", "patchplane.ts"), ...asked, "--engine", "athena"], {
      cwd: tmpdir(),
      env: { ...patchplaneEnvironment(folder(), between.url) },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await asksForState.promise;
    child.kill("SIGINT");
    expect(await ended).to.equal(130);
    await between.close();
    expect(seen.filter((operation) => operation === "StopQueryExecution")).to.have.lengthOf(
      seen.filter((operation) => operation === "StartQueryExecution").length,
    );
  });
});
