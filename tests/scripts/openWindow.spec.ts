import { readFileSync } from "node:fs";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetMaintenanceWindowCommand, UpdateMaintenanceWindowCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { z } from "zod";
import type { Plane } from "../../domain/plane.ts";
import type { OpenWindowJson } from "../../render/openWindow/openWindowJson.ts";
import type { ReviewJson } from "../../render/review/reviewJson.ts";
import { parameters, policiesOf } from "../bootstrap/template.ts";
import { startGateway } from "../engine/gateway.ts";
import { gate, patchplane, planeOf, ssmOf, type Ended } from "./commandFixture.ts";
import { running } from "./operatorFixture.ts";
import { deployWindow, group, reviewedProject, scan, type ReviewedProject } from "./reviewedFixture.ts";

const schema = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "..", "schemas", "open-window.schema.json"), "utf8"),
  ) as Parameters<typeof z.fromJSONSchema>[0],
);
const asOf = ["--as-of", "2026-12-01T14:00:00Z"];
const at = ["--at", "2026-12-01T15:00:00Z"];
const operator = "patchplane-operator-test";
const file = `approvals/${group}/2026-12-01.yaml`;

function roles(plane: Plane) {
  return Object.values(plane.locations).map(({ accountId }) => ({
    arn: `arn:aws:iam::${accountId}:role/${operator}`,
    policies: policiesOf("OperatorRole", { ...parameters, "AWS::AccountId": accountId, Environment: "test" }),
  }));
}

