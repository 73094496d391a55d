import { expect } from "chai";
import fc from "fast-check";
import type { Freeze } from "../../../domain/plane.ts";
import type { Window } from "../../../domain/window.ts";
import { freezeTouch } from "../../../domain/schedule/freezes.ts";
import { runsBetween } from "../../../domain/schedule/nextRuns.ts";
import { withoutFrozenRuns } from "../../../domain/schedule/skippedFreezes.ts";
import { schedule, window } from "../samplePlane.ts";

const timezone = "Europe/Berlin";
const closing: Freeze = { from: "2026-12-20", to: "2027-01-03", skip: true, reason: "year-end closing" };

function weekly(more: Partial<Window> = {}): Window {
  return window("mw", { schedules: [schedule("cron(0 22 ? * FRI *)", { timezone })], timezone, ...more });
}

function startsOf(each: Window, from: Date, until: Date): readonly number[] {
  const runs = each.schedules.flatMap((one) => runsBetween(one, from, until));
  return runs.map(({ at }) => at.getTime()).sort((a, b) => a - b);
}

describe("a freeze that is skipped", () => {
  it("ends the window before it, and begins a second one behind it", () => {
    expect(withoutFrozenRuns(weekly(), [closing]).schedules).to.deep.equal([
      { suffix: "", expression: "cron(0 22 ? * FRI *)", timezone, endDate: "2026-12-19T19:00:01Z" },
      {
        suffix: "from-2027-01-04",
        expression: "cron(0 22 ? * FRI *)",
        timezone,
        startDate: "2027-01-03T22:59:59Z",
      },
    ]);
  });

  it("takes the dates of a calendar, and leaves the others", () => {
    const dates = ["2026-12-12", "2026-12-26", "2027-01-09"].map((date) =>
      schedule(`at(${date}T21:00:00)`, { suffix: date }),
    );
    const kept = withoutFrozenRuns(weekly({ schedules: dates }), [closing]).schedules;
    expect(kept.map(({ suffix }) => suffix)).to.deep.equal(["2026-12-12", "2027-01-09"]);
  });

  const untouched: readonly (readonly [what: string, window: Window, freeze: Freeze])[] = [
    ["that is only told", weekly(), { ...closing, skip: false }],
    ["in which it has no run", weekly(), { ...closing, from: "2026-12-20", to: "2026-12-24" }],
    ["of other groups", weekly(), { ...closing, groups: ["db"] }],
    ["of some of its groups", weekly({ groups: ["app", "db"] }), { ...closing, groups: ["app"] }],
    ["of other windows", weekly(), { ...closing, windows: ["other"] }],
    ["where it only scans", weekly({ operation: "scan" }), closing],
    ["where an operator opens it", weekly({ onDemand: true }), closing],
    ["where a rate would move", weekly({ schedules: [schedule("rate(7 days)")] }), closing],
  ];
  for (const [what, each, freeze] of untouched) {
    it(`leaves a window whole: a freeze ${what}`, () => {
      expect(withoutFrozenRuns(each, [freeze]).schedules).to.deep.equal(each.schedules);
    });
  }

  it("holds for a scan that it names", () => {
    const kept = withoutFrozenRuns(weekly({ operation: "scan" }), [{ ...closing, windows: ["mw"] }]);
    expect(kept.schedules.map(({ suffix }) => suffix)).to.deep.equal(["", "from-2027-01-04"]);
  });

  it("leaves out the runs that touch one, and no other, however many there are and however they overlap", () => {
    const day = fc.integer({ min: 0, max: 120 });
    const freeze = fc.tuple(day, fc.integer({ min: 0, max: 20 })).map(([from, days]): Freeze => {
      const date = (offset: number): string => new Date(Date.UTC(2026, 9, 1 + offset)).toISOString().slice(0, 10);
      return { from: date(from), to: date(from + days), skip: true, reason: "drawn" };
    });
    const expressions = fc.constantFrom(
      "cron(0 22 ? * FRI *)",
      "cron(0 0 ? * * *)",
      "cron(30 23 ? * SUN#2 *)",
      "cron(0 0/8 * * ? *)",
    );
    const zones = fc.constantFrom("Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "UTC");
    fc.assert(
      fc.property(fc.array(freeze, { maxLength: 5 }), expressions, zones, (freezes, expression, zone) => {
        const whole = weekly({ schedules: [schedule(expression, { timezone: zone })], timezone: zone });
        const [from, until] = [new Date("2026-09-01T00:00:00Z"), new Date("2027-04-01T00:00:00Z")];
        const wanted = startsOf(whole, from, until).filter((at) =>
          freezes.every((each) => freezeTouch(whole, each, new Date(at)) === undefined),
        );
        const split = withoutFrozenRuns(whole, freezes);
        expect(startsOf(split, from, until)).to.deep.equal(wanted);
        const suffixes = split.schedules.map(({ suffix }) => suffix);
        expect(suffixes).to.deep.equal([...new Set(suffixes)]);
      }),
      { numRuns: 200 },
    );
  });
});
