import { expect } from "chai";
import { home, ireland, other } from "../cloudFixture.ts";
import { cloud, inFreshCloud, ssm } from "../freshCloud.ts";
import { closePlugins, configuredAws, failureOf, openAws } from "./pluginClient.ts";

const window = {
  name: "mw-scan",
  schedule: "cron(0 2 ? * SUN *)",
  duration: 3,
  cutoff: 1,
};
const windowType = "aws:ssm/maintenanceWindow:MaintenanceWindow";
const queueType = "aws:sqs/queue:Queue";

describe("the configuration of the AWS stand-in", () => {
  inFreshCloud();
  afterEach(closePlugins);

  it("fails when PATCHPLANE_SIMULATOR is not set, and says where to look", async () => {
    const client = await openAws({ AWS_ACCESS_KEY_ID: "test" });
    const { message } = await failureOf(client.configure({ region: ireland }));
    expect(message).to.include("PATCHPLANE_SIMULATOR is not set").and.to.include("simulator/plugins/bin");
  });

  it("fails when there are no keys", async () => {
    const client = await openAws({ PATCHPLANE_SIMULATOR: cloud.url });
    expect((await failureOf(client.configure({ region: ireland }))).message).to.include("AWS_ACCESS_KEY_ID");
  });

  it("fails when the assumed account is not among the allowed ones", async () => {
    const client = await openAws({ PATCHPLANE_SIMULATOR: cloud.url, AWS_ACCESS_KEY_ID: "test" });
    const settings = {
      region: ireland,
      assumeRoles: JSON.stringify([{ roleArn: `arn:aws:iam::${other}:role/deploy` }]),
      allowedAccountIds: JSON.stringify([home]),
    };
    expect((await failureOf(client.configure(settings))).message).to.equal(
      `AWS account ID not allowed: ${other}; allowedAccountIds: ${home}`,
    );
  });

  it("fails in STS's words when the role cannot be assumed", async () => {
    const client = await openAws({ PATCHPLANE_SIMULATOR: cloud.url, AWS_ACCESS_KEY_ID: "test" });
    const assumeRoles = JSON.stringify([{ roleArn: "arn:aws:iam::999999999999:role/deploy" }]);
    expect((await failureOf(client.configure({ region: ireland, assumeRoles }))).message).to.match(
      /^AssumeRole: AccessDenied: User: .+ is not authorized to perform: sts:AssumeRole/,
    );
  });

  it("works in the assumed account and the provider's Region", async () => {
    const client = await configuredAws(cloud, other);
    const queue = await client.create(queueType, { name: "results" });
    expect(queue.outputs["arn"]).to.equal(`arn:aws:sqs:${ireland}:${other}:results`);
    expect(queue.outputs["region"]).to.equal(ireland);
  });

  it("works in a resource's own Region", async () => {
    const client = await configuredAws(cloud);
    const made = await client.create(windowType, { ...window, region: "us-east-1" });
    expect(made.outputs["region"]).to.equal("us-east-1");
    expect(await client.refresh(made)).to.not.equal(undefined);
    expect(await client.refresh({ ...made, outputs: { ...made.outputs, region: ireland } })).to.equal(undefined);
  });

  it("neither reads nor takes away tags that it is told to ignore", async () => {
    const ignoreTags = JSON.stringify({ keys: ["CostCenter"], keyPrefixes: ["map-"] });
    const client = await configuredAws(cloud, home, ireland, { ignoreTags });
    const made = await client.create(windowType, { ...window, tags: { ManagedBy: "patchplane" } });
    const resource = { ResourceType: "MaintenanceWindow", ResourceId: made.id } as const;
    const Tags = ["CostCenter", "map-migrated", "Team"].map((Key) => ({ Key, Value: "x" }));
    await ssm.addTagsToResource({ ...resource, Tags });
    const read = await client.refresh(made);
    expect(read?.outputs["tags"]).to.deep.equal({ ManagedBy: "patchplane", Team: "x" });
    await client.update(read ?? made, { ...window, tags: { ManagedBy: "patchplane" } });
    const { TagList } = await ssm.listTagsForResource(resource);
    expect(TagList?.map(({ Key }) => Key)).to.have.members(["ManagedBy", "CostCenter", "map-migrated"]);
  });

  it("replaces a regional resource when the provider's Region changes", async () => {
    const made = await (await configuredAws(cloud)).create(windowType, window);
    const elsewhere = await configuredAws(cloud, home, "us-east-1");
    expect((await elsewhere.diff(made, window)).replaces).to.deep.equal(["region"]);
  });

  it("lists every fault of the settings, also those it does not cover", async () => {
    const client = await openAws({});
    const faults = await client.checkConfig({
      allowedAccountIds: "[123456789012]",
      defaultTags: JSON.stringify({ tags: { a: "b" } }),
      skipRegionValidation: "true",
    });
    expect(faults.map((fault) => fault.split(":")[0])).to.have.members([
      "allowedAccountIds[0]",
      "defaultTags",
      "region",
    ]);
  });

  it("refuses types and functions it does not cover", async () => {
    const client = await configuredAws(cloud);
    const instance = await failureOf(client.check("aws:ec2/instance:Instance", {}));
    expect(instance.message).to.equal(
      "resource type aws:ec2/instance:Instance is not covered by the embedded cloud's stand-in provider",
    );
    expect((await failureOf(client.invoke("aws:index/getPartition:getPartition"))).message).to.include("getPartition");
  });
});
