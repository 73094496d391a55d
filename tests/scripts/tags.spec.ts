import {
  AddTagsToResourceCommand,
  DescribeInstanceInformationCommand,
  ListTagsForResourceCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { deployedProject, gate, patchplane, ssmOf } from "./commandFixture.ts";
import { bySchema } from "./operatorFixture.ts";

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
describe("patchplane tags, the command", function () {
  this.timeout(300_000);
  const project = deployedProject();
  let client: SSMClient;
  let nodeId = "";

  before(async () => {
    client = ssmOf(project.cloud, project.plane, "euw1");
    const { InstanceInformationList: nodes = [] } = await client.send(new DescribeInstanceInformationCommand({}));
    nodeId = nodes.find(({ InstanceId }) => InstanceId?.startsWith("mi-"))?.InstanceId ?? "";
  });

  it("ends with 0 when every node has its tags", async () => {
    const ended = await patchplane(project.folder, project.cloud.url, ["tags"]);
    expect(ended.stdout).to.equal("stack test\n7 nodes compared, no difference\n");
    expect(ended.code).to.equal(0);
  });

  it("prints each difference and changes nothing in a dry run, then repairs what differs and takes nothing away", async () => {
    const ResourceType = "ManagedInstance";
    const Tags = [
      { Key: "PatchGroup", Value: "prod-auto" },
      { Key: "Foreign", Value: "kept" },
    ];
    await client.send(new AddTagsToResourceCommand({ ResourceType, ResourceId: nodeId, Tags }));
    const dry = await patchplane(project.folder, project.cloud.url, ["tags", "--location", "euw1"]);
    expect(dry.stdout.split("\n")).to.deep.equal([
      "stack test",
      "",
      "Hybrid nodes:",
      `  data-1 (${nodeId}, euw1)`,
      '    PatchGroup: "prod-auto" -> "prod-sensitive"',
      "",
      "2 nodes compared, 1 with other tags",
      "to repair 1 hybrid node: npx patchplane tags --stack test --location euw1 --apply",
      "",
    ]);
    expect(dry.code).to.equal(1);
    const between = await gate(project.cloud);
    const applied = await patchplane(project.folder, between.url, ["tags", "--apply"]);
    await between.close();
    expect(applied.stdout).to.include("7 nodes compared, 1 repaired, no difference\n");
    expect(applied.code).to.equal(0);
    expect(between.seen.filter((request) => request.endsWith("AddTagsToResource"))).to.have.length(1);
    const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceType, ResourceId: nodeId }));
    expect(TagList).to.deep.include({ Key: "PatchGroup", Value: "prod-sensitive" });
    expect(TagList).to.deep.include({ Key: "Foreign", Value: "kept" });
  });

  it("ends with 3 when a location refuses, and prints nothing but JSON with --json", async () => {
    const between = await gate(project.cloud, "eu-west-1");
    const ended = await patchplane(project.folder, between.url, ["tags", "--json"]);
    await between.close();
    expect(ended.stderr).to.equal("");
    expect(bySchema("tags", ended.stdout)).to.deep.include({
      schema: "patchplane/tags/1",
      checked: 5,
      nodes: [],
    });
    expect(ended.code).to.equal(3);
  });

  it("prints the required tags as a tag policy, without asking a cloud", async () => {
    const { code, stdout } = await patchplane(project.folder, "http://127.0.0.1:9", ["tags", "--policy"]);
    expect(code).to.equal(0);
    const { tags } = JSON.parse(stdout) as { tags: Record<string, { tag_value?: { "@@assign": string[] } }> };
    expect(tags["PatchGroup"]?.tag_value?.["@@assign"]).to.deep.equal(Object.keys(project.plane.groups).sort());
  });
});
