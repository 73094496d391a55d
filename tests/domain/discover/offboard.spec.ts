import { expect } from "chai";
import type { Found, FoundVm } from "../../../domain/discover/evidence.ts";
import { offboardingOf, type OffboardOptions } from "../../../domain/discover/offboard.ts";
import type { ManagedNode } from "../../../domain/fleet/managedNode.ts";
import type { Plane } from "../../../domain/plane.ts";
import type { Server } from "../../../domain/server.ts";
import { byName, group, hub, location, samplePlane, vm } from "../samplePlane.ts";

const guid = (last: string): string => `12345678-9abc-4000-8000-00000000000${last}`;
const asOf = new Date("2026-12-10T00:00:00Z");
const long = new Date("2026-10-01T00:00:00Z");
const main = location("main");

function planeOf(...fleet: readonly Server[]): Plane {
  const environment = "prod";
  return samplePlane({ environment, locations: [main], subscriptions: byName(hub), groups: [group("auto")], fleet });
}

function node(id: string, more: Partial<ManagedNode> = {}): ManagedNode {
  return { id, name: id, pingStatus: "ConnectionLost", lastPingAt: long, registeredAt: long, ...more };
}

function azureVm(id: string, vmId: string): FoundVm {
  const texts = { name: "", resourceGroup: "", region: "", size: "", osName: "", osVersion: "", patchMode: "" };
  return { ...texts, id, vmId, running: true, automaticUpdates: false, takesExtensions: true, tags: {} };
}

function judged(
  fleet: readonly Server[],
  nodes: readonly (readonly [ManagedNode, vmId: string | undefined, environment?: string])[],
  vms: readonly FoundVm[] = [],
  more: Partial<OffboardOptions> = {},
) {
  const told = (index: 1 | 2, usual?: string) =>
    new Map(
      nodes.flatMap((each) => {
        const value = each[index] ?? usual;
        return value === undefined ? [] : [[each[0].id, value] as const];
      }),
    );
  const found: Found = {
    locations: [
      {
        ...{ location: main, instances: [], selfUpgrading: new Map<string, string>() },
        ...{ nodes: nodes.map(([each]) => each), vmIds: told(1), environments: told(2, "prod") },
      },
    ],
    subscriptions: [{ subscription: hub, vms, unlisted: new Set() }],
  };
  const answer = offboardingOf(planeOf(...fleet), found, { alive: false, elsewhere: [], asOf, ...more });
  return [
    answer.leaving.map((each) => `${each.node.id} ${each.reason}`),
    answer.staying.map((each) => `${each.node.id} ${each.why}`),
  ];
}

describe("which nodes are offboarded", () => {
  const row = vm(1, { name: "app", environment: "prod" }, { vmId: guid("a") });

  it("are never one of a VM that the file has, also where its row has another vm_id than Azure", () => {
    const vms = [azureVm(row.id, guid("b"))];
    expect(judged([row], [[node("mi-1"), guid("b")]], vms)).to.deep.equal([[], []]);
    const named = judged([row], [[node("mi-1"), guid("a")]], [], { nodes: ["mi-1"], alive: true });
    expect(named).to.deep.equal([[], ["mi-1 its VM is in the fleet file, and this is its node"]]);
  });

  it("are the silent ones of a VM with several, and of two that answer neither until one is named", () => {
    const fresh = node("mi-2", { pingStatus: "Online", registeredAt: new Date("2026-11-01T00:00:00Z") });
    expect(
      judged(
        [row],
        [
          [node("mi-1"), guid("a")],
          [fresh, guid("a")],
        ],
      ),
    ).to.deep.equal([["mi-1 duplicate"], []]);
    const twin = node("mi-1", { pingStatus: "Online" });
    const both = [
      [twin, guid("a")],
      [fresh, guid("a")],
    ] as const;
    expect(judged([row], both, [], { alive: true })[0]).to.deep.equal([]);
    expect(judged([row], both, [], { alive: true, nodes: ["mi-1"] })).to.deep.equal([["mi-1 duplicate"], []]);
  });

  it("are those of VMs that left or are gone, and none of another stack or environment", () => {
    const other = vm(2, { name: "theirs" }, { vmName: "theirs", vmId: guid("d") });
    const answer = judged(
      [row],
      [
        [node("mi-1"), guid("b")],
        [node("mi-2"), guid("c")],
        [node("mi-3"), guid("d")],
        [node("mi-4"), guid("e"), "lab"],
        [node("mi-5"), undefined],
      ],
      [azureVm("/vm", guid("b"))],
      { elsewhere: [other] },
    );
    expect(answer).to.deep.equal([
      ["mi-1 left", "mi-2 orphan"],
      [
        "mi-3 its VM is in the fleet file of another stack",
        "mi-4 its Environment is lab",
        "mi-5 it has no AzureVmId: this project did not onboard it",
      ],
    ]);
  });

  it("are none that was heard of, or registered, within a day, until it is told to", () => {
    const recent = node("mi-1", { registeredAt: new Date("2026-12-09T12:00:00Z") });
    expect(judged([], [[recent, guid("c")]])[0]).to.deep.equal([]);
    expect(judged([], [[recent, guid("c")]], [], { alive: true })[0]).to.deep.equal(["mi-1 orphan"]);
  });
});
