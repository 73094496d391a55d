import { expect } from "chai";
import fc from "fast-check";
import { foreignFindings, isPatchDocument } from "../../../domain/drift/foreign.ts";
import { limitFindings, liveLimits, ssmQuotaCodes } from "../../../domain/drift/limits.ts";
import { lookupKey, type LiveLocation, type LiveTargetEntry, type LiveWindow } from "../../../domain/drift/location.ts";
import { judgeLocation } from "../../../domain/drift/judgeLocation.ts";
import type { LiveScope } from "../../../domain/drift/scope.ts";
import { plannedLocation } from "../../../domain/stack/plannedLocation.ts";
import type { Plane } from "../../../domain/plane.ts";
import type { Server } from "../../../domain/server.ts";
import { hub, samplePlane, server, servers } from "../samplePlane.ts";

const noon = new Date("2026-12-01T12:00:00Z");

/** A location in which nothing is, but for the plane's servers: EC2 instances are nodes, Azure VMs are not. */
function emptyLive(plane: Plane, more: Partial<LiveLocation> = {}): LiveLocation {
  const joined = plane.fleet.map((each) =>
    each.cloud === "azure"
      ? { server: each }
      : { server: each, node: { id: each.id, name: each.name, pingStatus: "Online" } },
  );
  return {
    baselines: [],
    registrations: [],
    used: new Map(),
    defaults: new Map(),
    windows: [],
    associations: [],
    quotas: { value: new Map(Object.values(ssmQuotaCodes).map((code) => [code, 50])) },
    tier: { value: "standard" },
    servers: joined,
    comingServers: joined,
    states: new Map(),
    activations: new Map(),
    managedNodes: joined.length,
    hybridNodes: 0,
    tagged: new Map(),
    ...more,
  };
}

function scopeOf(plane: Plane, more: Partial<LiveLocation> = {}): LiveScope {
  const [location] = Object.values(plane.locations);
  if (location === undefined) throw new Error("no location");
  return { plane, location, planned: plannedLocation(plane, location), live: emptyLive(plane, more) };
}

function window(targets: readonly LiveTargetEntry[], more: Partial<LiveWindow> = {}): LiveWindow {
  return {
    id: "mw-1",
    name: "theirs",
    description: "",
    enabled: true,
    schedule: "cron(0 2 ? * SUN *)",
    timezone: "",
    durationHours: 2,
    cutoffHours: 1,
    tags: {},
    targets: [{ id: "t", name: "", resourceType: "INSTANCE", targets }],
    tasks: [
      {
        id: "k",
        name: "",
        document: "arn:aws:ssm:eu-west-1:111111111111:document/AWS-RunPatchBaseline",
        priority: 1,
        targets: [{ key: "WindowTargetIds", values: ["t"] }],
        maxConcurrency: "1",
        maxErrors: "1",
        cutoffBehavior: "",
        serviceRoleArn: "",
        parameters: { Operation: ["Scan"] },
      },
    ],
    ...more,
  };
}

function said(plane: Plane, targets: readonly LiveTargetEntry[], more: Partial<LiveLocation> = {}): readonly string[] {
  return foreignFindings(scopeOf(plane, { windows: [window(targets)], ...more })).map(({ message }) => message);
}

const two: readonly Server[] = servers(2);
const [first = ""] = two.map(({ id }) => id);

describe("patch documents, by name", () => {
  it("are AWS's own, and those whose name speaks of patches; hooks of this product are none", () => {
    const names = [
      "AWS-RunPatchBaseline",
      "AWS-RunPatchBaselineAssociation",
      "arn:aws:ssm:eu-west-1::automation-definition/AWS-PatchInstanceWithRollback:1",
      "AWS-InstallWindowsUpdates",
      "Company-PatchLinux",
      "patchplane-prod-mw-install-hooked-0123abcd",
      "patchplane-prod-mw-install-guarded",
      "patchplane-prod-mw-install-after-0123abcd",
      "AWS-RunShellScript",
      "AWS-UpdateSSMAgent",
      "Company-Dispatch",
    ];
    expect(names.filter(isPatchDocument)).to.deep.equal(names.slice(0, 7));
  });
});

