import { expect } from "chai";
import { checkCollisions } from "../../../domain/checks/collisions.ts";
import type { Window } from "../../../domain/window.ts";
import { group, location, samplePlane, schedule, servers, window } from "../samplePlane.ts";

const install = window("mw-install", { schedules: [schedule("cron(0 22 ? * SUN *)")], durationHours: 4 });

function met(other: Partial<Window>): readonly string[] {
  return checkCollisions(
    samplePlane({
      locations: [location("main"), location("other", { region: "eu-west-1" })],
      groups: [group("app"), group("db")],
      fleet: [...servers(2), ...servers(1, { patchGroup: "db" })],
      windows: [install, window("mw-scan", { operation: "scan", durationHours: 2, ...other })],
    }),
  ).map(({ id, path, message }) => `${id} ${path}: ${message}`);
}

describe("windows on the same servers", () => {
  it("collide where one opens before the other has closed", () => {
    expect(met({ schedules: [schedule("cron(0 1 ? * MON *)")] })).to.deep.equal([
      "windows-collide windows.mw-scan.schedule: is open together with mw-install for 2 servers (fleet lines 2, 3), " +
        "for example on 2026-01-05T01:00Z",
    ]);
    expect(met({ schedules: [schedule("cron(0 21 ? * SUN *)")] })).to.have.length(1);
  });

  it("go by their time zones", () => {
    const at = schedule("cron(0 2 ? * MON *)", { timezone: "Europe/Berlin" });
    expect(met({ schedules: [at] })).to.have.length(1);
    expect(met({ schedules: [schedule("cron(0 2 ? * MON *)")] })).to.deep.equal([]);
  });

  it("do not where they reach other servers, or an operator opens one", () => {
    const schedules = [schedule("cron(0 22 ? * SUN *)")];
    expect(met({ schedules, groups: ["db"] })).to.deep.equal([]);
    expect(met({ schedules, locations: ["other"] })).to.deep.equal([]);
    expect(met({ schedules, onDemand: true })).to.deep.equal([]);
  });
});
