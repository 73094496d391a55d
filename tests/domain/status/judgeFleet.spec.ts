import { expect } from "chai";
import { joinNodes } from "../../../domain/fleet/nodeJoin.ts";
import type { ManagedNode, PatchState } from "../../../domain/fleet/managedNode.ts";
import type { Plane } from "../../../domain/plane.ts";
import { emptyRuns, statusFindings, statusOutcome, type FleetStatus } from "../../../domain/status/fleetStatus.ts";
import { judgeFleet, type FleetEvidence, type LocationEvidence } from "../../../domain/status/judgeFleet.ts";
import type { WindowRun, WindowRuns } from "../../../domain/status/windowRuns.ts";
import { aptBaseline, group, location, samplePlane, schedule, server, window } from "../samplePlane.ts";

const asOf = new Date("2026-11-02T00:00:00Z");
const id = (last: string) => `i-${last.padStart(17, "0")}`;
const online = (node: string): ManagedNode => ({ id: node, name: node, pingStatus: "Online" });
const clean: PatchState = {
  baselineId: "pb-1",
  operation: "Scan",
  endedAt: asOf,
  missing: 0,
  failed: 0,
  pendingReboot: 0,
  rejected: 0,
  availableSecurity: 0,
};
const noRuns = { runs: [], open: [], armed: [] };
const elsewhere = { kind: "elsewhere", name: "k8s", patchedElsewhere: "images" } as const;
const fleetOf = (fleet: Plane["fleet"]): Plane =>
  samplePlane({ baselines: [aptBaseline("ubuntu-auto")], groups: [group("app"), elsewhere], fleet });

interface Seen {
  readonly nodes: readonly string[];
  readonly autoScaling?: Readonly<Record<string, readonly string[]>>;
  readonly groups?: Readonly<Record<string, string>>;
  readonly states?: Readonly<Record<string, PatchState>>;
  readonly baselineIds?: readonly string[];
  /** Nodes that answered a patch command; all that have a state unless said otherwise. */
  readonly answered?: readonly string[];
}

/** What the location `main` says when it has these nodes, all of them in the group `app` unless said otherwise. */
function seen(plane: Plane, { nodes, autoScaling = {}, groups, states = {}, ...more }: Seen) {
  const { baselineIds = ["pb-1"], answered = Object.keys(states) } = more;
  const facts = {
    nodes: nodes.map(online),
    activations: new Map(),
    hybridTags: new Map(),
    autoScaling: new Map(Object.entries(autoScaling)),
  };
  const servers = joinNodes(plane.fleet, facts);
  const own = new Set(servers.flatMap(({ node }) => node?.id ?? []));
  return {
    location: location("main"),
    facts: {
      ...facts,
      servers,
      foreign: facts.nodes.filter((node) => !own.has(node.id)),
      groupByNode: new Map(Object.entries(groups ?? Object.fromEntries(nodes.map((node) => [node, "app"])))),
    },
    baselines: { "patchplane-prod-ubuntu-auto": baselineIds },
    states: new Map(Object.entries(states)),
    windows: noRuns,
    answered: new Map(answered.map((node) => [node, asOf])),
  };
}

function judged(plane: Plane, locations: readonly LocationEvidence[], more: Partial<FleetEvidence> = {}): FleetStatus {
  return judgeFleet(plane, { scope: {}, locations, subscriptions: [], ...more }, asOf);
}

