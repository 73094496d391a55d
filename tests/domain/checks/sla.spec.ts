import { expect } from "chai";
import { checkSla } from "../../../domain/checks/sla.ts";
import type { Finding } from "../../../domain/fault.ts";
import { group, location, samplePlane, schedule, servers, window, windowsBaseline } from "../samplePlane.ts";

function calendar(...dates: readonly string[]): ReturnType<typeof schedule>[] {
  return dates.map((date) => schedule(`at(${date}T21:00:00)`, { suffix: date }));
}

function found(parts: Parameters<typeof samplePlane>[0]): readonly Finding[] {
  return checkSla(samplePlane(parts));
}

describe("the SLA", () => {
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

  describe("on Windows", () => {
    const rule = { filters: { CLASSIFICATION: ["SecurityUpdates"] }, complianceLevel: "CRITICAL" } as const;
    const weekly = (approveAfterDays: number, slaDays: number): readonly Finding[] =>
      found({
        baselines: [windowsBaseline("win", { rules: [{ ...rule, approveAfterDays, slaDays }] })],
        groups: [group("app", { baselines: { WINDOWS: "win" } })],
        fleet: servers(1, { os: "windows-server", release: "2022" }),
      });

    it("counts the delay anew from a Patch Tuesday on, and says so", () => {
      expect(weekly(7, 21)).to.deep.equal([]);
      const [finding, ...others] = weekly(7, 20);
      expect(others).to.deep.equal([]);
      expect(finding).to.include({ id: "sla", value: 21, allowed: "20 days" });
      expect(finding?.message).to.equal(
        "up to 7 days between install runs in location main and 7 days of approval delay in rules[0] of win, " +
          "which every Patch Tuesday starts anew",
      );
      expect(weekly(0, 6).map(({ message }) => message)).to.deep.equal([
        "up to 7 days between install runs in location main and 0 days of approval delay in rules[0] of win",
      ]);
    });

    it("leaves what is never installed to the check of that", () => {
      expect(weekly(40, 30)).to.deep.equal([]);
    });
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
