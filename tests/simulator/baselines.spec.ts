import { GetPatchBaselineForPatchGroupCommand, ListTagsForResourceCommand } from "@aws-sdk/client-ssm";
import type { CreatePatchBaselineCommandInput, PatchFilterKey, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { refusal } from "./cloudFixture.ts";
import { inFreshCloud, ssm } from "./freshCloud.ts";

function rule(key: PatchFilterKey, value: string, more: object = {}): CreatePatchBaselineCommandInput["ApprovalRules"] {
  return { PatchRules: [{ PatchFilterGroup: { PatchFilters: [{ Key: key, Values: [value] }] }, ...more }] };
}

async function ubuntu(ssm: SSM, Name = "ubuntu-auto"): Promise<string> {
  const made = await ssm.createPatchBaseline({ Name, OperatingSystem: "UBUNTU", ApprovalRules: rule("PRODUCT", "*") });
  return made.BaselineId ?? "";
}

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
describe("embedded cloud: patch baselines", () => {
  inFreshCloud();

  it("fills in what a request leaves out, empty lists and groups included", async () => {
    const { BaselineId } = await ssm.createPatchBaseline({ Name: "plain" });
    const { $metadata: _metadata, ...baseline } = await ssm.getPatchBaseline({ BaselineId });
    const created = new Date("2026-11-02T00:00:00Z");
    expect(baseline).to.deep.equal({
      BaselineId,
      Name: "plain",
      OperatingSystem: "WINDOWS",
      GlobalFilters: { PatchFilters: [] },
      ApprovalRules: { PatchRules: [] },
      ApprovedPatches: [],
      ApprovedPatchesComplianceLevel: "UNSPECIFIED",
      ApprovedPatchesEnableNonSecurity: false,
      RejectedPatches: [],
      RejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
      PatchGroups: [],
      Sources: [],
      CreatedDate: created,
      ModifiedDate: created,
    });
  });

  const refused: readonly [string, Partial<CreatePatchBaselineCommandInput>, RegExp][] = [
    [
      "a filter key of another operating system",
      { OperatingSystem: "UBUNTU", ApprovalRules: rule("SEVERITY", "High") },
      /Invalid Filter Key: SEVERITY/,
    ],
    [
      "the console's label All as a product",
      { OperatingSystem: "UBUNTU", ApprovalRules: rule("PRODUCT", "All") },
      /^Invalid Filter Value: All for Key: PRODUCT, valid values are: Ubuntu14\.04, Ubuntu16\.04/,
    ],
    [
      "a product in the words of AWS's own answer",
      {
        OperatingSystem: "AMAZON_LINUX",
        ApprovalRules: rule("PRODUCT", "AmazonLinux2018.09", { ApproveAfterDays: 7 }),
      },
      /^Invalid Filter Value: AmazonLinux2018\.09 for Key: PRODUCT, valid values are: AmazonLinux2012\.03, .*, AmazonLinux2017\.09, AmazonLinux2018\.03$/,
    ],
    [
      "a product of another operating system",
      { OperatingSystem: "UBUNTU", ApprovalRules: rule("PRODUCT", "Windows10") },
      /^Invalid Filter Value: Windows10 for Key: PRODUCT/,
    ],
    [
      "a product of another operating system among the global filters",
      { OperatingSystem: "UBUNTU", GlobalFilters: { PatchFilters: [{ Key: "PRODUCT", Values: ["*", "Debian13"] }] } },
      /^Invalid Filter Value: Debian13 for Key: PRODUCT/,
    ],
    [
      "an application among the products of Windows itself",
      { OperatingSystem: "WINDOWS", ApprovalRules: rule("PRODUCT", "Office 2016", { ApproveAfterDays: 7 }) },
      /^Invalid Filter Value: Office 2016 for Key: PRODUCT/,
    ],
    [
      "a family of products that Windows itself is not of",
      { OperatingSystem: "WINDOWS", ApprovalRules: rule("PRODUCT_FAMILY", "Office", { ApproveAfterDays: 7 }) },
      /^Invalid Filter Value: Office for Key: PRODUCT_FAMILY, valid values are: Windows$/,
    ],
    [
      "a severity that Amazon Linux does not have",
      { OperatingSystem: "AMAZON_LINUX_2", ApprovalRules: rule("SEVERITY", "Moderate", { ApproveAfterDays: 7 }) },
      /Invalid Filter Value: Moderate/,
    ],
    [
      "a rule without delay or date where one is needed",
      { OperatingSystem: "AMAZON_LINUX_2", ApprovalRules: rule("PRODUCT", "*") },
      /ApproveAfterDays or ApproveUntilDate/,
    ],
    [
      "a rule with both delay and date",
      {
        OperatingSystem: "AMAZON_LINUX_2",
        ApprovalRules: rule("PRODUCT", "*", { ApproveAfterDays: 1, ApproveUntilDate: "2026-01-01" }),
      },
      /cannot be specified together/,
    ],
    [
      "a cutoff date that no calendar has",
      { OperatingSystem: "AMAZON_LINUX_2", ApprovalRules: rule("PRODUCT", "*", { ApproveUntilDate: "2026-02-31" }) },
      /ApproveUntilDate.*2026-02-31.*YYYY-MM-DD/,
    ],
    [
      "a cutoff date that is none",
      { OperatingSystem: "AMAZON_LINUX_2", ApprovalRules: rule("PRODUCT", "*", { ApproveUntilDate: "soon" }) },
      /ApproveUntilDate/,
    ],
    [
      "non-security updates on Windows",
      {
        OperatingSystem: "WINDOWS",
        ApprovalRules: rule("PRODUCT", "*", { ApproveAfterDays: 1, EnableNonSecurity: true }),
      },
      /Linux operating systems only/,
    ],
    [
      "the Windows compliance status on Linux",
      { OperatingSystem: "UBUNTU", AvailableSecurityUpdatesComplianceStatus: "COMPLIANT" },
      /WINDOWS only/,
    ],
    ["an empty description", { Description: "" }, /at 'description'.*greater than or equal to 1/],
    [
      "a delay of more than 360 days",
      { ApprovalRules: rule("PRODUCT", "*", { ApproveAfterDays: 361 }) },
      /at 'approvalRules\.patchRules\.1\.member\.approveAfterDays'.*less than or equal to 360/,
    ],
    [
      "more than 50 rejected patches",
      { RejectedPatches: Array.from({ length: 51 }, (_, n) => `KB${String(n)}`) },
      /at 'rejectedPatches'.*less than or equal to 50/,
    ],
  ];
  for (const [what, input, message] of refused) {
    it(`refuses ${what}`, async () => {
      const fault = await refusal(ssm.createPatchBaseline({ Name: "base", ...input }));
      expect(fault.name).to.equal("ValidationException");
      expect(fault.message).to.match(message);
    });
  }

  it("refuses more than four filters in a rule", async () => {
    const PatchFilters = Array.from({ length: 5 }, () => ({ Key: "PRODUCT" as const, Values: ["*"] }));
    const ApprovalRules = { PatchRules: [{ PatchFilterGroup: { PatchFilters }, ApproveAfterDays: 0 }] };
    const fault = await refusal(ssm.createPatchBaseline({ Name: "base", ApprovalRules }));
    expect(fault.message).to.contain("Member must have length less than or equal to 4");
  });

  it("keeps what an update leaves out, and empties it when the update replaces", async () => {
    const BaselineId = await ubuntu(ssm);
    const kept = await ssm.updatePatchBaseline({ BaselineId, RejectedPatches: ["linux-image-*"] });
    expect(kept.ApprovalRules?.PatchRules).to.have.length(1);
    const replaced = await ssm.updatePatchBaseline({ BaselineId, Name: "ubuntu-auto", Replace: true });
    expect(replaced.ApprovalRules?.PatchRules).to.deep.equal([]);
    expect(replaced.RejectedPatches).to.deep.equal([]);
  });

  it("refuses an unknown product when a baseline is updated, and leaves it as it was", async () => {
    const BaselineId = await ubuntu(ssm);
    const update = ssm.updatePatchBaseline({ BaselineId, ApprovalRules: rule("PRODUCT", "Debian13") });
    expect((await refusal(update)).message).to.match(/^Invalid Filter Value: Debian13 for Key: PRODUCT/);
    const { ApprovalRules } = await ssm.getPatchBaseline({ BaselineId });
    expect(ApprovalRules?.PatchRules?.[0]?.PatchFilterGroup?.PatchFilters?.[0]?.Values).to.deep.equal(["*"]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patching-windows-applications.html
  it("takes any product and family of applications, and any section", async () => {
    const PatchFilters = [
      { Key: "PATCH_SET" as const, Values: ["APPLICATION"] },
      { Key: "PRODUCT_FAMILY" as const, Values: ["Active Directory"] },
      { Key: "PRODUCT" as const, Values: ["Active Directory Rights Management Services Client 2.0"] },
    ];
    const ApprovalRules = { PatchRules: [{ PatchFilterGroup: { PatchFilters }, ApproveAfterDays: 5 }] };
    await ssm.createPatchBaseline({ Name: "applications", OperatingSystem: "WINDOWS", ApprovalRules });
    await ssm.createPatchBaseline({
      Name: "section",
      OperatingSystem: "UBUNTU",
      ApprovalRules: rule("SECTION", "ours/backports"),
    });
  });

  it("takes a cutoff date", async () => {
    const ApprovalRules = rule("PRODUCT", "*", { ApproveUntilDate: "2028-02-29" });
    await ssm.createPatchBaseline({ Name: "base", OperatingSystem: "AMAZON_LINUX_2", ApprovalRules });
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdatePatchBaseline.html, Replace
  it("wants a name when an update replaces, as creation does", async () => {
    const BaselineId = await ubuntu(ssm);
    const fault = await refusal(ssm.updatePatchBaseline({ BaselineId, Replace: true }));
    expect(fault).to.deep.equal({
      name: "ValidationException",
      message: "Name must be specified when Replace is true.",
    });
  });

  it("gives 50 baselines and no more", async () => {
    for (let index = 0; index < 50; index += 1) await ubuntu(ssm, `base-${String(index)}`);
    expect((await refusal(ubuntu(ssm, "one-more"))).name).to.equal("ResourceLimitExceededException");
  });

  it("keeps tags, and refuses those of a baseline that is not there", async () => {
    const ResourceId = await ubuntu(ssm);
    const Tags = [{ Key: "Owner", Value: "platform" }];
    await ssm.addTagsToResource({ ResourceType: "PatchBaseline", ResourceId, Tags });
    const listed = await ssm.listTagsForResource({ ResourceType: "PatchBaseline", ResourceId });
    expect(listed.TagList).to.deep.equal(Tags);
    const missing = new ListTagsForResourceCommand({
      ResourceType: "PatchBaseline",
      ResourceId: "pb-00000000000000000",
    });
    expect((await refusal(ssm.send(missing))).name).to.equal("InvalidResourceId");
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
describe("embedded cloud: patch groups and defaults", () => {
  inFreshCloud();

  it("takes one baseline per group and operating system", async () => {
    const PatchGroup = "prod-auto";
    const first = await ubuntu(ssm);
    await ssm.registerPatchBaselineForPatchGroup({ BaselineId: first, PatchGroup });
    const second = await ubuntu(ssm, "ubuntu-other");
    const again = ssm.registerPatchBaselineForPatchGroup({ BaselineId: second, PatchGroup });
    expect(await refusal(again)).to.deep.equal({
      name: "AlreadyExistsException",
      message: "Patch Group prod-auto already has a baseline registered for OperatingSystem UBUNTU.",
    });
    const windows = await ssm.createPatchBaseline({ Name: "windows-auto" });
    await ssm.registerPatchBaselineForPatchGroup({ BaselineId: windows.BaselineId, PatchGroup });
    const { Mappings } = await ssm.describePatchGroups({});
    expect(Mappings?.map((mapping) => mapping.BaselineIdentity?.BaselineName)).to.deep.equal([
      "ubuntu-auto",
      "windows-auto",
    ]);
  });

  it("does not delete a baseline that a group or an operating system still uses", async () => {
    const BaselineId = await ubuntu(ssm);
    await ssm.registerDefaultPatchBaseline({ BaselineId });
    expect((await refusal(ssm.deletePatchBaseline({ BaselineId }))).name).to.equal("ResourceInUseException");
  });

  it("answers AWS's own baseline as default until another is registered, and for a group without any", async () => {
    const usual = await ssm.getDefaultPatchBaseline({ OperatingSystem: "UBUNTU" });
    expect(usual.BaselineId).to.match(/^arn:aws:ssm:eu-west-1:\d{12}:patchbaseline\/pb-[0-9a-f]{17}$/);
    const predefined = await ssm.getPatchBaseline({ BaselineId: usual.BaselineId });
    expect(predefined.Name).to.equal("AWS-UbuntuDefaultPatchBaseline");
    const BaselineId = await ubuntu(ssm);
    await ssm.registerDefaultPatchBaseline({ BaselineId });
    const forGroup = new GetPatchBaselineForPatchGroupCommand({ PatchGroup: "nobody", OperatingSystem: "UBUNTU" });
    expect((await ssm.send(forGroup)).BaselineId).to.equal(BaselineId);
  });
});
