import { SendCommandCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { managedNodes, patchStates } from "../../../operations/aws/nodes.ts";
import { closeClouds, cloudWith, instance, ssmOf } from "../../simulator/cloudFixture.ts";

const id = (index: number) => `i-${String(index).padStart(17, "0")}`;

describe("gathering managed nodes", () => {
  after(closeClouds);

  it("pages through all of them", async () => {
    const machines = Array.from({ length: 120 }, (_, index) => instance(id(index)));
    const cloud = await cloudWith(machines);
    const nodes = await managedNodes(ssmOf(cloud));
    expect(nodes.map((node) => node.id).sort()).to.deep.equal(machines.map((machine) => machine.id));
  });

  it("joins the patch state of every node that was scanned, in batches of 50", async () => {
    const tags = { PatchGroup: "all" };
    const cloud = await cloudWith(Array.from({ length: 60 }, (_, index) => instance(id(index), { tags })));
    const client = ssmOf(cloud);
    await client.send(
      new SendCommandCommand({
        DocumentName: "AWS-RunPatchBaseline",
        Targets: [{ Key: "tag:PatchGroup", Values: ["all"] }],
        Parameters: { Operation: ["Scan"], RebootOption: ["NoReboot"] },
        MaxConcurrency: "100%",
      }),
    );
    await cloud.advanceTo(new Date("2026-11-02T06:00:00Z"));
    const ids = Array.from({ length: 61 }, (_, index) => id(index));
    const scanned = [...(await patchStates(client, ids)).values()];
    expect(scanned).to.have.length(60);
    expect(new Set(scanned.map((state) => state.operation))).to.deep.equal(new Set(["Scan"]));
    expect(
      scanned.every(({ endedAt }) => endedAt !== undefined && endedAt > new Date("2026-11-02T00:00:00Z")),
    ).to.equal(true);
  });
});
