import { expect } from "chai";
import { checkLimits, locationLoads, tasksOf } from "../../../domain/checks/limits.ts";
import type { Plane } from "../../../domain/plane.ts";
import type { Hook } from "../../../domain/window.ts";
import type { Server } from "../../../domain/server.ts";
import { aptBaseline, group, hub, location, samplePlane, schedule, server, servers, window } from "../samplePlane.ts";

function ids(plane: Plane): string[] {
  return checkLimits(plane).map((each) => each.id);
}

function dated(count: number): ReturnType<typeof schedule>[] {
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.UTC(2027, 0, 1 + index)).toISOString().slice(0, 10);
    return schedule(`at(${date}T21:00:00)`, { suffix: date });
  });
}

function hooks(count: number): readonly Hook[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `hook-${String(index)}`,
    linux: ["true"],
    windows: [],
    timeoutSeconds: 60,
  }));
}

function vms(count: number): readonly Server[] {
  return servers(count, { cloud: "azure", site: "hub", region: "westeurope" });
}

describe("limits", () => {
  it("find nothing in a small plane", () => {
    expect(ids(samplePlane())).to.deep.equal([]);
  });

  it("count a window with a list of dates once per date, in each of its locations", () => {
    const two = [location("main"), location("other", { region: "eu-west-1" })];
    const windows = [
      window("calendar", { schedules: dated(12), locations: ["main", "other"] }),
      window("weekly", { locations: ["other"] }),
    ];
    const loads = locationLoads(samplePlane({ locations: two, windows }));
    expect(loads.map((load) => [load.location.name, load.awsWindows])).to.deep.equal([
      ["main", 12],
      ["other", 13],
    ]);
  });

  it("refuse 51 windows in a location, and take 50", () => {
    const plane = (count: number): Plane => samplePlane({ windows: [window("calendar", { schedules: dated(count) })] });
    expect(ids(plane(50))).not.to.include("quota-windows");
    expect(ids(plane(51))).to.include("quota-windows");
  });

  it("warn beyond 20 windows in one account, over all its Regions", () => {
    const plane = (other: string): Plane =>
      samplePlane({
        locations: [location("main"), location("other", { region: "eu-west-1", accountId: other })],
        windows: [window("calendar", { schedules: dated(11), locations: ["main", "other"] })],
      });
    expect(ids(plane("111111111111"))).to.deep.equal(["account-windows-soft"]);
    expect(ids(plane("222222222222"))).to.deep.equal([]);
  });

  it("count a task per reboot option, with hooks or without, and one per hook that runs once", () => {
    const groups = [group("app"), group("db", { reboot: "NoReboot" })];
    const mw = window("mw", {
      groups: ["app", "db"],
      hooks: { before: hooks(2), after: hooks(1), mustSucceed: false },
    });
    const plane = samplePlane({ groups });
    expect(tasksOf(plane, mw)).to.equal(2);
    expect(tasksOf(plane, { ...mw, groups: ["app"] })).to.equal(1);
    expect(tasksOf(plane, { ...mw, operation: "scan" })).to.equal(1);
    const once = { group: "app", before: hooks(3), after: hooks(1) };
    expect(tasksOf(plane, { ...mw, hooks: { ...mw.hooks, once } })).to.equal(6);
  });

  it("refuse 21 tasks in a window, and take 20", () => {
    const plane = (count: number): Plane => {
      const once = { group: "app", before: hooks(count), after: [] };
      return samplePlane({ windows: [window("mw", { hooks: { before: [], after: [], mustSucceed: false, once } })] });
    };
    expect(ids(plane(19))).to.deep.equal([]);
    expect(ids(plane(20))).to.deep.equal(["quota-window-tasks"]);
  });

  it("refuse 51 groups in one target of a window and of the location, and 26 for one baseline", () => {
    const groups = Array.from({ length: 51 }, (_, index) => group(`g${String(index)}`));
    const many = samplePlane({
      groups,
      windows: [window("mw", { groups: groups.map((each) => each.name) })],
      fleet: [],
    });
    expect(ids(many)).to.deep.equal(["quota-tag-values", "quota-tag-values", "quota-baseline-groups"]);
    const names = groups.slice(0, 25).map((each) => each.name);
    expect(ids(samplePlane({ groups, windows: [window("mw", { groups: names })], fleet: [] }))).to.deep.equal([]);
  });

  it("refuse 51 baselines in a location, and do not count those that nothing there uses", () => {
    const baselines = Array.from({ length: 51 }, (_, index) => aptBaseline(`b${String(index)}`));
    const groups = baselines.map(({ name }) => group(`g-${name}`, { baselines: { UBUNTU: name } }));
    const windows = (count: number): ReturnType<typeof window>[] =>
      groups.slice(0, count).map((each) => window(`mw-${each.name}`, { groups: [each.name], locations: ["main"] }));
    const plane = (count: number): Plane => samplePlane({ baselines, groups, windows: windows(count), fleet: [] });
    expect(ids(plane(50))).not.to.include("quota-baselines");
    expect(ids(plane(51))).to.include("quota-baselines");
  });

  it("refuse 1,001 hybrid nodes on the standard tier, warn from 900, and say nothing on the advanced one", () => {
    const plane = (count: number, instanceTier: "standard" | "advanced" = "standard"): Plane =>
      samplePlane({
        locations: [location("main", { instanceTier })],
        subscriptions: { hub },
        fleet: vms(count),
        windows: [],
      });
    expect(ids(plane(899))).to.deep.equal([]);
    expect(ids(plane(900))).to.deep.equal(["hybrid-nodes-soft"]);
    expect(ids(plane(1000))).to.deep.equal(["hybrid-nodes-soft"]);
    expect(ids(plane(1001))).to.deep.equal(["quota-hybrid-nodes"]);
    expect(ids(plane(1001, "advanced"))).to.deep.equal([]);
  });

  it("warn beyond 2,400 connected nodes, Auto Scaling groups by their size", () => {
    const plane = (size: number): Plane => samplePlane({ fleet: [server(2, { id: "asg:web", size })], windows: [] });
    expect(ids(plane(2400))).to.deep.equal([]);
    expect(ids(plane(2401))).to.deep.equal(["nodes-soft"]);
  });

  it("warn beyond 300 servers in one window and location", () => {
    expect(ids(samplePlane({ windows: [window("mw")], fleet: servers(300) }))).to.deep.equal([]);
    expect(checkLimits(samplePlane({ windows: [window("mw")], fleet: servers(301) }))).to.deep.equal([
      {
        id: "window-targets-soft",
        about: { window: "mw", location: "main" },
        severity: "warning",
        path: "windows.mw",
        message: "too many servers for one window in location main",
        value: 301,
        allowed: "at most 300",
        fix: "spread the groups over more windows",
      },
    ]);
  });

  it("refuse two locations of one account and Region", () => {
    expect(
      ids(samplePlane({ locations: [location("main"), location("again")], fleet: [], windows: [] })),
    ).to.deep.equal(["location-twice"]);
  });

  it("refuse two names of one subscription", () => {
    const again = { ...hub, name: "again" };
    const findings = checkLimits(samplePlane({ subscriptions: { hub, again } }));
    expect(findings.map((each) => [each.id, each.path])).to.deep.equal([
      ["subscription-twice", "subscriptions.again.subscriptionId"],
    ]);
  });
});
