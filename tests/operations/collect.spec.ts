import { writeFile } from "node:fs/promises";
import { expect } from "chai";
import { collectionOutcome } from "../../domain/collection/collected.ts";
import { partitionFolder } from "../../domain/collection/layout.ts";
import type { ApplicationRecord, ServerRecord } from "../../domain/collection/records.ts";
import { collectDocument } from "../../render/collect/collectDocument.ts";
import { collectJson } from "../../render/collect/collectJson.ts";
import { writers } from "../../render/writers/writers.ts";
import type { Cloud } from "../../simulator/index.ts";
import { group, location, samplePlane, server, window } from "../domain/samplePlane.ts";
import { startGateway } from "../engine/gateway.ts";
import { closeClouds, cloudWith, home, instance, ireland, other, ssmOf } from "../simulator/cloudFixture.ts";
import { baselineFor, group as app, installs, patch, patchesOf, rule } from "../simulator/patchingFixture.ts";
import { collectPlace, makeInventory, type CollectPlace } from "./collectFixture.ts";

const tags = { PatchGroup: app };
const everything = [rule({ PRODUCT: ["*"] }, { EnableNonSecurity: true })];
const ids = {
  web: "i-00000000000000002",
  old: "i-00000000000000003",
  gone: "i-00000000000000004",
  strange: "i-0000000000000000f",
};

const main = location("main", { accountId: home, region: ireland });
const plane = samplePlane({
  locations: [main],
  groups: [group(app), group("idle")],
  fleet: [
    server(2, { patchGroup: app }),
    server(3, { patchGroup: app, os: "amazon-linux", release: "2" }),
    server(4, { patchGroup: app }),
    server(5, { id: "asg:web", name: "web", size: 4, patchGroup: "idle" }),
  ],
});

/** A server, one with an old agent, and one that no row names; their inventory is gathered. */
async function smallCloud(): Promise<Cloud> {
  const cloud = await cloudWith([
    instance(ids.web, { tags }),
    instance(ids.old, { tags, os: "amazon-linux", release: "2", agentVersion: "2.2.300.0" }),
    instance(ids.strange, { tags }),
  ]);
  await makeInventory(cloud, app);
  await baselineFor(ssmOf(cloud), "UBUNTU", everything);
  await cloud.advanceTo(new Date("2026-11-02T00:05:00Z"));
  return cloud;
}

function stateOf(servers: readonly ServerRecord[]): readonly string[] {
  return servers.map(({ name, resourceId, state, reason }) => [name, resourceId, state, reason].join("|"));
}

