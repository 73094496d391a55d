import { expect } from "chai";
import fc from "fast-check";
import { checkSchedule, readSchedule, type ScheduleUse } from "../../../domain/schedule/awsCron.ts";
import { nextRuns } from "../../../domain/schedule/nextRuns.ts";
import { schedule } from "../samplePlane.ts";

function messages(expression: string, use: ScheduleUse = "maintenanceWindow", offsetDays?: number): string[] {
  return checkSchedule(expression, use, offsetDays).map(({ message, fix }) =>
    [message, fix].filter(Boolean).join("; "),
  );
}

describe("AWS schedule expressions", () => {
  describe("for maintenance windows", () => {
    // The examples of AWS's reference page for windows, and its page on schedule options.
    const fromTheDocs = [
      "cron(0 16 ? * TUE *)",
      "cron(30 09 ? * * *)",
      "cron(24 30 09 ? * * *)",
      "cron(0 2 ? * THU#3 *)",
      "cron(15 10 ? * * *)",
      "cron(15 10 ? * MON-FRI *)",
      "cron(0 2 L * ? *)",
      "cron(15 10 ? * 6L *)",
      "cron(30 23 ? * TUE#3 *)",
      "cron(0 30 23 ? * TUE#3 *)",
      "cron(0 10 * * ? *)",
      "cron(0/15 * * * ? *)",
      "cron(0/10 * ? * MON-FRI *)",
      "cron(0/5 8-17 ? * MON-FRI *)",
      "rate(30 minutes)",
      "rate(1 hour)",
      "rate(25 days)",
      "at(2020-07-07T15:55:00)",
    ];
    const alsoRight = [
      "cron(0 2 15W * ? *)",
      "cron(0 2 ? * 3#2 *)",
      "cron(0 2 ? JAN,APR,JUL,OCT SUN#1 *)",
      "cron(0 2 1-7 * ? 2026-2030)",
      "cron(0 2 1,15 */2 ? 1970/10)",
      "cron(0 2 ? * L *)",
      "cron(0 2 29 2 ? *)",
      "cron(0 2 ? * 1,7 2199)",
    ];
    for (const expression of [...fromTheDocs, ...alsoRight]) {
      it(`takes ${expression}`, () => {
        expect(messages(expression)).to.deep.equal([]);
      });
    }

    const refused: readonly (readonly [expression: string, message: RegExp])[] = [
      ["cron(0 2 * * * *)", /both day-of-month and day-of-week; write cron\(0 2 \* \* \? \*\)$/],
      ["cron(0 2 15 * MON *)", /both day-of-month and day-of-week; write \? in the one/],
      ["cron(0 2 ? * ? *)", /\? in both/],
      ["cron(60 2 ? * SUN *)", /minutes cannot hold "60"/],
      ["cron(0 24 ? * SUN *)", /hours cannot hold "24"/],
      ["cron(0 2 32 * ? *)", /day-of-month cannot hold "32"/],
      ["cron(0 2 0 * ? *)", /day-of-month cannot hold "0"/],
      ["cron(0 2 1 13 ? *)", /month cannot hold "13"/],
      ["cron(0 2 ? * 8 *)", /day-of-week cannot hold "8"/],
      ["cron(0 2 ? * 0 *)", /no 0: AWS counts weekdays from 1; write SUN or 1/],
      ["cron(0 2 ? * sun *)", /lower case; write SUN/],
      ["cron(0 2 ? * TUE#6 *)", /day-of-week cannot hold/],
      ["cron(0 2 ? * TUE#2,TUE#4 *)", /L, W or # inside a list/],
      ["cron(0 2 1,L * ? *)", /L, W or # inside a list/],
      ["cron(0 2 LW * ? *)", /day-of-month cannot hold "LW"/],
      ["cron(0 2 L-3 * ? *)", /day-of-month cannot hold "L-3"/],
      ["cron(0 2 ? * SAT-SUN *)", /runs backwards/],
      ["cron(0 22-2 ? * SUN *)", /runs backwards/],
      ["cron(0 2 ? * SUN 1969)", /year cannot hold "1969"/],
      ["cron(0 2 ? * SUN 2200)", /year cannot hold "2200"/],
      ["cron(*/0 2 ? * SUN *)", /step that is no positive number/],
      ["cron(0 2 30 2 ? *)", /a date that no month has/],
      ["cron(0 2 31W 4,6 ? *)", /a date that no month has/],
      ["cron(*/4 * ? * SUN *)", /runs too often/],
      ["cron(0,58 * ? * SUN *)", /runs too often/],
      ["cron(0,30 0 2 ? * SUN *)", /runs too often/],
      ["cron(0 2 ? * TUE#2)", /has 5 fields; write cron\(0 2 \? \* TUE#2 \*\)$/],
      ["cron(0 2 * * 0)", /has 5 fields; write cron\(0 2 \? \* SUN \*\)$/],
      ["cron(30 4 1 * *)", /has 5 fields; write cron\(30 4 1 \* \? \*\)$/],
      ["cron(0 2 * * 1-5)", /write cron\(0 2 \? \* MON-FRI \*\)$/],
      ["cron(0 2 ? SUN *)", /write cron\(0 2 \? \* SUN \*\)$/],
      ["cron(0 2 1 * 3)", /has 5 fields$/],
      ["cron(0 2)", /has 2 fields$/],
      ["0 2 * * 0", /none of the forms that AWS takes; write cron\(0 2 \? \* SUN \*\)$/],
      ["every sunday", /none of the forms/],
      ["", /none of the forms/],
      ["rate(1 hours)", /singular; write rate\(1 hour\)$/],
      ["rate(5 hour)", /plural; write rate\(5 hours\)$/],
      ["rate(2 weeks)", /no weeks; write rate\(14 days\)$/],
      ["rate(0 days)", /not a number and a unit/],
      ["rate(-1 days)", /not a number and a unit/],
      ["at(2026-12-01T02:00)", /write at\(2026-12-01T02:00:00\)$/],
      ["at(2026-12-01T02:00:00Z)", /write at\(2026-12-01T02:00:00\)$/],
      ["at(2026-02-30T02:00:00)", /not a date and time$/],
      ["at(2026-12-01)", /not a date and time$/],
    ];
    for (const [expression, message] of refused) {
      it(`refuses ${expression === "" ? "nothing at all" : expression}`, () => {
        expect(messages(expression).join(" | ")).to.match(message);
      });
    }

    it("names every wrong field at once", () => {
      expect(messages("cron(60 24 ? * SUN 1900)")).to.have.length(3);
    });

    it("sees that a Quartz expression lacks the year", () => {
      expect(messages("cron(0 0 2 ? * TUE#2)").at(-1)).to.match(/write cron\(0 0 2 \? \* TUE#2 \*\)$/);
    });

    it("refuses more than 256 characters", () => {
      expect(messages(`cron(${"0,".repeat(150)}0 2 ? * SUN *)`)).to.deep.equal(["the schedule is too long"]);
    });
  });

  describe("with an offset", () => {
    it("takes 1 to 6 days with cron(…) on a weekday of the month", () => {
      for (const days of [1, 2, 3, 4, 5, 6]) {
        expect(messages("cron(0 2 ? * TUE#2 *)", "maintenanceWindow", days)).to.deep.equal([]);
      }
      expect(messages("cron(0 2 ? * 3L *)", "maintenanceWindow", 2)).to.deep.equal([]);
    });
    const refused: readonly (readonly [expression: string, days: number, message: RegExp])[] = [
      ...[0, 7, -1, 1.5].map((days) => ["cron(0 2 ? * TUE#2 *)", days, /whole number of days/] as const),
      ...["cron(0 2 ? * TUE *)", "cron(0 2 1 * ? *)", "cron(0 2 L * ? *)", "cron(0 2 ? JUL TUE *)"].map(
        (expression) => [expression, 2, /counts from a weekday of the month only/] as const,
      ),
      ...["rate(7 days)", "at(2026-12-01T02:00:00)"].map(
        (expression) => [expression, 2, /works with cron\(…\) only/] as const,
      ),
    ];
    for (const [expression, days, message] of refused) {
      it(`refuses ${String(days)} days with ${expression}`, () => {
        expect(messages(expression, "maintenanceWindow", days)[0]).to.match(message);
      });
    }
  });

  describe("for associations", () => {
    const fromTheDocs = [
      "cron(0/30 * * * ? *)",
      "cron(0 0/1 * * ? *)",
      "cron(0 0/2 * * ? *)",
      "cron(0 0/4 * * ? *)",
      "cron(0 0/8 * * ? *)",
      "cron(0 0/12 * * ? *)",
      "cron(15 13 ? * * *)",
      "cron(15 13 ? * MON *)",
      "cron(30 23 ? * TUE#3 *)",
      "cron(0 0 ? * THU#2 *)",
      "cron(0 0 ? * 3L *)",
      "cron(0 */30 * * * ? *)",
      "cron(0 0 2 ? * SUN *)",
      "rate(30 minutes)",
      "rate(15 days)",
      "at(2020-07-07T15:55:00)",
    ];
    for (const expression of fromTheDocs) {
      it(`takes ${expression} from AWS's pages`, () => {
        expect(messages(expression, "association")).to.deep.equal([]);
      });
    }

    const refused: readonly (readonly [expression: string, message: RegExp])[] = [
      ["cron(0 2 ? 3 SUN *)", /cannot name months/],
      ["cron(24 30 9 ? * * *)", /cannot start at a second/],
      ["cron(0/15 * * * ? *)", /runs too often/],
      ["cron(0 0/3 * * ? *)", /does not know this interval/],
      ["cron(0 0,8,12 * * ? *)", /does not know this interval/],
      ["cron(0 0,4,5,10,15,20 * * ? *)", /does not know this interval/],
      ["cron(0 2 1 * ? *)", /does not know this interval/],
      ["cron(0 2 ? * MON-FRI *)", /does not know this interval/],
      ["cron(0 2 ? * SUN 2027)", /does not know this interval/],
      ["rate(29 minutes)", /does not take this rate/],
      ["rate(31 days)", /does not take this rate/],
      ["cron(0 2 * * 0)", /has 5 fields; write cron\(0 2 \? \* SUN \*\)$/],
    ];
    for (const [expression, message] of refused) {
      it(`refuses ${expression}`, () => {
        expect(messages(expression, "association").join(" | ")).to.match(message);
      });
    }
  });

  describe("as laws", () => {
    const minute = fc.integer({ min: 0, max: 59 });
    const hour = fc.integer({ min: 0, max: 23 });
    const weekday = fc.constantFrom("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "1", "4", "7");
    const weekdayField = fc.oneof(
      weekday,
      fc.tuple(weekday, fc.integer({ min: 1, max: 4 })).map(([day, nth]) => `${day}#${String(nth)}`),
      weekday.map((day) => `${day}L`),
    );
    const dayField = fc.oneof(
      fc.integer({ min: 1, max: 28 }).map(String),
      fc.constantFrom("L", "1W", "15W", "*", "1,15", "1/7", "8-14"),
    );
    const days = fc.oneof(
      weekdayField.map((value) => ["?", value] as const),
      dayField.map((value) => [value, "?"] as const),
    );
    const right = fc
      .tuple(minute, hour, days, fc.constantFrom("*", "3", "JAN,JUL", "*/2"))
      .map(([m, h, [day, week], month]) => `${String(m)} ${String(h)} ${day} ${month} ${week}`);

    it("what the checker takes, the calculator runs, never before its start and in order", () => {
      fc.assert(
        fc.property(right, (fields) => {
          const expression = `cron(${fields} *)`;
          expect(messages(expression)).to.deep.equal([]);
          const from = new Date("2026-01-01T00:00:00Z");
          const times = nextRuns(schedule(expression), from, 3).map((run) => run.at.getTime());
          expect(times).to.have.length(3);
          expect([from.getTime() - 1, ...times]).to.deep.equal(
            [...new Set([from.getTime() - 1, ...times])].sort((a, b) => a - b),
          );
        }),
        { numRuns: 60 },
      );
    });

    it("leading seconds change nothing but the second", () => {
      fc.assert(
        fc.property(right, minute, (fields, second) => {
          const from = new Date("2026-01-01T00:01:00Z");
          const [plain] = nextRuns(schedule(`cron(${fields} *)`), from, 1);
          const [shifted] = nextRuns(schedule(`cron(${String(second)} ${fields} *)`), from, 1);
          expect((shifted?.at.getTime() ?? 0) - (plain?.at.getTime() ?? 0)).to.equal(second * 1000);
        }),
        { numRuns: 60 },
      );
    });

    it("a rate is taken in exactly one number", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom("minute", "hour", "day"), (value, unit) => {
          const taken = [unit, `${unit}s`].filter((word) => messages(`rate(${String(value)} ${word})`).length === 0);
          expect(taken).to.deep.equal([value === 1 ? unit : `${unit}s`]);
        }),
      );
    });

    it("a fix for an only fault, where it says what to write, is one that AWS takes", () => {
      const field = fc.constantFrom("0", "2", "*", "?", "1", "5", "SUN", "1-5", "L", "*/2", "TUE#2");
      fc.assert(
        fc.property(fc.array(field, { minLength: 4, maxLength: 8 }), (fields) => {
          const [fault, ...others] = checkSchedule(`cron(${fields.join(" ")})`, "maintenanceWindow");
          const written = /^write (cron\(.*\))$/.exec(fault?.fix ?? "")?.[1];
          if (written !== undefined && others.length === 0) {
            expect(messages(written), written).to.deep.equal([]);
          }
        }),
        { numRuns: 500 },
      );
    });

    it("no text makes it throw", () => {
      fc.assert(
        fc.property(fc.string({ maxLength: 40 }), fc.constantFrom("cron", "rate", "at"), (text, kind) => {
          readSchedule(text, "association");
          readSchedule(`${kind}(${text})`, "maintenanceWindow");
        }),
        { numRuns: 500 },
      );
    });
  });
});
