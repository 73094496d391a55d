import { expect } from "chai";
import { outcomeFigures, worlds } from "../../bench/outcome/measure.ts";
import { verdicts } from "../../bench/targets.ts";
import { rehearsalFigures } from "../../domain/rehearsal/report.ts";
import { outcomeOf } from "../../rehearsal/outcome.ts";
import { play } from "../../rehearsal/play.ts";
import { root } from "../config/sources.ts";
import { planeOf } from "./played.ts";

const begin = new Date("2026-12-01T12:00:00Z");

describe("the shipped production stack, 300 of its servers for four weeks", function () {
  this.timeout(600_000);
  const shipped = planeOf(root, "prod");
  const plane = { ...shipped, fleet: shipped.fleet.filter((_, index) => index % 4 === 0) };

  for (const faults of worlds) {
    it(`meets its targets with ${String(faults * 100)} % faults, by the journal`, async () => {
      const played = await play(plane, { begin, weeks: 4, seed: 1, faults, reviewerDays: 3 });
      const outcome = outcomeOf(played);
      const figures = outcomeFigures("shipped", faults, [outcome]);
      expect(outcome.servers).to.be.within(290, 310);
      expect(figures.onTime).to.be.greaterThan(5_000);
      // Were no service stopped, none could be left so.
      const services = played.journal.filter((entry) => entry.kind === "service");
      expect(services.filter(({ change }) => change === "stopped").length).to.be.greaterThan(100);
      const judged = verdicts({
        previews: [],
        simulator: [],
        fleet: [],
        plans: [],
        rehearsals: [],
        pages: [],
        changes: [],
        far: [],
        outcomes: [figures],
      });
      expect(judged).to.have.length(6);
      expect(judged.filter(({ met }) => !met)).to.deep.equal([]);
      if (faults > 0) return;
      for (const group of rehearsalFigures("", [outcome]).groups) {
        expect(group.onTime, group.group).to.be.greaterThan(0);
        expect(group.overdueEver, group.group).to.equal(0);
        if (group.approval === "automatic") expect([group.neverClean, group.longAwaitingReboot]).to.deep.equal([0, 0]);
      }
    });
  }
});
