import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "chai";
import { planCases } from "./cases.ts";
import { goldenFile, goldenText } from "./golden.ts";

describe("golden pull requests", () => {
  for (const each of planCases) {
    it(`shows what ${each.name.replaceAll("-", " ")} means, as tests/golden/plan/${each.name}.md has it`, () => {
      expect(goldenText(each)).to.equal(readFileSync(goldenFile(each), "utf8"));
    });
  }

  it("has no expected file without its case", () => {
    const [first] = planCases;
    const files = first === undefined ? [] : readdirSync(dirname(goldenFile(first)));
    expect(files.sort()).to.deep.equal(planCases.map(({ name }) => `${name}.md`).sort());
  });
});
