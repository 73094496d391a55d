import type { SSM, Tag } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { refusal } from "./cloudFixture.ts";
import { inFreshCloud, ssm } from "./freshCloud.ts";

const window = {
  Name: "mw-one",
  Schedule: "rate(7 days)",
  Duration: 3,
  Cutoff: 1,
  AllowUnassociatedTargets: false,
} as const;
const Content = JSON.stringify({
  schemaVersion: "2.2",
  mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { runCommand: ["true"] } }],
});

const creations: Readonly<Record<string, (ssm: SSM, Tags: Tag[]) => Promise<unknown>>> = {
  "patch baseline": (ssm, Tags) => ssm.createPatchBaseline({ Name: "base", Tags }),
  "maintenance window": (ssm, Tags) => ssm.createMaintenanceWindow({ ...window, Tags }),
  activation: (ssm, Tags) => ssm.createActivation({ IamRole: "hybrid", Tags }),
  document: (ssm, Tags) => ssm.createDocument({ Name: "hook", DocumentType: "Command", Content, Tags }),
  association: (ssm, Tags) =>
    ssm.createAssociation({
      Name: "AWS-GatherSoftwareInventory",
      Targets: [{ Key: "InstanceIds", Values: ["*"] }],
      Tags,
    }),
};

function tags(count: number): Tag[] {
  return Array.from({ length: count }, (_, index) => ({ Key: `key-${String(index)}`, Value: "v" }));
}

// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html, limits and requirements:
// 50 tags for each resource, and the prefix aws: in any case is AWS's own.
describe("embedded cloud: tags", () => {
  inFreshCloud();

  for (const [what, create] of Object.entries(creations)) {
    it(`takes 50 tags of a new ${what}, and refuses 51 and a key of AWS's own`, async () => {
      // These operations declare no TooManyTagsError.
      expect((await refusal(create(ssm, tags(51)))).name).to.equal("ValidationException");
      expect((await refusal(create(ssm, [{ Key: "aws:x", Value: "v" }]))).name).to.equal("ValidationException");
      await create(ssm, tags(50));
    });
  }

  it("makes nothing of what it refuses", async () => {
    await refusal(ssm.createMaintenanceWindow({ ...window, Tags: tags(51) }));
    expect((await ssm.describeMaintenanceWindows({})).WindowIdentities).to.deep.equal([]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
  it("adds tags up to 50 in all, none of AWS's own, and drops no old one over a refusal", async () => {
    const made = await ssm.createMaintenanceWindow({ ...window, Tags: tags(50) });
    const resource = { ResourceType: "MaintenanceWindow", ResourceId: made.WindowId } as const;
    const add = (Tags: Tag[]): Promise<unknown> => ssm.addTagsToResource({ ...resource, Tags });
    expect((await refusal(add([{ Key: "one-more", Value: "v" }]))).name).to.equal("TooManyTagsError");
    expect((await refusal(add([{ Key: "AWS:x", Value: "v" }]))).name).to.equal("ValidationException");
    await add([{ Key: "key-0", Value: "changed" }]);
    const { TagList } = await ssm.listTagsForResource(resource);
    expect(TagList).to.have.length(50);
    expect(TagList).to.deep.include({ Key: "key-0", Value: "changed" });
  });
});
