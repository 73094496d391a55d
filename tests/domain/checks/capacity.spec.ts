import { expect } from "chai";
import fc from "fast-check";
import { checkCapacity, machinesAtOnce, windowCapacities, windowCapacity } from "../../../domain/checks/capacity.ts";
import { group, location, samplePlane, server, servers, window } from "../samplePlane.ts";

describe("window capacity", () => {
  const rounding: readonly (readonly [maxConcurrency: string, hosts: number, atOnce: number])[] = [
    ["30%", 100, 30],
    ["30%", 10, 3],
    ["30%", 9, 2],
    ["30%", 1, 1],
    ["1%", 50, 1],
    ["100%", 7, 7],
    ["10", 100, 10],
    ["10", 4, 4],
    ["1", 4, 1],
  ];
  for (const [maxConcurrency, hosts, atOnce] of rounding) {
    it(`runs ${String(atOnce)} of ${String(hosts)} servers at once with ${maxConcurrency}`, () => {
      expect(machinesAtOnce(maxConcurrency, hosts)).to.equal(atOnce);
    });
  }

  it("counts rounds against duration less cutoff, and says what would fit", () => {
    const tight = window("mw", { durationHours: 4, cutoffHours: 2, maxConcurrency: "10%", minutesPerHost: 15 });
    const plane = samplePlane({ windows: [tight], fleet: servers(100) });
    expect(windowCapacity(plane, tight, "main")).to.deep.equal({
      window: "mw",
      location: "main",
      hosts: 100,
      atOnce: 10,
      rounds: 10,
      minutesPerHost: 15,
      minutesNeeded: 150,
      minutesAvailable: 120,
      fits: false,
      cutsOff: false,
      fittingConcurrency: "13%",
      fittingDurationHours: 5,
    });
    expect(checkCapacity(plane).map((each) => [each.id, each.path, each.fix])).to.deep.equal([
      [
        "window-capacity",
        "windows.mw",
        "raise maxConcurrency to 13%, or raise durationHours to 5, or spread the groups over more windows",
      ],
    ]);
  });

  it("counts an Auto Scaling group by its size", () => {
    const mw = window("mw", { maxConcurrency: "10" });
    const plane = samplePlane({ windows: [mw], fleet: [server(2, { id: "asg:web", size: 40 }), server(3)] });
    expect(windowCapacity(plane, mw, "main")).to.include({ hosts: 41, rounds: 5 });
  });

  it("lets targets with different reboot options run side by side, each with its own concurrency", () => {
    const mw = window("mw", { groups: ["app", "db"], maxConcurrency: "10" });
    const fleet = [...servers(30), ...servers(50, { patchGroup: "db" })];
    const plane = samplePlane({ windows: [mw], groups: [group("app"), group("db", { reboot: "NoReboot" })], fleet });
    expect(windowCapacity(plane, mw, "main")).to.include({ hosts: 80, atOnce: 10, rounds: 5 });
  });

  it("counts a scan window's groups as one target", () => {
    const mw = window("mw", { operation: "scan", groups: ["app", "db"], maxConcurrency: "10" });
    const fleet = [...servers(30), ...servers(50, { patchGroup: "db" })];
    const plane = samplePlane({ windows: [mw], groups: [group("app"), group("db", { reboot: "NoReboot" })], fleet });
    expect(windowCapacity(plane, mw, "main")).to.include({ hosts: 80, rounds: 8 });
  });

  it("is judged in every location by itself", () => {
    const mw = window("mw", { locations: ["main", "other"], maxConcurrency: "1", minutesPerHost: 60 });
    const fleet = [...servers(2), ...servers(3, { site: "other" })];
    const plane = samplePlane({ locations: [location("main"), location("other")], windows: [mw], fleet });
    expect(windowCapacities(plane).map((verdict) => [verdict.location, verdict.fits])).to.deep.equal([
      ["main", true],
      ["other", false],
    ]);
  });

  it("offers no concurrency when one server takes longer than the window, and no duration beyond a day", () => {
    const mw = window("mw", { durationHours: 2, cutoffHours: 1, minutesPerHost: 90, maxConcurrency: "1" });
    const plane = samplePlane({ windows: [mw], fleet: servers(100) });
    const verdict = windowCapacity(plane, mw, "main");
    expect(verdict.fits).to.equal(false);
    expect(verdict).not.to.have.any.keys("fittingConcurrency", "fittingDurationHours");
  });

  describe("estimates a slow server's minutes where none are given", () => {
    const { minutesPerHost: _given, ...unmeasured } = window("mw");
    const estimate = (
      more: Partial<ReturnType<typeof window>>,
      os: Partial<ReturnType<typeof server>> = {},
    ): number => {
      const mw = { ...unmeasured, ...more };
      const groups = [group("app", { reboot: "RebootIfNeeded" })];
      return windowCapacity(samplePlane({ windows: [mw], groups, fleet: [server(1, os)] }), mw, "main").minutesPerHost;
    };
    const hook = { name: "stop", linux: ["true"], windows: [], timeoutSeconds: 600 };

    it("at 30 for an installation, which is what AWS Managed Services plans", () => {
      expect(estimate({})).to.equal(30);
    });
    it("with its hooks at their limits on top", () => {
      expect(estimate({ hooks: { before: [hook], after: [hook, hook], mustSucceed: false } })).to.equal(60);
    });
    it("by what waits when nobody knows since when", () => {
      expect(estimate({ onDemand: true })).to.equal(33);
    });
    it("longer for Windows, whose updates are few and slow", () => {
      expect(estimate({ onDemand: true }, { os: "windows-server", release: "2022" })).to.equal(48);
    });
    it("by the scan alone where it scans", () => {
      expect(estimate({ operation: "scan" })).to.equal(5);
    });
  });

  it("says when servers are cut off whatever they have to install", () => {
    const mw = window("mw", { durationHours: 2, cutoffHours: 1, maxConcurrency: "1", minutesPerHost: 30 });
    const judge = (hosts: number): boolean =>
      windowCapacity(samplePlane({ windows: [mw], fleet: servers(hosts) }), mw, "main").cutsOff;
    expect([judge(3), judge(28), judge(29)]).to.deep.equal([false, false, true]);
  });

  it("needs nothing where no server is", () => {
    expect(windowCapacity(samplePlane({ fleet: [] }), window("mw"), "main")).to.include({
      hosts: 0,
      rounds: 0,
      fits: true,
    });
  });

  const anyWindow = fc.record({
    maxConcurrency: fc.oneof(
      fc.integer({ min: 1, max: 60 }).map(String),
      fc.integer({ min: 1, max: 100 }).map((percent) => `${String(percent)}%`),
    ),
    durationHours: fc.integer({ min: 2, max: 12 }),
    cutoffHours: fc.integer({ min: 0, max: 1 }),
    minutesPerHost: fc.integer({ min: 1, max: 120 }),
  });

  it("always fits with what it offers, and never with one less", () => {
    fc.assert(
      fc.property(anyWindow, fc.integer({ min: 1, max: 120 }), (settings, hosts) => {
        const judge = (more: Partial<ReturnType<typeof window>>): ReturnType<typeof windowCapacity> => {
          const mw = window("mw", { ...settings, ...more });
          return windowCapacity(samplePlane({ windows: [mw], fleet: servers(hosts) }), mw, "main");
        };
        const { fits, fittingConcurrency, fittingDurationHours } = judge({});
        if (fits) {
          return;
        }
        if (fittingConcurrency !== undefined) {
          expect(judge({ maxConcurrency: fittingConcurrency }).fits).to.equal(true);
          const number = Number.parseInt(fittingConcurrency, 10);
          const less = fittingConcurrency.replace(String(number), String(number - 1));
          expect(number === 1 || !judge({ maxConcurrency: less }).fits).to.equal(true);
        }
        if (fittingDurationHours !== undefined) {
          expect(judge({ durationHours: fittingDurationHours }).fits).to.equal(true);
          expect(judge({ durationHours: fittingDurationHours - 1 }).fits).to.equal(false);
        }
      }),
    );
  });
});
