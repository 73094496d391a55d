import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DeleteMaintenanceWindowCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { PlanReport } from "../../domain/plan/report.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Cloud } from "../../simulator/index.ts";
import { windowName } from "../../domain/stack/awsNames.ts";
import { cloudOf, deployed, justDeployed, smallPlane, windowId } from "../operations/driftFixture.ts";
import { folderOfEach } from "../harness/folders.ts";
import { gate, patchplane, planeOf, projectCopy, ssmOf, type Ended } from "./commandFixture.ts";

describe("patchplane plan --live, the command", function () {
  this.timeout(300_000);
  const folder = folderOfEach(projectCopy);
  let plane: Plane;
  let cloud: Cloud;
  const run = (url: string, ...args: readonly string[]): Promise<Ended> =>
    patchplane(folder(), url, ["plan", folder(), folder(), "--live", "--as-of", cloud.now().toISOString(), ...args]);

  beforeEach(async () => {
    plane = smallPlane();
    cloud = await cloudOf(plane);
    await deployed(cloud, plane);
  });

  afterEach(() => cloud.close());

  it("ends with 0 where the locations hold what the stack makes, and shows their limits", async () => {
    const ended = await run(cloud.url);
    expect(ended.code).to.equal(0);
    expect(ended.stdout).to.match(/In the clouds now:\n {2}euw1 \(\d{12}, eu-west-1\): as the base has it/);
    expect(ended.stdout).to.match(/maintenance windows +\d+ +0 +50 /);
  });

  it("names a window that somebody deleted", async () => {
    const client = ssmOf(cloud, plane, "use1");
    await client.send(
      new DeleteMaintenanceWindowCommand({
        WindowId: await windowId(client, windowName(plane.environment, "mw-prod-monthly", "")),
      }),
    );
    const ended = await run(cloud.url, "--format", "markdown");
    expect(ended.stdout).to.match(/- 🟡 `live-drift` .*mw-prod-monthly/);
  });

  it("ends with 3 where a location cannot be read, and still answers for the other, in JSON alone", async () => {
    const door = await gate(cloud, "eu-west-1");
    const ended = await run(door.url, "--json");
    await door.close();
    expect(ended.stderr).to.equal("");
    expect(ended.code).to.equal(3);
    const { plans } = JSON.parse(ended.stdout) as { readonly plans: readonly PlanReport[] };
    const rows = plans[0]?.live?.locations.map(({ name, failure, limits }) => [
      name,
      failure !== undefined,
      limits.length > 0,
    ]);
    expect(rows).to.deep.equal([
      ["euw1", true, false],
      ["use1", false, true],
    ]);
  });
});

describe("patchplane plan, by what installations took", function () {
  this.timeout(300_000);
  const folder = folderOfEach(projectCopy);
  let plane: Plane;
  let cloud: Cloud;

  // Enough servers that one night tells something, and none of another system in their window.
  beforeEach(async () => {
    const file = join(folder(), "fleet", "test.csv");
    const rows = Array.from({ length: 24 }, (_, index) => {
      const id = `i-000000000000001${String(index).padStart(2, "0")}`;
      return `${id},batch-${String(index)},aws,use1,us-east-1,ubuntu,22.04,x86_64,prod-auto,test,,ops@example.com,,,,,`;
    });
    const [head = "", ...others] = (await readFile(file, "utf8")).trimEnd().split("\n");
    const kept = others.filter((row) => !row.includes(",web-2,"));
    await writeFile(file, `${[head, ...[...kept, ...rows].sort()].join("\n")}\n`);
    plane = planeOf(folder());
    cloud = await cloudOf(plane);
    await justDeployed(cloud, plane);
    await cloud.advanceTo(new Date("2026-12-09T12:00:00Z"));
  });

  afterEach(() => cloud.close());

  const planned = async (
    url: string,
    ...args: readonly string[]
  ): Promise<PlanReport & { readonly code: number | null }> => {
    const all = ["plan", folder(), folder(), "--as-of", cloud.now().toISOString(), "--json", ...args];
    const ended = await patchplane(folder(), url, all);
    const { plans } = JSON.parse(ended.stdout) as { readonly plans: readonly PlanReport[] };
    if (plans[0] === undefined) throw new Error(ended.stdout);
    return { ...plans[0], code: ended.code };
  };
  const automatic = ({ capacity }: PlanReport) =>
    capacity.find(({ window, location }) => window === "mw-install-auto" && location === "use1");

  it("counts with it where the commands may be read, and with a collection's where there is no cloud", async () => {
    const live = await planned(cloud.url, "--live");
    const took = cloud.journal.entries.filter(
      (entry) => entry.kind === "patching" && entry.operation === "Install" && entry.missed === undefined,
    );
    const measured = automatic(live)?.minutesFrom;
    expect(measured).to.include({ kind: "measured", os: "UBUNTU" });
    const runs = measured !== undefined && "runs" in measured ? measured.runs : 0;
    expect(runs).to.be.within(24, took.length);
    expect(automatic(live)?.minutesPerHost).to.be.within(3, 29);
    expect(live.capacity.find(({ window }) => window === "mw-prod-monthly")?.minutesFrom).to.deep.equal({
      kind: "model",
    });

    const collected = await patchplane(folder(), cloud.url, ["collect", "--as-of", cloud.now().toISOString()]);
    expect(collected.code, collected.stderr).to.be.oneOf([0, 1]);
    const offline = await planned("http://127.0.0.1:9", "--learned", "collections");
    expect(offline.capacity).to.deep.equal(live.capacity);
    expect(offline.live).to.equal(undefined);
    const nowhere = await patchplane(folder(), cloud.url, ["plan", "--learned", "elsewhere", folder(), folder()]);
    expect([nowhere.code, nowhere.stderr]).to.deep.equal([2, nowhere.stderr]);
    expect(nowhere.stderr).to.include("no collection of stack test is there");
  });

  it("says in a sentence that a role may not read commands, and keeps the model's minutes", async () => {
    const door = await gate(cloud, undefined, "ListCommandInvocations");
    const live = await planned(door.url, "--live");
    const text = await patchplane(folder(), door.url, [
      "plan",
      folder(),
      folder(),
      "--live",
      "--as-of",
      cloud.now().toISOString(),
    ]);
    await door.close();
    expect(live.code).to.equal(0);
    expect(live.findings.errors).to.equal(0);
    expect(automatic(live)?.minutesFrom).to.deep.equal({ kind: "model" });
    const refused = /use1: how long installations took is not known, the model's minutes stand: not allowed/;
    expect(text.stdout.replaceAll(/\s+/g, " ")).to.match(refused);
  });
});
