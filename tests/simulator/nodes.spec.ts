import { DescribeInstancePatchesCommand, DescribeInstancePatchStatesForPatchGroupCommand } from "@aws-sdk/client-ssm";
import type { DescribeInstanceInformationCommandInput } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { closeClouds, cloudWith, instance, refusal, ssmOf } from "./cloudFixture.ts";

const id = "i-00000000000000001";

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
describe("embedded cloud: managed nodes", () => {
  afterEach(closeClouds);

  it("shows a private address for each node, another for another node", async () => {
    const ssm = ssmOf(await cloudWith([instance(id), instance("i-00000000000000002")]));
    const { InstanceInformationList = [] } = await ssm.describeInstanceInformation({});
    const addresses = InstanceInformationList.map((node) => node.IPAddress);
    for (const address of addresses) expect(address).to.match(/^10(\.\d{1,3}){3}$/);
    expect(new Set(addresses)).to.have.property("size", 2);
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformationStringFilter.html
  const refused: readonly [string, DescribeInstanceInformationCommandInput, string][] = [
    [
      "a ping status that there is not",
      { Filters: [{ Key: "PingStatus", Values: ["Awake"] }] },
      "InvalidInstanceInformationFilterValue",
    ],
    [
      "a platform that there is not",
      { Filters: [{ Key: "PlatformTypes", Values: ["linux"] }] },
      "InvalidInstanceInformationFilterValue",
    ],
    [
      "the same in the older list of filters",
      { InstanceInformationFilterList: [{ key: "PingStatus", valueSet: ["Awake"] }] },
      "InvalidInstanceInformationFilterValue",
    ],
    ["a key that there is not", { Filters: [{ Key: "Ping", Values: ["Online"] }] }, "InvalidFilterKey"],
    [
      "both lists of filters at once",
      {
        Filters: [{ Key: "InstanceIds", Values: [id] }],
        InstanceInformationFilterList: [{ key: "PingStatus", valueSet: ["Online"] }],
      },
      "ValidationException",
    ],
  ];
  for (const [what, input, name] of refused) {
    it(`refuses ${what}`, async () => {
      const ssm = ssmOf(await cloudWith([instance(id)]));
      expect((await refusal(ssm.describeInstanceInformation(input))).name).to.equal(name);
    });
  }

  it("finds nodes by every documented value", async () => {
    const ssm = ssmOf(await cloudWith([instance(id)]));
    const found = async (Key: string, ...Values: string[]): Promise<number | undefined> =>
      (await ssm.describeInstanceInformation({ Filters: [{ Key, Values }] })).InstanceInformationList?.length;
    expect(await found("PingStatus", "Online", "ConnectionLost", "Inactive")).to.equal(1);
    expect(await found("PlatformTypes", "Windows", "MacOS")).to.equal(0);
    expect(await found("ResourceType", "EC2Instance", "ManagedInstance")).to.equal(1);
    expect(await found("SourceIds", id)).to.equal(1);
    expect(await found("SourceTypes", "AWS::SSM::ManagedInstance")).to.equal(0);
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstancePatchStateFilter.html and
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatches.html
describe("embedded cloud: filters of patch states", () => {
  afterEach(closeClouds);

  it("refuses a key that is no count, and a key that is no column", async () => {
    const ssm = ssmOf(await cloudWith([instance(id)]));
    const Filters = [{ Key: "Missing", Values: ["0"], Type: "GreaterThan" as const }];
    const states = new DescribeInstancePatchStatesForPatchGroupCommand({ PatchGroup: "prod-auto", Filters });
    expect((await refusal(ssm.send(states))).name).to.equal("InvalidFilter");
    const patches = new DescribeInstancePatchesCommand({ InstanceId: id, Filters: [{ Key: "Foo", Values: ["x"] }] });
    expect((await refusal(ssm.send(patches))).name).to.equal("InvalidFilter");
  });
});
