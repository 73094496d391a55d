import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateAssociationCommand, DescribeInstancePatchesCommand, ListCommandsCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { ServersJson } from "../../render/runs/serversJson.ts";
import { assumed } from "../engine/clients.ts";
import { startGateway } from "../engine/gateway.ts";
import { gate, patchplane, scanAll, ssmOf } from "./commandFixture.ts";
import { bySchema, operatorPlace, running, type OperatorRoleName } from "./operatorFixture.ts";

const why = ["--reboot", "if-needed", "--reason", "CVE-2026-1234", "--yes"];
const [web1, web2] = ["i-00000000000000001", "i-00000000000000002"];
/** In the other location. */
const web3 = "i-00000000000000004";

/** A notice of Ubuntu 22.04 that one version of a package mends a CVE, as OSV has it. */
function noticeOf(name: string, version: string, cve: string): object {
  return {
    schema_version: "1.7.0",
    id: "USN-9999-1",
    summary: `${name} vulnerability`,
    upstream: [`UBUNTU-${cve}`],
    published: "2026-11-30T12:00:00Z",
    modified: "2026-11-30T12:00:00Z",
    affected: [
      {
        package: { ecosystem: "Ubuntu:22.04:LTS", name, purl: `pkg:deb/ubuntu/${name}?arch=source` },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: version }] }],
        ecosystem_specific: { binaries: [{ binary_name: name, binary_version: version }] },
      },
    ],
  };
}

