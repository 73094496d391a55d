import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { topicKeyPolicy } from "../../domain/stack/notificationPolicies.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { recordLines, runOf, type RecordLine } from "../../domain/runs/runRecord.ts";
import { topicArn } from "../../domain/stack/arns.ts";
import { ownTags } from "../../domain/stack/awsNames.ts";
import { topicPolicy } from "../../domain/stack/topicPolicy.ts";
import { locationNames } from "../../domain/stack/locationNames.ts";
import type { ServersJson } from "../../render/runs/serversJson.ts";
import type { VerifyJson } from "../../render/verify/verifyJson.ts";
import type { Cloud } from "../../simulator/index.ts";
import { gate, planeOf, projectCopy, scanAll, type Ended } from "./commandFixture.ts";
import { bySchema, operatorCloud, running, type OperatorRoleName } from "./operatorFixture.ts";
import { makeBaselines } from "./reviewedFixture.ts";

const reason = "CVE-2026-1234 is used against us";
const session = "arn:aws:sts::111122223333:assumed-role/patchplane-test-use1-break-glass/patchplane-patchplane";

describe("patchplane install --break-glass, the command", function () {
  this.timeout(300_000);
  let folder: string;
  let plane: Plane;
  let cloud: Cloud;
  let use1: Location;

  before(async () => {
    folder = await projectCopy();
    plane = planeOf(folder);
    const location = plane.locations["use1"];
    if (location === undefined) throw new Error("no location use1");
    use1 = location;
  });
  beforeEach(async () => {
    // With this seed db-1 lacks updates.
    cloud = await operatorCloud(plane, 6);
    await topicRecord("PUT");
    // A key's tags count after some minutes.
    await scanAll(cloud, plane, "2026-12-01T13:00:00Z");
  });
  afterEach(async () => {
    await cloud.close();
    await rm(join(folder, "runs"), { recursive: true, force: true });
  });
  after(() => rm(folder, { recursive: true }));

  const topic = (): string => topicArn(use1, locationNames("test", use1).topic);

  /** Makes the topic of use1 with its key, as the stack does, or takes the topic away. */
  async function topicRecord(method: "PUT" | "DELETE"): Promise<void> {
    const keyArn = `arn:aws:kms:${use1.region}:${use1.accountId}:key/1234`;
    const records = {
      "kms-key/1234": { policy: JSON.stringify(topicKeyPolicy(use1)), tags: ownTags("test", use1) },
      [`sns-topic/${encodeURIComponent(topic())}`]: { arn: topic(), kmsMasterKeyId: keyArn },
      [`sns-topic-policy/${encodeURIComponent(topic())}`]: { policy: JSON.stringify(topicPolicy("test", use1)) },
    };
    for (const [record, fields] of Object.entries(records)) {
      if (method === "DELETE" && !record.startsWith("sns-topic/")) continue;
      const url = `${cloud.url}/_patchplane/records/${use1.accountId}/${use1.region}/${record}`;
      const answer = await fetch(url, { method, ...(method === "PUT" ? { body: JSON.stringify(fields) } : {}) });
      expect(answer.ok, record).to.equal(true);
    }
  }

  function install(
    args: readonly string[],
    role: OperatorRoleName = "breakGlassOfUse1",
    url = cloud.url,
  ): Promise<Ended> {
    const asOf = ["--as-of", cloud.now().toISOString()];
    const all = ["install", "--reboot", "if-needed", "--yes", "--break-glass", reason, ...asOf, ...args];
    return running(folder, cloud, all, { role, url }).ended;
  }

  async function lines(): Promise<readonly RecordLine[]> {
    const [name = ""] = await readdir(join(folder, "runs"));
    return recordLines(await readFile(join(folder, "runs", name), "utf8")) ?? [];
  }

  const installed = (): readonly string[] =>
    cloud.journal.entries.flatMap((entry) =>
      entry.kind === "patching" && entry.operation === "Install" ? entry.machine : [],
    );

  it("is refused to every other role before anything is read, with the role to take", async () => {
    const between = await gate(cloud);
    for (const [role, location, caller] of [
      ["operate", "use1", "arn:aws:sts::111122223333:assumed-role/patchplane-operator-test/patchplane-patchplane"],
      [
        "install",
        "use1",
        "arn:aws:sts::111122223333:assumed-role/patchplane-operator-install-test/patchplane-patchplane",
      ],
      // The role of another location.
      [
        "breakGlassOfUse1",
        "euw1",
        "arn:aws:sts::444455556666:assumed-role/patchplane-test-use1-break-glass/patchplane-patchplane",
      ],
    ] as const) {
      const refused = await install(["--servers", "db-1", "--location", location], role, between.url);
      expect([refused.code, refused.stdout], role).to.deep.equal([2, ""]);
      expect(refused.stderr)
        .to.contain(caller)
        .and.contain(`PATCHPLANE_ROLE_NAME=patchplane-test-${location}-break-glass`)
        .and.contain(`--location ${location}`);
    }
    await between.close();
    // STS's two calls, and no other.
    expect(new Set(between.seen)).to.deep.equal(new Set(["POST /"]));
    expect(cloud.published).to.deep.equal([]);
  });

  it("says what it passes over, tells the topic before the first command, installs, and is on record, where verify finds it", async () => {
    await makeBaselines(cloud, plane, "use1");
    const { code, stderr } = await install(["--servers", "db-1,web-1", "--location", "use1", "--canary", "2"]);
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("This passes over the review").and.contain("on 1 server of reviewed groups: db-1.");
    expect(installed()).to.have.members(["i-00000000000000001", "i-00000000000000003"]);
    const [message, ...others] = cloud.published;
    expect(others).to.deep.equal([]);
    expect(message).to.include({ topicArn: topic(), subject: "patchplane test: break-glass installation in use1" });
    const run = runOf(await lines());
    for (const part of [reason, "db-1", session, run?.id, run?.who.arn, "And on 1 server that no review"])
      expect(message?.message).to.contain(part);
    expect(run?.why).to.equal(`without approval: ${reason}`);
    const callers = [{ location: "use1", arn: session }];
    const servers = ["i-00000000000000003"];
    expect(run?.options["breakGlass"]).to.deep.equal({ reason, callers, servers });
    const calls = (await lines()).flatMap((line) => ("action" in line ? [`${line.line} ${line.action}`] : []));
    expect(calls.slice(0, 3)).to.deep.equal(["asked tellTopic", "answered tellTopic", "asked sendCommand"]);

    const verify = ["verify", "--group", "prod-sensitive", "--no-scan", "--as-of", cloud.now().toISOString()];
    const verified = await running(folder, cloud, [...verify, "--json"], { role: "read" }).ended;
    expect(verified.stderr).to.equal("");
    const { breakGlass, servers: judged } = bySchema("verify", verified.stdout) as VerifyJson;
    expect(breakGlass.map((each) => [each.run, each.by, each.reason])).to.deep.equal([[run?.id, run?.who.arn, reason]]);
    const changes = judged.flatMap((each) => each.changes.filter(({ kind }) => kind === "unapproved"));
    expect(new Set(changes.map(({ command }) => command))).to.deep.equal(new Set(breakGlass[0]?.commands));
    const { stdout } = await running(folder, cloud, verify, { role: "read" }).ended;
    expect(stdout).to.contain(`by the break-glass run ${run?.id ?? "?"}`);
    expect(stdout).to.contain(`${run?.id ?? "?"} by ${run?.who.arn ?? "?"}, begun ${run?.at ?? "?"}: ${reason}`);
  });

  it("installs nothing where the topic cannot be told; rerun does it, with the role alone, and tells it", async () => {
    await topicRecord("DELETE");
    const ended = await install(["--servers", "db-1", "--location", "use1", "--json"]);
    const answer = bySchema("install", ended.stdout) as ServersJson;
    expect([ended.code, answer.servers[0]?.outcome, installed()]).to.deep.equal([3, "notReached", []]);
    expect(answer.failures[0]?.failure).to.contain("topic could not be told").and.contain("Topic does not exist");
    await topicRecord("PUT");
    const again = (role: OperatorRoleName): Promise<Ended> =>
      running(folder, cloud, ["rerun", answer.run ?? "", "--json", "--yes"], { role }).ended;
    expect(await again("install")).to.deep.include({ code: 2 });
    expect([installed(), cloud.published.length]).to.deep.equal([[], 0]);
    const repeated = bySchema("install", (await again("breakGlassOfUse1")).stdout) as ServersJson;
    expect([repeated.exitCode, repeated.servers[0]?.outcome]).to.deep.equal([0, "done"]);
    expect([installed(), cloud.published.length]).to.deep.equal([["i-00000000000000003"], 1]);
  });

  it("is refused where no server is of a reviewed group, and wants a reason", async () => {
    const needless = await install(["--servers", "web-1", "--location", "use1"]);
    expect(needless.code).to.equal(2);
    expect(needless.stderr).to.contain("none of the servers is of a reviewed group");
    const silent = await install(["--servers", "db-1", "--break-glass", " "]);
    expect([silent.code, silent.stderr.includes("--break-glass: is needed")]).to.deep.equal([2, true]);
    expect([installed(), cloud.published]).to.deep.equal([[], []]);
  });
});
