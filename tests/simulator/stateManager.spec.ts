import {
  DeleteResourceDataSyncCommand,
  GetServiceSettingCommand,
  UpdateDocumentCommand,
  UpdateServiceSettingCommand,
} from "@aws-sdk/client-ssm";
import type { AssociationFilterKey, CreateAssociationCommandInput, SSM } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { cloudWith, home, instance, refusal, ssmOf } from "./cloudFixture.ts";
import { inFreshCloud, ssm } from "./freshCloud.ts";
import { stateOf } from "./patchingFixture.ts";

const id = "i-0123456789abcdef0";
const server = instance(id, { tags: { PatchGroup: "prod-auto" } });
const scan: CreateAssociationCommandInput = {
  Name: "AWS-RunPatchBaseline",
  AssociationName: "scan",
  Parameters: { Operation: ["Scan"], RebootOption: ["NoReboot"] },
  Targets: [{ Key: "tag:PatchGroup", Values: ["prod-auto"] }],
};

async function associate(ssm: SSM, more: Partial<CreateAssociationCommandInput> = {}): Promise<string> {
  const made = await ssm.createAssociation({ ...scan, ...more });
  return made.AssociationDescription?.AssociationId ?? "";
}

async function statusOf(ssm: SSM, AssociationId: string): Promise<string | undefined> {
  const { AssociationDescription } = await ssm.describeAssociation({ AssociationId });
  return AssociationDescription?.Overview?.Status;
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/state-manager-about.html
describe("embedded cloud: associations", () => {
  inFreshCloud();

  it("runs on a node at first contact, once, and again when it changes", async () => {
    const cloud = await cloudWith([server]);
    const ssm = ssmOf(cloud);
    const AssociationId = await associate(ssm);
    expect(await statusOf(ssm, AssociationId)).to.equal("Pending");
    const runs = async (): Promise<number | undefined> =>
      (await ssm.describeAssociationExecutions({ AssociationId })).AssociationExecutions?.length;
    await cloud.advanceTo(new Date("2026-11-02T00:10:00Z"));
    await cloud.advanceTo(new Date("2026-11-20T00:00:00Z"));
    expect(await statusOf(ssm, AssociationId)).to.equal("Success");
    expect(await runs()).to.equal(1);
    expect((await stateOf(ssm, id))?.Operation).to.equal("Scan");
    await ssm.updateAssociation({ AssociationId, ...scan, Name: "AWS-RunPatchBaseline" });
    await cloud.advanceTo(new Date("2026-11-20T00:10:00Z"));
    expect(await runs()).to.equal(2);
  });

  it("runs by its schedule, and only by it when it says so", async () => {
    const cloud = await cloudWith([server]);
    const ssm = ssmOf(cloud);
    const schedule = { ScheduleExpression: "cron(0 18 ? * * *)", ApplyOnlyAtCronInterval: true };
    const AssociationId = await associate(ssm, schedule);
    await cloud.advanceTo(new Date("2026-11-02T12:00:00Z"));
    expect(await statusOf(ssm, AssociationId)).to.equal("Pending");
    await cloud.advanceTo(new Date("2026-11-05T12:00:00Z"));
    const { AssociationExecutions } = await ssm.describeAssociationExecutions({ AssociationId });
    expect(AssociationExecutions).to.have.length(3);
  });

  it("drops what an update leaves out", async () => {
    const cloud = await cloudWith([server]);
    const ssm = ssmOf(cloud);
    const AssociationId = await associate(ssm, { MaxErrors: "10%" });
    const updated = await ssm.updateAssociation({ AssociationId, Parameters: scan.Parameters });
    expect(updated.AssociationDescription).to.include({ AssociationVersion: "2", Name: "AWS-RunPatchBaseline" });
    expect(updated.AssociationDescription?.MaxErrors).to.equal(undefined);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateAssociation.html, AssociationVersion
  it("changes and shows the latest version only, by number or as $LATEST", async () => {
    const AssociationId = await associate(ssm);
    const update = (AssociationVersion: string): Promise<unknown> =>
      ssm.updateAssociation({ AssociationId, AssociationVersion, Parameters: scan.Parameters });
    const describe = (AssociationVersion: string): Promise<unknown> =>
      ssm.describeAssociation({ AssociationId, AssociationVersion });
    expect((await refusal(update("7"))).name).to.equal("InvalidAssociationVersion");
    expect((await refusal(describe("7"))).name).to.equal("InvalidAssociationVersion");
    await update("1");
    await update("$LATEST");
    expect((await refusal(update("1"))).name).to.equal("InvalidAssociationVersion");
    await describe("3");
    await describe("$LATEST");
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AssociationFilter.html
  it("lists by status, node and last run", async () => {
    const cloud = await cloudWith([server]);
    const ssm = ssmOf(cloud);
    const AssociationId = await associate(ssm);
    await associate(ssm, {
      AssociationName: "nowhere",
      Targets: [{ Key: "InstanceIds", Values: ["i-00000000000000000"] }],
    });
    await cloud.advanceTo(new Date("2026-11-02T00:10:00Z"));
    const listed = async (key: AssociationFilterKey, value: string): Promise<(string | undefined)[] | undefined> => {
      const found = await ssm.listAssociations({ AssociationFilterList: [{ key, value }] });
      return found.Associations?.map((association) => association.AssociationName);
    };
    const { AssociationDescription } = await ssm.describeAssociation({ AssociationId });
    expect(AssociationDescription?.LastExecutionDate).to.be.an.instanceOf(Date);
    expect(await listed("AssociationStatusName", "Success")).to.deep.equal(["scan"]);
    expect(await listed("AssociationStatusName", "Pending")).to.deep.equal(["nowhere"]);
    // API_AssociationFilter: "only returns legacy associations created using the InstanceID attribute".
    expect(await listed("InstanceId", id)).to.deep.equal([]);
    expect(await listed("LastExecutedAfter", "2026-11-01T00:00:00Z")).to.deep.equal(["scan"]);
    expect(await listed("LastExecutedBefore", "2026-11-01T00:00:00Z")).to.deep.equal([]);
    expect(await listed("ResourceGroupName", "group")).to.deep.equal([]);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html; AWS's words as recorded
  // by https://github.com/badmintoncryer/cdk-preflight, rule pf-ssm-association-schedule
  const schedules: readonly [string, Partial<CreateAssociationCommandInput>, RegExp][] = [
    [
      "a rate that it applies at only",
      { ScheduleExpression: "rate(1 day)", ApplyOnlyAtCronInterval: true },
      /not supported for Rate Schedule associations/,
    ],
    ["no schedule that it applies at only", { ApplyOnlyAtCronInterval: true }, /not supported for No Schedule/],
    [
      "a date unless it applies at it only",
      { ScheduleExpression: "at(2026-12-24T02:00:00)" },
      /^At Schedule Expression/,
    ],
    [
      "an offset unless it applies at its schedule only",
      { ScheduleExpression: "cron(0 2 ? * TUE#2 *)", ScheduleOffset: 2 },
      /not supported for non ApplyOnlyAtCronInterval associations/,
    ],
    [
      "an offset from a day of every week",
      { ScheduleExpression: "cron(0 2 ? * TUE *)", ScheduleOffset: 2, ApplyOnlyAtCronInterval: true },
      /nth day of the week in the month/,
    ],
  ];
  for (const [what, input, message] of schedules) {
    it(`refuses ${what}`, async () => {
      const fault = await refusal(associate(ssm, input));
      expect(fault.name).to.equal("InvalidSchedule");
      expect(fault.message).to.match(message);
    });
  }

  // AWS's words as recorded by https://github.com/badmintoncryer/cdk-preflight, rule pf-ssm-association-targets
  it("wants targets of a new association", async () => {
    const fault = await refusal(associate(ssm, { Targets: [] }));
    expect(fault).to.deep.equal({ name: "InvalidTarget", message: "Instance ID or targets must be specified" });
  });

  it("takes an offset from the second Tuesday, and a date, that it applies at only", async () => {
    const only = { ApplyOnlyAtCronInterval: true };
    await associate(ssm, { ...only, ScheduleExpression: "cron(0 2 ? * TUE#2 *)", ScheduleOffset: 2 });
    await associate(ssm, { ...only, ScheduleExpression: "at(2026-12-24T02:00:00)" });
  });

  const refused: readonly [string, Partial<CreateAssociationCommandInput>, string][] = [
    ["a month in its schedule", { ScheduleExpression: "cron(0 2 ? 3 SUN *)" }, "InvalidSchedule"],
    ["a document that is not there", { Name: "AWS-RunPatchBaselineAssociation" }, "InvalidDocument"],
    ["a parameter that the document does not allow", { Parameters: { Operation: ["Look"] } }, "InvalidParameters"],
  ];
  for (const [what, input, name] of refused) {
    it(`refuses ${what}`, async () => {
      expect((await refusal(associate(ssm, input))).name).to.equal(name);
    });
  }
});

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocument.html
describe("embedded cloud: documents", () => {
  inFreshCloud();

  const content = (line: string): string =>
    JSON.stringify({
      schemaVersion: "2.2",
      description: "hook",
      mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { runCommand: [line] } }],
    });

  it("keeps versions, and answers the default one until another is named", async () => {
    const Name = "patchplane-hook";
    await ssm.createDocument({ Name, DocumentType: "Command", Content: content("one") });
    await ssm.updateDocument({ Name, Content: content("two"), DocumentVersion: "$LATEST" });
    expect((await ssm.getDocument({ Name })).Content).to.equal(content("one"));
    await ssm.updateDocumentDefaultVersion({ Name, DocumentVersion: "2" });
    const { Document } = await ssm.describeDocument({ Name });
    expect(Document).to.include({ DocumentVersion: "2", LatestVersion: "2", DefaultVersion: "2", Owner: home });
    const same = new UpdateDocumentCommand({ Name, Content: content("one"), DocumentVersion: "$LATEST" });
    expect((await refusal(ssm.send(same))).name).to.equal("DuplicateDocumentContent");
  });

  it("refuses broken content, another schema, a second of the same name, and deletion while in use", async () => {
    const create = (Name: string, Content: string): Promise<unknown> =>
      ssm.createDocument({ Name, DocumentType: "Command", Content });
    expect((await refusal(create("broken", "{"))).name).to.equal("InvalidDocumentContent");
    const old = JSON.stringify({ schemaVersion: "1.2", runtimeConfig: {} });
    expect((await refusal(create("broken", old))).name).to.equal("InvalidDocumentSchemaVersion");
    await create("hook", content("one"));
    expect((await refusal(create("hook", content("two")))).name).to.equal("DocumentAlreadyExists");
    await associate(ssm, { Name: "hook", Parameters: {} });
    expect((await refusal(ssm.deleteDocument({ Name: "hook" }))).name).to.equal("AssociatedInstances");
  });
});

describe("embedded cloud: account-wide settings", () => {
  inFreshCloud();

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html
  it("answers a service setting by its ARN and by its path, and resets it", async () => {
    const path = "/ssm/managed-instance/activation-tier";
    const ARN = `arn:aws:ssm:eu-west-1:${home}:servicesetting${path}`;
    await ssm.updateServiceSetting({ SettingId: ARN, SettingValue: "advanced" });
    const { ServiceSetting } = await ssm.getServiceSetting({ SettingId: path });
    expect(ServiceSetting).to.include({ ARN, SettingValue: "advanced", Status: "Customized" });
    const reset = await ssm.resetServiceSetting({ SettingId: ARN });
    expect(reset.ServiceSetting).to.include({ SettingValue: "standard", Status: "Default" });
    const wrong = new UpdateServiceSettingCommand({ SettingId: ARN, SettingValue: "golden" });
    expect((await refusal(ssm.send(wrong))).name).to.equal("ValidationException");
    const unknown = new GetServiceSettingCommand({ SettingId: "/ssm/unknown" });
    expect((await refusal(ssm.send(unknown))).name).to.equal("ServiceSettingNotFound");
  });

  // https://docs.aws.amazon.com/general/latest/gr/ssm.html
  it("keeps five resource data syncs and no more", async () => {
    const sync = (SyncName: string): Promise<unknown> =>
      ssm.createResourceDataSync({
        SyncName,
        S3Destination: { BucketName: "sync-bucket", SyncFormat: "JsonSerDe", Region: "eu-west-1" },
      });
    for (let index = 0; index < 5; index += 1) await sync(`sync-${String(index)}`);
    expect((await refusal(sync("sync-0"))).name).to.equal("ResourceDataSyncAlreadyExistsException");
    expect((await refusal(sync("one-more"))).name).to.equal("ResourceDataSyncCountExceededException");
    await ssm.deleteResourceDataSync({ SyncName: "sync-0" });
    expect((await ssm.listResourceDataSync({})).ResourceDataSyncItems).to.have.length(4);
    const gone = new DeleteResourceDataSyncCommand({ SyncName: "sync-0" });
    expect((await refusal(ssm.send(gone))).name).to.equal("ResourceDataSyncNotFoundException");
  });

  it("writes what it knows of each node to a sync's bucket, a plain file for each type", async () => {
    const cloud = await cloudWith([server]);
    const ssm = ssmOf(cloud);
    await ssm.createAssociation({
      Name: "AWS-GatherSoftwareInventory",
      Targets: [{ Key: "tag:PatchGroup", Values: ["prod-auto"] }],
    });
    const S3Destination = {
      BucketName: "synced",
      Prefix: "sync",
      SyncFormat: "JsonSerDe",
      Region: "eu-west-1",
    } as const;
    await ssm.createResourceDataSync({ SyncName: "inventory", S3Destination });
    await cloud.advanceTo(new Date(cloud.now().getTime() + 600_000));
    const headers = {
      authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20261102/eu-west-1/s3/aws4_request, Signature=0",
    };
    const read = async (path: string): Promise<string> =>
      (await fetch(`${cloud.url}/synced${path}`, { headers })).text();
    const keys = [...(await read("?list-type=2&prefix=sync/")).matchAll(/<Key>([^<]+)/g)].map(([, key]) => key ?? "");
    const file = keys.find((key) => key.startsWith("sync/AWS:Application/")) ?? "";
    expect(file).to.match(
      /^sync\/AWS:Application\/accountid=\d{12}\/region=eu-west-1\/resourcetype=ManagedInstanceInventory\/i-\w+\.json$/,
    );
    const InstanceId = file.slice(file.lastIndexOf("/") + 1, -".json".length);
    const { Entries = [], ...entries } = await ssm.listInventoryEntries({ InstanceId, TypeName: "AWS:Application" });
    const rows = (await read(`/${file}`)).trimEnd().split("\n");
    expect(rows.slice(0, Entries.length).map((row) => JSON.parse(row) as unknown)).to.deep.equal(
      Entries.map((entry) => ({
        ...entry,
        captureTime: entries.CaptureTime,
        schemaVersion: entries.SchemaVersion,
        resourceId: InstanceId,
      })),
    );
    await ssm.deleteResourceDataSync({ SyncName: "inventory" });
    expect(await read(`/${file}`)).to.equal(`${rows.join("\n")}\n`);
  });

  it("gives an activation's id in a shape that a UUID check takes", async () => {
    const { ActivationId } = await ssm.createActivation({ IamRole: "hybrid" });
    expect(ActivationId).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