describe("the status of a fleet", () => {
  it("counts every server once: instances of a group, unknown groups and elsewhere, foreign nodes apart", () => {
    const plane = fleetOf([
      server(2),
      server(3),
      server(4, { id: "asg:web", name: "web", size: 4 }),
      server(5, { patchGroup: "nobody" }),
      server(6, { patchGroup: "k8s" }),
    ]);
    const status = judged(plane, [
      seen(plane, {
        nodes: [id("2"), id("3"), id("a"), id("b"), id("f")],
        autoScaling: { "asg:web": [id("a"), id("b")] },
        groups: { [id("2")]: "app", [id("a")]: "app", [id("b")]: "app", [id("f")]: "app" },
        baselineIds: ["pb-1", "pb-2"],
      }),
    ]);
    expect(
      status.servers.map(({ server: row, node, patchGroupTag, judgement }) => [
        row.id,
        node?.id,
        patchGroupTag,
        judgement.verdict === "unknown" ? judgement.reason : judgement.verdict,
      ]),
    ).to.deep.equal([
      [id("2"), id("2"), "app", "neverScanned"],
      [id("3"), id("3"), undefined, "neverScanned"],
      ["asg:web", id("a"), "app", "neverScanned"],
      ["asg:web", id("b"), "app", "neverScanned"],
      [id("5"), undefined, undefined, "noNode"],
    ]);
    expect(status.autoScaling.map(({ server: row, nodes }) => [row.size, nodes])).to.deep.equal([[4, 2]]);
    expect(status.elsewhere).to.deep.equal([{ group: "k8s", servers: 1, by: "images" }]);
    expect(status.locations[0]?.foreign.map((node) => [node.id, node.patchGroupTag])).to.deep.equal([[id("f"), "app"]]);
    expect(status.locations[0]?.repeatedBaselines).to.deep.equal(["patchplane-prod-ubuntu-auto"]);
  });

  it("counts a group's usual size while its location cannot be read", () => {
    const plane = fleetOf([server(2), server(3, { id: "asg:web", name: "web", size: 4 })]);
    const status = judged(plane, [{ location: location("main"), failure: "not allowed" }]);
    expect(status.servers.map(({ machines }) => machines)).to.deep.equal([1, 4]);
    expect(status.servers.every(({ judgement }) => judgement.verdict === "unknown")).to.equal(true);
    expect(statusFindings(status)).to.deep.equal({
      failed: 0,
      unknown: 5,
      onboarding: 0,
      tags: 0,
      windows: 0,
      missed: 0,
      calendars: 0,
    });
  });

  describe("the last runs of its windows", () => {
    const plane = samplePlane({
      baselines: [aptBaseline("ubuntu-auto")],
      groups: [group("app"), group("db"), elsewhere],
      windows: [window("night", { groups: ["app", "k8s"] }), window("idle", { groups: ["db"] })],
      fleet: [server(2), server(3, { id: "asg:web", name: "web", size: 4 }), server(6, { patchGroup: "k8s" })],
    });
    const run = (name: string, more: Partial<WindowRun> = {}): WindowRun => ({
      window: `patchplane-prod-${name}`,
      windowId: `mw-${name}`,
      startedAt: asOf,
      status: "SUCCESS",
      ...more,
    });
    const read = { ...seen(plane, { nodes: [id("2")], states: { [id("2")]: clean } }) };
    const withRuns = (windows: WindowRuns, scope = {}) => judged(plane, [{ ...read, windows }], { scope });

    it("are a finding where one reached nobody and the fleet file has servers for it", () => {
      const runs = [run("night", { reached: false }), run("idle", { reached: false })];
      const status = withRuns({ ...noRuns, runs });
      expect(emptyRuns(status)).to.deep.equal([
        { location: "main", window: "patchplane-prod-night", windowId: "mw-night", startedAt: asOf, servers: 5 },
      ]);
      expect(status.locations[0]?.windows.map(({ servers }) => servers)).to.deep.equal([5, 0]);
      expect(statusFindings(status).windows).to.equal(1);
      expect(statusOutcome(status)).to.equal("findings");
      expect(emptyRuns(withRuns({ ...noRuns, runs }, { groups: ["db"] }))).to.deep.equal([]);
    });

    it("are none where one reached somebody, had no task, or did not end well", () => {
      for (const more of [{ reached: true }, {}, { status: "FAILED" }]) {
        const status = withRuns({ ...noRuns, runs: [run("night", more)] });
        expect(statusFindings(status).windows).to.equal(0);
      }
    });

    it("leave the servers judged where they cannot be read, and the status unreadable", () => {
      const status = withRuns({ failure: "not allowed" });
      expect(status.locations[0]).to.include({ windowsFailure: "not allowed" });
      expect(status.servers[0]?.judgement.verdict).to.equal("compliant");
      expect(statusOutcome(status)).to.equal("unreadable");
    });
  });

  it("finds a calendar whose last date is past, and tells one that ends soon without a finding", () => {
    const at = (date: string) => schedule(`at(${date}T22:00:00)`, { suffix: date });
    const dated = (...dates: readonly string[]): FleetStatus => {
      const plane = samplePlane({
        windows: [window("dates", { schedules: dates.map(at) }), window("demand", { onDemand: true, schedules: [] })],
      });
      return judged(plane, [seen(plane, { nodes: [id("2")] })]);
    };
    const over = dated("2026-10-03", "2026-10-31");
    expect(over.calendars.map(({ id: check, about }) => [check, about?.window])).to.deep.equal([
      ["calendar-over", "dates"],
    ]);
    expect(over.calendars[0]?.message).to.contain(
      "its last run was on 2026-10-31, and no window installs on 3 servers",
    );
    expect(statusFindings(over).calendars).to.equal(1);
    const soon = dated("2026-10-31", "2026-12-19");
    expect(soon.calendars.map(({ id: check }) => check)).to.deep.equal(["calendar-ends"]);
    expect(statusFindings(soon).calendars).to.equal(0);
    expect(dated("2026-10-31", "2027-01-30").calendars).to.deep.equal([]);
  });

  const one = fleetOf([server(2)]);
  const scanned = { nodes: [id("2")], states: { [id("2")]: clean } };
  const unread = {
    subscription: { name: "apps", subscriptionId: "s", location: "main", onboarding: "customScript" },
    views: new Map(),
    failure: "not allowed",
  } as const;
  const table: readonly (readonly [string, string, FleetStatus])[] = [
    ["fine", "all is compliant", judged(one, [seen(one, scanned)])],
    [
      "fine",
      "patches are missing, which windows take care of",
      judged(one, [seen(one, { ...scanned, states: { [id("2")]: { ...clean, missing: 2, pendingReboot: 1 } } })]),
    ],
    [
      "findings",
      "a patch failed",
      judged(one, [seen(one, { ...scanned, states: { [id("2")]: { ...clean, failed: 1 } } })]),
    ],
    ["findings", "a server was never scanned", judged(one, [seen(one, { nodes: [id("2")] })])],
    ["findings", "a clean report is confirmed by no command", judged(one, [seen(one, { ...scanned, answered: [] })])],
    ["findings", "a node carries another group", judged(one, [seen(one, { ...scanned, groups: { [id("2")]: "db" } })])],
    ["fine", "the only server is out of scope", judged(one, [seen(one, { nodes: [] })], { scope: { groups: ["db"] } })],
    ["unreadable", "a location failed", judged(one, [{ location: location("main"), failure: "not allowed" }])],
    ["unreadable", "a subscription failed", judged(one, [seen(one, scanned)], { subscriptions: [unread] })],
  ];
  for (const [outcome, when, status] of table) {
    it(`comes to ${outcome} when ${when}`, () => {
      expect(statusOutcome(status)).to.equal(outcome);
    });
  }
});
