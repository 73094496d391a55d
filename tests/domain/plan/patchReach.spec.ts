import { expect } from "chai";
import { patchReach } from "../../../domain/plan/patchReach.ts";
import { group, samplePlane, schedule, server, window, windowsBaseline, yumBaseline } from "../samplePlane.ts";

const parts = {
  baselines: [yumBaseline("al2-auto")],
  groups: [group("app", { baselines: { AMAZON_LINUX_2: "al2-auto" } }), group("db", { approval: "reviewed" })],
  windows: [window("weekly"), window("db", { groups: ["db"] })],
  fleet: [server(2, { os: "amazon-linux", release: "2" }), server(3, { patchGroup: "db" })],
};
const weekly = samplePlane(parts);

describe("how long a patch may take to every server of a group", () => {
  it("is the longest time between runs and the approval delay, and has no bound where somebody approves", () => {
    expect(patchReach(weekly, weekly)).to.deep.equal([
      {
        group: "db",
        approval: "reviewed",
        servers: 1,
        days: null,
        intervalDays: 7,
        delayDays: 0,
        before: { days: null },
      },
      {
        group: "app",
        approval: "automatic",
        servers: 1,
        days: 10,
        intervalDays: 7,
        delayDays: 3,
        before: { days: 10 },
      },
    ]);
  });

  it("tells what it was, and that one date alone bounds nothing", () => {
    const monthly = samplePlane({
      ...parts,
      windows: [window("weekly", { schedules: [schedule("cron(0 22 ? * SUN#1 *)")] })],
    });
    const once = samplePlane({
      ...parts,
      windows: [window("weekly", { schedules: [schedule("at(2026-12-06T22:00:00)", { suffix: "2026-12-06" })] })],
    });
    const appOf = (after: typeof weekly) => patchReach(weekly, after).find((each) => each.group === "app");
    expect(appOf(monthly)).to.deep.include({ days: 38, intervalDays: 35, before: { days: 10 } });
    expect(appOf(once)).to.deep.include({ days: null, intervalDays: null, before: { days: 10 } });
  });

  it("counts the delay of Windows' updates anew from each Patch Tuesday on, and has no bound where that never ends", () => {
    const filters = { CLASSIFICATION: ["SecurityUpdates"] };
    const reachOf = (approveAfterDays: number) => {
      const rules = [{ filters, complianceLevel: "CRITICAL", slaDays: 30, approveAfterDays } as const];
      const plane = samplePlane({
        baselines: [windowsBaseline("win", { rules }), yumBaseline("al2-auto")],
        groups: [group("app", { baselines: { WINDOWS: "win", AMAZON_LINUX_2: "al2-auto" } })],
        fleet: [server(2, { os: "windows-server", release: "2022" }), server(3, { os: "amazon-linux", release: "2" })],
      });
      return patchReach(plane, plane).map(({ days, intervalDays, delayDays }) => [days, intervalDays, delayDays]);
    };
    expect(reachOf(0)).to.deep.equal([[10, 7, 3]]);
    expect(reachOf(7)).to.deep.equal([[21, 7, 7]]);
    expect(reachOf(42)).to.deep.equal([[null, 7, 42]]);
  });
});
