import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { checkedIn, inventoryFile, inventoryText, registered } from "./inventory/inventory.ts";
import { plannedLocation } from "../domain/stack/plannedLocation.ts";
import { partName } from "../domain/stack/windowTasks.ts";
import type { RecordedResource } from "./harness/mocks.ts";

for (const environment of ["prod", "nonprod"]) {
  describe(`the whole program on the checked-in ${environment} stack`, function () {
    this.timeout(300_000);
    let resources: readonly RecordedResource[] = [];

    before(async () => {
      resources = await registered(environment);
    });

    it("registers exactly the checked-in inventory (`npm run inventory` writes a changed one)", async () => {
      const expected = await readFile(inventoryFile(environment), "utf8");
      const wanted = new Set(expected.split("\n"));
      const got = new Set(inventoryText(resources).split("\n"));
      expect({
        lost: [...wanted].filter((line) => !got.has(line)),
        new: [...got].filter((line) => !wanted.has(line)),
      }).to.deep.equal({ lost: [], new: [] });
      expect(inventoryText(resources)).to.have.length(expected.length);
    });

    it("gives every resource an explicit provider", () => {
      const isProvider = (resource: RecordedResource) => resource.type.startsWith("pulumi:providers:");
      const without = resources.filter((each) => each.custom && !isProvider(each) && each.provider === "");
      expect(without.map((each) => each.urn)).to.deep.equal([]);
    });

    it("keeps every activation code under secret inputs only", () => {
      const codes = resources
        .filter((each) => each.type === "aws:ssm/activation:Activation")
        .map((each) => `code-of-${each.name}`);
      const carriers = resources.filter((each) => {
        const open = Object.entries(each.inputs).filter(([key]) => !each.secretPaths.includes(key));
        const text = JSON.stringify(open);
        return codes.some((code) => text.includes(code));
      });
      expect(codes.length).to.be.greaterThan(0);
      expect(carriers.map((each) => each.urn)).to.deep.equal([]);
    });

    it("makes in each location what the plan of it says, by AWS's names, and nothing else", () => {
      const plane = checkedIn(environment);
      for (const location of Object.values(plane.locations)) {
        const there = resources.filter((each) => each.provider.includes(`::aws-${location.name}::`));
        const names = (type: string, key = "name"): readonly unknown[] =>
          there.filter((each) => each.type === `aws:${type}`).map(({ inputs }) => inputs[key]);
        const planned = plannedLocation(plane, location);
        const windows = [...planned.windows.values()];
        const parts = (kind: "targets" | "tasks") =>
          windows.flatMap((each) => each[kind].map((part) => partName(each.window, part)));
        const documents = windows.flatMap(({ tasks }) => tasks.map(({ document }) => document));
        for (const [made, said] of [
          [names("ssm/patchBaseline:PatchBaseline"), [...planned.baselines.keys()]],
          [names("ssm/patchGroup:PatchGroup", "patchGroup"), planned.registrations.map(({ group }) => group)],
          [
            names("ssm/defaultPatchBaseline:DefaultPatchBaseline", "operatingSystem"),
            planned.defaults.map(({ operatingSystem }) => operatingSystem),
          ],
          [names("ssm/maintenanceWindow:MaintenanceWindow"), [...planned.windows.keys()]],
          [names("ssm/maintenanceWindowTarget:MaintenanceWindowTarget"), parts("targets")],
          [names("ssm/maintenanceWindowTask:MaintenanceWindowTask"), parts("tasks")],
          [names("ssm/maintenanceWindowTask:MaintenanceWindowTask", "taskArn"), documents],
          [names("ssm/association:Association", "associationName"), [...planned.associations.keys()]],
          [names("s3/bucket:Bucket", "bucket"), [planned.bucket]],
          [names("s3/bucketObjectv2:BucketObjectv2", "key"), [...new Set(planned.published.map(({ key }) => key))]],
        ] as const) {
          expect(made, location.name).to.have.members(said);
        }
        expect(names("iam/role:Role")).to.include(planned.windowRole);
      }
    });

    it("registers nothing under two URNs alike", () => {
      expect(new Set(resources.map((each) => each.urn)).size).to.equal(resources.length);
    });
  });
}
