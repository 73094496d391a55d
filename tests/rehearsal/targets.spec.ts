import { expect } from "chai";
import { lateOf, rehearsalFigures, totalsOf } from "../../domain/rehearsal/report.ts";
import { outcomeOf } from "../../rehearsal/outcome.ts";
import { play } from "../../rehearsal/play.ts";
import { root } from "../config/sources.ts";
import { planeOf } from "./played.ts";

describe("the shipped production stack without faults, 300 of its servers for four weeks", function () {
  this.timeout(600_000);

  it("patches every server of an automatic group in time, and no window cuts one off", async () => {
    const shipped = planeOf(root, "prod");
    const plane = { ...shipped, fleet: shipped.fleet.filter((_, index) => index % 4 === 0) };
    const begin = new Date("2026-12-01T12:00:00Z");
    const played = await play(plane, { begin, weeks: 4, seed: 1, faults: 0 });
    const figures = rehearsalFigures("", [outcomeOf(played)]);
    // Were no service stopped, none could be left so.
    const services = played.journal.filter((entry) => entry.kind === "service");
    expect(services.filter(({ change }) => change === "stopped").length).to.be.greaterThan(100);
    expect(figures.servers).to.be.within(290, 310);
    expect(totalsOf(figures)).to.include({ notRun: 0, overruns: 0, cutOff: 0 });
    expect(figures.breaches).to.deep.equal([]);
    for (const group of figures.groups.filter(({ approval }) => approval === "automatic")) {
      expect(group.onTime, group.group).to.be.greaterThan(0);
      expect([lateOf(group), group.overdueEver, group.neverClean], group.group).to.deep.equal([0, 0, 0]);
    }
  });
});
