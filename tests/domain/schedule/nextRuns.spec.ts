import { expect } from "chai";
import fc from "fast-check";
import { checkSchedule, nowhereNear, onDate, patchTuesday } from "../../../domain/schedule/awsCron.ts";
import { nextRuns, runsBetween } from "../../../domain/schedule/nextRuns.ts";
import { schedule } from "../samplePlane.ts";

const newYear = new Date("2026-01-01T00:00:00Z");

function dates(expression: string, count: number, more: Parameters<typeof schedule>[1] = {}, from = newYear): string[] {
  return nextRuns(schedule(expression, more), from, count).map((run) => run.local.slice(0, 10));
}

describe("next runs", () => {
  const patchTuesdays2026 = "01-13 02-10 03-10 04-14 05-12 06-09 07-14 08-11 09-08 10-13 11-10 12-08";
  const allYear = (expression: string, more: Parameters<typeof schedule>[1] = {}): string =>
    dates(expression, 12, more)
      .map((date) => date.replace("2026-", ""))
      .join(" ");

  it("names Microsoft's Patch Tuesdays of 2026, by name and by AWS's number of the weekday", () => {
    expect(allYear("cron(0 2 ? * TUE#2 *)")).to.equal(patchTuesdays2026);
    expect(allYear("cron(0 2 ? * 3#2 *)")).to.equal(patchTuesdays2026);
    expect(allYear(patchTuesday(0, "02:00").expression)).to.equal(patchTuesdays2026);
  });

  it("names the Sundays after them", () => {
    expect(allYear("cron(30 23 ? * TUE#2 *)", { offsetDays: 5 })).to.equal(
      "01-18 02-15 03-15 04-19 05-17 06-14 07-19 08-16 09-13 10-18 11-15 12-13",
    );
  });

  const tables: readonly (readonly [expression: string, runs: readonly string[]])[] = [
    ["cron(0 2 ? * 1 *)", ["2026-01-04", "2026-01-11"]],
    ["cron(0 2 ? * 7 *)", ["2026-01-03", "2026-01-10"]],
    ["cron(0 2 ? * L *)", ["2026-01-03", "2026-01-10"]],
    ["cron(15 10 ? * 6L *)", ["2026-01-30", "2026-02-27"]],
    ["cron(0 2 L * ? *)", ["2026-01-31", "2026-02-28"]],
    ["cron(0 2 15W * ? *)", ["2026-01-15", "2026-02-16"]],
    ["cron(0 2 29 2 ? *)", ["2028-02-29", "2032-02-29"]],
    ["cron(0 2 1 1 ? 2030-2031)", ["2030-01-01", "2031-01-01"]],
    // The field of years begins at 1970, and a step counts from there.
    ["cron(0 2 1 1 ? */3)", ["2027-01-01", "2030-01-01"]],
    ["cron(0 2 1 1 ? 2198/7)", ["2198-01-01"]],
    ["cron(0 2 ? * 6#5 *)", ["2026-01-30", "2026-05-29"]],
  ];
  for (const [expression, runs] of tables) {
    it(`runs ${expression} on ${runs.join(" and ")}`, () => {
      expect(dates(expression, 2)).to.deep.equal(runs);
    });
  }

  it("names a start once, in order, where the clocks skip the times before it", () => {
    const hourly = schedule("cron(20,50 1-3 ? * SUN *)", { timezone: "Europe/Berlin" });
    const runs = nextRuns(hourly, new Date("2027-03-28T00:00:00Z"), 4).map((run) => run.local.slice(11, 16));
    expect(runs).to.deep.equal(["01:20", "01:50", "03:20", "03:50"]);
  });

  it("keeps the local time across a change of the clocks between the cron date and its offset", () => {
    // New York's clocks go forward in the night to Sunday 2027-03-14, five days after Patch Tuesday.
    const monthly = schedule("cron(30 23 ? * TUE#2 *)", { offsetDays: 5, timezone: "America/New_York" });
    const [run] = nextRuns(monthly, new Date("2027-03-01T00:00:00Z"), 1);
    expect(run?.local).to.equal("2027-03-14T23:30:00-04:00");
    expect(run?.at.toISOString()).to.equal("2027-03-15T03:30:00.000Z");
  });

  it("notes a start that the clocks skip, and one that comes twice", () => {
    const nightly = schedule("cron(30 2 * * ? *)", { timezone: "Europe/Berlin" });
    const spring = nextRuns(nightly, new Date("2026-03-28T00:00:00Z"), 3);
    expect(spring.map((run) => [run.local, run.note])).to.deep.equal([
      ["2026-03-28T02:30:00+01:00", undefined],
      ["2026-03-29T03:30:00+02:00", "gap"],
      ["2026-03-30T02:30:00+02:00", undefined],
    ]);
    const autumn = nextRuns(nightly, new Date("2026-10-24T12:00:00Z"), 2);
    expect(autumn.map((run) => [run.local, run.note])).to.deep.equal([
      ["2026-10-25T02:30:00+02:00", "overlap"],
      ["2026-10-26T02:30:00+01:00", undefined],
    ]);
  });

  it("counts a run at the very instant asked from, and none before", () => {
    const weekly = schedule("cron(0 2 ? * SUN *)");
    expect(nextRuns(weekly, new Date("2026-01-04T02:00:00Z"), 1)[0]?.local).to.equal("2026-01-04T02:00:00Z");
    expect(nextRuns(weekly, new Date("2026-01-04T02:00:00.001Z"), 1)[0]?.local).to.equal("2026-01-11T02:00:00Z");
  });

  it("still shows this month's run when its cron date has passed but its offset has not", () => {
    const monthly = schedule("cron(0 2 ? * TUE#2 *)", { offsetDays: 5 });
    expect(nextRuns(monthly, new Date("2026-01-15T00:00:00Z"), 1)[0]?.local).to.equal("2026-01-18T02:00:00Z");
  });

  it("runs an at(…) once, in UTC, and never again", () => {
    const once = schedule("at(2026-12-06T21:00:00)");
    expect(nextRuns(once, newYear, 5).map((run) => run.local)).to.deep.equal(["2026-12-06T21:00:00Z"]);
    expect(nextRuns(once, new Date("2026-12-06T21:00:01Z"), 5)).to.deep.equal([]);
    expect(nextRuns(schedule(nowhereNear), newYear, 1)[0]?.local).to.equal("2099-12-31T23:59:59Z");
  });

  it("counts a rate from the instant asked from, and says that AWS does not", () => {
    expect(nextRuns(schedule("rate(7 days)"), newYear, 2)).to.deep.equal([
      { at: new Date("2026-01-08T00:00:00Z"), local: "2026-01-08T00:00:00Z", note: "rate" },
      { at: new Date("2026-01-15T00:00:00Z"), local: "2026-01-15T00:00:00Z", note: "rate" },
    ]);
  });

  it("has fewer runs when the years run out, and none when none are asked for", () => {
    expect(dates("cron(0 2 1 1 ? 2027)", 5)).to.deep.equal(["2027-01-01"]);
    expect(dates("cron(0 2 ? * SUN *)", 0)).to.deep.equal([]);
    expect(dates("rate(1 day)", 0)).to.deep.equal([]);
  });

  it("has none beyond the year 2199, the last that AWS's cron knows, however long a rate is", () => {
    for (const rate of ["rate(2000000 days)", "rate(999999999 days)", "rate(999999999 hours)"]) {
      expect(dates(rate, 3), rate).to.deep.equal([]);
      expect(runsBetween(schedule(rate), newYear, new Date(8.64e15)), rate).to.deep.equal([]);
    }
    expect(dates("rate(40000 days)", 3)).to.deep.equal(["2135-07-09"]);
    expect(dates("at(2199-12-31T23:59:59)", 1)).to.deep.equal(["2199-12-31"]);
    expect(dates("at(9999-12-31T23:59:59)", 1)).to.deep.equal([]);
  });

  it("throws on an expression that AWS refuses", () => {
    expect(() => nextRuns(schedule("cron(0 2 * * 0)"), newYear, 1)).to.throw(RangeError, "has 5 fields");
  });

  it("that go by days of the week are every such day at every such time, for more than a year", () => {
    const names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    const some = (...values: readonly number[]) =>
      fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
    const starts = fc.date({
      min: new Date("2026-01-01T00:00:00Z"),
      max: new Date("2032-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(
        some(0, 1, 2, 3, 4, 5, 6),
        some(0, 2, 11, 22, 23),
        some(0, 15, 30, 45),
        starts,
        (days, hours, minutes, from) => {
          const expected: number[] = [];
          const midnight = Math.floor(from.getTime() / 86_400_000) * 86_400_000;
          const byNumber = (values: readonly number[]) => values.toSorted((a, b) => a - b);
          for (let day = midnight; expected.length < 80; day += 86_400_000) {
            if (!days.includes(new Date(day).getUTCDay())) continue;
            for (const hour of byNumber(hours))
              for (const minute of byNumber(minutes)) expected.push(day + hour * 3_600_000 + minute * 60_000);
          }
          const later = expected.filter((at) => at >= from.getTime()).slice(0, 60);
          const list = days.map((day) => names[day]).join(",");
          const cron = schedule(`cron(${minutes.join(",")} ${hours.join(",")} ? * ${list} *)`);
          expect(nextRuns(cron, from, later.length).map((run) => run.at.getTime())).to.deep.equal(later);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("n days after Patch Tuesday are always n days after the second Tuesday", () => {
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Sydney");
    const months = fc.date({
      min: new Date("2026-01-01T00:00:00Z"),
      max: new Date("2040-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), zones, months, (offset, timezone, from) => {
        const [run] = nextRuns(schedule("", { ...patchTuesday(offset, "12:00"), timezone }), from, 1);
        const tuesday = new Date(Date.parse(run?.local.slice(0, 10) ?? "") - offset * 86_400_000);
        expect(tuesday.getUTCDay()).to.equal(2);
        expect(Math.ceil(tuesday.getUTCDate() / 7)).to.equal(2);
      }),
      { numRuns: 60 },
    );
  });
});

describe("friendly schedules", () => {
  it("write Patch Tuesday as AWS's cron and offset", () => {
    expect(patchTuesday(5, "23:30")).to.deep.equal({ expression: "cron(30 23 ? * TUE#2 *)", offsetDays: 5 });
    expect(patchTuesday(0, "02:05")).to.deep.equal({ expression: "cron(5 2 ? * TUE#2 *)" });
  });

  const days: readonly (readonly [date: string, at: string, zone: string, expression: string])[] = [
    ["2026-12-06", "22:00", "Europe/Berlin", "at(2026-12-06T21:00:00)"],
    ["2026-07-05", "22:00", "Europe/Berlin", "at(2026-07-05T20:00:00)"],
    ["2026-12-31", "23:30", "America/New_York", "at(2027-01-01T04:30:00)"],
    ["2026-10-25", "02:30", "Europe/Berlin", "at(2026-10-25T00:30:00)"],
    ["2026-12-06", "22:00", "UTC", "at(2026-12-06T22:00:00)"],
  ];
  for (const [date, at, zone, expression] of days) {
    it(`write ${date} ${at} ${zone} as ${expression}`, () => {
      expect(onDate(date, at, zone)).to.deep.equal({ expression });
      expect(checkSchedule(expression, "maintenanceWindow")).to.deep.equal([]);
    });
  }

  const refused: readonly (readonly [date: string, at: string, value: string, message: string])[] = [
    ["2026-02-29", "22:00", "2026-02-29", "not a calendar date"],
    ["2026-03-29", "02:30", "2026-03-29T02:30", "Europe/Berlin has no 02:30 on 2026-03-29: its clocks go forward then"],
  ];
  for (const [date, at, value, message] of refused) {
    it(`refuse ${date} ${at} in Europe/Berlin`, () => {
      const run = onDate(date, at, "Europe/Berlin");
      expect("fault" in run ? run.fault : run).to.deep.include({ value, message });
    });
  }
});
