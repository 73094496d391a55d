import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { inventoryFile, inventoryText, registered } from "./inventory/inventory.ts";
import type { RecordedResource } from "./harness/mocks.ts";

for (const environment of ["prod", "nonprod"]) {
  describe(`the whole program on the checked-in ${environment} stack`, function () {
    this.timeout(120_000);
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

    it("registers nothing under two URNs alike", () => {
      expect(new Set(resources.map((each) => each.urn)).size).to.equal(resources.length);
    });
  });
}
