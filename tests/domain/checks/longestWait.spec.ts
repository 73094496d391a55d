import { expect } from "chai";
import { longestInterval, ruleWaits, type RuleWait } from "../../../domain/checks/longestWait.ts";
import type { WindowSchedule } from "../../../domain/window.ts";
import { runsBetween } from "../../../domain/schedule/nextRuns.ts";
import { day, hour } from "../../../domain/time.ts";
import { aptBaseline, schedule, windowsBaseline, yumBaseline } from "../samplePlane.ts";

function calendar(...dates: readonly string[]): WindowSchedule[] {
  return dates.map((date) => schedule(`at(${date}T21:00:00)`, { suffix: date }));
}

const security = { CLASSIFICATION: ["SecurityUpdates"] };

function windowsWait(
  schedules: readonly WindowSchedule[],
  approveAfterDays: number,
  filters: Readonly<Partial<Record<"CLASSIFICATION" | "PATCH_SET", readonly string[]>>> = security,
): Pick<RuleWait, "intervalDays" | "worstDays"> | undefined {
  const rules = [{ filters, complianceLevel: "CRITICAL", slaDays: 30, approveAfterDays } as const];
  const [wait] = ruleWaits(windowsBaseline("windows", { rules }), schedules);
  return wait === undefined ? undefined : { intervalDays: wait.intervalDays, worstDays: wait.worstDays };
}

const sundays = schedule("cron(0 2 ? * SUN *)");
const afterPatchTuesday = schedule("cron(0 22 ? * TUE#2 *)", { offsetDays: 5 });

describe("the longest time between two runs", () => {
  const intervals: Readonly<Record<string, readonly [schedules: WindowSchedule[], interval: object | undefined]>> = {
    "every night": [[schedule("cron(0 2 * * ? *)")], { days: 1 }],
    "every Sunday": [[sundays], { days: 7 }],
    "weekdays only": [[schedule("cron(0 2 ? * MON-FRI *)")], { days: 3 }],
    "monthly after Patch Tuesday": [[schedule("cron(0 2 ? * TUE#2 *)", { offsetDays: 5 })], { days: 35 }],
    "first and third Sunday": [[schedule("cron(0 2 ? * SUN#1 *)"), schedule("cron(0 2 ? * SUN#3 *)")], { days: 21 }],
    "once a year": [[schedule("cron(0 2 1 6 ? *)")], { days: 400 }],
    "every ten days": [[schedule("rate(10 days)")], { days: 10 }],
    "a calendar": [calendar("2026-12-06", "2027-01-10", "2027-02-07"), { days: 35 }],
    "a calendar beside a weekly window": [[...calendar("2026-12-06", "2027-05-10"), sundays], { days: 7 }],
    "one date": [calendar("2026-12-06"), { oneDate: true }],
    nothing: [[], undefined],
  };
  for (const [what, [schedules, interval]] of Object.entries(intervals)) {
    it(`is right of ${what}`, () => {
      expect(longestInterval(schedules)).to.deep.equal(interval);
    });
  }
});

