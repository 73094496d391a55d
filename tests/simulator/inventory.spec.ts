import type {
  ComplianceItem,
  GetInventoryCommandInput,
  ListInventoryEntriesCommandInput,
  SSM,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Cloud } from "../../simulator/index.ts";
import type { MachineSpec } from "../../simulator/world/machineSpec.ts";
import { closeClouds, cloudWith, instance, refusal, ssmOf } from "./cloudFixture.ts";
import { baselineFor, group, installs, patch, patchesOf, rule, stateOf } from "./patchingFixture.ts";

const id = "i-0123456789abcdef0";
const tags = { PatchGroup: group };
const everything = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })];

type Entry = Readonly<Record<string, string>>;

/** A server whose inventory is gathered every day at noon, the first time at once. */
async function inventoried(given: Partial<MachineSpec> = {}): Promise<{ cloud: Cloud; ssm: SSM }> {
  const cloud = await cloudWith([instance(id, { tags, ...given })]);
  const ssm = ssmOf(cloud);
  await ssm.createAssociation({
    Name: "AWS-GatherSoftwareInventory",
    Targets: [{ Key: "tag:PatchGroup", Values: [group] }],
    ScheduleExpression: "cron(0 12 * * ? *)",
  });
  await cloud.advanceTo(new Date("2026-11-02T00:01:00Z"));
  return { cloud, ssm };
}

