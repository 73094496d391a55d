import { expect } from "chai";
import type { CreatePatchBaselineCommandInput, InstancePatchState, PatchComplianceData } from "@aws-sdk/client-ssm";
import { traitsOf } from "../../../simulator/world/traits.ts";
import { closeClouds, cloudWith, instance, ssmOf } from "../cloudFixture.ts";
import { baselineFor, group, patch, patchesOf, rule, stateOf } from "../patchingFixture.ts";

const id = "i-0123456789abcdef0";
const debian = instance(id, { os: "debian", release: "12", tags: { PatchGroup: group } });
const priorities = ["Required", "Important", "Standard", "Optional", "Extra"];
const security = [rule({ PRODUCT: ["*"], PRIORITY: priorities })];

type Counts = Readonly<Record<"missing" | "installed" | "other" | "rejected" | "all", number>>;

async function scanned(rules: readonly object[], more: Partial<CreatePatchBaselineCommandInput> = {}): Promise<Counts> {
  const cloud = await cloudWith([debian]);
  const ssm = ssmOf(cloud);
  await baselineFor(ssm, "DEBIAN", rules, more);
  await patch(ssm, [id], { Operation: "Scan" });
  const state: Partial<InstancePatchState> = (await stateOf(ssm, id)) ?? {};
  const [missing, installed, other, rejected] = [
    state.MissingCount ?? -1,
    state.InstalledCount ?? -1,
    state.InstalledOtherCount ?? -1,
    state.InstalledRejectedCount ?? -1,
  ];
  return { missing, installed, other, rejected, all: missing + installed + other + rejected };
}

// The relations of a table observed by running AWS's own on-node code on a Debian 12 machine, and
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-linux-rules.html
describe("embedded cloud: what a baseline finds on apt", () => {
  afterEach(closeClouds);

  it("finds more with non-security updates, and then leaves nothing as installed by others", async () => {
    const narrow = await scanned(security);
    const wide = await scanned([rule({ PRODUCT: ["*"], PRIORITY: priorities }, { EnableNonSecurity: true })]);
    expect(narrow.missing).to.be.greaterThan(5);
    expect(wide.missing).to.be.greaterThan(narrow.missing);
    expect(wide).to.include({ other: 0, installed: wide.all - wide.missing });
    expect(wide.all).to.equal(narrow.all);
  });

  it("leaves most security updates out when a rule names only Required and Important", async () => {
    const all = await scanned(security);
    const two = await scanned([rule({ PRODUCT: ["*"], PRIORITY: ["Required", "Important"] })]);
    expect(two.missing)
      .to.be.greaterThan(0)
      .and.lessThan(all.missing / 2);
  });

  it("finds a part of them by section", async () => {
    const all = await scanned(security);
    const libs = await scanned([rule({ SECTION: ["libs"] })]);
    expect(libs.missing).to.be.greaterThan(0).and.lessThan(all.missing);
  });

  it("finds nothing at all without rules", async () => {
    const none = await scanned([]);
    expect(none).to.include({ missing: 0, installed: 0, other: none.all });
  });

  it("counts every rejected package, also one that is up to date, under BLOCK and none otherwise", async () => {
    const plain = await scanned(security);
    const list = { RejectedPatches: ["libc*"] };
    const blocked = await scanned(security, { ...list, RejectedPatchesAction: "BLOCK" });
    const allowed = await scanned(security, { ...list, RejectedPatchesAction: "ALLOW_AS_DEPENDENCY" });
    expect(blocked.rejected).to.be.greaterThan(1);
    expect(blocked.missing).to.be.lessThan(plain.missing);
    expect(allowed).to.include({ rejected: 0, missing: blocked.missing, installed: blocked.installed });
    expect(allowed.other).to.equal(blocked.other + blocked.rejected);
  });

  it("takes name and architecture in the rejected list", async () => {
    const list = { RejectedPatches: ["openssl.amd64"], RejectedPatchesAction: "BLOCK" as const };
    expect(await scanned(security, list)).to.include({ rejected: 1 });
  });

  it("approves by name without any rule, and never by CVE id", async () => {
    const byName = await scanned([], { ApprovedPatches: ["openssl", "libssl3"] });
    expect(byName.missing + byName.installed).to.equal(2);
    const byCve = await scanned([], { ApprovedPatches: ["CVE-2024-5535"] });
    expect(byCve).to.include({ missing: 0, installed: 0 });
  });

  it("ignores approval delays", async () => {
    const patient = await scanned([rule({ PRODUCT: ["*"], PRIORITY: priorities }, { ApproveAfterDays: 360 })]);
    expect(patient).to.deep.equal(await scanned(security));
  });

  it("reports Debian's priority as severity, no CVE ids, and title and id in the node's own form", async () => {
    const cloud = await cloudWith([debian]);
    const ssm = ssmOf(cloud);
    await baselineFor(ssm, "DEBIAN", security);
    await patch(ssm, [id], { Operation: "Scan" });
    const rows = await patchesOf(ssm, id);
    const missing = rows.filter((row) => row.State === "MISSING");
    for (const row of missing) {
      expect(row).to.include({ Classification: "Security" });
      expect(priorities).to.include(row.Severity);
      expect(row).to.not.have.property("CVEIds");
    }
    expect(rows.map((row) => row.KBId)).to.include("tzdata.amd64");
    const openssl = rows.find((row) => row.KBId === "openssl.amd64");
    expect(openssl?.Title).to.match(/^openssl\.amd64:3\.0\.\d+-1~deb12u\d+$/);
  });
});

// https://documentation.ubuntu.com/security/security-updates/esm/ names the pockets of Expanded Security Maintenance; that
// Patch Manager counts them as security is inferred from the code on the node.
describe("embedded cloud: what a baseline finds on Ubuntu after the end of standard support", () => {
  afterEach(closeClouds);

  const ids = Array.from({ length: 40 }, (_, index) => `i-${String(index).padStart(17, "0")}`);

  async function missingOn(subscribed: boolean): Promise<PatchComplianceData[]> {
    const focal = ids.map((each) => instance(each, { release: "20.04", tags: { PatchGroup: group } }));
    const machine = focal.find((each) => traitsOf(each, 1).includes("pro") === subscribed);
    if (machine === undefined) throw new Error("no such machine among the ids");
    const ssm = ssmOf(await cloudWith([machine]));
    await baselineFor(ssm, "UBUNTU", security);
    await patch(ssm, [machine.id], { Operation: "Scan" });
    return (await patchesOf(ssm, machine.id)).filter((row) => row.State === "MISSING");
  }

  it("finds nothing missing without Ubuntu Pro, although nobody mends the machine any more", async () => {
    expect(await missingOn(false)).to.deep.equal([]);
  });

  it("finds security updates of Expanded Security Maintenance with Ubuntu Pro", async () => {
    const missing = await missingOn(true);
    expect(missing.length).to.be.greaterThan(5);
    const titles = missing.filter(({ KBId }) => KBId?.startsWith("linux-") === false).map(({ Title }) => Title);
    for (const title of titles) expect(title).to.match(/esm\d+$/);
    for (const row of missing) expect(row.Classification).to.equal("Security");
  });
});
