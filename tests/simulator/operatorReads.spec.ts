import { expect } from "chai";
import type { SSM } from "@aws-sdk/client-ssm";
import type { Cloud } from "../../simulator/index.ts";
import { azureVm, closeClouds, cloudWith, home, instance, refusal, ssmAs, ssmOf, other } from "./cloudFixture.ts";
import { baselineFor, group, patch, rule } from "./patchingFixture.ts";

const one = "i-00000000000000001";
const two = "i-00000000000000002";
const scan = { Name: "AWS-RunPatchBaseline", Parameters: { Operation: ["Scan"] } };
const targets = [{ Key: "tag:PatchGroup", Values: [group] }];

async function fleet(): Promise<{ cloud: Cloud; ssm: SSM }> {
  const tags = { PatchGroup: group, Environment: "prod" };
  const windows = { os: "windows-server" as const, release: "2022", tags: { PatchGroup: group } };
  const cloud = await cloudWith([instance(one, { tags }), instance(two, windows), azureVm("vm-1")]);
  return { cloud, ssm: ssmOf(cloud) };
}

async function after(cloud: Cloud, minutes: number): Promise<void> {
  await cloud.advanceTo(new Date(cloud.now().getTime() + minutes * 60_000));
}

describe("embedded cloud: nodes as operators look at them", () => {
  afterEach(closeClouds);

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html: "does not return
  // information for nodes that are either Stopped or Terminated"
  it("leaves a stopped instance out of DescribeInstanceInformation until it runs again", async () => {
    const { cloud, ssm } = await fleet();
    const shown = async (): Promise<(string | undefined)[]> =>
      ((await ssm.describeInstanceInformation({})).InstanceInformationList ?? []).map(({ InstanceId }) => InstanceId);
    cloud.stopMachine(one);
    expect(await shown()).to.deep.equal([two]);
    cloud.startMachine(one);
    expect(await shown()).to.deep.equal([one, two]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html, IsLatestVersion
  it("says of an older agent that it is not the latest", async () => {
    const { ssm } = await fleet();
    const made = await ssm.createActivation({ IamRole: "hybrid" });
    expect(made.ActivationId).to.be.a("string");
    const { InstanceInformationList } = await ssm.describeInstanceInformation({});
    expect(InstanceInformationList?.map(({ IsLatestVersion }) => IsLatestVersion)).to.deep.equal([true, true]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceProperties.html
  it("shows what EC2 knows of an instance, stopped ones too", async () => {
    const { cloud, ssm } = await fleet();
    cloud.stopMachine(two);
    const { InstanceProperties } = await ssm.describeInstanceProperties({});
    expect(InstanceProperties?.map(({ InstanceId, InstanceState }) => [InstanceId, InstanceState])).to.deep.equal([
      [one, "running"],
      [two, "stopped"],
    ]);
    expect(InstanceProperties?.[0]).to.include({
      Architecture: "x86_64",
      PingStatus: "Online",
      PlatformName: "Ubuntu",
    });
    const windows = [{ key: "PlatformTypes" as const, valueSet: ["Windows"] }];
    const found = await ssm.describeInstanceProperties({ InstancePropertyFilterList: windows });
    expect(found.InstanceProperties).to.have.length(1);
    const odd = [{ Key: "AgentVersion", Values: ["3"], Operator: "BeginWith" as const }];
    const call = ssm.describeInstanceProperties({ FiltersWithOperator: odd });
    expect((await refusal(call)).name).to.equal("InvalidInstancePropertyFilterValue");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListNodes.html
  it("lists the nodes of an account and Region by their filters, a page at a time", async () => {
    const { cloud, ssm } = await fleet();
    const first = await ssm.listNodes({ MaxResults: 1 });
    const second = await ssm.listNodes({ MaxResults: 1, NextToken: first.NextToken });
    expect([first.Nodes?.[0]?.Id, second.Nodes?.[0]?.Id, second.NextToken]).to.deep.equal([one, two, undefined]);
    expect(first.Nodes?.[0]).to.deep.include({ Owner: { AccountId: home }, Region: "eu-west-1" });
    expect(first.Nodes?.[0]?.NodeType).to.deep.nested.include({ "Instance.ManagedStatus": "Managed" });
    const by = async (Key: "PlatformName" | "ManagedStatus", value: string, Type: "Equal" | "BeginWith" = "Equal") =>
      (await ssm.listNodes({ Filters: [{ Key, Values: [value], Type }] })).Nodes?.length;
    expect(await by("PlatformName", "Ubu", "BeginWith")).to.equal(1);
    expect(await by("ManagedStatus", "All")).to.equal(2);
    expect(await by("ManagedStatus", "Unmanaged")).to.equal(0);
    expect((await (await ssmAs(cloud, other)).listNodes({})).Nodes).to.deep.equal([]);
    expect((await refusal(ssm.listNodes({ SyncName: "org" }))).name).to.equal("UnsupportedOperationException");
    const ou = [{ Key: "OrganizationalUnitId" as const, Values: ["ou-1"] }];
    expect((await refusal(ssm.listNodes({ Filters: ou }))).name).to.equal("InvalidFilter");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetConnectionStatus.html
  it("says whether a node is connected", async () => {
    const { cloud, ssm } = await fleet();
    const status = async (Target: string): Promise<string | undefined> =>
      (await ssm.getConnectionStatus({ Target })).Status;
    expect([await status(one), await status("i-00000000000000009")]).to.deep.equal(["connected", "notconnected"]);
    cloud.inject({ machine: one, kind: "offline" });
    await after(cloud, 10);
    expect(await status(one)).to.equal("notconnected");
  });
});

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
describe("embedded cloud: DescribeInstances of EC2", () => {
  afterEach(closeClouds);

  async function ec2(cloud: Cloud, query: Record<string, string>): Promise<{ status: number; text: string }> {
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20261102/eu-west-1/ec2/aws4_request, Signature=0";
    const body = new URLSearchParams({ Action: "DescribeInstances", Version: "2016-11-15", ...query });
    const answer = await fetch(cloud.url, { method: "POST", headers: { authorization }, body });
    return { status: answer.status, text: await answer.text() };
  }

  function idsIn(text: string): string[] {
    return [...text.matchAll(/<instanceId>([^<]+)/g)].map(([, id = ""]) => id);
  }

  it("shows instances with state and tags, by id and by filter", async () => {
    const { cloud } = await fleet();
    cloud.stopMachine(two);
    const all = await ec2(cloud, {});
    expect(idsIn(all.text)).to.deep.equal([one, two]);
    expect(all.text).to.contain("<item><key>PatchGroup</key><value>prod-auto</value></item>");
    expect(all.text).to.contain("<instanceState><code>80</code><name>stopped</name></instanceState>");
    const stopped = { "Filter.1.Name": "instance-state-name", "Filter.1.Value.1": "stopped" };
    expect(idsIn((await ec2(cloud, stopped)).text)).to.deep.equal([two]);
    const tagged = { "Filter.1.Name": "tag:Environment", "Filter.1.Value.1": "pro*" };
    expect(idsIn((await ec2(cloud, tagged)).text)).to.deep.equal([one]);
    expect(idsIn((await ec2(cloud, { "InstanceId.1": two })).text)).to.deep.equal([two]);
  });

  it("shows an instance whose agent never registered, with its image while that is there", async () => {
    const bare = instance("i-0000000000000000a", { managed: false, tags: { Name: "bare" } });
    const old = instance("i-0000000000000000b", { managed: false, imageName: "" });
    const cloud = await cloudWith([bare, old]);
    const { InstanceInformationList } = await ssmOf(cloud).describeInstanceInformation({});
    expect(InstanceInformationList).to.deep.equal([]);
    const { text } = await ec2(cloud, {});
    expect(idsIn(text)).to.deep.equal([bare.id, old.id]);
    expect(text).to.contain("<item><key>Name</key><value>bare</value></item>");
    const images = [...text.matchAll(/<imageId>([^<]+)/g)].map(([, id = ""]) => id);
    const asked = {
      "Filter.1.Name": "image-id",
      "Filter.1.Value.1": images[0] ?? "",
      "Filter.1.Value.2": images[1] ?? "",
    };
    const described = await ec2(cloud, { Action: "DescribeImages", ...asked });
    expect([...described.text.matchAll(/<name>([^<]+)/g)].map(([, name]) => name)).to.deep.equal([
      "ubuntu/images/hvm-ssd-gp3/ubuntu-jammy-22.04-amd64-server-20260814",
    ]);
  });

  for (const [what, query, code] of [
    ["an id that there is not", { "InstanceId.1": "i-00000000000000009" }, "InvalidInstanceID.NotFound"],
    [
      "a filter that it does not know",
      { "Filter.1.Name": "colour", "Filter.1.Value.1": "red" },
      "InvalidParameterValue",
    ],
    ["a page of less than five", { MaxResults: "1" }, "InvalidParameterValue"],
    ["another action", { Action: "StopInstances" }, "InvalidAction"],
    ["every image there is", { Action: "DescribeImages" }, "InvalidParameterValue"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { cloud } = await fleet();
      const { status, text } = await ec2(cloud, query);
      expect([status, text.includes(`<Code>${code}</Code>`)]).to.deep.equal([400, true]);
    });
  }
});

describe("embedded cloud: associations as operators look at them", () => {
  afterEach(closeClouds);

  async function associated(ssm: SSM, more: object = {}): Promise<string> {
    const made = await ssm.createAssociation({ ...scan, AssociationName: "scan", Targets: targets, ...more });
    return made.AssociationDescription?.AssociationId ?? "";
  }

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartAssociationsOnce.html
  it("runs an association once when it is told to, whatever its schedule", async () => {
    const { cloud, ssm } = await fleet();
    const schedule = { ScheduleExpression: "cron(0 18 ? * SUN *)", ApplyOnlyAtCronInterval: true };
    const AssociationId = await associated(ssm, schedule);
    await ssm.startAssociationsOnce({ AssociationIds: [AssociationId] });
    const during = await ssm.describeAssociationExecutions({ AssociationId });
    expect(during.AssociationExecutions?.map(({ Status }) => Status)).to.deep.equal(["InProgress"]);
    await after(cloud, 10);
    const done = await ssm.describeAssociationExecutions({ AssociationId });
    expect(done.AssociationExecutions?.map(({ Status }) => Status)).to.deep.equal(["Success"]);
    const unknown = ssm.startAssociationsOnce({ AssociationIds: ["11111111-2222-3333-4444-555555555555"] });
    expect((await refusal(unknown)).name).to.equal("AssociationDoesNotExist");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceAssociationsStatus.html
  it("shows a node's associations with how they went on it", async () => {
    const { cloud, ssm } = await fleet();
    const AssociationId = await associated(ssm);
    const of = async (InstanceId: string) =>
      (await ssm.describeInstanceAssociationsStatus({ InstanceId })).InstanceAssociationStatusInfos ?? [];
    expect((await of(one))[0]).to.include({ AssociationId, Status: "Pending", AssociationVersion: "1" });
    await after(cloud, 10);
    expect((await of(one))[0]).to.include({ Status: "Success", InstanceId: one, Name: "AWS-RunPatchBaseline" });
    const call = ssm.describeInstanceAssociationsStatus({ InstanceId: "i-00000000000000009" });
    expect((await refusal(call)).name).to.equal("InvalidInstanceId");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListAssociationVersions.html
  it("lists every version of an association", async () => {
    const { ssm } = await fleet();
    const AssociationId = await associated(ssm, { MaxErrors: "10%" });
    await ssm.updateAssociation({ AssociationId, Parameters: scan.Parameters, Targets: targets });
    const { AssociationVersions } = await ssm.listAssociationVersions({ AssociationId });
    expect(
      AssociationVersions?.map(({ AssociationVersion, MaxErrors }) => [AssociationVersion, MaxErrors]),
    ).to.deep.equal([
      ["1", "10%"],
      ["2", undefined],
    ]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListDocumentVersions.html
  it("lists every version of a document, the default one marked", async () => {
    const { ssm } = await fleet();
    const content = (line: string): string =>
      JSON.stringify({
        schemaVersion: "2.2",
        mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { runCommand: [line] } }],
      });
    await ssm.createDocument({ Name: "hook", DocumentType: "Command", Content: content("one") });
    await ssm.updateDocument({ Name: "hook", Content: content("two"), DocumentVersion: "$LATEST" });
    const { DocumentVersions } = await ssm.listDocumentVersions({ Name: "hook" });
    expect(
      DocumentVersions?.map(({ DocumentVersion, IsDefaultVersion }) => [DocumentVersion, IsDefaultVersion]),
    ).to.deep.equal([
      ["2", false],
      ["1", true],
    ]);
    expect((await refusal(ssm.listDocumentVersions({ Name: "nothing" }))).name).to.equal("InvalidDocument");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselineassociation.html
  it("refuses AWS-RunPatchBaselineAssociation by name", async () => {
    const { ssm } = await fleet();
    const fault = await refusal(associated(ssm, { Name: "AWS-RunPatchBaselineAssociation" }));
    expect(fault.name).to.equal("InvalidDocument");
    expect(fault.message).to.contain("AWS-RunPatchBaselineAssociation is AWS's and is not covered");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/compliance-about.html and the examples of
  // `aws ssm list-compliance-items` and `list-compliance-summaries`
  it("reports compliance of type Association beside that of patches", async () => {
    const { cloud, ssm } = await fleet();
    const Id = await associated(ssm, { ComplianceSeverity: "HIGH" });
    await associated(ssm, { SyncCompliance: "MANUAL", AssociationName: "by-hand" });
    await after(cloud, 20);
    const { ComplianceItems } = await ssm.listComplianceItems({ ResourceIds: [one] });
    const own = ComplianceItems?.filter(({ ComplianceType }) => ComplianceType === "Association");
    expect(own).to.have.length(1);
    expect(own?.[0]).to.include({ Id, Status: "COMPLIANT", Severity: "HIGH", Title: "", ResourceId: one });
    expect(own?.[0]?.Details).to.deep.equal({ DocumentName: "AWS-RunPatchBaseline", DocumentVersion: "$DEFAULT" });
    const Filters = [{ Key: "ComplianceType", Values: ["Association"] }];
    const summaries = await ssm.listResourceComplianceSummaries({ Filters });
    expect(summaries.ResourceComplianceSummaryItems?.map(({ ResourceId }) => ResourceId)).to.deep.equal([one, two]);
    const { ComplianceSummaryItems } = await ssm.listComplianceSummaries({});
    expect(ComplianceSummaryItems?.map(({ ComplianceType }) => ComplianceType)).to.deep.equal(["Association", "Patch"]);
    expect(ComplianceSummaryItems?.[0]?.CompliantSummary?.CompliantCount).to.equal(2);
    const patches = ComplianceSummaryItems?.[1];
    const counted =
      (patches?.CompliantSummary?.CompliantCount ?? 0) + (patches?.NonCompliantSummary?.NonCompliantCount ?? 0);
    expect(counted).to.equal(2);
  });
});

describe("embedded cloud: patches that may be had", () => {
  afterEach(closeClouds);

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeEffectivePatchesForPatchBaseline.html
  it("says which updates a Windows baseline approves, now or later, and which it names", async () => {
    const { cloud, ssm } = await fleet();
    const rules = [
      rule({ CLASSIFICATION: ["SecurityUpdates"] }, { ApproveAfterDays: 30, ComplianceLevel: "CRITICAL" }),
    ];
    const Filters = [{ Key: "PRODUCT", Values: ["WindowsServer2022"] }];
    const { Patches } = await ssm.describeAvailablePatches({ Filters, MaxResults: 100 });
    const rejected = Patches?.[0]?.KbNumber ?? "";
    const BaselineId = await baselineFor(ssm, "WINDOWS", rules, { RejectedPatches: [rejected] });
    const all = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.describeEffectivePatchesForPatchBaseline({ BaselineId, MaxResults: 100, NextToken });
      all.push(...(page.EffectivePatches ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    const states = new Set(all.map(({ PatchStatus }) => PatchStatus?.DeploymentStatus));
    expect([...states].sort()).to.deep.equal(["APPROVED", "EXPLICIT_REJECTED", "PENDING_APPROVAL"]);
    for (const { Patch, PatchStatus } of all) {
      if (PatchStatus?.ApprovalDate === undefined) continue;
      expect(Patch?.Classification).to.equal("SecurityUpdates");
      const days = (PatchStatus.ApprovalDate.getTime() - (Patch?.ReleaseDate?.getTime() ?? 0)) / 86_400_000;
      expect([days, PatchStatus.DeploymentStatus]).to.deep.equal([
        30,
        PatchStatus.ApprovalDate <= cloud.now() ? "APPROVED" : "PENDING_APPROVAL",
      ]);
    }
    const linux = await baselineFor(ssm, "UBUNTU", [rule({ PRODUCT: ["*"] })]);
    const call = ssm.describeEffectivePatchesForPatchBaseline({ BaselineId: linux });
    expect((await refusal(call)).name).to.equal("UnsupportedOperatingSystem");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeAvailablePatches.html
  it("lists what Windows Server and Amazon Linux 2 are offered, by filters of one value", async () => {
    const { ssm } = await fleet();
    const found = async (filters: Record<string, string>) =>
      (
        await ssm.describeAvailablePatches({
          Filters: Object.entries(filters).map(([Key, value]) => ({ Key, Values: [value] })),
          MaxResults: 100,
        })
      ).Patches ?? [];
    const windows = await found({ PRODUCT: "WindowsServer2022", MSRC_SEVERITY: "Critical" });
    expect(new Set(windows.map(({ Product }) => Product))).to.deep.equal(new Set(["WindowsServer2022"]));
    const [linux] = await found({ PRODUCT: "AmazonLinux2", SEVERITY: "Important" });
    expect(linux).to.include({ Severity: "Important", Product: "AmazonLinux2" });
    expect(linux?.AdvisoryIds?.[0]).to.match(/^ALAS2/);
    const two = ssm.describeAvailablePatches({ Filters: [{ Key: "PRODUCT", Values: ["a", "b"] }] });
    expect((await refusal(two)).name).to.equal("ValidationException");
    const odd = ssm.describeAvailablePatches({ Filters: [{ Key: "COLOUR", Values: ["red"] }] });
    expect((await refusal(odd)).name).to.equal("ValidationException");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchProperties.html
  it("lists values of a property where they are known, and says where they are not", async () => {
    const { ssm } = await fleet();
    const { Properties } = await ssm.describePatchProperties({ OperatingSystem: "UBUNTU", Property: "PRIORITY" });
    expect(Properties?.[0]).to.deep.equal({ Name: "Required" });
    const windows = await ssm.describePatchProperties({ OperatingSystem: "WINDOWS", Property: "PRODUCT" });
    expect(windows.Properties?.map(({ Name }) => Name)).to.include.members(["WindowsServer2016", "WindowsServer2025"]);
    const debian = await ssm.describePatchProperties({ OperatingSystem: "DEBIAN", Property: "PRODUCT" });
    expect(debian.Properties).to.deep.include({ Name: "Debian12" });
    const unknown = ssm.describePatchProperties({ OperatingSystem: "SUSE", Property: "PRODUCT" });
    expect((await refusal(unknown)).message).to.contain("not covered by the embedded cloud");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDeployablePatchSnapshotForInstance.html
  it("refuses a snapshot by name", async () => {
    const { ssm } = await fleet();
    const SnapshotId = "11111111-2222-3333-4444-555555555555";
    const call = ssm.getDeployablePatchSnapshotForInstance({ InstanceId: one, SnapshotId });
    expect((await refusal(call)).name).to.equal("UnsupportedFeatureRequiredException");
  });

  // https://docs.aws.amazon.com/cli/latest/reference/ssm/describe-patch-baselines.html, examples
  it("describes AWS's own baseline for CentOS in AWS's words", async () => {
    const { ssm } = await fleet();
    const Filters = [{ Key: "OPERATING_SYSTEM", Values: ["CENTOS"] }];
    const { BaselineIdentities } = await ssm.describePatchBaselines({ Filters });
    expect(BaselineIdentities?.[0]?.BaselineDescription).to.equal("Default Patch Baseline for CentOS Provided by AWS.");
  });
});

describe("embedded cloud: inventory of patches, and of one's own", () => {
  afterEach(closeClouds);

  const CaptureTime = "2026-11-02T00:00:00Z";
  const rack = { TypeName: "Custom:RackInfo", SchemaVersion: "1.0", CaptureTime, ContentHash: "one" };

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html
  it("has AWS:PatchSummary of a node that was scanned, without an inventory run", async () => {
    const { ssm } = await fleet();
    await patch(ssm, [one], { Operation: "Scan" });
    const ResultAttributes = [{ TypeName: "AWS:PatchSummary" }];
    const { Entities } = await ssm.getInventory({ ResultAttributes });
    expect(Entities?.map(({ Id }) => Id)).to.deep.equal([one]);
    const [entry] = Entities?.[0]?.Data?.["AWS:PatchSummary"]?.Content ?? [];
    const { InstancePatchStates } = await ssm.describeInstancePatchStates({ InstanceIds: [one] });
    expect(entry).to.include({
      OperationType: "Scan",
      PatchGroup: group,
      MissingCount: String(InstancePatchStates?.[0]?.MissingCount),
      OperationEndTime: "2026-11-02T00:02:00Z",
    });
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutInventory.html
  it("keeps custom inventory, refreshes it by its hash, and drops it after thirty days", async () => {
    const { cloud, ssm } = await fleet();
    const Content = [{ Rack: "A1" }];
    await ssm.putInventory({ InstanceId: one, Items: [{ ...rack, Content }] });
    const read = async () => ssm.listInventoryEntries({ InstanceId: one, TypeName: rack.TypeName });
    expect(await read()).to.deep.include({ Entries: Content, CaptureTime, SchemaVersion: "1.0" });
    const later = "2026-11-03T00:00:00Z";
    await ssm.putInventory({ InstanceId: one, Items: [{ ...rack, CaptureTime: later }] });
    expect(await read()).to.deep.include({ Entries: Content, CaptureTime: later });
    const wrong = ssm.putInventory({ InstanceId: one, Items: [{ ...rack, ContentHash: "two" }] });
    expect((await refusal(wrong)).name).to.equal("ItemContentMismatchException");
    const own = ssm.putInventory({ InstanceId: one, Items: [{ ...rack, TypeName: "AWS:Application" }] });
    expect((await refusal(own)).name).to.equal("InvalidTypeNameException");
    await cloud.advanceTo(new Date("2026-12-04T00:00:00Z"));
    expect((await read()).Entries).to.deep.equal([]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetInventorySchema.html
  it("describes the types that there are", async () => {
    const { ssm } = await fleet();
    await ssm.putInventory({ InstanceId: one, Items: [{ ...rack, Content: [{ Rack: "A1" }] }] });
    const { Schemas } = await ssm.getInventorySchema({});
    expect(Schemas?.map(({ TypeName }) => TypeName)).to.include.members(["AWS:PatchSummary", "Custom:RackInfo"]);
    const aggregated = await ssm.getInventorySchema({ Aggregator: true });
    expect(aggregated.Schemas?.map(({ TypeName }) => TypeName)).to.deep.equal(["AWS:InstanceInformation"]);
    const unknown = ssm.getInventorySchema({ TypeName: "AWS:Colour" });
    expect((await refusal(unknown)).name).to.equal("InvalidTypeNameException");
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
describe("embedded cloud: listings of S3", () => {
  afterEach(closeClouds);

  async function s3(cloud: Cloud, path: string, method = "GET"): Promise<string> {
    const authorization = "AWS4-HMAC-SHA256 Credential=test/20261102/eu-west-1/s3/aws4_request, Signature=0";
    const given = method === "PUT" ? { body: "text" } : {};
    return (await fetch(`${cloud.url}${path}`, { method, headers: { authorization }, ...given })).text();
  }

  const keysIn = (text: string): string[] => [...text.matchAll(/<Key>([^<]+)/g)].map(([, key = ""]) => key);

  it("lists keys under a prefix, in order, by pages, and folds them at a delimiter", async () => {
    const cloud = await cloudWith([]);
    for (const key of ["logs/b/2", "logs/a/1", "logs/c", "other"]) await s3(cloud, `/bucket/${key}`, "PUT");
    await s3(cloud, "/bucket/other", "DELETE");
    expect(keysIn(await s3(cloud, "/bucket?list-type=2"))).to.deep.equal(["logs/a/1", "logs/b/2", "logs/c"]);
    const folded = await s3(cloud, "/bucket?list-type=2&prefix=logs/&delimiter=/");
    expect(keysIn(folded)).to.deep.equal(["logs/c"]);
    expect(folded).to.contain("<CommonPrefixes><Prefix>logs/a/</Prefix></CommonPrefixes>");
    const first = await s3(cloud, "/bucket?list-type=2&max-keys=2");
    expect(first).to.contain("<IsTruncated>true</IsTruncated>");
    const token = /<NextContinuationToken>([^<]+)/.exec(first)?.[1] ?? "";
    expect(keysIn(await s3(cloud, `/bucket?list-type=2&continuation-token=${token}`))).to.deep.equal(["logs/c"]);
    expect(await s3(cloud, "/bucket?versions")).to.contain("<Code>NotImplemented</Code>");
    expect(await s3(cloud, "/bucket?list-type=2&max-keys=x")).to.contain("<Code>InvalidArgument</Code>");
  });
});
