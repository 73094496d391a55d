import { expect } from "chai";
import { NodeAccess } from "../../../components/aws/nodeAccess.ts";
import { valueOf } from "../../harness/mocks.ts";
import { builderOf } from "./builder.ts";
import { expectInherited, inventory, json } from "./inventory.ts";
import { sampleGroup, sampleLocation, sensitive } from "./samples.ts";

const { built, made } = builderOf(NodeAccess, "access", {
  environment: "prod",
  location: sampleLocation(),
  groups: [sampleGroup(), sensitive],
  defaultHostManagement: false,
});

function conditionOf(policy: unknown): unknown {
  return (policy as { Statement: { Condition?: unknown }[] }).Statement[0]?.Condition;
}

describe("NodeAccess", () => {
  it("makes roles and policies under names that carry environment and location, and the tier it owns", async () => {
    const recorder = await built();
    expect(inventory(recorder)).to.deep.equal([
      "Policy access-guard",
      "Policy access-node",
      "Role access-hybrid",
      "Role access-window",
      "RolePolicy access-window-policy",
      "RolePolicyAttachment access-hybrid-node",
      "ServiceSetting access-instance-tier",
    ]);
    expectInherited(recorder);
    expect(recorder.only("Role", "access-hybrid").inputs["name"]).to.equal("patchplane-prod-main-hybrid-node");
    expect(recorder.only("Role", "access-window").inputs["name"]).to.equal("patchplane-prod-main-window");
    expect(recorder.only("Policy", "access-node").inputs["name"]).to.equal("patchplane-prod-main-node");
    expect(recorder.only("Policy", "access-guard").inputs["name"]).to.equal("patchplane-prod-main-guard");
    expect(recorder.only("RolePolicyAttachment").inputs).to.deep.equal({
      role: "patchplane-prod-main-hybrid-node",
      policyArn: "arn:aws:mock:::access-node",
    });
  });

  it("pins the hybrid role's trust to account and Region", async () => {
    const trust = json((await built()).only("Role", "access-hybrid"), "assumeRolePolicy");
    expect(conditionOf(trust)).to.deep.equal({
      StringEquals: { "aws:SourceAccount": "111122223333" },
      ArnEquals: { "aws:SourceArn": "arn:aws:ssm:eu-central-1:111122223333:*" },
    });
  });

  it("keeps the tier, and gives its setting the ARN the provider reads back", async () => {
    const tier = (await built({ location: sampleLocation({ instanceTier: "advanced" }) })).only("ServiceSetting");
    expect(tier.inputs).to.deep.equal({
      settingId: "arn:aws:ssm:eu-central-1:111122223333:servicesetting/ssm/managed-instance/activation-tier",
      settingValue: "advanced",
    });
    expect(tier.retainOnDelete).to.equal(true);
  });

  it("switches Default Host Management on with a role that holds the same node policy", async () => {
    const recorder = await built({ defaultHostManagement: true });
    expect(inventory(recorder)).to.include.members([
      "Role access-default-host",
      "RolePolicyAttachment access-default-host-node",
      "ServiceSetting access-default-host",
    ]);
    const setting = recorder.only("ServiceSetting", "access-default-host");
    expect(setting.inputs).to.deep.equal({
      settingId:
        "arn:aws:ssm:eu-central-1:111122223333:servicesetting/ssm/managed-instance/default-ec2-instance-management-role",
      settingValue: "patchplane/prod/patchplane-prod-main-default-host",
    });
    expect(setting.retainOnDelete).to.equal(true);
  });

  it("touches no service setting where another stack owns them", async () => {
    const location = sampleLocation({ ownsServiceSettings: false });
    const recorder = await built({ location, defaultHostManagement: true });
    expect(recorder.ofType("ServiceSetting")).to.be.empty;
    expect(recorder.ofType("Role").map((role) => role.name)).to.deep.equal(["access-hybrid", "access-window"]);
  });

  it("makes no guard where no group is reviewed, and no empty condition where there is no group", async () => {
    const recorder = await built({ groups: [] });
    expect(recorder.ofType("Policy").map((policy) => policy.name)).to.deep.equal(["access-node"]);
    const policy = json(recorder.only("RolePolicy"), "policy") as { Statement: { Sid: string }[] };
    expect(policy.Statement.map((statement) => statement.Sid)).to.deep.equal([
      "SendPatchDocuments",
      "FollowCommands",
      "FindTargets",
      "PassNotificationRole",
    ]);
  });

  it("writes ARNs of the location's partition everywhere", async () => {
    const location = sampleLocation({ partition: "aws-cn", region: "cn-north-1" });
    const recorder = await built({ location, defaultHostManagement: true });
    for (const { inputs, name } of recorder.resources.filter((resource) => resource.type.startsWith("aws:"))) {
      for (const value of Object.values(inputs)) {
        if (typeof value === "string" && !value.startsWith("arn:aws:mock"))
          expect(value, name).not.to.include("arn:aws:");
      }
    }
  });

  it("answers role name, policies and window role", async () => {
    const access = await made();
    expect(await valueOf(access.hybridRoleName)).to.equal("patchplane/prod/patchplane-prod-main-hybrid-node");
    expect(await valueOf(access.instancePolicyArn)).to.equal("arn:aws:mock:::access-node");
    expect(await valueOf(access.windowRoleArn)).to.equal("arn:aws:mock:::access-window");
    expect(await valueOf(access.guardPolicyArn)).to.equal("arn:aws:mock:::access-guard");
  });

  it("answers no guard policy where there is none", async () => {
    const { guardPolicyArn } = await made({ groups: [] });
    expect(await valueOf(guardPolicyArn)).to.equal(undefined);
  });
});