describe("patchplane install, the command", function () {
  this.timeout(300_000);
  const at = operatorPlace(async (cloud, plane) => {
    await scanAll(cloud, plane, "2026-12-01T13:00:00Z");
  });

  async function install(
    args: readonly string[],
    role: OperatorRoleName = "install",
    url = at.cloud.url,
  ): Promise<ServersJson> {
    const asOf = ["--as-of", at.cloud.now().toISOString()];
    const ended = await running(at.folder, at.cloud, ["install", "--json", ...why, ...asOf, ...args], { role, url })
      .ended;
    const answer = bySchema("install", ended.stdout) as ServersJson;
    expect(ended.code).to.equal(answer.exitCode);
    return answer;
  }

  /** What web-1 lacks by the scan before the spec. */
  async function missing(): Promise<readonly { readonly id: string; readonly title: string }[]> {
    const Filters = [{ Key: "State", Values: ["MISSING"] }];
    const asked = new DescribeInstancePatchesCommand({ InstanceId: web1, Filters, MaxResults: 100 });
    const { Patches = [] } = await ssmOf(at.cloud, at.plane, "use1").send(asked);
    return Patches.map(({ KBId: id = "", Title: title = "" }) => ({ id, title }));
  }

  const installed = (): readonly string[] =>
    at.cloud.journal.entries.flatMap((entry) =>
      entry.kind === "patching" && entry.operation === "Install" ? entry.machine : [],
    );
  const outcomes = ({ servers }: ServersJson): unknown =>
    Object.fromEntries(servers.map(({ name, outcome }) => [name, outcome]));

  it("installs on the canary first and then on the rest, with the role for it, and judges by the reports", async () => {
    const answer = await install(["--servers", "web-*", "--canary", "1"]);
    expect([answer.exitCode, outcomes(answer)]).to.deep.equal([
      0,
      { "web-1": "done", "web-2": "done", "web-3": "done" },
    ]);
    const times = at.cloud.journal.entries.flatMap((entry) =>
      entry.kind === "patching" && entry.operation === "Install" ? [entry.at.getTime()] : [],
    );
    expect(times).to.have.lengthOf(3);
    expect(times[1]).to.be.greaterThan(times[0] ?? Infinity);
    for (const { report, name } of answer.servers) expect(report?.failed, name).to.equal(0);
  });

  it("begins no other server when the canary fails, and says why it failed; rerun does the rest", async () => {
    const until = new Date(at.cloud.now().getTime() + 24 * 3_600_000);
    at.cloud.inject({ machine: web1, kind: "lockHeld", until });
    const first = await install(["--servers", "web-1,web-2"]);
    expect([first.exitCode, outcomes(first)]).to.deep.equal([1, { "web-1": "failed", "web-2": "notReached" }]);
    expect(first.servers[0]?.reason).to.contain("another package manager holds the lock");
    expect(installed()).to.deep.equal([web1]);
    await at.cloud.advanceTo(until);
    const again = ["rerun", first.run ?? "", "--json", "--yes"];
    const ended = await running(at.folder, at.cloud, again, { role: "install" }).ended;
    const second = bySchema("install", ended.stdout) as ServersJson;
    expect([second.repeats, outcomes(second)]).to.deep.equal([first.run, { "web-1": "done", "web-2": "done" }]);
    expect(installed()).to.deep.equal([web1, web1, web2]);
  });

  it("ends well although every third call is throttled, but for servers that stop in mid-run or hang in their reboot, which rerun repeats alone", async () => {
    const between = await startGateway(at.cloud.url);
    const until = new Date(at.cloud.now().getTime() + 24 * 3_600_000);
    at.cloud.inject({ machine: web2, kind: "rebootHang", until });
    let calls = 0;
    between.before = ({ operation }) => {
      if (operation === undefined || (calls += 1) % 3 !== 0) return undefined;
      return { status: 400, body: JSON.stringify({ __type: "ThrottlingException", message: "Rate exceeded" }) };
    };
    // Switched off while the canary installs, before its own turn.
    between.after = ({ operation }) => {
      if (operation === "SendCommand") at.cloud.stopMachine(web1);
    };
    const first = await install(["--servers", "web-*", "--canary", "1"], "install", between.url);
    await between.close();
    expect([first.exitCode, outcomes(first)]).to.deep.equal([
      1,
      { "web-3": "done", "web-1": "unreachable", "web-2": "failed" },
    ]);
    const [done, switchedOff, hung] = first.servers.map(({ reason }) => reason.replaceAll(/\d{4}-\S+Z/g, "T"));
    expect([done, switchedOff]).to.deep.equal([
      "",
      "its agent did not fetch the command in time; it is no node any more: stopped, terminated, or deregistered",
    ]);
    expect(hung).to.equal(
      "it was told to install and reboot at T, and its agent is silent since T: ConnectionLost; it may hang in its reboot, or be cut off: look at its console",
    );
    expect(calls).to.be.greaterThan(9);
    at.cloud.startMachine(web1);
    await at.cloud.advanceTo(until);
    const again = ["rerun", first.run ?? "", "--json", "--yes"];
    const ended = await running(at.folder, at.cloud, again, { role: "install" }).ended;
    const second = bySchema("install", ended.stdout) as ServersJson;
    expect([second.exitCode, outcomes(second)]).to.deep.equal([0, { "web-1": "done", "web-2": "done" }]);
    const begun = at.cloud.journal.entries.flatMap((entry) =>
      entry.kind === "patching" && entry.operation === "Install" && entry.missed === undefined ? entry.machine : [],
    );
    expect([web1, web2, web3].map((node) => begun.filter((machine) => machine === node).length)).to.deep.equal([
      1, 2, 1,
    ]);
  });

  it("installs one package alone where it is missing, by a list in the bucket", async () => {
    const [wanted] = await missing();
    const answer = await install(["--servers", "web-1,web-2,app-1", "--package", wanted?.id ?? ""]);
    expect(outcomes(answer)).to.deep.equal({ "web-1": "done" });
    expect(answer.leftOut.map(({ name, why, settled }) => [name, why, settled])).to.have.deep.members([
      ["web-2", "its last scan shows none of it", true],
      ["app-1", "Systems Manager has no node for it: stopped, terminated, or not registered", false],
    ]);
    expect(answer.exitCode).to.equal(1);
    const [report] = answer.servers.map((each) => each.report);
    expect(report?.updates.map(({ id }) => id)).to.not.include(wanted?.id);
    expect(report?.missing).to.be.greaterThan(0);
  });

  it("tells each server what its own scan shows of several packages, says so before, and refuses what none of them lacks", async () => {
    const scan = await running(at.folder, at.cloud, ["scan", "--servers", "web-1,web-2", "--json"]).ended;
    const lacks = (bySchema("scan", scan.stdout) as ServersJson).servers.map(({ report }) =>
      (report?.updates ?? []).map(({ id }) => id),
    );
    const [first = "", second = ""] = [
      lacks[0]?.find((id) => lacks[1]?.includes(id) === false),
      lacks[1]?.find((id) => lacks[0]?.includes(id) === false),
    ];
    const args = ["install", ...why, "--as-of", at.cloud.now().toISOString(), "--canary", "2", "--package", first];
    const none = await running(at.folder, at.cloud, [...args, "--servers", "web-2"], { role: "install" }).ended;
    expect([none.code, none.stdout]).to.deep.equal([2, ""]);
    expect(none.stderr)
      .to.contain("no scan of these servers shows")
      .and.contain("web-2: its last scan shows none of it");
    const later = new Date(at.cloud.now().getTime() + 30 * 24 * 3_600_000).toISOString();
    const stale = ["install", ...why, "--as-of", later, "--package", first, "--servers", "web-1"];
    const old = await running(at.folder, at.cloud, stale, { role: "install" }).ended;
    expect([old.code, old.stdout]).to.deep.equal([2, ""]);
    const between = await gate(at.cloud, "eu-west-1");
    const role = { role: "install", url: between.url } as const;
    const unread = await running(at.folder, at.cloud, [...args, "--servers", "web-3"], role).ended;
    await between.close();
    expect([unread.code, unread.stdout]).to.deep.equal([3, ""]);
    expect(unread.stderr).to.contain("location euw1: its scans cannot be read: not allowed");
    const both = [...args, "--package", second, "--servers", "web-1,web-2"];
    const ended = await running(at.folder, at.cloud, both, { role: "install" }).ended;
    expect(ended.code).to.equal(0);
    expect(ended.stderr).to.contain("On 1 server: web-1").and.contain("On 1 server: web-2");
    const { Commands = [] } = await ssmOf(at.cloud, at.plane, "use1").send(new ListCommandsCommand({}));
    const told = Commands.flatMap(({ InstanceIds = [], Parameters = {} }) =>
      (Parameters["InstallOverrideList"] ?? []).map((url) => [InstanceIds.join(), url] as const),
    );
    expect(told.map(([node]) => node).toSorted()).to.deep.equal([web1, web2]);
    const { accountId = "", region = "" } = at.plane.locations["use1"] ?? {};
    const client = new S3Client({ ...assumed(at.cloud.url, region, accountId), forcePathStyle: true });
    for (const [node, url] of told) {
      const [Bucket = "", ...key] = url.replace("s3://", "").split("/");
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key.join("/") }));
      const content = (await Body?.transformToString()) ?? "";
      const [own, other] = node === web1 ? [first, second] : [second, first];
      expect(content).to.contain(`'${own}'`).and.not.contain(`'${other}'`);
    }
  });

  it("installs what mends a CVE, by the advisories that are kept, with what that depends on and nothing else", async () => {
    // The installed version, without which nobody knows what an update mends.
    await ssmOf(at.cloud, at.plane, "use1").send(
      new CreateAssociationCommand({
        Name: "AWS-GatherSoftwareInventory",
        AssociationName: "patchplane-test-inventory",
        Targets: [{ Key: "tag:PatchGroup", Values: ["prod-auto"] }],
        ScheduleExpression: "cron(0 12 * * ? *)",
      }),
    );
    const updates = await missing();
    const wanted = updates.find(({ id }) => id === "curl.amd64");
    const notice = join(at.folder, "USN-9999-1.json");
    await writeFile(
      notice,
      JSON.stringify(noticeOf("curl", wanted?.title.replace("curl.amd64:", "") ?? "", "CVE-2026-1234")),
    );
    const update = ["advisories", "update", "--offline", "--all-packages", "--ubuntu", notice];
    expect((await patchplane(at.folder, at.cloud.url, [...update, "--cwd", at.folder])).code).to.equal(0);
    for (const known of [[], ["--cve", "CVE-2026-1234"]]) {
      const unknown = ["install", ...why, "--servers", "web-1", ...known, "--cve", "CVE-2026-9999"];
      const refused = await running(at.folder, at.cloud, unknown, { role: "install" }).ended;
      expect([refused.code, refused.stderr.includes("CVE-2026-9999")]).to.deep.equal([2, true]);
    }
    expect(installed()).to.deep.equal([]);
    const answer = await install(["--servers", "web-1,web-2", "--cve", "cve-2026-1234"]);
    expect(outcomes(answer)).to.deep.equal({ "web-1": "done" });
    expect(installed()).to.deep.equal([web1]);
    const brought = new Set(["curl.amd64", "libcurl4.amd64"]);
    const left = answer.servers[0]?.report?.updates.map(({ id }) => id);
    expect(left).to.have.members(updates.map(({ id }) => id).filter((id) => !brought.has(id)));
    await rm(join(at.folder, "collections"), { recursive: true });
  });

  it("refuses reviewed servers before anything is sent, and AWS refuses the role that only operates", async () => {
    const args = ["install", ...why, "--servers", "db-1"];
    const reviewed = await running(at.folder, at.cloud, args, { role: "install" }).ended;
    expect([reviewed.code, reviewed.stdout]).to.deep.equal([2, ""]);
    expect(reviewed.stderr).to.contain("is reviewed").and.contain("open-window");
    const refused = await install(["--servers", "web-1"], "operate");
    expect(refused.exitCode).to.equal(3);
    expect(refused.failures[0]?.failure).to.match(/^not allowed/);
    expect(installed()).to.deep.equal([]);
  });

  it("shows a second operator the first one's run, and wants to be told to go on", async () => {
    const first = running(at.folder, at.cloud, ["install", ...why, "--servers", "web-1"], {
      role: "install",
      advances: false,
    });
    while (!at.cloud.journal.entries.some((entry) => entry.kind === "patching" && entry.operation === "Install"))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const second = await running(at.folder, at.cloud, ["install", ...why, "--servers", "web-2"], {
      role: "install",
      advances: false,
    }).ended;
    expect(second.code).to.equal(2);
    expect(second.stderr).to.contain("has not ended: arn:aws:iam::").and.contain("--anyway");
    first.child.kill("SIGKILL");
    await first.ended;
    expect(installed()).to.deep.equal([web1]);
  });

  it("is a fault of usage without a choice of servers, a rule for reboots and a reason, all at once", async () => {
    const ended = await running(at.folder, at.cloud, ["install"], { role: "install" }).ended;
    expect([ended.code, ended.stdout]).to.deep.equal([2, ""]);
    for (const option of ["--servers", "--reboot", "--reason", "--yes"]) expect(ended.stderr).to.contain(option);
  });
});