describe("a collection", () => {
  let at: CollectPlace;
  beforeEach(async () => {
    at = await collectPlace();
  });
  afterEach(async () => {
    await at.close();
    await closeClouds();
  });

  it("holds every row that AWS has, and every server of the fleet file with what became of it", async () => {
    const cloud = await smallCloud();
    const ssm = ssmOf(cloud);
    await patch(ssm, [ids.web], { Operation: "Scan" });
    const made = await at.run(plane, cloud);
    const rows = <Type extends Parameters<CollectPlace["rows"]>[0]>(type: Type) => at.rows(type, made.collected, main);
    const entries = await ssm.listInventoryEntries({
      InstanceId: ids.web,
      TypeName: "AWS:Application",
      MaxResults: 50,
    });
    const applications = await rows("AWS:Application");
    const ofWeb = applications.filter(({ resourceId }) => resourceId === ids.web);
    expect(ofWeb).to.deep.include.members(
      entries.Entries?.map((entry) => ({ resourceId: ids.web, ...entry, captureTime: entries.CaptureTime })) ?? [],
    );
    const state = (await ssm.describeInstancePatchStates({ InstanceIds: [ids.web] })).InstancePatchStates?.[0];
    const missing = (await patchesOf(ssm, ids.web)).filter(({ State }) => State === "MISSING");
    const items = await rows("AWS:ComplianceItem");
    expect(items.filter(({ PatchState }) => PatchState === "MISSING").map(({ Title }) => Title)).to.deep.equal(
      missing.map(({ Title }) => Title).toSorted(),
    );
    expect(items.filter(({ PatchState }) => PatchState === "MISSING").length).to.equal(state?.MissingCount);
    const ended = state?.OperationEndTime?.toISOString().replace(".000Z", "Z");
    expect(items.find(({ PatchState }) => PatchState === "MISSING")).to.deep.include({
      Status: "NON_COMPLIANT",
      Severity: "UNSPECIFIED",
      InstalledTime: "",
      ExecutionTime: ended,
      ExecutionId: state?.SnapshotId,
      PatchGroup: app,
    });
    expect(items.filter(({ PatchState }) => PatchState === "INSTALLED").length).to.equal(state?.InstalledCount);
    expect((await rows("AWS:PatchSummary")).map((each) => [each.resourceId, each.MissingCount])).to.deep.equal([
      [ids.web, String(state?.MissingCount)],
    ]);
    expect((await rows("Patchplane:Missing")).map(({ Id, since }) => [Id, since])).to.deep.equal(
      missing.map(({ KBId }) => [KBId, ended]).toSorted(),
    );
    expect(await rows("AWS:Tag")).to.have.deep.members(
      [ids.web, ids.old, ids.strange].map((resourceId) => ({ resourceId, Key: "PatchGroup", Value: app })),
    );
    expect((await rows("AWS:InstanceInformation")).map((each) => [each.resourceId, each.AgentVersion])).to.deep.equal([
      [ids.web, "3.3.3050.0"],
      [ids.old, "2.2.300.0"],
      [ids.strange, "3.3.3050.0"],
    ]);
    const servers = await rows("Patchplane:Server");
    expect(stateOf(servers)).to.deep.equal([
      "web||notRegistered|no machine of the group is a managed node",
      `app-4||notRegistered|no managed node is known for it`,
      `app-2|${ids.web}|collected|`,
      `app-3|${ids.old}|collected|`,
      `${servers.at(-1)?.name ?? ""}|${ids.strange}|collected|`,
    ]);
    expect(servers.map(({ versions }) => versions)).to.deep.equal(["", "", "whole", "withoutRelease", "whole"]);
    expect(servers[2]).to.deep.include({ inventoryCaptured: entries.CaptureTime, lastScan: ended, patchGroup: app });
    const [record] = await rows("Patchplane:Location");
    expect(record).to.deep.include({ location: "main", state: "collected", reason: "", nodes: "3" });
    expect(collectionOutcome(made)).to.equal("fine");
  });

  it("tells of each command that patches what it did on each node, and what a failed one said", async () => {
    const cloud = await smallCloud();
    cloud.inject({ machine: ids.strange, kind: "repositoryUnreachable", from: cloud.now() });
    const ssm = ssmOf(cloud);
    await ssm.sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [ids.web],
      Parameters: { commands: ["true"] },
    });
    await patch(ssm, [ids.web, ids.strange], { Operation: "Install", RebootOption: "NoReboot" });
    const made = await at.run(plane, cloud);
    const runs = await at.rows("Patchplane:Run", made.collected, main);
    expect(
      runs.map(({ resourceId, operation, status, window }) => [resourceId, operation, status, window]),
    ).to.deep.equal([
      [ids.web, "Install", "Success", ""],
      [ids.strange, "Install", "Failed", ""],
    ]);
    const [good, bad] = runs;
    expect(good?.runId).to.equal(good?.commandId);
    expect([good?.reason, (good?.ended ?? "") > (good?.started ?? "")]).to.deep.equal(["", true]);
    expect(bad?.reason).to.match(/^\w+: Failed \d+: .+/);
  });

  /** Makes a window that runs every night, without a task where it has no operation; tells its first run. */
  async function nightly(cloud: Cloud, name: string, operation?: "Scan" | "Install", tag = app) {
    const ssm = ssmOf(cloud);
    const { WindowId = "" } = await ssm.createMaintenanceWindow({
      Name: `patchplane-prod-${name}`,
      Schedule: "cron(0 2 * * ? *)",
      Duration: 3,
      Cutoff: 1,
      AllowUnassociatedTargets: false,
    });
    const Targets = [{ Key: "tag:PatchGroup", Values: [tag] }];
    const target = await ssm.registerTargetWithMaintenanceWindow({ WindowId, ResourceType: "INSTANCE", Targets });
    if (operation !== undefined) {
      await ssm.registerTaskWithMaintenanceWindow({
        WindowId,
        TaskType: "RUN_COMMAND",
        TaskArn: "AWS-RunPatchBaseline",
        Targets: [{ Key: "WindowTargetIds", Values: [target.WindowTargetId ?? ""] }],
        MaxConcurrency: "100%",
        MaxErrors: "100%",
        TaskInvocationParameters: { RunCommand: { Parameters: { Operation: [operation] } } },
      });
    }
    return async () => (await ssm.describeMaintenanceWindowExecutions({ WindowId })).WindowExecutions?.[0];
  }

  it("names the window's run that a command belongs to, and a run that met nobody", async () => {
    const cloud = await smallCloud();
    const executions = [
      await nightly(cloud, "night", "Scan"),
      await nightly(cloud, "missed", "Scan", "nobody"),
      // What a reviewed group's window is while nothing is approved: its run is for nobody.
      await nightly(cloud, "waiting"),
    ];
    await cloud.advanceTo(new Date("2026-11-02T03:00:00Z"));
    const names = ["night", "missed", "waiting"];
    const windows = Object.fromEntries(names.map((name) => [name, window(name, { groups: [app] })]));
    const made = await at.run({ ...plane, windows }, cloud);
    const runs = await at.rows("Patchplane:Run", made.collected, main);
    const [night, missed, waiting] = await Promise.all(executions.map((execution) => execution()));
    expect(waiting?.Status).to.equal("SUCCESS");
    expect(
      runs.map(({ resourceId, runId, window: of, operation }) => [resourceId, runId, of, operation]),
    ).to.deep.equal([
      ["", missed?.WindowExecutionId, "patchplane-prod-missed", "Install"],
      ...[ids.web, ids.old, ids.strange].map((id) => [id, night?.WindowExecutionId, "patchplane-prod-night", "Scan"]),
    ]);
    expect(runs[0]).to.deep.include({
      commandId: "",
      status: "SUCCESS",
      reason: "it sent no command to any node",
      ended: missed?.EndTime?.toISOString().replace(".000Z", "Z"),
    });
  });

  it("tells what installations of a window took, beside what is planned, once there are enough", async () => {
    const cloud = await smallCloud();
    const withNight = { ...plane, windows: { night: window("night", { groups: [app] }) } };
    await nightly(cloud, "night", "Install");
    await cloud.advanceTo(new Date("2026-11-12T03:00:00Z"));
    expect((await at.run(withNight, cloud)).locations[0]?.measured).to.deep.equal([]);
    await cloud.advanceTo(new Date("2026-11-24T03:00:00Z"));
    // Each collection holds the runs since the one before.
    const other = await collectPlace();
    const made = await other.run(withNight, cloud);
    const rows = await other.rows("Patchplane:Run", made.collected, main);
    await other.close();
    const ofWeb = rows.filter(({ resourceId }) => resourceId === ids.web);
    const minutes = ofWeb.map(({ started, ended }) => (Date.parse(ended) - Date.parse(started)) / 60_000);
    const sorted = minutes.toSorted((a, b) => a - b);
    const measured = made.locations[0]?.measured.find(({ os }) => os === "UBUNTU");
    expect(sorted).to.have.length(23);
    expect(sorted.at(-1)).to.be.greaterThan(sorted[0] ?? Infinity);
    expect(measured).to.deep.equal({
      window: "night",
      os: "UBUNTU",
      runs: 23,
      medianMinutes: Math.ceil(sorted[11] ?? 0),
      p95Minutes: Math.ceil(sorted[21] ?? 0),
      plannedMinutes: 20,
    });
    expect(collectJson("prod", made, 0))
      .to.have.nested.property("locations[0].measured")
      .that.deep.equals(made.locations[0]?.measured);
    const text = writers.text([collectDocument("prod", made)], { all: true });
    expect(text).to.match(/night +main +UBUNTU +23 +\d+ +\d+ +20/);
  });

  // The naive way: what is read right after a run is the inventory of before it.
  it("shows nothing of a run when inventory is as old as before it, and all of it after a refresh", async () => {
    const cloud = await smallCloud();
    const versions = (rows: readonly ApplicationRecord[]) =>
      new Map(rows.filter(({ resourceId }) => resourceId === ids.web).map(({ Name, Version }) => [Name, Version]));
    const before = versions(await at.rows("AWS:Application", (await at.run(plane, cloud)).collected, main));
    await patch(ssmOf(cloud), [ids.web], { Operation: "Install", RebootOption: "NoReboot" });
    const ran = installs(cloud)[0]?.packages ?? [];
    const upgraded = ran.filter(({ from }) => from !== "").map(({ name, from, to }) => [name, from, to].join(" "));
    expect(upgraded.length).to.be.greaterThan(3);
    const changes = (after: ReadonlyMap<string, string>) =>
      [...after].flatMap(([name, to]) => {
        const from = before.get(name);
        return from === undefined || from === to ? [] : [[name, from, to].join(" ")];
      });
    const naive = await at.run(plane, cloud);
    expect(changes(versions(await at.rows("AWS:Application", naive.collected, main)))).to.deep.equal([]);
    const titles = (await at.rows("AWS:ComplianceItem", naive.collected, main))
      .filter(({ PatchState }) => PatchState.startsWith("INSTALLED"))
      .map(({ Title }) => Title);
    expect(titles).to.include.members(ran.map(({ name, to }) => `${name}.amd64:${to}`));

    const between = await startGateway(cloud.url);
    between.after = async ({ operation }) => {
      if (operation === "DescribeAssociationExecutions")
        await cloud.advanceTo(new Date(cloud.now().getTime() + 60_000));
    };
    const refresh = { minutes: 5, everySeconds: 0 };
    const after = await at.run(plane, cloud, { url: between.url, refresh });
    expect(after.locations[0]?.refresh).to.equal(undefined);
    expect(changes(versions(await at.rows("AWS:Application", after.collected, main))).sort()).to.deep.equal(
      upgraded.toSorted(),
    );
    const servers = await at.rows("Patchplane:Server", after.collected, main);
    const captured = servers.find(({ resourceId }) => resourceId === ids.web)?.inventoryCaptured ?? "";
    expect(captured > (installs(cloud)[0]?.at.toISOString() ?? "")).to.equal(true);
    await between.close();
  });

  it("waits for a refresh no longer than it is told, and reads what there is", async () => {
    const cloud = await smallCloud();
    const made = await at.run(plane, cloud, { refresh: { minutes: 0, everySeconds: 0 } });
    expect(made.locations[0]?.refresh).to.match(/^the gathering of inventory .* after 0 minutes/);
    expect(collectionOutcome(made)).to.equal("fine");
    const without = await cloudWith([]);
    const told = (await at.run(plane, without, { fresh: true, refresh: { minutes: 1 } })).locations[0]?.refresh;
    expect(told).to.match(/^there is no association patchplane-prod-inventory/);
  });

  it("carries on since when a patch is missing, also over a collection that could not see its server", async () => {
    const cloud = await smallCloud();
    await patch(ssmOf(cloud), [ids.web], { Operation: "Scan" });
    const first = await at.rows("Patchplane:Missing", (await at.run(plane, cloud)).collected, main);
    expect(first.length).to.be.greaterThan(3);
    await cloud.advanceTo(new Date("2026-11-03T00:00:00Z"));
    cloud.stopMachine(ids.web);
    const silent = await at.run(plane, cloud);
    expect(await at.rows("Patchplane:Missing", silent.collected, main)).to.deep.equal(first);
    await cloud.advanceTo(new Date("2026-11-04T00:00:00Z"));
    cloud.startMachine(ids.web);
    await cloud.advanceTo(new Date("2026-11-04T01:00:00Z"));
    await patch(ssmOf(cloud), [ids.web], { Operation: "Scan" });
    const last = await at.rows("Patchplane:Missing", (await at.run(plane, cloud)).collected, main);
    const sinceById = new Map(last.map(({ Id, since }) => [Id, since]));
    for (const { Id, since } of first) expect(sinceById.get(Id), Id).to.equal(since);
    await patch(ssmOf(cloud), [ids.web], { Operation: "Install" });
    expect(await at.rows("Patchplane:Missing", (await at.run(plane, cloud)).collected, main)).to.deep.equal([]);
  });

  it("keeps a node that went away and a location that refuses as unknown, with their reasons", async () => {
    const cloud = await smallCloud();
    const away = location("away", { accountId: other, region: "eu-central-1" });
    const both = samplePlane({
      locations: [main, away],
      groups: [group(app)],
      fleet: [...plane.fleet.filter(({ id }) => id.startsWith("i-")), server(9, { site: "away", patchGroup: app })],
    });
    const between = await startGateway(cloud.url);
    between.before = ({ operation, region, body }) => {
      if (region === "eu-central-1")
        return { status: 400, body: JSON.stringify({ __type: "AccessDeniedException", message: "no right to it" }) };
      if (operation === "ListInventoryEntries" && body.includes(ids.old))
        return { status: 400, body: JSON.stringify({ __type: "InvalidInstanceId", message: "" }) };
      return undefined;
    };
    const made = await at.run(both, cloud, { url: between.url });
    await between.close();
    expect(stateOf(await at.rows("Patchplane:Server", made.collected, away))).to.deep.equal([
      `app-9||unknown|not allowed: no right to it`,
    ]);
    expect(await at.rows("Patchplane:Location", made.collected, away)).to.have.lengthOf(1);
    const servers = await at.rows("Patchplane:Server", made.collected, main);
    expect(stateOf(servers)).to.include(`app-3|${ids.old}|unknown|it was deregistered while it was read`);
    expect(servers.filter(({ state }) => state === "collected")).to.have.lengthOf(2);
    expect(collectionOutcome(made)).to.equal("unreadable");
  });

  it("ends the reading of nodes at the first refusal that meets them all, and says what it is", async () => {
    const cloud = await smallCloud();
    const between = await startGateway(cloud.url);
    let asked = 0;
    between.before = ({ operation }) => {
      if (operation !== "ListInventoryEntries") return undefined;
      asked += 1;
      return { status: 400, body: JSON.stringify({ __type: "AccessDeniedException", message: "not that call" }) };
    };
    const made = await at.run(plane, cloud, { url: between.url });
    await between.close();
    expect(asked).to.be.lessThan(4);
    const record = (await at.rows("Patchplane:Location", made.collected, main))[0];
    expect(record).to.deep.include({ state: "collected", reason: "not allowed: not that call" });
    const states = (await at.rows("Patchplane:Server", made.collected, main)).map(({ state }) => state);
    expect(states).to.deep.equal(["notRegistered", "notRegistered", "unknown", "unknown", "unknown"]);
  });

  it("is the same when every third call is throttled at first", async () => {
    const cloud = await smallCloud();
    const few = { ...plane, fleet: plane.fleet.slice(0, 1) };
    const plain = await at.run(few, cloud, { groups: [app] });
    const between = await startGateway(cloud.url);
    let calls = 0;
    between.before = () => {
      calls += 1;
      const throttled = { __type: "ThrottlingException", message: "Rate exceeded" };
      return calls % 3 === 0 && calls < 8 ? { status: 400, body: JSON.stringify(throttled) } : undefined;
    };
    await cloud.advanceTo(new Date(cloud.now().getTime() + 60_000));
    const made = await at.run(few, cloud, { url: between.url, groups: [app] });
    await between.close();
    expect(calls).to.be.greaterThan(12);
    const lines = async (collected: string): Promise<readonly string[]> =>
      (await at.rows("AWS:Application", collected, main)).map((row) => JSON.stringify(row));
    expect(await lines(made.collected)).to.deep.equal(await lines(plain.collected));
    expect(made.locations[0]?.record.apiCalls).to.equal(plain.locations[0]?.record.apiCalls);
  });

  it("has its rows by node and key, whichever node is done first, and however AWS lists them", async () => {
    const cloud = await smallCloud();
    await patch(ssmOf(cloud), [ids.web, ids.strange], { Operation: "Scan" });
    await at.run(plane, cloud);
    await cloud.advanceTo(new Date(cloud.now().getTime() + 60_000));
    cloud.stopMachine(ids.strange);
    const between = await startGateway(cloud.url);
    const finished: string[] = [];
    const { promise: othersRead, resolve: readOthers } = Promise.withResolvers<undefined>();
    between.after = async ({ operation, body }) => {
      if (operation !== "ListInventoryEntries") return;
      // The first of the listing answers last.
      if (body.includes(ids.web)) await othersRead;
      finished.push(body);
      if (body.includes(ids.old)) readOthers(undefined);
    };
    const made = await at.run(plane, cloud, { url: between.url });
    await between.close();
    expect(finished.slice(0, 2).map((body) => body.includes(ids.web))).to.deep.equal([false, true]);
    for (const type of ["AWS:Application", "AWS:ComplianceItem", "AWS:Tag", "Patchplane:Missing"] as const) {
      const rows = (await at.rows(type, made.collected, main)).map((row) => [row.resourceId, JSON.stringify(row)]);
      expect(rows.length, type).to.be.greaterThan(1);
      expect(rows, type).to.deep.equal(rows.toSorted());
    }
    const nodes = (await at.rows("AWS:Application", made.collected, main)).map(({ resourceId }) => resourceId);
    expect([...new Set(nodes)]).to.include.ordered.members([ids.web, ids.old]);
  });

  it("takes only the servers of the groups that are asked for", async () => {
    const cloud = await smallCloud();
    const made = await at.run(plane, cloud, { groups: ["idle"] });
    expect(stateOf(await at.rows("Patchplane:Server", made.collected, main))).to.deep.equal([
      "web||notRegistered|no machine of the group is a managed node",
    ]);
    expect(await at.rows("AWS:Application", made.collected, main)).to.deep.equal([]);
  });

  it("goes when it is too old, but for the newest of each location", async () => {
    const cloud = await smallCloud();
    const brief = { ...plane, reports: { ...plane.reports, collectionRetentionDays: 10 } };
    const first = await at.run(brief, cloud);
    // What a report has copied of it.
    const copied = partitionFolder({ ...main, type: "AWS:Tag", collected: first.collected });
    await at.store.write(`parquet/${copied}/nodes.parquet`, (file) => writeFile(file, ""));
    await cloud.advanceTo(new Date("2026-11-20T00:00:00Z"));
    const second = await at.run({ ...brief, locations: {} }, cloud);
    expect(second.removed).to.deep.equal([]);
    const third = await at.run(brief, cloud);
    expect(third.removed).to.deep.equal([first.collected]);
    const stamps = (await at.store.paths("")).map((path) => /collected=([^/]+)/.exec(path)?.[1]);
    expect([...new Set(stamps)]).to.deep.equal([third.collected]);
  });
});
