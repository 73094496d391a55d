import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import type { RetryJson } from "../../render/retry/retryJson.ts";
import { deployedProject, gate, onboard, patchplane } from "./commandFixture.ts";

const told = z.fromJSONSchema(
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "schemas", "retry.schema.json"), "utf8")) as Parameters<
    typeof z.fromJSONSchema
  >[0],
);

describe("patchplane retry, the command", function () {
  this.timeout(300_000);
  const project = deployedProject(({ name }) => name === "app-2");
  let file: string;
  let text: string;

  before(async () => {
    const { cloud, plane, folder } = project;
    file = join(folder, "fleet", "test.csv");
    text = await readFile(file, "utf8");
    const [app, data] = ["app-1", "data-1"].map((name) => plane.fleet.find((server) => server.name === name));
    if (app === undefined || data === undefined) throw new Error("no rows");
    cloud.inject({ machine: app.id, kind: "noRouteToAws" });
    await onboard(cloud, plane, app);
    cloud.inject({ machine: data.id, kind: "noRouteToAws" });
    await onboard(cloud, plane, data);
  });
  afterEach(() => writeFile(file, text));

  async function retry(args: readonly string[] = [], url = project.cloud.url): Promise<RetryJson> {
    const ended = await patchplane(project.folder, url, ["retry", "--json", ...args]);
    expect(ended.stderr).to.equal("");
    const answer = told.parse(JSON.parse(ended.stdout)) as RetryJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  it("shows why and what to do first, and writes nothing", async () => {
    const answer = await retry();
    expect([answer.exitCode, answer.written]).to.deep.equal([1, false]);
    expect(answer.raised.map(({ name, state, attempt }) => [name, state, attempt])).to.deep.equal([
      ["data-1", "failed", 2],
      ["app-1", "failed", 2],
    ]);
    expect(answer.raised[0]?.detail).to.match(/^exit code 3\d/);
    expect(answer.raised[0]?.before).to.match(/VM/);
    expect(await readFile(file, "utf8")).to.equal(text);
    const { stdout } = await patchplane(project.folder, project.cloud.url, ["retry", "--stack", "test"]);
    expect(stdout).to.contain("npx patchplane retry --stack test --write");
  });

  it("raises the chosen rows alone, and no other byte", async () => {
    const answer = await retry(["--servers", "APP-1,app-2", "--write"]);
    expect([answer.exitCode, answer.written]).to.deep.equal([0, true]);
    expect(answer.left.map(({ name, state }) => [name, state])).to.deep.equal([["app-2", "registered"]]);
    const after = (await readFile(file, "utf8")).split("\n");
    const changed = text.split("\n").flatMap((line, index) => (line === after[index] ? [] : [[line, after[index]]]));
    expect(changed).to.have.lengthOf(1);
    expect(changed[0]?.[1]).to.equal(changed[0]?.[0]?.replace(/,v2,1,$/, ",v2,2,"));
  });

  it("ends with 1 where a chosen row wants something else, and 0 where it wants nothing", async () => {
    const { cloud, plane } = project;
    expect((await retry(["--servers", "app-2"])).exitCode).to.equal(0);
    const app = plane.fleet.find(({ name }) => name === "app-2");
    cloud.stopMachine(app?.id ?? "");
    await cloud.advanceTo(new Date(cloud.now().getTime() + 3_600_000));
    const answer = await retry(["--servers", "app-2", "--write"]);
    expect([answer.exitCode, answer.written, answer.left.map(({ state }) => state)]).to.deep.equal([
      1,
      false,
      ["connectionLost"],
    ]);
    cloud.startMachine(app?.id ?? "");
  });

  it("keeps the rows of a location that refuses its role, and ends with 3", async () => {
    const refusing = await gate(project.cloud, "eu-west-1");
    try {
      const answer = await retry(["--write"], refusing.url);
      expect(answer.exitCode).to.equal(3);
      expect(answer.raised.map(({ name }) => name)).to.deep.equal(["app-1"]);
      expect(answer.unreadable.map(({ name }) => name)).to.deep.equal(["euw1"]);
    } finally {
      await refusing.close();
    }
  });

  it("names a server that no row has, and takes patterns", async () => {
    const ended = await patchplane(project.folder, project.cloud.url, ["retry", "--servers", "app-7"]);
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.contain('"app-7"').and.to.contain("app-1");
    const pattern = await patchplane(project.folder, project.cloud.url, ["retry", "--servers", "APP-*", "--json"]);
    const { raised } = JSON.parse(pattern.stdout) as { readonly raised: readonly { readonly name: string }[] };
    expect([pattern.code, raised.map(({ name }) => name)]).to.deep.equal([1, ["app-1"]]);
  });
});
