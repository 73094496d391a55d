import { expect } from "chai";
import fc from "fast-check";
import { nextRuns } from "../../../domain/schedule/nextRuns.ts";
import { nearestPatchTuesday } from "../../../domain/schedule/patchTuesday.ts";
import { checkPatchTuesdaySlip } from "../../../domain/schedule/patchTuesdaySlip.ts";
import { schedule } from "../samplePlane.ts";

const newYear = new Date("2026-01-01T00:00:00Z");

describe("the third Tuesday, taken for Patch Tuesday", () => {
  it("shows the dates it hits and those that were meant", () => {
    const slip = schedule("cron(30 23 ? * TUE#3 *)", { offsetDays: 5, timezone: "America/New_York" });
    expect(checkPatchTuesdaySlip(slip, new Date("2026-12-01T00:00:00Z"))).to.deep.equal({
      kind: "weekLate",
      hits: ["2026-12-20", "2027-01-24", "2027-02-21"],
      meant: ["2026-12-13", "2027-01-17", "2027-02-14"],
      weekday: "Sunday",
    });
  });

  it("is seen by number and without an offset", () => {
    expect(checkPatchTuesdaySlip(schedule("cron(0 2 ? * 3#3 *)"), newYear)).to.deep.equal({
      kind: "weekLate",
      hits: ["2026-01-20", "2026-02-17", "2026-03-17"],
      meant: ["2026-01-13", "2026-02-10", "2026-03-10"],
      weekday: "Tuesday",
    });
  });

  for (const expression of ["cron(0 2 ? * TUE#2 *)", "cron(0 2 ? * WED#3 *)", "rate(7 days)", "cron(nonsense)"]) {
    it(`is not seen in ${expression}`, () => {
      expect(checkPatchTuesdaySlip(schedule(expression), newYear)).to.equal(undefined);
    });
  }
});

describe("a weekday of the month around Patch Tuesday", () => {
  it("is seen where a month puts it before: the second Wednesday of July 2026", () => {
    expect(checkPatchTuesdaySlip(schedule("cron(0 2 ? * WED#2 *)"), newYear)).to.deep.equal({
      kind: "before",
      hits: [
        { date: "2026-04-08", patchTuesday: "2026-04-14", days: -6 },
        { date: "2026-07-08", patchTuesday: "2026-07-14", days: -6 },
        { date: "2027-09-08", patchTuesday: "2027-09-14", days: -6 },
      ],
      daysAfter: 1,
    });
  });

  it("is seen through months and years that are named, and not where those hold none", () => {
    const hits = (text: string): readonly string[] => {
      const slip = checkPatchTuesdaySlip(schedule(text), newYear);
      return slip?.kind === "before" ? slip.hits.map(({ date }) => date) : [];
    };
    expect(hits("cron(0 2 ? JAN,JUL WED#2 2026)")).to.deep.equal(["2026-07-08"]);
    expect(hits("cron(0 2 ? JAN,FEB WED#2 2026)")).to.deep.equal([]);
    expect(hits("cron(0 2 ? * WED#2 2020)")).to.deep.equal([]);
  });

  const judged: readonly (readonly [text: string, offsetDays: number, seen: boolean])[] = [
    ["cron(0 2 ? * SUN#2 *)", 0, true],
    ["cron(0 2 ? * MON#2 *)", 0, true],
    ["cron(0 2 ? * SAT#2 *)", 0, true],
    ["cron(0 2 ? * MON#1 *)", 6, true],
    ["cron(0 2 ? * TUE#2 *)", 0, false],
    ["cron(0 2 ? * TUE#2 *)", 5, false],
    ["cron(0 2 ? * SUN#2 *)", 2, false],
    ["cron(0 2 ? * SUN#1 *)", 0, false],
    ["cron(0 2 ? * SUN#4 *)", 0, false],
    ["cron(0 2 ? * SUN *)", 0, false],
    ["cron(0 2 ? * 1L *)", 0, false],
  ];
  for (const [text, offsetDays, seen] of judged) {
    it(`${seen ? "is" : "is not"} seen in ${text} with an offset of ${String(offsetDays)}`, () => {
      const more = offsetDays === 0 ? {} : { offsetDays };
      const slip = checkPatchTuesdaySlip(schedule(text, more), newYear);
      expect(slip?.kind).to.equal(seen ? "before" : undefined);
    });
  }

  it("names dates on which the schedule runs, with the distance that a calendar has", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 6 }),
        (weekday, nth, offset) => {
          const each = schedule(
            `cron(0 2 ? * ${String(weekday)}#${String(nth)} *)`,
            offset === 0 ? {} : { offsetDays: offset },
          );
          const slip = checkPatchTuesdaySlip(each, newYear);
          if (slip?.kind !== "before") return;
          const runs = nextRuns(each, newYear, 12 * 28).map(({ local }) => local.slice(0, 10));
          for (const { date, patchTuesday, days } of slip.hits) {
            expect(runs).to.include(date);
            expect(nearestPatchTuesday(date)).to.deep.equal({ patchTuesday, days });
            expect((Date.parse(date) - Date.parse(patchTuesday)) / 86_400_000).to.equal(days);
          }
        },
      ),
    );
  });
});
