import { expect } from "chai";
import type { PatchComplianceData, SSM } from "@aws-sdk/client-ssm";
import { overrideList } from "../../../domain/stack/overrideList.ts";
import { toBaselineOverride } from "../../../domain/stack/baselineOverride.ts";
import type { Cloud } from "../../../simulator/index.ts";
import { aptBaseline } from "../../domain/samplePlane.ts";
import { closeClouds, cloudWith, instance, ssmOf } from "../cloudFixture.ts";
import { baselineFor, group, installs, patch, patchesOf, rule, stateOf } from "../patchingFixture.ts";

const id = "i-0123456789abcdef0";
const ubuntu = instance(id, { tags: { PatchGroup: group } });
const everything = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })];

async function put(cloud: Cloud, path: string, body: string): Promise<void> {
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20261102/eu-west-1/s3/aws4_request, Signature=0";
  await fetch(`${cloud.url}/${path}`, { method: "PUT", headers: { authorization }, body });
}

async function result(
  ssm: SSM,
  CommandId: string,
): Promise<[status: string | undefined, exitCode: number | undefined]> {
  const found = await ssm.getCommandInvocation({ CommandId, InstanceId: id });
  return [found.Status, found.ResponseCode];
}

/** A cloud with one scanned Ubuntu server, and what it misses. */
async function scanned(more: object = {}): Promise<{ cloud: Cloud; ssm: SSM; missing: PatchComplianceData[] }> {
  const cloud = await cloudWith([ubuntu]);
  const ssm = ssmOf(cloud);
  await baselineFor(ssm, "UBUNTU", everything, more);
  await patch(ssm, [id], { Operation: "Scan" });
  return { cloud, ssm, missing: (await patchesOf(ssm, id)).filter((row) => row.State === "MISSING") };
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
describe("embedded cloud: AWS-RunPatchBaseline", () => {
  afterEach(closeClouds);

  it("uses the default baseline, silently, on a node whose group has none", async () => {
    const cloud = await cloudWith([instance(id, { tags: { PatchGroup: "nobody" } })]);
    const ssm = ssmOf(cloud);
    await patch(ssm, [id], { Operation: "Scan" });
    expect((await stateOf(ssm, id))?.BaselineId).to.match(/^arn:aws:ssm:eu-west-1:/);
  });

  it("installs what is missing and reboots, whether or not anything needs it", async () => {
    const { cloud, ssm, missing } = await scanned();
    await patch(ssm, [id], { Operation: "Install" });
    const state = await stateOf(ssm, id);
    expect(state).to.include({ MissingCount: 0, FailedCount: 0, InstalledPendingRebootCount: 0, Operation: "Install" });
    const [entry] = installs(cloud);
    expect(entry).to.include({ outcome: "patched", rebooted: true });
    // A kernel's packages are new ones with every release; their metapackages bring them.
    const upgraded = entry?.packages.filter(({ from }) => from !== "");
    expect(upgraded?.map(({ name, to }) => `${name}.amd64:${to}`)).to.have.members(missing.map((row) => row.Title));
  });

  it("does not reboot when it finds nothing to install", async () => {
    const { cloud, ssm } = await scanned();
    await patch(ssm, [id], { Operation: "Install" });
    await patch(ssm, [id], { Operation: "Install" });
    expect(installs(cloud)[1]).to.include({ outcome: "nothingToDo", rebooted: false });
  });

  it("leaves installed packages pending under NoReboot, until a reboot and the next scan", async () => {
    const { cloud, ssm } = await scanned();
    await patch(ssm, [id], { Operation: "Install", RebootOption: "NoReboot" });
    const installed = installs(cloud)[0]?.packages.length ?? 0;
    expect(installed).to.be.greaterThan(0);
    const pending = { InstalledPendingRebootCount: installed, MissingCount: 0 };
    expect(await stateOf(ssm, id)).to.include({ ...pending, RebootOption: "NoReboot" });
    expect(installs(cloud)[0]).to.include({ rebooted: false });
    const Parameters = { commands: ["reboot"] };
    await ssm.sendCommand({ DocumentName: "AWS-RunShellScript", InstanceIds: [id], Parameters });
    expect(await stateOf(ssm, id)).to.include(pending);
    await patch(ssm, [id], { Operation: "Scan" });
    expect(await stateOf(ssm, id)).to.include({ InstalledPendingRebootCount: 0, MissingCount: 0, Operation: "Scan" });
  });

  it("reboots for what is pending even when it installs nothing", async () => {
    const { cloud, ssm } = await scanned();
    await patch(ssm, [id], { Operation: "Install", RebootOption: "NoReboot" });
    await patch(ssm, [id], { Operation: "Install", RebootOption: "RebootIfNeeded" });
    expect(installs(cloud)[1]).to.include({ outcome: "nothingToDo", rebooted: true });
    expect(await stateOf(ssm, id)).to.include({ InstalledPendingRebootCount: 0 });
  });

  it("overwrites the rows of the run before", async () => {
    const { cloud, ssm, missing } = await scanned();
    await cloud.advanceTo(new Date("2026-12-20T00:00:00Z"));
    await patch(ssm, [id], { Operation: "Scan" });
    const later = (await patchesOf(ssm, id)).filter((row) => row.State === "MISSING");
    expect(later.length).to.be.greaterThan(missing.length);
    expect((await stateOf(ssm, id))?.OperationStartTime).to.deep.equal(new Date("2026-12-20T00:00:00Z"));
  });

  it("fails without a report when the repositories cannot be reached", async () => {
    const cloud = await cloudWith([{ ...ubuntu, failure: "repositoryUnreachable" }]);
    const ssm = ssmOf(cloud);
    expect(await result(ssm, await patch(ssm, [id], { Operation: "Scan" }))).to.deep.equal(["Failed", 1]);
    expect(await stateOf(ssm, id)).to.equal(undefined);
  });

  it("loses a node that hangs in its reboot", async () => {
    const cloud = await cloudWith([{ ...ubuntu, failure: "rebootHang" }]);
    const ssm = ssmOf(cloud);
    await baselineFor(ssm, "UBUNTU", everything);
    expect((await result(ssm, await patch(ssm, [id], { Operation: "Install" })))[0]).to.equal("TimedOut");
    expect((await result(ssm, await patch(ssm, [id], { Operation: "Scan" })))[0]).to.equal("TimedOut");
    expect(await stateOf(ssm, id)).to.equal(undefined);
  });

  const refused: readonly [string, Readonly<Record<string, string>>][] = [
    ["an operation that it does not have", { Operation: "Upgrade" }],
    ["a parameter that it does not have", { Operation: "Scan", Reboot: "yes" }],
    ["no operation at all", {}],
    ["a list whose name has a dollar sign", { Operation: "Install", InstallOverrideList: "s3://bucket/$list.yaml" }],
  ];
  for (const [what, parameters] of refused) {
    it(`refuses ${what}`, async () => {
      const ssm = ssmOf(await cloudWith([ubuntu]));
      let name = "";
      await patch(ssm, [id], parameters).catch((error: unknown) => {
        name = error instanceof Error ? error.name : "";
      });
      expect(name).to.equal("InvalidParameters");
    });
  }
});

// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-override-lists.html
describe("embedded cloud: install override lists on apt", () => {
  afterEach(closeClouds);

  const list = "s3://bucket/approvals/list.yaml";
  const install = { Operation: "Install", InstallOverrideList: list };

  async function installed(
    body: string,
    more: object = {},
  ): Promise<{ names: string[]; exit: unknown; missing: PatchComplianceData[]; left: number }> {
    const { cloud, ssm, missing } = await scanned(more);
    await put(cloud, "bucket/approvals/list.yaml", body);
    const exit = await result(ssm, await patch(ssm, [id], install));
    const names = installs(cloud)[0]?.packages.map(({ name }) => name) ?? [];
    return { names, exit, missing, left: (await stateOf(ssm, id))?.MissingCount ?? -1 };
  }

  async function exactTitle(name: string): Promise<string> {
    const { missing } = await scanned();
    return (
      missing
        .find((row) => row.KBId === `${name}.amd64`)
        ?.Title?.split(":")
        .slice(1)
        .join(":") ?? ""
    );
  }

  it("installs nothing of an empty list, and ends well", async () => {
    const { names, exit, missing, left } = await installed("patches: []\n");
    expect(names).to.deep.equal([]);
    expect(exit).to.deep.equal(["Success", 0]);
    expect(left).to.equal(missing.length);
  });

  it("installs nothing for a version that the repository does not offer, and ends well", async () => {
    const { names, exit } = await installed("patches:\n  - id: openssl.amd64\n    title: '3.0.2-0ubuntu1.1'\n");
    expect(names).to.deep.equal([]);
    expect(exit).to.deep.equal(["Success", 0]);
  });

  it("installs what the project's own approvals file renders, and nothing else", async () => {
    const title = await exactTitle("curl");
    const body = overrideList({ patches: { UBUNTU: [{ id: "curl.amd64", title }] } });
    expect((await installed(body)).names).to.have.members(["curl", "libcurl4"]);
  });

  it("matches an architecture-independent package by the machine's own architecture only", async () => {
    const title = await exactTitle("tzdata");
    expect(title).to.not.equal("");
    const wrong = await installed(`patches:\n  - id: tzdata.all\n    title: '${title}'\n`);
    expect(wrong.names).to.deep.equal([]);
    const right = await installed(`patches:\n  - id: tzdata.amd64\n    title: '${title}'\n`);
    expect(right.names).to.deep.equal(["tzdata"]);
  });

  it("installs a bare name that the baseline rejects with BLOCK, with what it needs", async () => {
    const more = { RejectedPatches: ["curl"], RejectedPatchesAction: "BLOCK" };
    expect((await installed("patches:\n  - id: curl\n", more)).names).to.have.members(["curl", "libcurl4"]);
  });

  it("refuses a package whose dependency is listed with another version", async () => {
    const body = "patches:\n  - id: curl.amd64\n  - id: libcurl4.amd64\n    title: '1.0'\n";
    const { names, exit } = await installed(body);
    expect(names).to.deep.equal([]);
    expect(exit).to.deep.equal(["Failed", 1]);
  });

  it("fails when the list is not there", async () => {
    const { ssm } = await scanned();
    expect(await result(ssm, await patch(ssm, [id], install))).to.deep.equal(["Failed", 1]);
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
describe("embedded cloud: baseline overrides", () => {
  afterEach(closeClouds);

  it("runs by the override of the operating system and writes no compliance", async () => {
    const cloud = await cloudWith([ubuntu]);
    const ssm = ssmOf(cloud);
    const body = toBaselineOverride([
      aptBaseline("kernel", { approvedPatches: ["tzdata"], rules: [], approvedPatchesEnableNonSecurity: true }),
    ]);
    await put(cloud, "bucket/overrides/kernel.json", body);
    await patch(ssm, [id], { Operation: "Install", BaselineOverride: "s3://bucket/overrides/kernel.json" });
    expect(installs(cloud)[0]?.packages.map(({ name }) => name)).to.deep.equal(["tzdata"]);
    expect(await stateOf(ssm, id)).to.equal(undefined);
  });
});
