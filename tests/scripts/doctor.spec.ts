import { readFile, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateServiceLinkedRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { z } from "zod";
import { buildFunctionCode } from "../../config/functionCode.ts";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { doctorCheckIds } from "../../domain/doctor/catalogue.ts";
import type { Plane } from "../../domain/plane.ts";
import { openStack } from "../../rehearsal/stack.ts";
import type { DoctorJson, DoctorListJson } from "../../render/doctor/doctorJson.ts";
import { startCloud, worldFromPlane, type Cloud } from "../../simulator/index.ts";
import { parameters, policiesOf } from "../bootstrap/template.ts";
import { root } from "../config/sources.ts";
import { assumed } from "../engine/clients.ts";
import { gate, patchplane, planeOf, projectCopy, type Ended } from "./commandFixture.ts";

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(join(root, "schemas", "doctor.schema.json"), "utf8")) as Parameters<
    typeof z.fromJSONSchema
  >[0],
);
const reader = "patchplane-operator-read-test";

describe("patchplane doctor, the command", function () {
  this.timeout(300_000);
  let folder: string;
  let plane: Plane;
  let cloud: Cloud;

  const doctor = (args: readonly string[], url = cloud.url): Promise<Ended> =>
    patchplane(folder, url, ["doctor", "--as-of", cloud.now().toISOString(), ...args], {
      env: { PATCHPLANE_ROLE_NAME: reader },
    });

  async function doctorJson(args: readonly string[] = [], url = cloud.url): Promise<DoctorJson> {
    const ended = await doctor(["--json", ...args], url);
    const answer = schema.parse(JSON.parse(ended.stdout)) as DoctorJson;
    expect([ended.code, ended.stderr]).to.deep.equal([answer.exitCode, ""]);
    return answer;
  }

  const seen = ({ diagnoses }: DoctorJson): readonly string[] =>
    diagnoses
      .filter(({ result }) => result !== "ok")
      .map(({ check, result, where, message }) => `${result} ${check} ${where.location ?? ""}: ${message}`);

  before(async () => {
    folder = await projectCopy();
    const file = join(folder, "Pulumi.test.yaml");
    const settings = [
      "  patchplane:notifications: { emails: [ops@example.com] }",
      "  patchplane:checks: { vendor-support: { severity: off, reason: the releases of the fixture are old } }",
    ];
    await writeFile(file, `${await readFile(file, "utf8")}${settings.join("\n")}\n`);
    plane = planeOf(folder);
    const accounts = [...new Set(Object.values(plane.locations).map(({ accountId }) => accountId))];
    const roles = accounts.map((accountId) => ({
      arn: `arn:aws:iam::${accountId}:role/${reader}`,
      policies: policiesOf("OperatorReadRole", {
        ...parameters,
        "AWS::AccountId": accountId,
        Environment: "test",
      }),
    }));
    const world = worldFromPlane(plane, { seed: 1, failureShare: 0 });
    cloud = await startCloud({ world, now: new Date("2026-12-01T12:00:00Z"), seed: 1, roles });
    await openStack(cloud.url, loadOnboardingScripts(root), buildFunctionCode(root)).deploy(plane);
    for (const { accountId, region } of Object.values(plane.locations)) {
      const iam = new IAMClient(assumed(cloud.url, region, accountId));
      await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "ssm.amazonaws.com" }));
      iam.destroy();
    }
    await cloud.advanceTo(new Date("2026-12-02T23:00:00Z"));
  });

  after(async () => {
    await cloud.close();
    await rm(folder, { recursive: true });
  });

  it("ends with 1 and says why and what to do, while nobody has confirmed a subscription", async () => {
    const ended = await doctor([]);
    expect(ended.code, ended.stdout).to.equal(1);
    expect(ended.stdout).to.match(
      /^stack test\n\nFailed:\n {2}error subscribers in euw1, use1: ops@example.com has not confirmed its subscription\n {4}why it matters: .*\n {4}what to do: follow the link/,
    );
    expect(ended.stdout).to.match(/\n\nFine:\n {2}credentials: euw1: arn:/);
    expect(ended.stdout).to.match(/\n2 failed, \d+ fine\n$/);
    const page = await doctor(["--format", "markdown"]);
    expect(page.stdout).to.match(/🔴 `subscribers` in `euw1`, `use1`/);
  });

  it("is green with the rights of the reading role alone, once somebody has", async () => {
    cloud.confirmSubscriptions();
    const answer = await doctorJson();
    expect(seen(answer)).to.deep.equal([]);
    expect(answer.exitCode).to.equal(0);
    expect(answer.counts.ok).to.equal(answer.diagnoses.length);
  });

  it("ends with 3 where a location cannot be read, and says once for all of its checks why", async () => {
    const door = await gate(cloud, "eu-west-1");
    const ended = await doctor([], door.url);
    await door.close();
    expect(ended.code).to.equal(3);
    const unread = ended.stdout.split("\n").filter((line) => line.includes("not authorized to perform it"));
    expect(unread, ended.stdout).to.have.lengthOf(3);
    expect(unread.join()).to.match(/windows, .*baselines.* in euw1: not allowed/);
    expect(ended.stdout).to.not.match(/in use1: not allowed/);
  });

  it("looks at what is asked for alone", async () => {
    const checksOf = ({ diagnoses }: DoctorJson): readonly string[] => [
      ...new Set(diagnoses.map(({ check }) => check)),
    ];
    expect(checksOf(await doctorJson(["--only", "roles", "--only", "windows", "--location", "use1"]))).to.deep.equal([
      "windows",
      "roles",
    ]);
    expect(checksOf(await doctorJson(["--except", "roles"]))).to.not.include("roles");
  });

  it("lists its checks without a cloud, and refuses one that there is not", async () => {
    const listed = await doctor(["--list", "--json"], "http://127.0.0.1:9");
    const { checks } = JSON.parse(listed.stdout) as DoctorListJson;
    expect(checks.map(({ id }) => id)).to.deep.equal(doctorCheckIds);
    const wrong = await doctor(["--only", "role"]);
    expect(wrong.code).to.equal(2);
    expect(wrong.stderr).to.match(/--only: there is no such check, got "role".*did you mean "roles"/);
  });
});
