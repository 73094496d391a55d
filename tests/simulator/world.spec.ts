import { expect } from "chai";
import type { Plane } from "../../domain/plane.ts";
import { startCloud } from "../../simulator/index.ts";
import { worldFromPlane } from "../../simulator/world/fromPlane.ts";
import { location, samplePlane, server, servers } from "../domain/samplePlane.ts";
import { closeClouds, cloudWith, home, instance, ssmOf } from "./cloudFixture.ts";

const azureId = "/subscriptions/s1/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm1";

function plane(): Plane {
  const arn = "arn:aws:ssm:eu-central-1:111111111111:patchbaseline/pb-0123456789abcdef0";
  return samplePlane({
    locations: [
      location("remote", { accountId: "222222222222", roleArn: "arn:aws:iam::222222222222:role/deploy" }),
      location("main", { predefinedBaselines: { "AWS-UbuntuDefaultPatchBaseline": arn } }),
    ],
    subscriptions: { azure: { name: "azure", subscriptionId: "s1", location: "main", onboarding: "customScript" } },
    fleet: [
      server(2),
      server(3, { id: "asg:web", name: "web", size: 3 }),
      server(4, {
        id: azureId,
        cloud: "azure",
        site: "azure",
        region: "westeurope",
        azure: {
          subscriptionId: "s1",
          resourceGroup: "rg",
          vmName: "vm1",
          vmId: "v1",
          onboardingMethod: "customScript",
          onboardingScript: "v1",
          onboardingAttempt: 1,
        },
      }),
    ],
  });
}

describe("embedded cloud: the world of a plane", () => {
  afterEach(closeClouds);

  it("has the accounts, an instance per EC2 row, a group's usual size, and VMs that no account manages", () => {
    const world = worldFromPlane(plane(), { seed: 1 });
    expect(world).to.include({ homeAccountId: "111111111111", homeRegion: "eu-central-1" });
    expect(world.accountIds).to.deep.equal(["222222222222", "111111111111"]);
    expect(world.subscriptionIds).to.deep.equal(["s1"]);
    const [first, ...others] = world.machines;
    expect(first).to.include({ id: "i-00000000000000002", accountId: "111111111111", region: "eu-central-1" });
    expect(first?.tags).to.deep.equal({
      PatchGroup: "app",
      Name: "app-2",
      Environment: "prod",
      Owner: "apps@example.com",
      BusinessUnit: "gc",
    });
    expect(others.slice(0, 3).every(({ id, name }) => /^i-[0-9a-f]{17}$/.test(id) && name === "web")).to.equal(true);
    expect(new Set(others.map(({ id }) => id)).size).to.equal(4);
    expect(others[3]).to.include({ id: azureId, cloud: "azure", accountId: "", region: "westeurope" });
  });

  it("is the same for the same seed, and another for another", () => {
    const many = samplePlane({ fleet: servers(200) });
    const draw = (seed: number): unknown => worldFromPlane(many, { seed, failureShare: 0.2 }).machines;
    expect(draw(1)).to.deep.equal(draw(1));
    expect(draw(1)).to.not.deep.equal(draw(2));
  });

  it("has something wrong with about the wanted share of machines, or with none", () => {
    const many = samplePlane({ fleet: servers(1000) });
    const wrong = (failureShare: number): number =>
      worldFromPlane(many, { seed: 1, failureShare }).machines.filter(({ faults = [] }) => faults.length > 0).length;
    expect(wrong(0)).to.equal(0);
    expect(wrong(0.05)).to.be.within(30, 70);
  });

  it("starts with EC2 instances managed and tagged, and uses the plane's ARNs for AWS's baselines", async () => {
    const world = worldFromPlane(plane(), { seed: 1 });
    const cloud = await startCloud({ world, now: new Date("2026-11-02T00:00:00Z"), seed: 1 });
    try {
      const ssm = ssmOf(cloud, "eu-central-1");
      const { InstanceInformationList } = await ssm.describeInstanceInformation({});
      expect(InstanceInformationList).to.have.length(4);
      const Filters = [{ Key: "NAME_PREFIX", Values: ["AWS-UbuntuDefault"] }];
      const { BaselineIdentities } = await ssm.describePatchBaselines({ Filters });
      expect(BaselineIdentities?.map((found) => found.BaselineId)).to.deep.equal([
        "arn:aws:ssm:eu-central-1:111111111111:patchbaseline/pb-0123456789abcdef0",
      ]);
    } finally {
      await cloud.close();
    }
  });

  it("gives tags of hybrid nodes only through SSM: an EC2 instance's are EC2's", async () => {
    const cloud = await cloudWith([instance("i-0123456789abcdef0", { accountId: home, tags: { PatchGroup: "app" } })]);
    const ids = { ResourceType: "ManagedInstance" as const, ResourceId: "i-0123456789abcdef0" };
    let name = "";
    await ssmOf(cloud)
      .listTagsForResource(ids)
      .catch((error: unknown) => {
        name = error instanceof Error ? error.name : "";
      });
    expect(name).to.equal("InvalidResourceId");
  });
});
