import { expect } from "chai";
import { commandsNeededSince, freshnessOf, isConfirmed, lastFinishedRun } from "../../../domain/status/freshness.ts";
import type { WindowSchedule } from "../../../domain/window.ts";
import { samplePlane, schedule, window } from "../samplePlane.ts";

function lastRun(schedules: readonly WindowSchedule[], asOf: string, durationHours = 2): string | undefined {
  return lastFinishedRun({ schedules, durationHours }, new Date(asOf))?.toISOString();
}

// https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
describe("the last finished run of a window", () => {
  const daily = schedule("cron(30 4 ? * * *)");
  const table: Readonly<Record<string, readonly [readonly WindowSchedule[], string, string | undefined]>> = {
    "is today's once its duration is over": [[daily], "2026-12-02T06:30:00Z", "2026-12-02T04:30:00.000Z"],
    "is yesterday's until then": [[daily], "2026-12-02T06:29:59Z", "2026-12-01T04:30:00.000Z"],
    "is told in the schedule's zone, across the end of daylight saving on 1 November 2026": [
      [schedule("cron(30 4 ? * * *)", { timezone: "America/New_York" })],
      "2026-11-01T11:30:00Z",
      "2026-11-01T09:30:00.000Z",
    ],
    "counts an offset's days after the cron date: Patch Tuesday of December 2026 is the 8th": [
      [schedule("cron(30 23 ? * TUE#2 *)", { offsetDays: 5 })],
      "2026-12-31T00:00:00Z",
      "2026-12-13T23:30:00.000Z",
    ],
    "is last month's while the month's has not come": [
      [schedule("cron(30 23 ? * TUE#2 *)", { offsetDays: 5 })],
      "2026-12-13T12:00:00Z",
      "2026-11-15T23:30:00.000Z",
    ],
    "is found a quarter back": [[schedule("cron(0 2 1 1/3 ? *)")], "2026-12-31T00:00:00Z", "2026-10-01T02:00:00.000Z"],
    "is not looked for beyond 100 days": [[schedule("cron(0 2 1 1 ? *)")], "2026-12-31T00:00:00Z", undefined],
    "cannot be told of a rate": [[schedule("rate(2 days)")], "2026-12-31T00:00:00Z", undefined],
    "is the last of a list of dates": [
      [schedule("at(2026-12-06T22:00:00)"), schedule("at(2026-12-13T22:00:00)"), schedule("at(2026-12-20T22:00:00)")],
      "2026-12-15T00:00:00Z",
      "2026-12-13T22:00:00.000Z",
    ],
    "is the last of many: every five minutes": [
      [schedule("cron(0/5 * ? * * *)")],
      "2026-12-02T12:03:00Z",
      "2026-12-02T10:00:00.000Z",
    ],
  };
  for (const [name, [schedules, asOf, expected]] of Object.entries(table)) {
    it(name, () => {
      expect(lastRun(schedules, asOf)).to.equal(expected);
    });
  }
});

describe("from when on an operation is fresh", () => {
  const asOf = new Date("2026-12-02T12:00:00Z");
  const scan = window("mw-scan", { operation: "scan", schedules: [schedule("cron(0 1 ? * * *)")] });
  const weekly = window("mw-weekly", { operation: "scan", schedules: [schedule("cron(0 1 ? * SUN *)")] });

  it("is the start of the latest finished run of any scan window that reaches the group", () => {
    const fresh = freshnessOf(samplePlane({ windows: [weekly, scan] }), asOf)("app", "main");
    expect(fresh).to.deep.equal({ since: new Date("2026-12-02T01:00:00Z"), window: "mw-scan" });
  });

  const without: readonly (readonly [string, Parameters<typeof window>[1]])[] = [
    ["of other groups", { groups: ["other"] }],
    ["of other locations", { locations: ["second"] }],
    ["that install", { operation: "install" }],
    ["that are opened by hand", { onDemand: true }],
    ["whose rate has no known beginning", { schedules: [schedule("rate(2 days)")] }],
  ];
  for (const [which, more] of without) {
    it(`is 8 days ago where all windows are ones ${which}`, () => {
      const fresh = freshnessOf(samplePlane({ windows: [{ ...scan, ...more }] }), asOf)("app", "main");
      expect(fresh).to.deep.equal({ since: new Date("2026-11-24T12:00:00Z") });
    });
  }
});

// https://docs.aws.amazon.com/systems-manager/latest/userguide/running-commands.html: commands are kept for 30 days
describe("whether a node's word is confirmed by the service's own record", () => {
  const asOf = new Date("2026-12-02T12:00:00Z");
  const since = new Date("2026-12-02T01:00:00Z");
  const endedAt = new Date("2026-12-02T01:10:00Z");
  const longAgo = new Date("2026-09-01T01:00:00Z");
  const table: Readonly<Record<string, readonly [Parameters<typeof isConfirmed>[0], Date, boolean]>> = {
    "is by a command that it answered at that very instant": [{ endedAt, answeredAt: since }, since, true],
    "is not without one": [{ endedAt }, since, false],
    "is not by one of before": [{ endedAt, answeredAt: new Date(since.getTime() - 1) }, since, false],
    "needs none where commands of its time are kept no longer": [
      { endedAt: new Date("2026-11-04T11:59:59Z") },
      longAgo,
      true,
    ],
    "needs one where they are": [{ endedAt: new Date("2026-11-04T12:00:00Z") }, longAgo, false],
    "is not where the operation has no end": [{}, longAgo, false],
  };
  for (const [name, [reported, freshSince, expected]] of Object.entries(table)) {
    it(name, () => {
      expect(isConfirmed(reported, freshSince, asOf)).to.equal(expected);
    });
  }

  it("is asked from the oldest scan that still counts in a location, and no further than commands are kept", () => {
    const scan = window("mw-scan", { operation: "scan", schedules: [schedule("cron(0 1 ? * * *)")] });
    const plane = samplePlane({ windows: [scan] });
    expect(commandsNeededSince(plane, ["app"], "main", asOf)).to.deep.equal(since);
    expect(commandsNeededSince(plane, ["app", "other"], "main", asOf)).to.deep.equal(new Date("2026-11-24T12:00:00Z"));
    expect(commandsNeededSince(plane, [], "main", asOf)).to.deep.equal(asOf);
    const rare = { ...scan, schedules: [schedule("cron(0 2 1 1/3 ? *)")] };
    const quarterly = samplePlane({ windows: [rare] });
    expect(commandsNeededSince(quarterly, ["app"], "main", asOf)).to.deep.equal(new Date("2026-11-03T12:00:00Z"));
  });
});