describe("what somebody else patches", () => {
  it("is told by groups, ids and looked-up tags; several entries hold together", () => {
    const plane = samplePlane({ fleet: two });
    const group = { key: "tag:PatchGroup", values: ["app"] };
    const team = { key: "tag:Team", values: ["a", "b"] };
    const tagged = new Map([
      [lookupKey("tag:Team", "a"), []],
      [lookupKey("tag:Team", "b"), [first]],
    ]);
    const all = "scans 2 servers (fleet lines 2, 3) of the stack in location main";
    const one = "scans 1 server (fleet line 2) of the stack in location main";
    const who = "somebody's maintenance window theirs";
    expect(said(plane, [group])).to.deep.equal([`${who} ${all}`]);
    expect(said(plane, [team], { tagged })).to.deep.equal([`${who} ${one}`]);
    expect(said(plane, [group, team], { tagged })).to.deep.equal([`${who} ${one}`]);
    expect(said(plane, [{ key: "tag:PatchGroup", values: ["db"] }, team], { tagged })).to.deep.equal([]);
    expect(said(plane, [{ key: "InstanceIds", values: [first] }])).to.deep.equal([`${who} ${one}`]);
  });

  it("cannot be told of resource groups, unless something else rules the servers out", () => {
    const plane = samplePlane({ fleet: two });
    const resources = { key: "resource-groups:Name", values: ["everything"] };
    expect(said(plane, [resources])[0]).to.contain("cannot be told in location main");
    expect(said(plane, [resources, { key: "tag:PatchGroup", values: ["app"] }])[0]).to.contain("cannot be told");
    expect(said(plane, [resources, { key: "tag:PatchGroup", values: ["db"] }])).to.deep.equal([]);
  });

  it("is nothing of a window that is switched off, or that the stack has left behind", () => {
    const plane = samplePlane({ fleet: two });
    const targets = [{ key: "tag:PatchGroup", values: ["app"] }];
    const tags = { Environment: "prod", Location: "main", ManagedBy: "patchplane" };
    const windows = [window(targets, { enabled: false }), window(targets, { tags })];
    expect(foreignFindings(scopeOf(plane, { windows }))).to.deep.equal([]);
    const ofOtherStack = window(targets, { tags: { ...tags, Environment: "nonprod" } });
    expect(foreignFindings(scopeOf(plane, { windows: [ofOtherStack] }))).to.have.length(1);
  });
});

