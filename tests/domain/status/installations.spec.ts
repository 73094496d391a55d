import { expect } from "chai";
import type { ManagedNode } from "../../../domain/fleet/managedNode.ts";
import type { Plane } from "../../../domain/plane.ts";
import type { ServerStatus } from "../../../domain/status/fleetStatus.ts";
import { installationsOf, missedServers, type LocationRuns } from "../../../domain/status/installations.ts";
import { ownWindows, type WindowRun } from "../../../domain/status/windowRuns.ts";
import {
  approval,
  aptBaseline,
  group,
  location,
  samplePlane,
  schedule,
  server,
  window,
  type SampleParts,
} from "../samplePlane.ts";

const asOf = new Date("2026-11-24T12:00:00Z");
const startedAt = new Date("2026-11-22T22:00:00Z");
const main = location("main");
const plane = (more: SampleParts = {}): Plane =>
  samplePlane({
    baselines: [aptBaseline("ubuntu-auto")],
    locations: [main],
    groups: [group("app")],
    windows: [window("night")],
    ...more,
  });

function status(line: number, more: Partial<ServerStatus> = {}, node: Partial<ManagedNode> = {}): ServerStatus {
  const row = server(line);
  return {
    server: row,
    location: "main",
    machines: 1,
    readable: true,
    judgement: { verdict: "missing" },
    freshSince: startedAt,
    node: { id: row.id, name: row.name, pingStatus: "Online", ...node },
    patchGroupTag: "app",
    ...more,
  };
}

const ended = (details: string, line = 2) => [new Map([[server(line).id, details]])];

function seen(of: Plane, run: Partial<WindowRun>, more: Partial<LocationRuns> = {}): LocationRuns {
  const one = { window: "patchplane-prod-night", windowId: "mw-1", startedAt, status: "SUCCESS", ...run };
  return { location: "main", own: ownWindows(of, {}, main), runs: [one], open: [], armed: [], ...more };
}

function installations(run: Partial<WindowRun>, servers: readonly ServerStatus[], of = plane()) {
  return installationsOf(of, {}, [seen(of, run)], servers, asOf);
}

describe("what the last run of an installing window did", () => {
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
  const table = [
    ["Success", "done", undefined],
    ["Failed", "failed", "failed"],
    ["ExecutionTimedOut", "failed", "executionTimedOut"],
    ["Execution Timed Out", "failed", "executionTimedOut"],
    ["InvalidPlatform", "failed", "invalidPlatform"],
    ["AccessDenied", "failed", "accessDenied"],
    ["Cancelled", "cutOff", "cancelled"],
    ["Terminated", "cutOff", "tooManyErrors"],
    ["DeliveryTimedOut", "notReached", "deliveryTimedOut"],
    ["Undeliverable", "notReached", "undeliverable"],
    ["SomethingNew", "failed", "failed"],
  ] as const;
  for (const [details, end, reason] of table) {
    it(`counts a server whose command ended as ${details} as ${end}`, () => {
      const [one] = installations({ commands: ended(details) }, [status(2)]);
      expect(one?.ends).to.deep.equal({ done: 0, nothingToDo: 0, failed: 0, cutOff: 0, notReached: 0, [end]: 1 });
      expect(one?.missed.map((each) => each.reason)).to.deep.equal(reason === undefined ? [] : [reason]);
    });
  }

  it("says why a server got no command", () => {
    const { node: _none, ...absent } = status(6);
    const servers = [
      absent,
      status(3, {}, { registeredAt: new Date("2026-11-23T00:00:00Z") }),
      status(4, { patchGroupTag: "db" }),
      status(5),
    ];
    const reasons = (run: Partial<WindowRun>) =>
      installations({ commands: ended("Success"), ...run }, servers)[0]?.missed.map(({ reason }) => reason);
    expect(reasons({})).to.deep.equal(["noNode", "registeredLater", "otherTag", "notAddressed"]);
    expect(reasons({ status: "TIMED_OUT" })).to.deep.equal(["noNode", "registeredLater", "otherTag", "runEndedBefore"]);
    expect(reasons({ status: "SKIPPED_OVERLAPPING", commands: [] })).to.deep.equal(Array(4).fill("skipped"));
  });

  it("tells a run that may install nothing from one that reached nobody", () => {
    const reviewed = plane({ groups: [group("app", { approval: "reviewed" })] });
    expect(installations({ commands: [] }, [status(2)], reviewed)[0]?.ends).to.include({ nothingToDo: 1 });
    expect(installations({ commands: [] }, [status(2)])[0]?.ends).to.include({ nothingToDo: 0, notReached: 1 });
  });

  it("does not guess what AWS keeps no longer", () => {
    const [one] = installations({}, [status(2)]);
    expect(one).to.not.have.property("ends");
    expect(one).to.deep.include({ startedAt, missed: [] });
  });

  it("knows the next run: by the schedule, not after an approval's end, and of an armed window", () => {
    expect(installations({}, [status(2)])[0]?.next).to.deep.equal(new Date("2026-11-29T22:00:00Z"));
    const approved = (expires: string) =>
      plane({
        groups: [group("app", { approval: "reviewed" })],
        approvals: { app: { ...approval({ UBUNTU: [{ id: "curl.amd64" }] }), group: "app", expires } },
      });
    const nextWith = (expires: string) => installations({}, [status(2)], approved(expires))[0]?.next;
    expect(nextWith("2026-11-29T22:00:01Z")).to.deep.equal(new Date("2026-11-29T22:00:00Z"));
    expect(nextWith("2026-11-29T22:00:00Z")).to.equal(undefined);
    const demand = plane({
      windows: [window("night", { onDemand: true, schedules: [schedule("at(2199-01-01T00:00:00)")] })],
    });
    const at = new Date("2026-11-25T01:00:00Z");
    const of = (more: Partial<LocationRuns>) =>
      installationsOf(demand, {}, [seen(demand, {}, { runs: [], ...more })], [status(2)], asOf);
    expect(of({})).to.deep.equal([]);
    expect(of({ armed: [{ window: "patchplane-prod-night", at }] })[0]?.next).to.deep.equal(at);
  });

  it("is a finding for those that it missed, once a server, until a scan finds them compliant", () => {
    const of = plane({ windows: [window("night"), window("kernel")] });
    const compliant = status(3, { judgement: { verdict: "compliant" } });
    const kernel = { window: "patchplane-prod-kernel", windowId: "mw-2", startedAt, status: "SUCCESS" };
    const commands = [new Map([2, 3].map((line) => [server(line).id, "Failed"] as const))];
    const runs = seen(of, { commands });
    const all = installationsOf(
      of,
      {},
      [{ ...runs, runs: [...runs.runs, { ...kernel, commands }] }],
      [status(2), compliant],
      asOf,
    );
    expect(all.map(({ missed }) => missed.length)).to.deep.equal([2, 2]);
    expect(missedServers(all).map(({ server: each }) => each.server.name)).to.deep.equal(["app-2"]);
  });
});
