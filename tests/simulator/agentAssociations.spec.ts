import { expect } from "chai";
import type { SSM } from "@aws-sdk/client-ssm";
import type { Cloud } from "../../simulator/index.ts";
import { SpecAgent } from "./agentFixture.ts";
import { closeClouds, cloudWith, refusal, ssmOf } from "./cloudFixture.ts";

// Operations and members as in https://github.com/aws/amazon-ssm-agent (agent/association, agent/plugins/inventory).
describe("embedded cloud: associations, inventory and compliance of a real agent", () => {
  let cloud: Cloud;
  let ssm: SSM;
  let agent: SpecAgent;
  let association: string;

  beforeEach(async () => {
    cloud = await cloudWith([]);
    ssm = ssmOf(cloud);
    agent = await SpecAgent.register(cloud);
    const made = await ssm.createAssociation({
      Name: "AWS-GatherSoftwareInventory",
      AssociationName: "inventory",
      Targets: [{ Key: "InstanceIds", Values: ["*"] }],
      Parameters: { services: ["Disabled"] },
      ScheduleExpression: "rate(12 hours)",
      ComplianceSeverity: "HIGH",
    });
    association = made.AssociationDescription?.AssociationId ?? "";
  });

  afterEach(closeClouds);

  async function listed(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { body } = await agent.ssm("ListInstanceAssociations", { InstanceId: agent.id, MaxResults: 20 });
    return body["Associations"] as readonly Readonly<Record<string, unknown>>[];
  }

  async function say(Status: string): Promise<void> {
    const ExecutionResult = { Status, ExecutionDate: 1793577600, ExecutionSummary: "1 out of 1 plugin processed" };
    const given = { AssociationId: association, InstanceId: agent.id, ExecutionResult };
    const { status, body } = await agent.ssm("UpdateInstanceAssociationStatus", given);
    expect([status, body]).to.deep.equal([200, {}]);
  }

  async function known(): Promise<string | undefined> {
    const { InstanceAssociationStatusInfos } = await ssm.describeInstanceAssociationsStatus({ InstanceId: agent.id });
    return InstanceAssociationStatusInfos?.[0]?.Status;
  }

  it("hands the agent what targets it, to be run at once when it never ran", async () => {
    const [first] = await listed();
    expect(first).to.deep.include({
      AssociationId: association,
      Name: "AWS-GatherSoftwareInventory",
      DocumentVersion: "$DEFAULT",
      Parameters: { services: ["Disabled"] },
      ScheduleExpression: "rate(12 hours)",
      DetailedStatus: "Associated",
    });
    expect(first).not.to.have.property("LastExecutionDate");
  });

  it("leaves its runs to the agent, and shows how they went", async () => {
    await cloud.advanceTo(new Date("2026-11-03T00:00:00Z"));
    expect(await known()).to.equal("Pending");
    expect((await ssm.listCommands({})).Commands).to.deep.equal([]);
    await say("InProgress");
    expect(await known()).to.equal("Pending");
    await say("Success");
    expect(await known()).to.equal("Success");
    const [first] = await listed();
    expect(first).to.deep.include({ DetailedStatus: "Success", LastExecutionDate: Date.parse("2026-11-03") / 1000 });
    await say("TimedOut");
    expect(await known()).to.equal("Failed");
  });

  it("has the agent wait for the schedule of an association for its cron interval alone", async () => {
    await ssm.createAssociation({
      Name: "AWS-UpdateSSMAgent",
      Targets: [{ Key: "InstanceIds", Values: ["*"] }],
      ScheduleExpression: "cron(0 0 2 ? * SUN *)",
      ApplyOnlyAtCronInterval: true,
    });
    const [, second] = await listed();
    expect(second).to.deep.include({ LastExecutionDate: Date.parse("2026-11-02") / 1000 });
  });

  it("refuses to start an association now that a real agent would not hear of", async () => {
    const { name, message } = await refusal(ssm.startAssociationsOnce({ AssociationIds: [association] }));
    expect([name, message.includes(agent.id)]).to.deep.equal(["ValidationException", true]);
    const runs = await ssm.describeAssociationExecutions({ AssociationId: association });
    expect(runs.AssociationExecutions).to.deep.equal([]);
  });

  it("refuses an association that there is not", async () => {
    const ExecutionResult = { Status: "Success", ExecutionDate: 0, ExecutionSummary: "x" };
    const given = { AssociationId: "none", InstanceId: agent.id, ExecutionResult };
    const { body } = await agent.ssm("UpdateInstanceAssociationStatus", given);
    expect(body["__type"]).to.equal("AssociationDoesNotExist");
  });

  it("keeps the inventory of AWS's types that the agent puts", async () => {
    const item = { TypeName: "AWS:Application", SchemaVersion: "1.1", CaptureTime: "2026-11-02T00:00:00Z" };
    const Content = [{ Name: "bash", Version: "5.2.15-2+b7", ApplicationType: "shells", Architecture: "x86_64" }];
    await ssm.putInventory({ InstanceId: agent.id, Items: [{ ...item, ContentHash: "one", Content }] });
    const listing = { InstanceId: agent.id, TypeName: "AWS:Application" };
    expect((await ssm.listInventoryEntries(listing)).Entries).to.deep.equal(Content);
    expect((await ssm.getInventorySchema({ TypeName: "AWS:Application" })).Schemas).to.have.length(1);
  });

  it("shows the compliance that the agent puts of its associations, once", async () => {
    await say("Success");
    const summary = { ExecutionTime: new Date("2026-11-02T00:00:00Z"), ExecutionType: "Command" };
    const put = { ResourceId: agent.id, ResourceType: "ManagedInstance", ExecutionSummary: summary };
    const Items = [{ Id: association, Title: "inventory", Severity: "HIGH" as const, Status: "COMPLIANT" as const }];
    const listing = { ResourceIds: [agent.id], ResourceTypes: ["ManagedInstance"] };
    await ssm.putComplianceItems({ ...put, ComplianceType: "Association", ItemContentHash: "one", Items });
    // With the hash of what is there, only its time is new.
    await ssm.putComplianceItems({ ...put, ComplianceType: "Association", ItemContentHash: "one", Items: [] });
    const { ComplianceItems } = await ssm.listComplianceItems(listing);
    expect(ComplianceItems?.map(({ Id, Title, Status }) => [Id, Title, Status])).to.deep.equal([
      [association, "inventory", "COMPLIANT"],
    ]);
    await ssm.putComplianceItems({ ...put, ComplianceType: "Association", ItemContentHash: "two", Items: [] });
    expect((await ssm.listComplianceItems(listing)).ComplianceItems).to.deep.equal([]);
    const ofPatches = ssm.putComplianceItems({ ...put, ComplianceType: "Patch", Items });
    expect((await refusal(ofPatches)).name).to.equal("ValidationException");
  });
});
