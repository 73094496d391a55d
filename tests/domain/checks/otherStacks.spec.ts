import { expect } from "chai";
import { stackFindings } from "../../../domain/checks/otherStacks.ts";
import type { Plane } from "../../../domain/plane.ts";
import { group, location, samplePlane, server, servers, window } from "../samplePlane.ts";

const elsewhere = location("main", { accountId: "222222222222" });

function found(own: Plane, other: Plane): readonly string[] {
  return stackFindings(own, [{ name: "other", plane: other }]).map(({ id, path }) => `${id} ${path}`);
}

const noServers = { fleet: [] } as const;

describe("two stacks of a project", () => {
  it("may live side by side in two accounts, with the same names", () => {
    const owning = { registersDefaults: true, ownsServiceSettings: true } as const;
    const own = samplePlane({ locations: [location("main", owning)] });
    expect(found(own, samplePlane({ ...noServers, locations: [{ ...elsewhere, ...owning }] }))).to.deep.equal([]);
    const region = location("main", { ...owning, region: "eu-west-1" });
    expect(found(own, samplePlane({ ...noServers, locations: [region] }))).to.deep.equal([]);
  });

  it("cannot both register defaults, or own the settings, of one account and Region", () => {
    const own = samplePlane({ locations: [location("main", { registersDefaults: true, ownsServiceSettings: true })] });
    const other = samplePlane({
      ...noServers,
      locations: [location("theirs", { registersDefaults: true, ownsServiceSettings: true })],
      windows: [],
    });
    expect(found(own, other)).to.deep.equal([
      "defaults-two-stacks locations.main.registersDefaults",
      "settings-two-stacks locations.main.ownsServiceSettings",
    ]);
  });

  it("patch each other's servers where both have windows for one group in one account and Region", () => {
    const other = samplePlane({ ...noServers, groups: [group("app"), group("more")], windows: [window("mw-other")] });
    expect(found(samplePlane(), other)).to.deep.equal(["group-two-stacks groups.app"]);
    const apart = samplePlane({ ...noServers, windows: [window("mw-other", { groups: ["more"] })] });
    expect(found(samplePlane(), apart)).to.deep.equal([]);
  });

  it("share no server; Auto Scaling groups of one name are not one", () => {
    const own = samplePlane({ fleet: [...servers(8), server(20, { id: "asg:web" })] });
    const other = samplePlane({ locations: [elsewhere], fleet: [...servers(7), server(9, { id: "asg:web" })] });
    const [only] = stackFindings(own, [{ name: "other", plane: other }]);
    expect(only).to.include({ id: "server-two-stacks", path: "fleet", line: 2 });
    expect(only?.message).to.equal(
      "7 servers also in the fleet file of stack other: app-2, app-3, app-4, app-5, app-6, and 2 more",
    );
  });
});
