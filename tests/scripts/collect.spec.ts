import { spawn } from "node:child_process";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { startGateway, type Gateway } from "../engine/gateway.ts";
import { deployedProject, gate, patchplane, patchplaneEnvironment } from "./commandFixture.ts";

interface CollectJson {
  readonly schema: string;
  readonly exitCode: number;
  readonly collected: string;
  readonly resumed: boolean;
  readonly locations: readonly {
    readonly name: string;
    readonly failure: string | null;
    readonly apiCalls: number | null;
    readonly servers: readonly { readonly state: string; readonly reason: string | null }[];
  }[];
}

describe("patchplane collect, the command", function () {
  this.timeout(300_000);
  const project = deployedProject();
  const store = (): string => join(project.folder, "collections");

  afterEach(async () => {
    await rm(store(), { recursive: true, force: true });
    await rm(join(project.folder, ".patchplane"), { recursive: true, force: true });
  });

  async function rowsOf(type: string): Promise<readonly string[]> {
    const files = (await readdir(join(store(), type), { recursive: true })).filter((name) => name.endsWith(".json.gz"));
    const texts = await Promise.all(files.map((name) => readFile(join(store(), type, name))));
    return texts
      .flatMap((text) => gunzipSync(text).toString().split("\n"))
      .filter((line) => line !== "")
      .sort();
  }

  it("says how many calls are to come, what it collected and where, and ends with 0", async () => {
    const ended = await patchplane(project.folder, project.cloud.url, ["collect", "--as-of", "2026-12-01T15:00:00Z"]);
    expect(ended.stdout).to.match(/^stack test\n/);
    expect(ended.stdout).to.match(/\d+ servers collected, .*by \d+ calls\n/);
    expect(ended.stdout).to.contain("collection 2026-12-01T150000Z is in ");
    expect([ended.code, (await rowsOf("Patchplane:Location")).length]).to.deep.equal([0, 2]);
  });

  it("answers a location that refuses with 3, its servers unknown, and the rest collected", async () => {
    const between = await gate(project.cloud, "eu-west-1");
    const ended = await patchplane(project.folder, between.url, ["collect", "--json"]);
    await between.close();
    const answer = JSON.parse(ended.stdout) as CollectJson;
    expect([ended.code, answer.exitCode, answer.schema, ended.stderr]).to.deep.equal([
      3,
      3,
      "patchplane/collect/1",
      "",
    ]);
    const refused = answer.locations.find(({ failure }) => failure !== null);
    expect(refused?.failure).to.match(/^not allowed/);
    expect(new Set(refused?.servers.map(({ state }) => state))).to.deep.equal(new Set(["unknown"]));
    expect(answer.locations.filter(({ failure }) => failure === null)).to.have.lengthOf(1);
  });

  it("takes no address of a bucket that is none", async () => {
    const ended = await patchplane(project.folder, project.cloud.url, ["collect", "--store", "s3:/bucket"]);
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.contain("s3://bucket/prefix");
  });

  async function nodesDone(): Promise<number> {
    const work = join(project.folder, ".patchplane", "collecting");
    const files = await readdir(work, { recursive: true }).catch(() => []);
    const lists = files
      .filter((name) => name.endsWith("nodes.jsonl"))
      .map((name) => readFile(join(work, name), "utf8"));
    return (await Promise.all(lists)).join("").split("\n").length - 1;
  }

  /** Starts a collection of which two nodes are answered, ends it by a signal, and tells how it ended and what it said. */
  async function brokenOff(between: Gateway, signal: NodeJS.Signals): Promise<readonly [unknown, string]> {
    let asked = 0;
    between.before = ({ operation }) => {
      if (operation === "ListInventoryEntries") asked += 1;
      return operation === "ListInventoryEntries" && asked > 2 ? new Promise(() => undefined) : undefined;
    };
    const child = spawn(process.execPath, [join(project.folder, "scripts", "patchplane.ts"), "collect"], {
      env: patchplaneEnvironment(project.folder, between.url),
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = new Promise((resolve) =>
      child.once("close", (exit, killed) => {
        resolve(exit ?? killed);
      }),
    );
    while ((await nodesDone()) < 2) await setTimeout(20);
    child.kill(signal);
    return [await ended, said];
  }

  for (const [signal, ending, words] of [
    ["SIGKILL", "SIGKILL", ""],
    ["SIGINT", 130, "what was read is kept: call again within six hours, and it is gone on with\n"],
  ] as const) {
    it(`goes on after ${signal} with what it had, asks nothing of it again, and ends with the same rows`, async () => {
      const whole = await patchplane(project.folder, project.cloud.url, ["collect", "--json"]);
      const rows = await rowsOf("AWS:Tag");
      const servers = (JSON.parse(whole.stdout) as CollectJson).locations.flatMap((each) => each.servers);
      expect(rows.length).to.be.greaterThan(10);
      await rm(store(), { recursive: true });
      const between = await startGateway(project.cloud.url);
      expect(await brokenOff(between, signal)).to.deep.equal([ending, words]);
      const reads: string[] = [];
      between.before = ({ operation, body }) => {
        if (operation === "ListInventoryEntries") reads.push(body);
        return undefined;
      };
      const second = await patchplane(project.folder, between.url, ["collect", "--json"]);
      await between.close();
      const answer = JSON.parse(second.stdout) as CollectJson;
      expect([second.code, answer.resumed]).to.deep.equal([0, true]);
      expect(await rowsOf("AWS:Tag")).to.deep.equal(rows);
      expect(reads.length).to.equal(servers.filter(({ state }) => state === "collected").length - 2);
      expect((await readdir(store())).sort()).to.include("Patchplane:Location");
      expect(await readdir(join(project.folder, ".patchplane", "collecting"))).to.deep.equal([]);
    });
  }
});
