import { expect } from "chai";
import type { Activation, ManagedNode } from "../../../domain/fleet/managedNode.ts";
import { joinNodes, newestActivation, type NodeFacts } from "../../../domain/fleet/nodeJoin.ts";
import { server, vm as azureVm } from "../samplePlane.ts";

const vm = azureVm(2);

function node(id: string, more: Partial<ManagedNode> = {}): ManagedNode {
  return { id, name: "app-2", pingStatus: "Online", ...more };
}

function activation(id: string, vmId: string, createdAt = "2026-12-01T00:00:00Z"): Activation {
  const tags = { AzureVmId: vmId };
  return { id, description: "", expired: false, registrations: 1, createdAt: new Date(createdAt), tags };
}

function facts(nodes: readonly ManagedNode[], more: Partial<NodeFacts> = {}): NodeFacts {
  return { nodes, activations: new Map(), hybridTags: new Map(), autoScaling: new Map(), ...more };
}

function joined(row: typeof vm, given: NodeFacts): readonly (string | undefined)[] {
  return joinNodes([row], given).map((each) => each.node?.id);
}

describe("finding a server's node", () => {
  it("takes an EC2 instance by its id", () => {
    const row = server(3);
    expect(joined(row, facts([node(row.id), node("i-other")]))).to.deep.equal([row.id]);
  });

  it("takes an Azure VM by the activation its node registered with, whatever the letter case, never by its name", () => {
    const activations = new Map([["a-1", activation("a-1", "AAAA")]]);
    const nodes = [node("mi-1", { activationId: "a-1", name: "renamed" }), node("mi-2")];
    expect(joined(vm, facts(nodes, { activations }))).to.deep.equal(["mi-1"]);
    expect(joined(vm, facts([node("mi-2")], { activations }))).to.deep.equal([undefined]);
  });

  it("takes an Azure VM by its node's own tags when the activation is gone", () => {
    const hybridTags = new Map([["mi-1", { AzureVmId: "aaaa" }]]);
    expect(joined(vm, facts([node("mi-1", { activationId: "gone" })], { hybridTags }))).to.deep.equal(["mi-1"]);
  });

  it("prefers an online node, then the newest, when a VM was registered anew", () => {
    const hybridTags = new Map(["mi-1", "mi-2", "mi-3"].map((id) => [id, { AzureVmId: "aaaa" }]));
    const nodes = [
      node("mi-1", { registeredAt: new Date("2026-01-01T00:00:00Z") }),
      node("mi-2", { registeredAt: new Date("2026-02-01T00:00:00Z") }),
      node("mi-3", { registeredAt: new Date("2026-03-01T00:00:00Z"), pingStatus: "ConnectionLost" }),
    ];
    expect(joined(vm, facts(nodes, { hybridTags }))).to.deep.equal(["mi-2"]);
  });

  it("makes an Auto Scaling row as many as its group has nodes, and none of an empty group", () => {
    const row = server(4, { id: "asg:web", size: 3 });
    const autoScaling = new Map([["asg:web", ["i-1", "i-2", "i-gone"]]]);
    expect(joined(row, facts([node("i-1"), node("i-2")], { autoScaling }))).to.deep.equal(["i-1", "i-2"]);
    expect(joined(row, facts([]))).to.deep.equal([]);
  });

  it("knows the newest of a VM's activations", () => {
    const all = [activation("a-1", "aaaa"), activation("a-2", "aaaa", "2026-12-02T00:00:00Z"), activation("a-3", "b")];
    expect(newestActivation(all, "AAAA")?.id).to.equal("a-2");
  });
});