describe("limits that AWS grants", () => {
  function vms(count: number): Plane {
    return samplePlane({ subscriptions: { hub }, fleet: servers(count, { cloud: "azure", site: "hub" }) });
  }

  it("are unknown where AWS does not list a quota, and then nothing is found", () => {
    const scope = scopeOf(samplePlane(), { quotas: { value: new Map() } });
    const [windows] = liveLimits(scope);
    expect(windows).to.deep.equal({
      name: "maintenance windows",
      used: 0,
      adds: 2,
      note: "quota unknown: AWS does not list it",
    });
    expect(limitFindings(scope, liveLimits(scope))).to.deep.equal([]);
  });

  it("count hybrid nodes of everybody on the standard tier: the last that fits is none, the next is an error", () => {
    const found = (used: number, tier = "standard") => {
      const scope = scopeOf(vms(3), { hybridNodes: used, tier: { value: tier } });
      return limitFindings(scope, liveLimits(scope)).map(({ id, severity }) => `${id} ${severity}`);
    };
    expect(found(997)).to.deep.equal([]);
    expect(found(998)).to.deep.equal(["live-quota error"]);
    expect(found(998, "advanced")).to.deep.equal([]);
  });

  it("warn of nodes beyond the safe number only where those of others make it so", () => {
    const found = (used: number, plane: Plane) => {
      const scope = scopeOf(plane, { managedNodes: used });
      return limitFindings(scope, liveLimits(scope)).map(({ id, severity }) => `${id} ${severity}`);
    };
    expect(found(2397, vms(3))).to.deep.equal([]);
    expect(found(2398, vms(3))).to.deep.equal(["nodes-soft warning"]);
    const fleet = [server(2, { cloud: "azure", site: "hub", size: 2401 })];
    expect(found(0, samplePlane({ subscriptions: { hub }, fleet }))).not.to.include("nodes-soft warning");
  });

  it("are AWS's default for data syncs, which the stack's own does not pass twice", () => {
    const { reports } = samplePlane();
    const plane = samplePlane({ reports: { ...reports, syncInventory: true } });
    const judged = (names: readonly string[], of = plane) => {
      const scope = scopeOf(of, { dataSyncs: { value: names } });
      const limits = liveLimits(scope);
      return [limits.find(({ name }) => name === "resource data syncs")?.left, limitFindings(scope, limits).length];
    };
    expect(judged(["a", "b", "c", "d"])).to.deep.equal([0, 0]);
    expect(judged(["a", "b", "c", "d", "e"])).to.deep.equal([-1, 1]);
    expect(judged(["a", "b", "c", "d", "patchplane-prod-inventory"])).to.deep.equal([0, 0]);
    expect(judged([], samplePlane({ reports: { ...reports, syncInventory: false } }))).to.deep.equal([undefined, 0]);
    const unread = scopeOf(plane, { dataSyncs: { unknown: "not allowed" } });
    expect(liveLimits(unread)).to.deep.include({ name: "resource data syncs", used: 0, adds: 1, note: "not allowed" });
  });

  describe("to Lambda, where the run reporter reserves an execution,", () => {
    const { reports } = samplePlane();
    const plane = samplePlane({ reports: { ...reports, reservedConcurrency: true } });
    const judged = (granted: number, unreserved: number, own = 0) => {
      const scope = scopeOf(plane, { lambda: { value: { granted, unreserved, own } } });
      const limits = liveLimits(scope);
      return {
        row: limits.at(-1),
        found: limitFindings(scope, limits).map(({ id, allowed }) => `${id} ${allowed ?? ""}`),
      };
    };

    it("leave 100 for functions without any: the last that fits is none, the next is an error", () => {
      expect(judged(1000, 101).found).to.deep.equal([]);
      expect(judged(1000, 100)).to.deep.equal({
        row: {
          name: "reserved executions of Lambda",
          used: 900,
          adds: 1,
          granted: 900,
          left: -1,
          note: "of 1000 that the account has, 100 stay for functions without any",
        },
        found: ["live-quota at most 900"],
      });
    });

    it("are an error in a new account of 10, and none for what it has already", () => {
      expect(judged(10, 10).found).to.deep.equal(["live-quota at most 0"]);
      expect(judged(1000, 100, 1).found).to.deep.equal([]);
    });

    it("are unknown where Lambda may not be asked, and not looked at where nothing is reserved", () => {
      const scope = scopeOf(plane, { lambda: { unknown: "not allowed" } });
      expect(liveLimits(scope).at(-1)).to.include({ adds: 1, note: "not allowed" });
      expect(limitFindings(scope, liveLimits(scope))).to.deep.equal([]);
      const without = scopeOf(samplePlane(), { lambda: { value: { granted: 10, unreserved: 10, own: 0 } } });
      expect(liveLimits(without).map(({ name }) => name)).not.to.include("reserved executions of Lambda");
    });
  });

  it("are an error exactly where something is added and does not fit", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (used, granted) => {
        const windows = Array.from({ length: used }, (_, index) =>
          window([], { name: `w${String(index)}`, tasks: [] }),
        );
        const quotas = { value: new Map([[ssmQuotaCodes.windows, granted]]) };
        const scope = scopeOf(samplePlane(), { windows, quotas });
        const limits = liveLimits(scope);
        expect(limits[0]).to.deep.equal({
          name: "maintenance windows",
          used,
          adds: 2,
          granted,
          left: granted - used - 2,
        });
        expect(limitFindings(scope, limits).length).to.equal(used + 2 > granted ? 1 : 0);
      }),
    );
  });
});

describe("one location, judged", () => {
  it("gives the same findings in the same order, whatever the order of AWS's answers", () => {
    const plane = samplePlane({ fleet: two });
    const windows = ["a", "b", "c"].map((name) =>
      window([{ key: "tag:PatchGroup", values: ["app"] }], { id: `mw-${name}`, name }),
    );
    const judged = (list: readonly LiveWindow[]) => {
      const { location, live } = scopeOf(plane, { windows: list });
      return JSON.stringify(judgeLocation(plane, location, live, noon));
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(windows, { minLength: 3 }), (shuffled) => {
        expect(judged(shuffled)).to.equal(judged(windows));
      }),
    );
  });
});
