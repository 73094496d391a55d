import { expect } from "chai";
import { discover, discoverOutcome, type Discovery } from "../../../domain/discover/discover.ts";
import type { Found, FoundInstance, FoundVm } from "../../../domain/discover/evidence.ts";
import type { ManagedNode } from "../../../domain/fleet/managedNode.ts";
import type { Plane } from "../../../domain/plane.ts";
import type { Server } from "../../../domain/server.ts";
import { byName, group, hub, location, samplePlane, server, vm } from "../samplePlane.ts";

const guid = (last: string): string => `12345678-9abc-4000-8000-00000000000${last}`;

function found(row: Server, more: Partial<FoundVm> = {}): FoundVm {
  const { azure, region } = row;
  if (azure === undefined) throw new Error("no VM");
  return {
    ...{ id: row.id, name: azure.vmName, resourceGroup: azure.resourceGroup, region, vmId: azure.vmId },
    ...{ size: row.arch === "arm64" ? "Standard_D2ps_v5" : "Standard_D2s_v5", osName: row.os, osVersion: row.release },
    ...{ running: true, patchMode: "ImageDefault", automaticUpdates: false, takesExtensions: true, tags: {}, ...more },
  };
}

function instance(row: Server, more: Partial<FoundInstance> = {}): FoundInstance {
  const tags = { Name: row.name, PatchGroup: row.patchGroup };
  return { id: row.id, running: true, architecture: row.arch, platformDetails: "Linux/UNIX", tags, ...more };
}

function node(id: string, row: Server, more: Partial<ManagedNode> = {}): ManagedNode {
  const details = {
    ...{ agentVersion: "3.3.0.0", computerName: "", ipAddress: "", platformType: "Linux" },
    ...{ platformName: "Ubuntu", platformVersion: row.release },
  };
  return { id, name: row.name, pingStatus: "Online", details, ...more };
}

interface At {
  readonly instances?: readonly FoundInstance[];
  readonly nodes?: readonly ManagedNode[];
  readonly vmIds?: ReadonlyMap<string, string>;
  readonly selfUpgrading?: ReadonlyMap<string, string>;
  readonly vms?: readonly FoundVm[];
  readonly unlisted?: ReadonlySet<string>;
  readonly azureFailure?: string;
}

function planeOf(...fleet: readonly Server[]): Plane {
  return samplePlane({
    locations: [location("main")],
    subscriptions: byName(hub),
    groups: [group("auto"), group("other")],
    fleet,
  });
}

function foundAt(plane: Plane, at: At): Found {
  const [main] = Object.values(plane.locations);
  if (main === undefined) throw new Error("no location");
  const { instances = [], nodes = [], vmIds = new Map(), selfUpgrading = new Map() } = at;
  const { vms = [], unlisted = new Set() } = at;
  return {
    locations: [{ location: main, instances, nodes, vmIds, environments: new Map(), selfUpgrading }],
    subscriptions: [
      at.azureFailure === undefined
        ? { subscription: hub, vms, unlisted }
        : { subscription: hub, failure: at.azureFailure },
    ],
  };
}

const asOf = new Date("2026-12-01T00:00:00Z");
function discovered(plane: Plane, at: At, more: Partial<Parameters<typeof discover>[2]> = {}): Discovery {
  return discover(plane, foundAt(plane, at), { sizes: false, acceptLoss: [], elsewhere: [], asOf, ...more });
}

const ids = ({ findings }: Discovery): readonly string[] =>
  findings.filter(({ id }) => id !== "vendor-support").map(({ id, name, detail }) => `${id} ${name}: ${detail}`);

