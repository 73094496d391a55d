import { expect } from "chai";
import fc from "fast-check";
import {
  checkCapacity,
  machinesAtOnce,
  plannedRun,
  windowCapacities,
  windowCapacity,
} from "../../../domain/checks/capacity.ts";
import { atLearnedPaces, learnedPaces } from "../../../domain/checks/learnedPaces.ts";
import { slowMinutes } from "../../../domain/fleet/patchTime.ts";
import type { LearnedMinutes } from "../../../domain/plane.ts";
import type { Window } from "../../../domain/window.ts";
import type { OperatingSystem } from "../../../domain/server.ts";
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
      minutesFrom: { kind: "stackFile" },
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

  describe("by what was measured", () => {
    const { minutesPerHost: _said, ...mw } = window("mw", { maxConcurrency: "10" });
    const mixed = [...servers(30), ...servers(10, { os: "windows-server", release: "2022" })];
    const learned = (os: OperatingSystem, p95Minutes: number, more: Partial<LearnedMinutes> = {}): LearnedMinutes => ({
      location: "main",
      window: "mw",
      os,
      runs: 120,
      medianMinutes: 5,
      p95Minutes,
      ...more,
    });
    const judged = (all: readonly LearnedMinutes[], more: Partial<Window> = {}, fleet = mixed) => {
      const own = { ...mw, ...more };
      return windowCapacity({ ...samplePlane({ windows: [own], fleet }), learned: all }, own, "main");
    };

    it("counts the 95th percentile of the slowest operating system in place of the model, less than 30 minutes too", () => {
      const verdict = judged([learned("UBUNTU", 11), learned("WINDOWS", 24)]);
      expect(verdict).to.deep.include({
        minutesPerHost: 24,
        minutesFrom: { kind: "measured", os: "WINDOWS", runs: 120 },
        minutesNeeded: 4 * 24,
      });
    });

    it("keeps the model for operating systems that nobody measured, where they are slower", () => {
      const model = judged([]);
      expect(model.minutesFrom).to.deep.equal({ kind: "model" });
      expect(judged([learned("UBUNTU", 11)])).to.deep.equal(model);
      expect(judged([learned("UBUNTU", 300)])).to.deep.include({
        minutesPerHost: 300,
        minutesFrom: { kind: "measured", os: "UBUNTU", runs: 120 },
      });
    });

    it("leaves alone what the stack file says, scans, and other windows, locations and systems", () => {
      expect(judged([learned("UBUNTU", 300)], { minutesPerHost: 12 })).to.deep.include({
        minutesPerHost: 12,
        minutesFrom: { kind: "stackFile" },
      });
      for (const other of [{ window: "other" }, { location: "other" }, { os: "DEBIAN" as const }])
        expect(judged([learned("UBUNTU", 300, other)]), JSON.stringify(other)).to.deep.equal(judged([]));
      const scan = { operation: "scan" as const };
      expect(judged([learned("UBUNTU", 300)], scan)).to.deep.equal(judged([], scan));
    });

    it("says in a finding what it counted with", () => {
      const own = { ...mw, durationHours: 2, cutoffHours: 1 };
      const plane = { ...samplePlane({ windows: [own], fleet: servers(30) }), learned: [learned("UBUNTU", 41)] };
      expect(checkCapacity(plane)[0]?.message).to.include(
        "10 at once and 41 minutes each (95th percentile of 120 installations on UBUNTU), need 123 minutes",
      );
      expect(checkCapacity({ ...plane, learned: [learned("UBUNTU", 20)] })).to.deep.equal([]);
    });

    it("makes a rehearsal's servers as many times slower or faster than the model, by the number of installations", () => {
      const plane = samplePlane({ windows: [mw, { ...mw, name: "late" }], fleet: mixed });
      const model = windowCapacity(plane, mw, "main");
      const slow = slowMinutes(plane.paces.UBUNTU, plannedRun(plane, mw, "main", plane.fleet));
      const twice = {
        ...plane,
        learned: [learned("UBUNTU", 2 * slow), learned("UBUNTU", slow, { window: "late", runs: 40 })],
      };
      expect(learnedPaces(plane)).to.deep.equal([]);
      expect(learnedPaces(twice)).to.deep.equal([{ os: "UBUNTU", times: 1.75, runs: 160 }]);
      const paced = atLearnedPaces(twice);
      expect(paced.paces.UBUNTU.scanMinutes).to.equal(1.75 * plane.paces.UBUNTU.scanMinutes);
      expect(paced.paces.WINDOWS).to.deep.equal(plane.paces.WINDOWS);
      expect(slowMinutes(paced.paces.UBUNTU, plannedRun(plane, mw, "main", plane.fleet))).to.be.closeTo(
        1.75 * slow,
        1e-9,
      );
      expect(model.minutesFrom).to.deep.equal({ kind: "model" });
    });
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
