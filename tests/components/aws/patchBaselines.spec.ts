import { expect } from "chai";
import { PatchBaselines } from "../../../components/aws/patchBaselines.ts";
import { valueOf } from "../../harness/mocks.ts";
import { builderOf } from "./builder.ts";
import { expectInherited, inventory } from "./inventory.ts";
import { linux2Auto, sampleGroup, sampleLocation, samplePlane, tags, ubuntuAuto, windowsAuto } from "./samples.ts";

const mixed = sampleGroup({
  baselines: { UBUNTU: "ubuntu-auto", AMAZON_LINUX_2: "al2-auto", WINDOWS: "windows-auto" },
});

const { built, made } = builderOf(PatchBaselines, "main", {
  environment: "prod",
  location: sampleLocation(),
  baselines: samplePlane().baselines,
  groups: [mixed],
});

describe("PatchBaselines", () => {
  it("makes the baselines that groups select, one default per OS, one registration per group and OS", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "DefaultPatchBaseline main-default-ubuntu",
      "PatchBaseline main-al2-auto",
      "PatchBaseline main-ubuntu-auto",
      "PatchBaseline main-windows-auto",
      "PatchGroup main-prod-auto-amazon-linux-2",
      "PatchGroup main-prod-auto-ubuntu",
      "PatchGroup main-prod-auto-windows",
    ]);
    expectInherited(recorder);
  });

  it("writes an Ubuntu baseline with its OS, sorted lists, and no delay", async () => {
    const { inputs } = (await built()).only("PatchBaseline", "main-ubuntu-auto");
    expect(inputs).to.deep.equal({
      name: "patchplane-prod-ubuntu-auto",
      description: "security updates of Ubuntu",
      operatingSystem: "UBUNTU",
      approvalRules: [
        {
          approveAfterDays: 0,
          complianceLevel: "HIGH",
          enableNonSecurity: false,
          patchFilters: [
            { key: "PRODUCT", values: ["*"] },
            { key: "PRIORITY", values: ["Extra", "Important", "Optional", "Required", "Standard"] },
          ],
        },
      ],
      approvedPatches: [],
      approvedPatchesComplianceLevel: "HIGH",
      approvedPatchesEnableNonSecurity: false,
      rejectedPatches: ["linux-aws*", "linux-image-*"],
      rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
      tags,
    });
  });

  it("writes an Amazon Linux baseline with delay or date, and leaves an empty description out", async () => {
    const { inputs } = (await built()).only("PatchBaseline", "main-al2-auto");
    expect(inputs).to.deep.equal({
      name: "patchplane-prod-al2-auto",
      operatingSystem: "AMAZON_LINUX_2",
      approvalRules: [
        {
          approveAfterDays: 3,
          complianceLevel: "CRITICAL",
          enableNonSecurity: false,
          patchFilters: [
            { key: "PRODUCT", values: ["*"] },
            { key: "CLASSIFICATION", values: ["Security"] },
            { key: "SEVERITY", values: ["Critical", "Important"] },
          ],
        },
        {
          approveUntilDate: "2026-11-01",
          complianceLevel: "LOW",
          enableNonSecurity: true,
          patchFilters: [{ key: "CLASSIFICATION", values: ["Bugfix"] }],
        },
      ],
      approvedPatches: ["a", "b"],
      approvedPatchesComplianceLevel: "UNSPECIFIED",
      approvedPatchesEnableNonSecurity: false,
      rejectedPatches: ["kernel*"],
      rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
      tags,
    });
  });

  it("writes a Windows baseline with its status for available updates and without Linux's switches", async () => {
    const { inputs } = (await built()).only("PatchBaseline", "main-windows-auto");
    expect(inputs).to.deep.equal({
      name: "patchplane-prod-windows-auto",
      description: "security and critical updates",
      operatingSystem: "WINDOWS",
      approvalRules: [
        {
          approveAfterDays: 7,
          complianceLevel: "CRITICAL",
          patchFilters: [
            { key: "PRODUCT", values: ["WindowsServer2016"] },
            { key: "CLASSIFICATION", values: ["CriticalUpdates", "SecurityUpdates"] },
          ],
        },
      ],
      approvedPatches: [],
      approvedPatchesComplianceLevel: "UNSPECIFIED",
      availableSecurityUpdatesComplianceStatus: "NON_COMPLIANT",
      rejectedPatches: [],
      rejectedPatchesAction: "BLOCK",
      tags,
    });
  });

  it("keeps a registered default and its baseline when they leave the stack, and no other baseline", async () => {
    const recorder = await built();
    expect(recorder.only("DefaultPatchBaseline")).to.deep.include({
      inputs: { baselineId: "main-ubuntu-auto-id", operatingSystem: "UBUNTU" },
      deleteBeforeReplace: true,
      retainOnDelete: true,
    });
    const retained = recorder.ofType("PatchBaseline").filter((resource) => resource.retainOnDelete);
    expect(retained.map((resource) => resource.name)).to.deep.equal(["main-ubuntu-auto"]);
  });

  it("registers a group with the baseline's id, and deletes a registration before it is replaced", async () => {
    const registered = (await built()).ofType("PatchGroup");
    expect(registered.map((resource) => resource.inputs)).to.have.deep.members([
      { patchGroup: "prod-auto", baselineId: "main-ubuntu-auto-id" },
      { patchGroup: "prod-auto", baselineId: "main-al2-auto-id" },
      { patchGroup: "prod-auto", baselineId: "main-windows-auto-id" },
    ]);
    for (const resource of registered) expect(resource.deleteBeforeReplace, resource.name).to.equal(true);
  });

  it("makes only what groups select where the location registers no defaults", async () => {
    const recorder = await built({
      location: sampleLocation({ registersDefaults: false }),
      groups: [sampleGroup({ baselines: { AMAZON_LINUX_2: "al2-auto" } })],
    });
    expect(inventory(recorder)).to.deep.equal([
      "PatchBaseline main-al2-auto",
      "PatchGroup main-prod-auto-amazon-linux-2",
    ]);
  });

  it("makes the defaults even where no group selects them", async () => {
    expect(inventory(await built({ groups: [] }))).to.deep.equal([
      "DefaultPatchBaseline main-default-ubuntu",
      "PatchBaseline main-ubuntu-auto",
    ]);
  });

  it("registers one of AWS's baselines by its ARN without making anything", async () => {
    const arn = "arn:aws:ssm:eu-central-1:123456789012:patchbaseline/pb-0c7e89f711c3095f4";
    const recorder = await built({
      location: sampleLocation({
        registersDefaults: false,
        predefinedBaselines: { "AWS-UbuntuDefaultPatchBaseline": arn },
      }),
      groups: [sampleGroup({ baselines: { UBUNTU: "AWS-UbuntuDefaultPatchBaseline" } })],
    });
    expect(inventory(recorder)).to.deep.equal(["PatchGroup main-prod-auto-ubuntu"]);
    expect(recorder.only("PatchGroup").inputs).to.deep.equal({
      patchGroup: "prod-auto",
      baselineId: arn,
    });
  });

  it("answers the ids of its own baselines by name", async () => {
    const { baselineIds } = await made({ groups: [] });
    expect(await valueOf(baselineIds)).to.deep.equal({ "ubuntu-auto": "main-ubuntu-auto-id" });
  });

  it("does not depend on the order of groups, lists and filters in the stack file", async () => {
    const [rule] = ubuntuAuto.rules;
    const filters = { PRODUCT: ["*"], PRIORITY: rule?.filters.PRIORITY?.toReversed() ?? [] };
    const shuffled = {
      ...ubuntuAuto,
      rejectedPatches: ubuntuAuto.rejectedPatches.toReversed(),
      rules: ubuntuAuto.rules.map((first) => ({ ...first, filters })),
    };
    const one = await built();
    const two = await built({
      baselines: { "windows-auto": windowsAuto, "ubuntu-auto": shuffled, "al2-auto": linux2Auto },
    });
    expect(two.ofType("PatchBaseline").map((r) => r.inputs)).to.deep.equal(
      one.ofType("PatchBaseline").map((r) => r.inputs),
    );
  });
});