describe("how long a rule's patches wait", () => {
  it("is the time between runs and the approval delay, of every rule that does not end at a date", () => {
    const rule = { filters: {}, enableNonSecurity: false, complianceLevel: "CRITICAL" } as const;
    const baseline = yumBaseline("al2-auto", {
      rules: [
        { ...rule, approveAfterDays: 3, slaDays: 30 },
        { ...rule, approveUntilDate: "2026-12-31", slaDays: 1 },
        { ...rule, approveAfterDays: 90, slaDays: 90 },
      ],
    });
    expect(ruleWaits(baseline, [schedule("rate(27 days)")])).to.deep.equal([
      { rule: 0, intervalDays: 27, delayDays: 3, worstDays: 30, slaDays: 30 },
      { rule: 2, intervalDays: 27, delayDays: 90, worstDays: 117, slaDays: 90 },
    ]);
    expect(ruleWaits(aptBaseline("ubuntu-auto"), [sundays]).map(({ worstDays }) => worstDays)).to.deep.equal([7]);
  });

  it("has no bound where no run follows another", () => {
    expect(ruleWaits(aptBaseline("ubuntu-auto"), [])).to.deep.equal([]);
    expect(ruleWaits(aptBaseline("ubuntu-auto"), calendar("2026-12-06"))).to.deep.equal([]);
  });

  describe("on Windows", () => {
    const nights = schedule("cron(0 2 * * ? *)");
    const values: Readonly<
      Record<string, readonly [schedules: WindowSchedule[], delay: number, between: number | null]>
    > = {
      // Two days before Patch Tuesday; 5 days after it is too early, 12 are not.
      "weekly, a week's delay": [[sundays], 7, 14],
      "weekly, two weeks' delay": [[sundays], 14, 21],
      // Only the last Sunday before a Patch Tuesday, 26 or 33 days after the one before.
      "weekly, three weeks' delay": [[sundays], 21, 28],
      "weekly, six weeks' delay": [[sundays], 42, null],
      "weekly, no delay": [[sundays], 0, 7],
      // The night before the release, and the seventh after it; in the evening a night more lies between.
      "nightly, a week's delay": [[nights], 7, 7],
      "every evening, a week's delay": [[schedule("cron(0 20 * * ? *)")], 7, 8],
      "monthly, just as long after Patch Tuesday": [[afterPatchTuesday], 5, 35],
      "monthly, before the delay ends": [[afterPatchTuesday], 7, null],
      "monthly and on the first Sunday": [[afterPatchTuesday, schedule("cron(0 22 ? * SUN#1 *)")], 7, 35],
      // Too early after the 14th, which Patch Tuesday is in February and March of 2034: from 20 January to 20 April.
      "on the 20th of each month": [[schedule("cron(0 2 20 * ? *)")], 7, 90],
      "a rate that may run just before Patch Tuesday": [[schedule("rate(7 days)")], 7, 14],
      "a rate, and a delay that is no multiple of it": [[schedule("rate(10 days)")], 7, 20],
      // Patch Tuesdays on 8 December and 12 January: only the first of them may install anything.
      "a calendar": [calendar("2026-12-06", "2026-12-13", "2027-01-17"), 7, 42],
      "a calendar that is always too early": [calendar("2026-12-13", "2027-01-17"), 7, null],
      "that calendar beside a weekly window": [[...calendar("2026-12-13", "2027-01-17"), sundays], 7, 14],
      "a date beside a weekly window": [[...calendar("2026-12-06"), sundays], 7, 14],
    };
    for (const [what, [schedules, delay, between]] of Object.entries(values)) {
      it(`counts from one run that comes after the delay to the next: ${what}`, () => {
        const worstDays = between === null ? null : between + delay;
        expect(windowsWait(schedules, delay)).to.deep.equal({ intervalDays: between, worstDays });
      });
    }

    it("is the plain sum for what is no monthly update: definitions, applications", () => {
      const plain = { intervalDays: 7, worstDays: 14 };
      const anew = { intervalDays: 14, worstDays: 21 };
      expect(windowsWait([sundays], 7, { CLASSIFICATION: ["DefinitionUpdates"] })).to.deep.equal(plain);
      expect(windowsWait([sundays], 7, { PATCH_SET: ["APPLICATION"] })).to.deep.equal(plain);
      expect(windowsWait([sundays], 7, { CLASSIFICATION: ["*"] })).to.deep.equal(anew);
      expect(windowsWait([sundays], 7, { PATCH_SET: ["OS"] })).to.deep.equal(anew);
      expect(windowsWait([sundays], 7, {})).to.deep.equal(anew);
    });

    describe("is what releases of every day of two years wait:", () => {
      const begin = Date.parse("2026-02-01T00:00:00Z");
      const patchTuesdays = Array.from({ length: 1500 }, (_, index) => new Date(begin + (index - 60) * day))
        .filter((at) => at.getUTCDay() === 2 && at.getUTCDate() >= 8 && at.getUTCDate() <= 14)
        .map((at) => at.getTime() + 17 * hour);
      const dayOf = (at: number): number => Math.floor(at / day);

      /** Follows each release from run to run, as Windows Update and a delay would have it. */
      function longestSeen(schedules: readonly WindowSchedule[], delay: number): number {
        const runs = schedules
          .flatMap((each) => runsBetween(each, new Date(begin), new Date(begin + 1200 * day)))
          .map(({ at }) => at.getTime())
          .sort((a, b) => a - b);
        const newestMonthly = runs.map((run) => patchTuesdays.findLast((at) => at <= run) ?? 0);
        const waits = Array.from({ length: 730 }, (_, index) => {
          const release = begin + index * day;
          const installed = runs.find((run, at) => {
            const newest = Math.max(release, newestMonthly[at] ?? 0);
            return run >= release && dayOf(run) - dayOf(newest) >= delay;
          });
          return (installed ?? Infinity) - release;
        });
        return Math.ceil(Math.max(...waits) / day);
      }

      const kinds: Readonly<Record<string, readonly WindowSchedule[]>> = {
        nightly: [nights],
        Sundays: [sundays],
        "Tuesday mornings": [schedule("cron(0 1 ? * TUE *)")],
        "Wednesdays and Saturdays": [schedule("cron(0 2 ? * WED,SAT *)")],
        "after Patch Tuesday and on the first Sunday": [
          schedule("cron(0 2 ? * TUE#2 *)", { offsetDays: 5 }),
          schedule("cron(0 2 ? * SUN#1 *)"),
        ],
      };
      for (const [what, schedules] of Object.entries(kinds)) {
        it(what, () => {
          for (const delay of [0, 1, 3, 5, 7, 10, 14, 17]) {
            expect(windowsWait(schedules, delay)?.worstDays, `${String(delay)} days`).to.equal(
              longestSeen(schedules, delay),
            );
          }
        });
      }
    });
  });
});