async function entries(
  ssm: SSM,
  TypeName: string,
  more: Partial<ListInventoryEntriesCommandInput> = {},
): Promise<{ entries: readonly Entry[]; at: string | undefined; version: string | undefined }> {
  const all: Entry[] = [];
  let NextToken: string | undefined;
  let page;
  do {
    page = await ssm.listInventoryEntries({ InstanceId: id, TypeName, ...more, NextToken });
    all.push(...(page.Entries ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return { entries: all, at: page.CaptureTime, version: page.SchemaVersion };
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html and, for what the agent gathers,
// https://github.com/aws/amazon-ssm-agent, agent/plugins/inventory/gatherers
describe("embedded cloud: inventory", () => {
  afterEach(closeClouds);

  it("stays as it was until its association runs again", async () => {
    const { cloud, ssm } = await inventoried();
    await baselineFor(ssm, "UBUNTU", everything);
    const versionOf = async (): Promise<string | undefined> =>
      (await entries(ssm, "AWS:Application")).entries.find(({ Name }) => Name === "curl")?.["Version"];
    const before = await versionOf();
    await patch(ssm, [id], { Operation: "Install" });
    const curl = installs(cloud)[0]?.packages.find(({ name }) => name === "curl");
    expect(curl?.from).to.equal(before);
    await cloud.advanceTo(new Date("2026-11-02T11:59:00Z"));
    expect(await versionOf()).to.equal(before);
    await cloud.advanceTo(new Date("2026-11-02T12:01:00Z"));
    expect(await versionOf()).to.equal(curl?.to);
    expect((await entries(ssm, "AWS:Application")).at).to.equal("2026-11-02T12:00:00Z");
  });

  it("is missing on a node that it never ran on, and dropped 30 days after the last run", async () => {
    const { cloud, ssm } = await inventoried();
    cloud.inject({ machine: id, kind: "offline", from: new Date("2026-11-03T00:00:00Z") });
    await cloud.advanceTo(new Date("2026-12-02T12:00:00Z"));
    expect((await entries(ssm, "AWS:Application")).at).to.equal("2026-11-02T12:00:00Z");
    await cloud.advanceTo(new Date("2026-12-02T12:00:01Z"));
    expect(await entries(ssm, "AWS:Application")).to.deep.equal({ entries: [], at: undefined, version: undefined });
    expect((await ssm.getInventory({})).Entities).to.deep.equal([]);
  });

  it("writes deb packages as dpkg-query shows them", async () => {
    const { ssm } = await inventoried();
    const { entries: all, version } = await entries(ssm, "AWS:Application");
    expect(version).to.equal("1.1");
    const curl = all.find(({ Name }) => Name === "curl");
    expect(curl).to.include({ Architecture: "x86_64", ApplicationType: "web" });
    expect(curl?.["Publisher"]).to.match(/^Ubuntu Developers </);
    expect(curl?.["PackageId"]).to.equal(`curl_${curl?.["Version"] ?? ""}_amd64.deb`);
    expect(curl).to.not.have.any.keys("InstalledTime", "Release");
  });

  it("writes rpm packages with version and release apart", async () => {
    const { ssm } = await inventoried({ os: "amazon-linux", release: "2023" });
    const curl = (await entries(ssm, "AWS:Application")).entries.find(({ Name }) => Name?.startsWith("curl"));
    expect(curl?.["Version"]).to.match(/^[\d.]+$/);
    expect(curl?.["Release"]).to.match(/amzn2023/);
    expect(curl?.["InstalledTime"]).to.match(/^2026-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it("leaves release and epoch out where the agent is too old to tell them", async () => {
    const { ssm } = await inventoried({ os: "amazon-linux", release: "2", agentVersion: "2.2.300.0" });
    const all = (await entries(ssm, "AWS:Application")).entries;
    expect(all.length).to.be.greaterThan(100);
    for (const entry of all) expect(entry).to.not.have.any.keys("Release", "Epoch");
  });

  it("lists Windows updates on Windows only", async () => {
    const windows = await inventoried({ os: "windows-server", release: "2022" });
    const updates = (await entries(windows.ssm, "AWS:WindowsUpdate")).entries;
    for (const { HotFixId } of updates) expect(HotFixId).to.match(/^KB\d+$/);
    expect(updates.length).to.be.greaterThan(0);
    expect((await entries((await inventoried()).ssm, "AWS:WindowsUpdate")).entries).to.deep.equal([]);
  });

  it("answers instance information unless another type is asked for, and finds nodes by attributes", async () => {
    const { ssm } = await inventoried();
    const get = async (input: GetInventoryCommandInput): Promise<unknown> =>
      (await ssm.getInventory(input)).Entities?.map(({ Id, Data }) => [Id, Object.keys(Data ?? {})]);
    expect(await get({})).to.deep.equal([[id, ["AWS:InstanceInformation"]]]);
    const having = (Values: string[], Type: "Equal" | "NotEqual"): GetInventoryCommandInput => ({
      Filters: [{ Key: "AWS:InstanceInformation.PlatformName", Values, Type }],
    });
    expect(await get(having(["Ubuntu"], "Equal"))).to.deep.equal([[id, ["AWS:InstanceInformation"]]]);
    expect(await get(having(["Ubuntu"], "NotEqual"))).to.deep.equal([]);
    const curl = await entries(ssm, "AWS:Application", {
      Filters: [{ Key: "AWS:Application.Name", Values: ["curl"] }],
    });
    expect(curl.entries).to.have.length(1);
  });

  const refused: readonly [string, GetInventoryCommandInput, string][] = [
    [
      "packages of several nodes at once",
      { ResultAttributes: [{ TypeName: "AWS:Application" }] },
      "InvalidResultAttributeException",
    ],
    [
      "a type it does not gather",
      { Filters: [{ Key: "AWS:Service.Name", Values: ["x"] }] },
      "InvalidTypeNameException",
    ],
    ["aggregators", { Aggregators: [{ Expression: "AWS:Application.Name" }] }, "InvalidAggregatorException"],
    ["a filter without a type", { Filters: [{ Key: "Name", Values: ["x"] }] }, "InvalidFilter"],
    ["more than 50 at once", { MaxResults: 51 }, "ValidationException"],
  ];
  for (const [what, input, name] of refused) {
    it(`refuses ${what}`, async () => {
      const { ssm } = await inventoried();
      expect((await refusal(ssm.getInventory(input))).name).to.equal(name);
    });
  }
});

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListComplianceItems.html
describe("embedded cloud: compliance", () => {
  afterEach(closeClouds);

  async function items(ssm: SSM, Status: string): Promise<ComplianceItem[]> {
    const Filters = [{ Key: "Status", Values: [Status] }];
    const all: ComplianceItem[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.listComplianceItems({ ResourceIds: [id], Filters, NextToken });
      all.push(...(page.ComplianceItems ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return all;
  }

  it("says the same as the patch states", async () => {
    const cloud = await cloudWith([instance(id, { tags })]);
    const ssm = ssmOf(cloud);
    await baselineFor(ssm, "UBUNTU", everything);
    await patch(ssm, [id], { Operation: "Scan" });
    const missing = (await patchesOf(ssm, id)).filter((row) => row.State === "MISSING");
    const bad = await items(ssm, "NON_COMPLIANT");
    expect(bad.map(({ Title }) => Title)).to.have.members(missing.map(({ Title }) => Title));
    expect(bad[0]).to.include({ ComplianceType: "Patch", ResourceType: "ManagedInstance", ResourceId: id });
    const { ResourceComplianceSummaryItems: summaries } = await ssm.listResourceComplianceSummaries({});
    expect(summaries?.map(({ ResourceId, Status }) => [ResourceId, Status])).to.deep.equal([[id, "NON_COMPLIANT"]]);
    expect(summaries?.[0]?.NonCompliantSummary?.NonCompliantCount).to.equal((await stateOf(ssm, id))?.MissingCount);
    await patch(ssm, [id], { Operation: "Install" });
    expect(await items(ssm, "NON_COMPLIANT")).to.deep.equal([]);
    const Filters = [{ Key: "Status", Values: ["COMPLIANT"] }];
    const fine = await ssm.listResourceComplianceSummaries({ Filters });
    expect(fine.ResourceComplianceSummaryItems).to.have.length(1);
  });

  it("takes one resource per call, and only keys that it knows", async () => {
    const ssm = ssmOf(await cloudWith([instance(id)]));
    const two = ssm.listComplianceItems({ ResourceIds: [id, "i-0123456789abcdef1"] });
    expect((await refusal(two)).name).to.equal("InvalidResourceId");
    const strange = [{ Key: "Foo", Values: ["x"] }];
    await patch(ssm, [id], { Operation: "Scan" });
    const filtered = ssm.listComplianceItems({ ResourceIds: [id], Filters: strange });
    expect((await refusal(filtered)).name).to.equal("InvalidFilter");
  });
});
