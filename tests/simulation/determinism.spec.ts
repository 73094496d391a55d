import { expect } from "chai";
import { runScenario } from "./runScenario.ts";
import { drawScenario } from "./scenario.ts";

describe("a seed that is played twice", function () {
  this.timeout(600_000);

  for (const seed of [3, 71]) {
    it(`leaves the same journal and the same status with seed ${String(seed)}`, async () => {
      const first = await runScenario(drawScenario(seed, { servers: 25 }));
      const second = await runScenario(drawScenario(seed, { servers: 25 }));
      expect(first.journal.length).to.be.greaterThan(50);
      expect(second.journal).to.deep.equal(first.journal);
      expect(second.observations).to.deep.equal(first.observations);
    });
  }
});
