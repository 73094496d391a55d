import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readPlane } from "../../config/file.ts";
import { windowCapacities } from "../../domain/checks/capacity.ts";
import { locationLoads } from "../../domain/checks/limits.ts";
import { nextRuns } from "../../domain/schedule/nextRuns.ts";
import { isOrdinaryInstall, locationNameOf, machineCount, serversOf } from "../../domain/fleet/placement.ts";
import type { Plane } from "../../domain/plane.ts";
import type { Window } from "../../domain/window.ts";
import type { Server } from "../../domain/server.ts";
import { readFleet } from "../../fleet/read.ts";
import { writeFleet } from "../../fleet/write.ts";
import { planeOf, root } from "./sources.ts";

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function windowsThatReach(plane: Plane, server: Server, wanted: (window: Window) => boolean): readonly string[] {
  return Object.values(plane.windows)
    .filter((window) => wanted(window) && window.groups.includes(server.patchGroup))
    .filter((window) => window.locations.includes(locationNameOf(plane, server)))
    .map((window) => window.name);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

for (const environment of ["prod", "nonprod"]) {
  describe(`the checked-in environment ${environment}`, () => {
    const { plane, warnings } = planeOf(readPlane(root, environment));

    it("has neither faults nor warnings", () => {
      expect(warnings).to.deep.equal([]);
    });

    it("says why for each check that it treats differently", () => {
      expect(Object.keys(plane.checks)).to.deep.equal(["two-install-windows"]);
      expect(plane.checks["two-install-windows"]?.reason).to.match(/mw-catch-up/);
    });

    it("scans every server that it patches in one window, and installs in one and perhaps in what catches up", () => {
      const managed = plane.fleet.filter((server) => plane.groups[server.patchGroup]?.kind === "managed");
      const ordinary = (window: Window) => isOrdinaryInstall(window) && window.name !== "mw-catch-up";
      for (const server of managed) {
        expect(windowsThatReach(plane, server, (window) => window.operation === "scan")).to.have.lengthOf(1, server.id);
        expect(windowsThatReach(plane, server, ordinary)).to.have.lengthOf(1, server.id);
      }
    });

    it("keeps to 300 servers per window and location, 20 windows per account, and the windows' time", () => {
      const loads = locationLoads(plane);
      for (const window of Object.values(plane.windows)) {
        for (const location of window.locations) {
          expect(machineCount(serversOf(plane, window, location)), window.name).to.be.within(1, 300);
        }
      }
      for (const [accountId, locations] of Map.groupBy(Object.values(plane.locations), (each) => each.accountId)) {
        const names = locations.map((location) => location.name);
        const windows = loads.filter((load) => names.includes(load.location.name)).map((load) => load.awsWindows);
        expect(
          windows.reduce((sum, count) => sum + count, 0),
          accountId,
        ).to.be.at.most(20);
      }
      expect(windowCapacities(plane).filter((verdict) => !verdict.fits)).to.deep.equal([]);
    });

    it("has no approvals in force", () => {
      expect(plane.approvals).to.deep.equal({});
    });

    it("has a fleet file that writes back as it is, whatever the order of its servers", () => {
      const text = read(`fleet/${environment}.csv`);
      expect(writeFleet(plane.fleet.toReversed(), plane.subscriptions)).to.equal(text);
    });

    it("has a fleet file that reads without the stack's methods as well, and then names each row's own", () => {
      const context = {
        locations: new Map(Object.entries(plane.locations)),
        subscriptions: new Map(Object.entries(plane.subscriptions)),
      };
      const explicit = writeFleet(plane.fleet);
      const { servers, faults } = readFleet(explicit, "fleet.csv", context);
      expect(faults).to.deep.equal([]);
      expect(writeFleet(servers)).to.equal(explicit);
    });
  });
}

describe("the production environment", () => {
  const { plane } = planeOf(readPlane(root, "prod"));

  it("is the fleet that the project is for: 840 EC2 instances and 360 Azure VMs in three locations", () => {
    expect(countBy(plane.fleet, (server) => server.cloud)).to.deep.equal({ aws: 840, azure: 360 });
    expect(countBy(plane.fleet, (server) => locationNameOf(plane, server))).to.deep.equal({
      "prod-euw1": 430,
      "prod-use1": 530,
      "shared-use1": 240,
    });
    expect(
      Object.keys(countBy(plane.fleet, (server) => `${server.cloud} ${server.os} ${server.release}`)),
    ).to.deep.equal([
      "aws amazon-linux 2",
      "aws amazon-linux 2023",
      "aws ubuntu 20.04",
      "aws ubuntu 22.04",
      "aws ubuntu 24.04",
      "aws windows-server 2016",
      "aws windows-server 2022",
      "azure ubuntu 20.04",
      "azure ubuntu 22.04",
      "azure ubuntu 24.04",
      "azure windows-server 2016",
      "azure windows-server 2022",
    ]);
    expect(countBy(plane.fleet, (server) => server.arch)).to.have.all.keys("arm64", "x86_64");
  });

  it("gives kernels a window of their own in every automatic Linux group", () => {
    const linux = plane.fleet.filter((server) => {
      const group = plane.groups[server.patchGroup];
      return group?.kind === "managed" && group.approval === "automatic" && server.os !== "windows-server";
    });
    for (const server of linux) {
      const kernel = windowsThatReach(plane, server, (window) => window.baselineOverride.length > 0);
      expect(kernel).to.have.lengthOf(1, server.id);
    }
  });

  it("lets nonprod install the same kind of patches days before, each month of two years", () => {
    const prod = plane.windows;
    const nonprod = planeOf(readPlane(root, "nonprod")).plane.windows;
    const pairs = [
      ["mw-nonprod-monthly", "mw-prod-monthly", 3],
      ["mw-kernel", "mw-kernel", 4],
    ] as const;
    const from = new Date("2027-01-01T00:00:00Z");
    for (const [before, after, days] of pairs) {
      const [first] = nonprod[before]?.schedules ?? [];
      const [second] = prod[after]?.schedules ?? [];
      if (first === undefined || second === undefined) throw new Error(`${before} or ${after} has no schedule`);
      const later = nextRuns(second, from, 24);
      for (const [index, run] of nextRuns(first, from, 24).entries()) {
        const gap = ((later[index]?.at.getTime() ?? 0) - run.at.getTime()) / 86_400_000;
        expect(gap, run.local).to.be.within(days - 0.5, days + 8);
      }
    }
  });

  it("opens the monthly window on the Sunday after Patch Tuesday", () => {
    const { windows } = plane;
    const [schedule] = windows["mw-prod-monthly"]?.schedules ?? [];
    if (schedule === undefined) throw new Error("no schedule");
    const runs = nextRuns(schedule, new Date("2026-12-01T00:00:00Z"), 4).map((run) => run.local.slice(0, 10));
    expect(runs).to.deep.equal(["2026-12-13", "2027-01-17", "2027-02-14", "2027-03-14"]);
  });
});
