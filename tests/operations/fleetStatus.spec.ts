import { expect } from "chai";
import type { Server } from "../../domain/server.ts";
import { fleetStatus, type Gathered } from "../../operations/fleetStatus.ts";
import type { ManagedNode } from "../../operations/nodes.ts";
import { group, location, samplePlane, server } from "../domain/samplePlane.ts";

const baseline = "pb-0123456789abcdef0";
const armId = "/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm";

function node(id: string, more: Partial<ManagedNode> = {}): ManagedNode {
  return {
    id,
    name: id,
    pingStatus: "Online",
    patchState: {
      patchGroup: "app",
      baselineId: baseline,
      operation: "Scan",
      endedAt: new Date("2026-12-02T04:10:00Z"),
      missing: 0,
      failed: 0,
      pendingReboot: 0,
      rejected: 0,
    },
    ...more,
  };
}

function gathered(nodes: readonly ManagedNode[], activationIds: Readonly<Record<string, string>> = {}): Gathered {
  return {
    locations: { main: { nodes, baselineIds: { "ubuntu-auto": baseline } } },
    activationIds,
    scannedSince: new Date("2026-12-02T00:00:00Z"),
  };
}

const azureRow: Partial<Server> = { id: armId, cloud: "azure", site: "apps", region: "eastus" };
const subscriptions = {
  apps: { name: "apps", subscriptionId: "s", location: "main", onboarding: "customScript" as const },
};

describe("the status of a fleet", () => {
  it("joins an EC2 instance by its id", () => {
    const row = server(2);
    const [status] = fleetStatus(samplePlane({ fleet: [row] }), gathered([node(row.id)]));
    expect(status).to.include({ verdict: "compliant", nodeId: row.id, location: "main" });
  });

  it("joins an Azure VM by the activation it registered with, never by its name", () => {
    const plane = samplePlane({ fleet: [server(2, azureRow)], subscriptions });
    const activated = node("mi-1", { activationId: "a-1" });
    expect(fleetStatus(plane, gathered([activated], { [armId]: "a-1" }))[0]?.nodeId).to.equal("mi-1");
    expect(fleetStatus(plane, gathered([activated], { [armId]: "a-2" }))[0]?.verdict).to.equal("neverSeen");
  });

  it("does not mix up two locations", () => {
    const plane = samplePlane({ fleet: [server(2)], locations: [location("main"), location("second")] });
    const elsewhere = {
      ...gathered([]),
      locations: { ...gathered([]).locations, second: { nodes: [node(server(2).id)], baselineIds: {} } },
    };
    expect(fleetStatus(plane, elsewhere)[0]?.verdict).to.equal("neverSeen");
  });

  it("is a wrong baseline when the node fell back to another than its group's", () => {
    const other = {
      ...gathered([node(server(2).id)]),
      locations: { main: { nodes: [node(server(2).id)], baselineIds: { "ubuntu-auto": "pb-x" } } },
    };
    expect(fleetStatus(samplePlane({ fleet: [server(2)] }), other)[0]?.verdict).to.equal("wrongBaseline");
  });

  it("takes the ARN of a predefined baseline from the location", () => {
    const name = "AWS-UbuntuDefaultPatchBaseline";
    const plane = samplePlane({
      fleet: [server(2)],
      groups: [group("app", { baselines: { UBUNTU: name } })],
      locations: [
        location("main", { predefinedBaselines: { [name]: `arn:aws:ssm:eu-central-1:1:patchbaseline/${baseline}` } }),
      ],
    });
    expect(fleetStatus(plane, gathered([node(server(2).id)]))[0]?.verdict).to.equal("compliant");
  });

  it("leaves out Auto Scaling rows and groups that are patched elsewhere", () => {
    const plane = samplePlane({
      fleet: [server(2, { id: "asg:web", size: 4 }), server(3, { patchGroup: "k8s" })],
      groups: [group("app"), { kind: "elsewhere", name: "k8s", patchedElsewhere: "images" }],
    });
    expect(fleetStatus(plane, gathered([]))).to.deep.equal([]);
  });
});
