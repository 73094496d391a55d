import { expect } from "chai";
import { complaints, type Outcome } from "./outcome.ts";
import { openPool, type Pool } from "./pool.ts";

/** The nightly workflow plays more of them. */
const seeds = 100;
const together = 25;

describe("random policies, fleets and faults, two to five weeks of window runs each", function () {
  this.timeout(1_800_000);
  let pool: Pool;
  const all: Outcome[] = [];

  before(() => {
    pool = openPool();
  });

  after(async () => {
    await pool.close();
  });

  for (let first = 1; first <= seeds; first += together) {
    const last = first + together - 1;
    it(`keep every invariant with seeds ${String(first)}–${String(last)}`, async () => {
      const outcomes = await pool.play(Array.from({ length: together }, (_, index) => first + index));
      all.push(...outcomes);
      expect(outcomes.flatMap(complaints).join("\n")).to.equal("");
    });
  }

  it("reach everything that an invariant speaks of", () => {
    const sum = (count: (outcome: Outcome) => number): number =>
      all.reduce((total, outcome) => total + count(outcome), 0);
    expect(all).to.have.length(seeds);
    for (const part of ["approvedInstalls", "kernelInstalls", "reboots", "missed", "failed", "faults"] as const)
      expect(
        sum(({ tally }) => tally[part]),
        part,
      ).to.be.greaterThan(seeds / 2);
    for (const verdict of ["unknown", "failed", "missing", "pendingReboot", "compliant"])
      expect(
        sum(({ tally }) => tally.verdicts[verdict] ?? 0),
        verdict,
      ).to.be.greaterThan(0);
  });
});