describe("patchplane open-window, the command", function () {
  this.timeout(300_000);
  let project: ReviewedProject;
  let plane: Plane;
  const ids: Record<string, string> = {};

  const open = (args: readonly string[], url = project.cloud.url): Promise<Ended> =>
    patchplane(project.folder, url, ["open-window", ...asOf, "--reason", "weekly", ...args], {
      env: { PATCHPLANE_ROLE_NAME: operator },
    });

  async function json(args: readonly string[], url?: string): Promise<OpenWindowJson> {
    const ended = await open([...args, "--yes", "--json"], url);
    expect(ended.code, ended.stderr).to.not.equal(2);
    const answer = schema.parse(JSON.parse(ended.stdout)) as OpenWindowJson;
    expect(ended.code, ended.stderr).to.equal(answer.exitCode);
    return answer;
  }

  async function windowAt(name: string): Promise<readonly [schedule: string, enabled: boolean]> {
    const { Schedule = "", Enabled = false } = await ssmOf(project.cloud, plane, name).send(
      new GetMaintenanceWindowCommand({ WindowId: ids[name] }),
    );
    return [Schedule, Enabled];
  }

  const records = async (): Promise<readonly string[]> => readdir(join(project.folder, "runs")).catch(() => []);

  before(async () => {
    project = await reviewedProject(roles);
    for (const each of ["use1", "euw1"]) await scan(project.cloud, project.plane, each);
    await project.cloud.advanceTo(new Date("2026-12-01T14:00:00Z"));
    const { stdout } = await patchplane(project.folder, project.cloud.url, ["review", ...asOf, "--json"]);
    const scanId = (JSON.parse(stdout) as ReviewJson).reviews[0]?.scan ?? "";
    const args = ["approve", ...asOf, "--group", group, "--scan", scanId, "--note", "weekly", "--yes", "--no-branch"];
    const approved = await patchplane(project.folder, project.cloud.url, args);
    expect(approved.code, approved.stderr).to.equal(0);
    plane = planeOf(project.folder);
    for (const each of ["use1", "euw1"]) ids[each] = await deployWindow(project.cloud, plane, each);
  });
  after(() => project.close());
  afterEach(() => rm(join(project.folder, "runs"), { recursive: true, force: true }));

  it("opens the window with an operator's rights, says when and where before, and closes it again", async () => {
    const ended = await open([...at, "--yes"]);
    expect(ended.code, ended.stderr).to.equal(0);
    expect(ended.stderr)
      .to.contain("mw-install-sensitive will open")
      .and.contain("data-1")
      .and.contain("10:00:00-05:00");
    for (const each of ["use1", "euw1"]) expect(await windowAt(each)).to.deep.equal(["at(2026-12-01T15:00:00)", true]);
    const [record = ""] = await records();
    const lines = (await readFile(join(project.folder, "runs", record), "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { line: string }).line)).to.have.members([
      "begun",
      ...["asked", "answered", "asked", "answered"],
      "ended",
    ]);
    const closed = await json(["--close"]);
    expect([closed.exitCode, closed.task]).to.deep.equal([0, "close"]);
    for (const each of ["use1", "euw1"]) expect(await windowAt(each)).to.deep.equal(["at(2099-12-31T23:59:59)", false]);
  });

  it("does not call a window opened that was given a time which is past by the cloud's clock", async () => {
    const behind = ["--as-of", "2026-12-01T13:40:00Z", "--at", "2026-12-01T13:50:00Z", "--yes", "--watch"];
    const ended = await open(behind);
    expect(ended.stdout)
      .to.contain("AWS names no time at which it opens: by AWS's clock the one it was given is past")
      .and.not.contain("opened");
    expect(ended.code, ended.stderr).to.equal(1);
    await json(["--close"]);
  });

  it("tells a second operator who opened it for another time, and takes its place with --anyway", async () => {
    const first = await json([...at]);
    expect(first.locations.map(({ opens }) => opens)).to.deep.equal(["2026-12-01T15:00:00Z", "2026-12-01T15:00:00Z"]);
    const second = await open(["--at", "2026-12-01T16:00:00Z", "--yes"]);
    expect([second.code, second.stderr.includes("somebody has opened it in use1 already")]).to.deep.equal([2, true]);
    expect((await windowAt("use1"))[0]).to.equal("at(2026-12-01T15:00:00)");
    const anyway = await json(["--at", "2026-12-01T16:00:00Z", "--anyway"]);
    expect([anyway.exitCode, (await windowAt("use1"))[0]]).to.deep.equal([0, "at(2026-12-01T16:00:00)"]);
    await json(["--close"]);
  });

  it("refuses an approvals file that names by hand what no scan shows, and one that is not what is deployed", async () => {
    const written = await readFile(join(project.folder, file), "utf8");
    const edited = written.replace(
      '- id: "curl.amd64"',
      '- id: "vim.amd64"\n      title: "9.1"\n    - id: "curl.amd64"',
    );
    await writeFile(join(project.folder, file), edited);
    const ended = await open([...at, "--yes"]);
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.contain("vim.amd64 9.1").and.contain("is not the approval of these files");
    await writeFile(join(project.folder, file), written);
    expect([await records(), (await windowAt("euw1"))[1]]).to.deep.equal([[], false]);
  });

  it("refuses where the last scans are stale, where nothing is approved, and without a reason, --yes or a near time", async () => {
    const stale = await patchplane(
      project.folder,
      project.cloud.url,
      ["open-window", "--as-of", "2026-12-03T14:00:00Z", "--reason", "weekly", "--yes"],
      { env: { PATCHPLANE_ROLE_NAME: operator } },
    );
    expect([stale.code, stale.stderr.includes("no fresh scan")]).to.deep.equal([2, true]);
    const wrong = await patchplane(project.folder, project.cloud.url, ["open-window", ...asOf, "--at", "2026-11-01"]);
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.contain("--reason").and.contain("--yes").and.contain("not a near time");
    const written = await readFile(join(project.folder, file), "utf8");
    await rm(join(project.folder, file));
    const nothing = await open([...at, "--yes"]);
    await writeFile(join(project.folder, file), written);
    expect([nothing.code, nothing.stderr.includes("nothing to install")]).to.deep.equal([2, true]);
  });

  it("opens in the other account where one refuses, and ends with 3", async () => {
    const between = await gate(project.cloud, undefined, "UpdateMaintenanceWindow");
    const refused = await json([...at, "--location", "use1"], between.url);
    await between.close();
    expect([refused.exitCode, refused.locations.map(({ outcome }) => outcome)]).to.deep.equal([3, ["refused"]]);
    expect((await windowAt("use1"))[1]).to.equal(false);
  });

  it("does not say that a location has no fresh scan which could not be read, and opens nothing without it", async () => {
    const between = await gate(project.cloud, "eu-west-1");
    const unread = await open([...at, "--yes"], between.url);
    await between.close();
    expect(unread.code).to.equal(3);
    expect(unread.stderr).to.contain("location euw1: its scans cannot be read: not allowed");
    expect(unread.stderr).to.contain("--anyway").and.not.contain("no fresh scan");
    expect((await windowAt("use1"))[1]).to.equal(false);
  });

  it("follows the run per server to its end, says who failed and why, and closes the window", async () => {
    const [ended] = await Promise.all([
      json([...at, "--watch", "--interval", "1", "--location", "euw1"]),
      (async () => {
        while (!(await windowAt("euw1"))[1]) await new Promise((resolve) => setTimeout(resolve, 100));
        await project.cloud.advanceTo(new Date("2026-12-01T17:00:00Z"));
      })(),
    ]);
    const [location] = ended.locations;
    // Nobody has put the list into the bucket of this cloud, so the server cannot fetch it.
    expect([ended.exitCode, location?.followed, location?.servers.map(({ status }) => status)]).to.deep.equal([
      1,
      "ended",
      ["Failed"],
    ]);
    expect(location?.servers[0]?.reason).to.not.equal("");
    expect(await windowAt("euw1")).to.deep.equal(["at(2099-12-31T23:59:59)", false]);
  });

  it("is told by --watch where somebody gives the window another time", async () => {
    const [ended] = await Promise.all([
      json(["--at", "2026-12-02T15:00:00Z", "--watch", "--interval", "1", "--location", "use1"]),
      (async () => {
        while (!(await windowAt("use1"))[1]) await new Promise((resolve) => setTimeout(resolve, 100));
        await ssmOf(project.cloud, plane, "use1").send(
          new UpdateMaintenanceWindowCommand({ WindowId: ids["use1"], Enabled: false }),
        );
      })(),
    ]);
    expect([ended.exitCode, ended.locations[0]?.followed]).to.deep.equal([1, "changed"]);
  });

  it("says once how the window is closed where a person breaks --watch off, and keeps it on record once", async () => {
    const args = [
      ...asOf,
      "--reason",
      "weekly",
      "--at",
      "2026-12-02T16:00:00Z",
      "--location",
      "use1",
      "--yes",
      "--watch",
    ];
    const between = await startGateway(project.cloud.url);
    let opened = false;
    const looked = new Promise<void>((resolve) => {
      between.before = ({ operation }) => {
        opened ||= operation === "UpdateMaintenanceWindow";
        if (opened && operation === "DescribeMaintenanceWindowExecutions") resolve();
        return undefined;
      };
    });
    const whole = ["open-window", ...args];
    const { child, ended } = running(project.folder, project.cloud, whole, { url: between.url, advances: false });
    await looked;
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    await between.close();
    expect([code, stderr.match(/says what was done/g)?.length]).to.deep.equal([130, 1]);
    expect(stderr)
      .to.contain('npx patchplane open-window --stack test --window mw-install-sensitive --close --reason "..."')
      .and.contain('npx patchplane stop --stack test --reason "..."');
    const [record = ""] = await records();
    const text = await readFile(join(project.folder, "runs", record), "utf8");
    expect(text.match(/"line":"interrupted"/g)).to.have.lengthOf(1);
  });
});
