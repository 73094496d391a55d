import { expect } from "chai";
import {
  groupsAt,
  locationNameOf,
  machineCount,
  placementOf,
  serversOf,
  windowTargets,
} from "../../../domain/fleet/placement.ts";
import { group, hub, location, samplePlane, server, servers, window } from "../samplePlane.ts";

const plane = samplePlane({
  locations: [location("main"), location("other")],
  subscriptions: { hub: { ...hub, location: "other" } },
  groups: [group("app"), group("db", { reboot: "NoReboot" }), group("idle")],
  windows: [window("mw", { groups: ["app", "db"], locations: ["main"] })],
  fleet: [...servers(2), server(8, { patchGroup: "db" }), server(9, { cloud: "azure", site: "hub" })],
});

describe("placement", () => {
  it("puts an Azure VM where its subscription registers", () => {
    expect(plane.fleet.map((each) => locationNameOf(plane, each))).to.deep.equal(["main", "main", "main", "other"]);
  });

  it("refuses a VM of an unknown subscription", () => {
    expect(() => locationNameOf(plane, { cloud: "azure", site: "gone" })).to.throw("no subscription gone");
  });

  it("finds a window's servers in its locations, and none in others", () => {
    const mw = window("mw", { groups: ["app", "db"], locations: ["main"] });
    expect(serversOf(plane, mw, "main").map((each) => each.line)).to.deep.equal([2, 3, 8]);
    expect(serversOf(plane, mw, "other")).to.deep.equal([]);
    expect(serversOf(plane, { ...mw, locations: ["other"] }, "other").map((each) => each.line)).to.deep.equal([9]);
  });

  it("sees every server once", () => {
    const all = [...placementOf(plane).values()].flatMap((groups) => [...groups.values()].flat());
    expect(all).to.have.members(plane.fleet);
    expect(machineCount(all)).to.equal(4);
  });

  it("names the groups with a window or servers in a location", () => {
    expect(groupsAt(plane, "main").map(({ name }) => name)).to.deep.equal(["app", "db"]);
    expect(groupsAt(plane, "other").map(({ name }) => name)).to.deep.equal(["app"]);
  });

  it("makes one target per reboot option, and one for a scan", () => {
    const mw = window("mw", { groups: ["app", "db", "idle"] });
    expect(windowTargets(plane, mw)).to.deep.equal([
      { reboot: "RebootIfNeeded", groups: ["app", "idle"] },
      { reboot: "NoReboot", groups: ["db"] },
    ]);
    expect(windowTargets(plane, { ...mw, operation: "scan" })).to.deep.equal([
      { reboot: "NoReboot", groups: ["app", "db", "idle"] },
    ]);
  });
});
