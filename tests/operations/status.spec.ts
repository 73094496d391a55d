import { CreatePatchBaselineCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { baselineName } from "../../domain/stack/awsNames.ts";
import { fleetStatus } from "../../operations/status.ts";
import type { RunSteps } from "../../operations/progress.ts";
import { group, location, samplePlane, server } from "../domain/samplePlane.ts";
import { closeClouds, cloudWith, home, instance, ireland, ssmOf } from "../simulator/cloudFixture.ts";

const now = new Date("2026-11-02T00:00:00Z");

const quietly: RunSteps = async (steps) => {
  const outcomes = await Promise.all(steps.map((step) => step.act(() => undefined)));
  return outcomes.map(({ value }) => value);
};

describe("the status of a fleet", () => {
  const before = { ...process.env };

  afterEach(async () => {
    process.env = { ...before };
    await closeClouds();
  });

  it("counts every server once: instances of a group, unknown groups and elsewhere, foreign nodes apart", async () => {
    const asgTags = { PatchGroup: "app", "aws:autoscaling:groupName": "web" };
    const cloud = await cloudWith([
      instance("i-00000000000000002", { tags: { PatchGroup: "app" } }),
      instance("i-00000000000000003", { tags: { PatchGroup: "other" } }),
      instance("i-0000000000000000a", { tags: asgTags }),
      instance("i-0000000000000000b", { tags: asgTags }),
      instance("i-0000000000000000f", { tags: { PatchGroup: "app" } }),
    ]);
    const request = { Name: baselineName("prod", "ubuntu-auto"), OperatingSystem: "UBUNTU" } as const;
    await ssmOf(cloud).send(new CreatePatchBaselineCommand(request));
    await ssmOf(cloud).send(new CreatePatchBaselineCommand({ ...request, ClientToken: "another" }));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: cloud.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    const plane = samplePlane({
      locations: [location("main", { accountId: home, region: ireland })],
      groups: [group("app"), { kind: "elsewhere", name: "k8s", patchedElsewhere: "images" }],
      fleet: [
        server(2),
        server(3),
        server(4, { id: "asg:web", name: "web", size: 4 }),
        server(5, { patchGroup: "nobody" }),
        server(6, { patchGroup: "k8s" }),
      ],
    });
    const status = await fleetStatus(plane, now, { azure: { url: cloud.url, token: false }, runSteps: quietly });
    expect(
      status.servers.map(({ server: row, node, patchGroupTag, judgement }) => [
        row.id,
        node?.id,
        patchGroupTag,
        judgement.verdict === "unknown" ? judgement.reason : judgement.verdict,
      ]),
    ).to.deep.equal([
      ["i-00000000000000002", "i-00000000000000002", "app", "neverScanned"],
      ["i-00000000000000003", "i-00000000000000003", undefined, "neverScanned"],
      ["asg:web", "i-0000000000000000a", "app", "neverScanned"],
      ["asg:web", "i-0000000000000000b", "app", "neverScanned"],
      ["i-00000000000000005", undefined, undefined, "noNode"],
    ]);
    expect(status.autoScaling.map(({ server: row, nodes }) => [row.size, nodes])).to.deep.equal([[4, 2]]);
    expect(status.elsewhere).to.deep.equal([{ group: "k8s", servers: 1, by: "images" }]);
    expect(status.locations[0]?.foreign.map(({ id, patchGroupTag }) => [id, patchGroupTag])).to.deep.equal([
      ["i-0000000000000000f", "app"],
    ]);
    expect(status.locations[0]?.repeatedBaselines).to.deep.equal(["patchplane-prod-ubuntu-auto"]);
  });
});
