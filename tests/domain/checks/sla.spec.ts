import { expect } from "chai";
import { checkSla, longestInterval, slaBreaches } from "../../../domain/checks/sla.ts";
import type { Finding } from "../../../domain/fault.ts";
import { aptBaseline, group, location, samplePlane, schedule, servers, window, yumBaseline } from "../samplePlane.ts";

function calendar(...dates: readonly string[]): ReturnType<typeof schedule>[] {
  return dates.map((date) => schedule(`at(${date}T21:00:00)`, { suffix: date }));
}

function found(parts: Parameters<typeof samplePlane>[0]): readonly Finding[] {
  return checkSla(samplePlane(parts));
}

describe("the SLA", () => {
  const intervals: Readonly<
    Record<string, readonly [schedules: ReturnType<typeof schedule>[], interval: object | undefined]>
  > = {
    "every night": [[schedule("cron(0 2 * * ? *)")], { days: 1 }],
    "every Sunday": [[schedule("cron(0 2 ? * SUN *)")], { days: 7 }],
    "weekdays only": [[schedule("cron(0 2 ? * MON-FRI *)")], { days: 3 }],
    "monthly after Patch Tuesday": [[schedule("cron(0 2 ? * TUE#2 *)", { offsetDays: 5 })], { days: 35 }],
    "first and third Sunday": [[schedule("cron(0 2 ? * SUN#1 *)"), schedule("cron(0 2 ? * SUN#3 *)")], { days: 21 }],
    "once a year": [[schedule("cron(0 2 1 6 ? *)")], { days: 400 }],
    "every ten days": [[schedule("rate(10 days)")], { days: 10 }],
    "a calendar": [calendar("2026-12-06", "2027-01-10", "2027-02-07"), { days: 35 }],
    "a calendar beside a weekly window": [
      [...calendar("2026-12-06", "2027-05-10"), schedule("cron(0 2 ? * SUN *)")],
      { days: 7 },
    ],
    "one date": [calendar("2026-12-06"), { oneDate: true }],
    nothing: [[], undefined],
  };
  for (const [what, [schedules, interval]] of Object.entries(intervals)) {
    it(`sees the longest wait of ${what}`, () => {
      expect(longestInterval(schedules)).to.deep.equal(interval);
    });
  }

  it("adds the approval delay to the wait, and puts the worst rule first", () => {
    const rule = { filters: {}, enableNonSecurity: false, complianceLevel: "CRITICAL" } as const;
    const baseline = yumBaseline("al2-auto", {
      rules: [
        { ...rule, approveAfterDays: 3, slaDays: 30 },
        { ...rule, approveAfterDays: 90, slaDays: 90 },
        { ...rule, approveUntilDate: "2026-12-31", slaDays: 1 },
      ],
    });
    expect(slaBreaches(baseline, 27)).to.deep.equal([{ rule: 1, slaDays: 90, delayDays: 90, worstDays: 117 }]);
    expect(slaBreaches(baseline, 28).map((breach) => breach.rule)).to.deep.equal([1, 0]);
    expect(slaBreaches(aptBaseline("ubuntu-auto"), 30)).to.deep.equal([]);
    expect(slaBreaches(aptBaseline("ubuntu-auto"), 31).map((breach) => breach.worstDays)).to.deep.equal([31]);
  });

  it("finds nothing where a weekly window keeps 30 days", () => {
    expect(found({})).to.deep.equal([]);
  });

  it("finds a monthly window that a critical rule of 30 days cannot rely on, once for all locations", () => {
    const schedules = [schedule("cron(0 2 ? * TUE#2 *)", { offsetDays: 5 })];
    const windows = [window("mw", { schedules, locations: ["main", "other"] })];
    const locations = [location("main"), location("other", { region: "eu-west-1" })];
    const fleet = [...servers(2), ...servers(2, { site: "other" })];
    const findings = found({ windows, locations, fleet });
    expect(findings).to.have.length(1);
    expect(findings[0]).to.include({ id: "sla", path: "groups.app", value: 35, allowed: "30 days" });
  });

  it("asks for more dates where a calendar has one", () => {
    const windows = [window("mw", { schedules: calendar("2026-12-06") })];
    expect(found({ windows }).map((each) => each.message)).to.deep.equal([
      "its only install window in location main has one date, and nothing follows it",
    ]);
  });

  it("leaves reviewed groups, on-demand windows and kernel windows out", () => {
    const schedules = [schedule("cron(0 2 ? * TUE#2 *)")];
    expect(
      found({ groups: [group("app", { approval: "reviewed" })], windows: [window("mw", { schedules })] }),
    ).to.deep.equal([]);
    expect(found({ windows: [window("mw", { schedules, onDemand: true })] })).to.deep.equal([]);
    expect(found({ windows: [window("mw", { schedules, baselineOverride: ["ubuntu-auto"] })] })).to.deep.equal([]);
  });

  describe("of business unit source", () => {
    const groups = [group("app", { businessUnit: "source", approval: "reviewed" })];
    const seldom = [window("mw", { schedules: calendar("2026-12-06", "2027-01-10") })];
    const often = [window("mw", { schedules: calendar("2026-12-06", "2027-01-05") })];

    it("is a run every 30 days in production", () => {
      expect(found({ groups, windows: seldom })).to.have.length(1);
      expect(found({ groups, windows: seldom })[0]).to.include({ id: "sla-cadence", path: "groups.app", value: 35 });
      expect(found({ groups, windows: often })).to.deep.equal([]);
    });

    it("is not one elsewhere, nor of another unit", () => {
      expect(found({ groups, windows: seldom, environment: "nonprod" })).to.deep.equal([]);
      expect(
        found({ groups: [group("app", { businessUnit: "gc", approval: "reviewed" })], windows: seldom }),
      ).to.deep.equal([]);
    });
  });
});
