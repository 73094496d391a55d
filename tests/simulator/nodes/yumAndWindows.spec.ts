import { expect } from "chai";
import type { PatchComplianceData } from "@aws-sdk/client-ssm";
import { closeClouds, cloudWith, instance, ssmOf } from "../cloudFixture.ts";
import { baselineFor, group, patch, patchesOf, rule, stateOf } from "../patchingFixture.ts";

const id = "i-0123456789abcdef0";
const tags = { PatchGroup: group };
const al2 = instance(id, { os: "amazon-linux", release: "2", tags });
const server2022 = instance(id, { os: "windows-server", release: "2022", tags });

async function yumScan(days: number, more: object = {}): Promise<PatchComplianceData[]> {
  const ssm = ssmOf(await cloudWith([al2]));
  const rules = [rule({ PRODUCT: ["AmazonLinux2"], CLASSIFICATION: ["Security"] }, { ApproveAfterDays: days })];
  await baselineFor(ssm, "AMAZON_LINUX_2", rules, more);
  await patch(ssm, [id], { Operation: "Scan" });
  return patchesOf(ssm, id);
}

function missing(rows: readonly PatchComplianceData[]): PatchComplianceData[] {
  return rows.filter((row) => row.State === "MISSING");
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-linux-rules.html
describe("embedded cloud: what a baseline finds on Amazon Linux", () => {
  afterEach(closeClouds);

  it("reports severity and CVE ids of what is missing, in the node's own form", async () => {
    const found = missing(await yumScan(0));
    expect(found).to.not.have.length(0);
    for (const row of found) {
      expect(row.Classification).to.equal("Security");
      expect(["Critical", "Important", "Medium", "Low"]).to.include(row.Severity);
      expect(row.CVEIds).to.match(/^CVE-\d{4}-\d{5}(,CVE-\d{4}-\d{5})*$/);
      expect(row.Title).to.match(/^[\w.+-]+\.(x86_64|noarch):\d+:[\w.]+-[\w.]+$/);
    }
  });

  it("waits for the approval delay", async () => {
    const now = missing(await yumScan(0));
    const later = missing(await yumScan(30));
    expect(later.length).to.be.lessThan(now.length);
    expect(missing(await yumScan(360))).to.deep.equal([]);
  });

  it("rejects kernels by one wildcard, and takes CVE ids in the approved list", async () => {
    const plain = missing(await yumScan(0));
    expect(plain.map((row) => row.KBId)).to.include("kernel.x86_64");
    const rejecting = await yumScan(0, { RejectedPatches: ["kernel*"], RejectedPatchesAction: "BLOCK" });
    expect(rejecting.find((row) => row.KBId === "kernel.x86_64")?.State).to.equal("INSTALLED_REJECTED");
    const [cve = ""] = plain[0]?.CVEIds?.split(",") ?? [];
    const byCve = missing(await yumScan(360, { ApprovedPatches: [cve] }));
    expect(byCve.map((row) => row.KBId)).to.include(plain[0]?.KBId);
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
describe("embedded cloud: what a baseline finds on Windows", () => {
  afterEach(closeClouds);

  // Patch Tuesday of November 2026 is the 10th.
  async function windowsScan(days: number, now: string, more: object = {}): Promise<PatchComplianceData[]> {
    const ssm = ssmOf(await cloudWith([server2022], now));
    const rules = [
      rule({ PRODUCT: ["WindowsServer2022"], CLASSIFICATION: ["SecurityUpdates"] }, { ApproveAfterDays: days }),
    ];
    await baselineFor(ssm, "WINDOWS", rules, more);
    await patch(ssm, [id], { Operation: "Scan" });
    return patchesOf(ssm, id);
  }

  it("offers only the newest cumulative update", async () => {
    const found = missing(await windowsScan(0, "2026-11-12T00:00:00Z"));
    expect(found.filter((row) => row.Title?.includes("Cumulative Update for Microsoft server"))).to.have.length(1);
    expect(found[0]?.Title).to.match(/^2026-11 Cumulative Update .* \(KB\d{7}\)$/);
    expect(found[0]?.KBId).to.match(/^KB\d{7}$/);
  });

  it("shows a security update that is not approved yet as available, and counts it as the baseline says", async () => {
    const rows = await windowsScan(7, "2026-11-12T00:00:00Z");
    expect(missing(rows)).to.deep.equal([]);
    expect(rows.filter((row) => row.State === "AVAILABLE_SECURITY_UPDATE")).to.have.length(1);
    const ssm = ssmOf(await cloudWith([server2022], "2026-11-12T00:00:00Z"));
    await baselineFor(ssm, "WINDOWS", [], { AvailableSecurityUpdatesComplianceStatus: "NON_COMPLIANT" });
    await patch(ssm, [id], { Operation: "Scan" });
    expect(await stateOf(ssm, id)).to.include({ AvailableSecurityUpdateCount: 1, SecurityNonCompliantCount: 1 });
  });

  it("never approves under a delay of more than a month, because each update supersedes the last", async () => {
    for (const now of ["2026-11-12T00:00:00Z", "2026-12-07T00:00:00Z", "2027-01-11T00:00:00Z"]) {
      const cumulative = (await windowsScan(40, now)).filter((row) => row.Title?.includes("Cumulative Update for"));
      expect(missing(cumulative)).to.deep.equal([]);
    }
  });
});
