import { CreatePatchBaselineCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { baselineName } from "../../domain/stack/awsNames.ts";
import { judgeFleet } from "../../domain/status/judgeFleet.ts";
import { readFleet } from "../../operations/status.ts";
import { group, location, samplePlane, server } from "../domain/samplePlane.ts";
import { closeClouds, cloudWith, home, instance, ireland, ssmOf } from "../simulator/cloudFixture.ts";
import { patch } from "../simulator/patchingFixture.ts";
import { pointedAt, quietly } from "./reading.ts";

describe("what is read for the status of a fleet", () => {
  afterEach(closeClouds);

  it("is each location's nodes, their groups where the fleet knows them, and every baseline of the stack's names", async () => {
    const asgTags = { PatchGroup: "app", "aws:autoscaling:groupName": "web" };
    const cloud = await cloudWith([
      instance("i-00000000000000002", { tags: { PatchGroup: "app" } }),
      instance("i-00000000000000003", { tags: { PatchGroup: "other" } }),
      instance("i-0000000000000000a", { tags: asgTags }),
      instance("i-0000000000000000f", { tags: { PatchGroup: "app" } }),
    ]);
    const request = { Name: baselineName("prod", "ubuntu-auto"), OperatingSystem: "UBUNTU" } as const;
    const made = [request, { ...request, ClientToken: "another" }].map((each) =>
      ssmOf(cloud).send(new CreatePatchBaselineCommand(each)),
    );
    const ids = (await Promise.all(made)).map(({ BaselineId = "" }) => BaselineId);
    const plane = samplePlane({
      locations: [location("main", { accountId: home, region: ireland })],
      groups: [group("app")],
      fleet: [server(2), server(3), server(4, { id: "asg:web", name: "web", size: 4 })],
    });
    const scope = { azure: { url: cloud.url, token: false }, runSteps: quietly, groups: ["app"] };
    const evidence = await pointedAt(cloud.url, () => readFleet(plane, scope));
    expect(evidence).to.deep.include({ scope: { groups: ["app"] }, subscriptions: [] });
    const [main] = evidence.locations;
    if (main === undefined || "failure" in main) throw new Error("the location was not read");
    expect(main.facts.servers.map(({ server: row, node }) => [row.id, node?.id])).to.deep.equal([
      ["i-00000000000000002", "i-00000000000000002"],
      ["i-00000000000000003", "i-00000000000000003"],
      ["asg:web", "i-0000000000000000a"],
    ]);
    expect(main.facts.foreign.map(({ id }) => id)).to.deep.equal(["i-0000000000000000f"]);
    expect([...main.facts.groupByNode.keys()].sort()).to.deep.equal(
      ["2", "a", "f"].map((last) => `i-${last.padStart(17, "0")}`),
    );
    expect(main.baselines[request.Name]).to.have.members(ids);
    expect(main.states).to.deep.equal(new Map());
  });

  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html: "does not return
  // information for nodes that are either Stopped or Terminated"
  it("leaves a stopped instance unjudged, whatever its last scan said", async () => {
    const id = "i-00000000000000002";
    const cloud = await cloudWith([instance(id, { tags: { PatchGroup: "app" } })]);
    await patch(ssmOf(cloud), [id], { Operation: "Scan" });
    const plane = samplePlane({
      locations: [location("main", { accountId: home, region: ireland })],
      groups: [group("app")],
      fleet: [server(2)],
    });
    const scope = { azure: { url: cloud.url, token: false }, runSteps: quietly };
    const judged = async () => {
      const evidence = await pointedAt(cloud.url, () => readFleet(plane, scope));
      return judgeFleet(plane, evidence, cloud.now()).servers.map(({ scan, judgement }) => [
        scan !== undefined,
        judgement.verdict,
        judgement.verdict === "unknown" ? judgement.reason : undefined,
      ]);
    };
    expect((await judged())[0]?.[0]).to.equal(true);
    cloud.stopMachine(id);
    expect(await judged()).to.deep.equal([[false, "unknown", "noNode"]]);
  });
});
