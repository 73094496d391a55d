import { expect } from "chai";
import { NodeAssociations } from "../../../components/aws/nodeAssociations.ts";
import { valueOf } from "../../harness/mocks.ts";
import { builderOf } from "./builder.ts";
import { expectInherited, inventory } from "./inventory.ts";
import { sampleGroup, sampleLocation, samplePlane, sensitive, tags } from "./samples.ts";

const { nodes } = samplePlane();

const { built, made } = builderOf(NodeAssociations, "nodes", {
  environment: "prod",
  location: sampleLocation(),
  groups: [sensitive, sampleGroup()],
  nodes,
  bucketName: "bucket",
});

/** What the association for all groups has in common with the others. */
function common(name: string, pace: string): object {
  return {
    associationName: `patchplane-prod-${name}`,
    targets: [{ key: "tag:PatchGroup", values: ["prod-auto", "prod-sensitive"] }],
    maxConcurrency: pace,
    maxErrors: pace,
    outputLocation: { s3BucketName: "bucket", s3KeyPrefix: `logs/${name}`, s3Region: "eu-central-1" },
    tags,
  };
}

describe("NodeAssociations", () => {
  it("scans on first contact, gathers inventory and updates the agent", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "Association nodes-agent-update",
      "Association nodes-inventory",
      "Association nodes-scan-on-first-contact",
    ]);
    expectInherited(recorder);
    expect(recorder.only("Association", "nodes-scan-on-first-contact").inputs).to.deep.equal({
      ...common("scan-on-first-contact", "100%"),
      name: "AWS-RunPatchBaseline",
      parameters: { Operation: "Scan", RebootOption: "NoReboot" },
    });
    expect(recorder.only("Association", "nodes-inventory").inputs).to.deep.equal({
      ...common("inventory", "100%"),
      name: "AWS-GatherSoftwareInventory",
      parameters: {
        applications: "Enabled",
        awsComponents: "Enabled",
        customInventory: "Enabled",
        instanceDetailedInformation: "Enabled",
        networkConfig: "Enabled",
        windowsUpdates: "Enabled",
      },
      scheduleExpression: "rate(12 hours)",
    });
    expect(recorder.only("Association", "nodes-agent-update").inputs).to.deep.equal({
      ...common("agent-update", "10%"),
      name: "AWS-UpdateSSMAgent",
      parameters: { allowDowngrade: "false" },
      scheduleExpression: "rate(7 days)",
    });
  });

  it("installs instead of scanning for the groups that say so, with their own reboot rule", async () => {
    const recorder = await built({ nodes: { ...nodes, installOnFirstContact: ["prod-auto"] } });
    expect(recorder.only("Association", "nodes-install-on-first-contact-prod-auto").inputs).to.deep.include({
      associationName: "patchplane-prod-install-on-first-contact-prod-auto",
      name: "AWS-RunPatchBaseline",
      parameters: { Operation: "Install", RebootOption: "RebootIfNeeded" },
      targets: [{ key: "tag:PatchGroup", values: ["prod-auto"] }],
      maxConcurrency: "10%",
      maxErrors: "10%",
    });
    expect(recorder.only("Association", "nodes-scan-on-first-contact").inputs["targets"]).to.deep.equal([
      { key: "tag:PatchGroup", values: ["prod-sensitive"] },
    ]);
  });

  it("makes no scan when it is off or has no group left, and nothing at all without groups", async () => {
    const off = { ...nodes, scanOnFirstContact: false };
    expect(inventory(await built({ nodes: off }))).not.to.include("Association nodes-scan-on-first-contact");
    const onlyInstalls = { groups: [sampleGroup()], nodes: { ...nodes, installOnFirstContact: ["prod-auto"] } };
    expect(inventory(await built(onlyInstalls))).not.to.include("Association nodes-scan-on-first-contact");
    expect(inventory(await built({ groups: [] }))).to.be.empty;
  });

  it("reaches nodes by their patch group only, and never by AWS-RunPatchBaselineAssociation", async () => {
    const recorder = await built({ nodes: { ...nodes, installOnFirstContact: ["prod-auto"] } });
    for (const { inputs, name } of recorder.ofType("Association")) {
      expect(inputs["targets"], name).to.have.lengthOf(1);
      expect((inputs["targets"] as { key: string }[])[0]?.key, name).to.equal("tag:PatchGroup");
      expect(inputs["name"], name).not.to.equal("AWS-RunPatchBaselineAssociation");
    }
  });

  it("answers the associations' ids", async () => {
    expect(await valueOf((await made()).associationIds)).to.deep.equal({
      "scan-on-first-contact": "nodes-scan-on-first-contact-id",
      inventory: "nodes-inventory-id",
      "agent-update": "nodes-agent-update-id",
    });
  });
});