describe("a discovery", () => {
  const web = server(2, { id: "i-00000001", name: "web", patchGroup: "auto", site: "main", release: "22.04" });
  const app = vm(3, { name: "app", patchGroup: "auto", release: "22.04" }, { vmId: guid("a") });
  const whole: At = {
    instances: [instance(web)],
    nodes: [node(web.id, web), node("mi-1", app)],
    vmIds: new Map([["mi-1", guid("a")]]),
    vms: [found(app)],
  };

  it("proposes nothing where the file has what the clouds have", () => {
    const answer = discovered(planeOf(web, app), whole);
    expect([answer.added, answer.gone, answer.changed, ids(answer), answer.kept]).to.deep.equal([[], [], [], [], 2]);
    expect(discoverOutcome(answer, false)).to.equal("fine");
  });

  it("finds another group under AWS's spaced key beside PatchGroup, and the same one not", () => {
    const tagged = (spaced: string): readonly string[] => {
      const tags = { Name: "web", PatchGroup: "auto", "Patch Group": spaced };
      return ids(discovered(planeOf(web, app), { ...whole, instances: [instance(web, { tags })] }));
    };
    expect(tagged("other")).to.deep.equal(['patch-group-spelling web: "Patch Group": other beside PatchGroup: auto']);
    expect(tagged("auto")).to.deep.equal([]);
  });

  it("finds hybrid nodes without a VM, and VMs with several", () => {
    const answer = discovered(planeOf(web, app), {
      ...whole,
      nodes: [
        ...(whole.nodes ?? []),
        node("mi-2", app, { pingStatus: "ConnectionLost" }),
        node("mi-3", app),
        node("mi-4", app),
      ],
      vmIds: new Map([
        ["mi-1", guid("a")],
        ["mi-2", guid("a")],
        ["mi-3", guid("f")],
      ]),
    });
    expect(ids(answer)).to.deep.equal([
      `node-without-vm mi-3: AzureVmId ${guid("f")}, Online`,
      "node-without-vm mi-4: no AzureVmId, Online",
      "vm-with-two-nodes app: mi-1, mi-2",
    ]);
  });

  it("calls no node an orphan whose VM may be in a subscription that was not read, or in another stack's file", () => {
    const stray = {
      nodes: [...(whole.nodes ?? []), node("mi-3", app)],
      vmIds: new Map([...(whole.vmIds ?? []), ["mi-3", guid("f")]]),
    };
    const unread = discovered(planeOf(web, app), { ...whole, ...stray, azureFailure: "not allowed" });
    expect([ids(unread), unread.gone, discoverOutcome(unread, true)]).to.deep.equal([[], [], "unreadable"]);
    const theirs = vm(9, { name: "theirs" }, { vmId: guid("f"), vmName: "theirs" });
    expect(ids(discovered(planeOf(web, app), { ...whole, ...stray }, { elsewhere: [theirs] }))).to.deep.equal([]);
  });

  it("says of a vm_id whether it is Azure's in another byte order or of another VM", () => {
    const swapped = discovered(planeOf(web, app), {
      ...whole,
      vms: [found(app, { vmId: "78563412-bc9a-0040-8000-00000000000a" })],
    });
    expect(swapped.findings.find(({ id }) => id === "vm-id")?.todo).to.contain("tags --apply");
    const other = discovered(planeOf(web, app), { ...whole, vms: [found(app, { vmId: guid("b") })] });
    expect(other.findings.find(({ id }) => id === "vm-id")?.todo).to.contain("raise onboarding_attempt");
  });

  it("finds silent agents, another tag, what patches itself, and servers of one name", () => {
    const twin = { ...web, id: "i-00000002", line: 4 };
    const answer = discovered(planeOf(web, twin, app), {
      ...whole,
      instances: [instance(web, { tags: { PatchGroup: "other" } }), instance(twin)],
      nodes: [
        node(web.id, web, { pingStatus: "ConnectionLost", lastPingAt: new Date("2026-11-01T10:00:00Z") }),
        node(twin.id, twin),
        node("mi-1", app),
      ],
      selfUpgrading: new Map([[twin.id, "dnf-automatic"]]),
    });
    expect(ids(answer)).to.deep.equal([
      "patch-group-differs web: other; its row: auto",
      "agent-silent web: i-00000001, heard last 2026-11-01T10:00Z",
      "patches-itself web: dnf-automatic",
      "name-twice web: i-00000001, i-00000002",
    ]);
  });

  it("takes a VM whose slot for CustomScript is taken by run command, and no other method", () => {
    const fresh = vm(0, { name: "fresh" }, { vmName: "fresh", vmId: guid("c") });
    const tags = { PatchGroup: "auto", Owner: "me" };
    const answer = discovered(planeOf(web, app), {
      ...whole,
      vms: [
        found(app),
        found(fresh, { id: `${app.id}-fresh`, tags, otherScript: "bootstrap", osVersion: "22.04", osName: "ubuntu" }),
      ],
    });
    expect(ids(answer)).to.deep.equal(["custom-script-taken fresh: by bootstrap"]);
    expect(answer.added[0]?.azure?.onboardingMethod).to.equal("runCommand");
    expect(answer.added[0]?.owner).to.equal("me");
  });

  it("finds a VM that takes no extensions while it is still to be onboarded, and not after", () => {
    const refuses = { ...whole, vms: [found(app, { takesExtensions: false })] };
    expect(ids(discovered(planeOf(web, app), refuses))).to.deep.equal([]);
    const [webNode] = whole.nodes ?? [];
    const before = { ...refuses, nodes: webNode === undefined ? [] : [webNode], vmIds: new Map() };
    expect(ids(discovered(planeOf(web, app), before))).to.deep.equal(["extensions-refused app: "]);
    const failed = { ...before, vms: [found(app, { failedExtension: "AzureMonitorLinuxAgent" })] };
    expect(ids(discovered(planeOf(web, app), failed))).to.deep.equal(["extension-failed app: AzureMonitorLinuxAgent"]);
  });

  it("keeps a group's size until it is told to follow, and the row of one without instances", () => {
    const scaling = server(4, {
      id: "asg:web",
      name: "web-asg",
      patchGroup: "auto",
      site: "main",
      size: 4,
      release: "22.04",
    });
    const member = (id: string): FoundInstance =>
      instance({ ...web, id }, { tags: { PatchGroup: "auto", "aws:autoscaling:groupName": "web" } });
    const at = {
      ...whole,
      instances: [instance(web), member("i-00000007"), member("i-00000008")],
      nodes: [...(whole.nodes ?? []), node("i-00000007", web), node("i-00000008", web)],
    };
    const plane = planeOf(web, app, scaling);
    expect(ids(discovered(plane, at))).to.deep.equal(["scaling-group-size web-asg: 2 run, 4 in its row"]);
    const told = discovered(plane, at, { sizes: true });
    expect([ids(told), told.changed[0]?.columns]).to.deep.equal([[], [{ column: "size", is: "4", becomes: "2" }]]);
    const none = discovered(plane, whole);
    expect([ids(none), none.gone]).to.deep.equal([["scaling-group-empty web-asg: "], []]);
  });

  it("proposes no server that another stack of the project has", () => {
    const theirs = server(9, { id: "i-00000009", name: "theirs", site: "elsewhere" });
    const at = { ...whole, instances: [instance(web), instance({ ...theirs, patchGroup: "auto" })] };
    expect(discovered(planeOf(web, app), at, { elsewhere: [theirs] }).added).to.deep.equal([]);
  });

  it("leaves what an image says of the system to a person, and takes over an agent's word", () => {
    const image = "ubuntu/images/hvm-ssd/ubuntu-noble-24.04-amd64-server-20260814";
    const byImage = discovered(planeOf(web, app), {
      ...whole,
      instances: [instance(web, { imageName: image })],
      nodes: [node("mi-1", app)],
    });
    expect([byImage.changed, ids(byImage)]).to.deep.equal([[], ["agent-missing web: "]]);
    const upgraded = { ...web, release: "24.04" };
    const byAgent = discovered(planeOf(web, app), { ...whole, nodes: [node(web.id, upgraded), node("mi-1", app)] });
    expect(byAgent.changed[0]?.becomes).to.deep.equal(upgraded);
  });
});
