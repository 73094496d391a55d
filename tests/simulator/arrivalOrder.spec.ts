import { expect } from "chai";
import { closeClouds, cloudWith, instance, ssmOf } from "./cloudFixture.ts";
import { baselineFor, group, installWindow, rule } from "./patchingFixture.ts";

const machines = Array.from({ length: 4 }, (_, index) =>
  instance(`i-${String(index).padStart(17, "0")}`, { tags: { PatchGroup: group }, minutesPerPatch: 3 }),
);
const end = new Date("2026-11-16T00:00:00Z");

/** Windows that open at one instant, on the same servers, registered in an order. */
async function journalOf(names: readonly string[]): Promise<readonly unknown[]> {
  const cloud = await cloudWith(machines);
  const ssm = ssmOf(cloud);
  await baselineFor(ssm, "UBUNTU", [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })]);
  for (const Name of names) await installWindow(ssm, { Name });
  for (const Name of names)
    await ssm.createAssociation({
      Name: "AWS-RunPatchBaseline",
      AssociationName: Name,
      Targets: [{ Key: "tag:PatchGroup", Values: [group] }],
      Parameters: { Operation: ["Scan"] },
      ScheduleExpression: "cron(0 4 ? * * *)",
    });
  await cloud.advanceTo(end);
  return cloud.journal.entries;
}

// The engine sends what does not depend on each other in any order: what follows must not depend on it.
describe("embedded cloud: the order in which requests arrive", () => {
  afterEach(closeClouds);

  it("changes neither an id nor an entry of the journal", async () => {
    const forwards = await journalOf(["mw-a", "mw-b", "mw-c"]);
    expect(forwards.length).to.be.greaterThan(40);
    expect(await journalOf(["mw-c", "mw-a", "mw-b"])).to.deep.equal(forwards);
  });
});
