import { readFileSync } from "node:fs";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateActivationCommand, DescribeInstanceInformationCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { z } from "zod";
import { recordLines, runOf } from "../../domain/runs/runRecord.ts";
import type { Plane } from "../../domain/plane.ts";
import type { OffboardJson } from "../../render/offboard/offboardJson.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { parameters, policiesOf } from "../bootstrap/template.ts";
import { startGateway } from "../engine/gateway.ts";
import { onboard, patchplane, planeOf, projectCopy, ssmOf, type Ended } from "./commandFixture.ts";

const told = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "..", "schemas", "offboard.schema.json"), "utf8"),
  ) as Parameters<typeof z.fromJSONSchema>[0],
);
const operator = "patchplane-operator-test";
const reader = "patchplane-operator-read-test";
const key = { PublicKey: "A".repeat(392), PublicKeyType: "Rsa", Fingerprint: "11111111-2222-4333-8444-555555555555" };
const app1 = "10000000-0000-4000-8000-000000000001";
const gone = "10000000-0000-4000-8000-0000000000aa";

describe("patchplane offboard, the command", function () {
  this.timeout(300_000);
  let folder: string;
  let plane: Plane;
  let cloud: Cloud;
  let text: string;

  /** Registers a node that nothing answers for, as an agent does. */
  async function register(tags: Readonly<Record<string, string>>): Promise<string> {
    const { ActivationId, ActivationCode } = await ssmOf(cloud, plane, "use1").send(
      new CreateActivationCommand({
        IamRole: "hybrid",
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    const answer = await fetch(cloud.url, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.RegisterManagedInstance" },
      body: JSON.stringify({ ActivationId, ActivationCode, ...key }),
    });
    return ((await answer.json()) as { InstanceId: string }).InstanceId;
  }

  async function nodes(): Promise<readonly string[]> {
    const found = await ssmOf(cloud, plane, "use1").send(new DescribeInstanceInformationCommand({}));
    return (found.InstanceInformationList ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
  }

  function offboard(args: readonly string[], role = operator, url = cloud.url): Promise<Ended> {
    return patchplane(folder, url, ["offboard", "--as-of", "2026-12-05T12:00:00Z", ...args], {
      env: { PATCHPLANE_ROLE_NAME: role },
    });
  }

  async function asJson(args: readonly string[] = [], role = operator, url = cloud.url): Promise<OffboardJson> {
    const ended = await offboard(["--json", ...args], role, url);
    expect(ended.stderr).to.equal("");
    const answer = told.parse(JSON.parse(ended.stdout)) as OffboardJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  const apply = ["--apply", "--yes", "--reason", "the old shop is closed"];
  const leaving = (answer: OffboardJson) => answer.leaving.map(({ node, reason }) => [node, reason]);

  let orphan: string;
  let duplicate: string;
  let foreign: string;
  let theirs: string;
  let left: string;

  before(async () => {
    folder = await projectCopy();
    plane = planeOf(folder);
    const roles = Object.values(plane.locations).flatMap(({ accountId }) =>
      (
        [
          ["OperatorRole", operator],
          ["OperatorReadRole", reader],
        ] as const
      ).map(([role, name]) => ({
        arn: `arn:aws:iam::${accountId}:role/${name}`,
        policies: policiesOf(role, { ...parameters, "AWS::AccountId": accountId, Environment: "test" }),
      })),
    );
    const world = worldFromPlane(plane, { seed: 1, failureShare: 0 });
    cloud = await startCloud({ world, now: new Date("2026-12-01T12:00:00Z"), seed: 1, roles });
    const own = { Environment: "test", PatchGroup: "prod-auto" };
    duplicate = await register({ ...own, AzureVmId: app1 });
    orphan = await register({ ...own, AzureVmId: gone });
    foreign = await register({ Environment: "test" });
    theirs = await register({ Environment: "elsewhere", AzureVmId: "10000000-0000-4000-8000-0000000000bb" });
    const before = new Set(await nodes());
    for (const name of ["app-1", "app-2"]) {
      const server = plane.fleet.find((each) => each.name === name);
      if (server === undefined) throw new Error("no row");
      await onboard(cloud, plane, server);
    }
    left = (await nodes()).filter((id) => !before.has(id))[1] ?? "";
    // app-2 has left the fleet, and runs on.
    const file = join(folder, "fleet", "test.csv");
    text = await readFile(file, "utf8");
    await writeFile(
      file,
      text
        .split("\n")
        .filter((line) => !line.includes("app-2"))
        .join("\n"),
    );
    plane = planeOf(folder);
  });
  after(async () => {
    await cloud.close();
    await rm(folder, { recursive: true });
  });

  it("shows what may go and why the others stay, and does nothing", async () => {
    const count = (await nodes()).length;
    const answer = await asJson([], reader);
    expect(answer.exitCode).to.equal(1);
    expect(leaving(answer)).to.have.deep.members([
      [duplicate, "duplicate"],
      [orphan, "orphan"],
    ]);
    const why = Object.fromEntries(answer.staying.map((each) => [each.node, each.why]));
    expect(Object.keys(why)).to.have.members([foreign, theirs, left]);
    expect(why[foreign]).to.contain("no AzureVmId");
    expect(why[theirs]).to.contain("elsewhere");
    expect(why[left]).to.contain("--alive");
    expect((await nodes()).length).to.equal(count);
    const shown = await offboard(["--stack", "test"], reader);
    expect(shown.stdout).to.contain("npx patchplane offboard --stack test --apply");
  });

  it("wants a reason and an answer, and takes the node of no VM that the file has", async () => {
    const ended = await offboard(["--apply"]);
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.contain("--reason").and.to.contain("--yes");
    const server = (await nodes()).find(
      (id) => id.startsWith("mi-") && ![duplicate, orphan, foreign, theirs, left].includes(id),
    );
    const answer = await asJson(["--nodes", server ?? "", "--alive", ...apply]);
    expect([answer.exitCode, answer.leaving, answer.staying[0]?.why]).to.deep.equal([
      0,
      [],
      "its VM is in the fleet file, and this is its node",
    ]);
  });

  it("leaves an orphan whose subscription cannot be read, and ends with 3", async () => {
    const gateway = await startGateway(cloud.url);
    try {
      const details = [{ code: "NoValidSubscriptionsInQueryRequest", message: "none" }];
      gateway.before = ({ path, body }) =>
        path.includes("ResourceGraph") && body.includes("00000000000d")
          ? { status: 400, body: JSON.stringify({ error: { code: "BadRequest", message: "support", details } }) }
          : undefined;
      const answer = await asJson(["--location", "use1"], operator, gateway.url);
      expect([answer.exitCode, leaving(answer)]).to.deep.equal([3, [[duplicate, "duplicate"]]]);
      expect(answer.staying.find(({ node }) => node === orphan)?.why).to.contain("data");
    } finally {
      await gateway.close();
    }
  });

  it("is refused what the reading role may not do, and says so node by node", async () => {
    const answer = await asJson(["--nodes", orphan, ...apply], reader);
    expect(answer.exitCode).to.equal(3);
    expect(
      answer.leaving.map(({ outcome, failure }) => [outcome, failure?.includes("DeregisterManagedInstance")]),
    ).to.deep.equal([["refused", true]]);
    expect(await nodes()).to.include(orphan);
  });

  it("deregisters them, keeps a record of each call, and is done after", async () => {
    const answer = await asJson(["--alive", ...apply]);
    expect(answer.leaving.map(({ node, outcome }) => [node, outcome])).to.have.deep.members([
      [duplicate, "done"],
      [orphan, "done"],
      [left, "done"],
    ]);
    expect(answer.leaving.find(({ node }) => node === left)?.vm).to.match(/virtualmachines\/app-2$/);
    const after = await nodes();
    expect(after).to.include.members([foreign, theirs]).and.not.to.include.members([duplicate]);
    const run = runOf(recordLines(await readFile(join(folder, answer.record ?? ""), "utf8")) ?? []);
    expect([run?.verb, run?.why, run?.actions.length]).to.deep.equal(["offboard", "the old shop is closed", 3]);
    expect(run?.actions.every(({ action, outcome }) => action === "deregisterNode" && outcome === "done")).to.equal(
      true,
    );
    expect((await readdir(join(folder, "runs"))).length).to.equal(2);
    expect((await asJson()).leaving).to.deep.equal([]);
  });
});
