import { expect } from "chai";
import { contactFindings } from "../../../domain/plan/contactFindings.ts";
import type { Plane } from "../../../domain/plane.ts";
import type { RebootOption } from "../../../domain/window.ts";
import { group, samplePlane, servers } from "../samplePlane.ts";

function plane(installOnFirstContact: readonly string[], reboot: RebootOption, count = 3): Plane {
  const made = samplePlane({ groups: [group("app", { reboot })], fleet: servers(count) });
  return { ...made, nodes: { ...made.nodes, installOnFirstContact } };
}

const texts = (before: Plane, after: Plane): readonly string[] =>
  contactFindings(before, after).map(({ id, path, message }) => `${id} ${path}: ${message}`);

describe("installations at first contact", () => {
  it("are at once for the servers of a group that is added", () => {
    expect(texts(plane([], "RebootIfNeeded"), plane(["app"], "RebootIfNeeded"))).to.deep.equal([
      "installs-at-once nodes.installOnFirstContact: 3 servers of group app install and reboot as soon as this is deployed, outside any window",
    ]);
  });

  it("are again for all of them where the group's reboots change", () => {
    expect(texts(plane(["app"], "RebootIfNeeded"), plane(["app"], "NoReboot", 4))).to.deep.equal([
      "installs-at-once groups.app.reboot: 3 servers of group app install as soon as this is deployed, outside any window",
    ]);
  });

  it("are no finding where nothing of it changes, or where the servers are new too", () => {
    expect(texts(plane(["app"], "NoReboot"), plane(["app"], "NoReboot", 9))).to.deep.equal([]);
    expect(texts(plane([], "NoReboot", 0), plane(["app"], "NoReboot"))).to.deep.equal([]);
  });
});
