import { expect } from "chai";
import {
  lapsedFaults,
  liveOpeningFaults,
  openableWindows,
  openedAt,
  openingFaults,
  type FoundOpening,
} from "../../../domain/approvals/opening.ts";
import type { Plane } from "../../../domain/plane.ts";
import { instantText } from "../../../domain/time.ts";
import type { Window } from "../../../domain/window.ts";
import { nowhereNear } from "../../../domain/schedule/awsCron.ts";
import { atExpression } from "../../../domain/schedule/friendlySchedules.ts";
import { plannedLocation } from "../../../domain/stack/plannedLocation.ts";
import { approval, location, schedule, server, window, type SampleParts } from "../samplePlane.ts";
import { asOf, reviewedPlane } from "./samples.ts";

const at = new Date("2026-12-02T22:00:00Z");
const onDemand = window("mw-app", { onDemand: true, durationHours: 4 });
const inForce = { ...approval({ UBUNTU: [{ id: "openssl.amd64", title: "3" }] }), group: "app" };

function planeWith(more: SampleParts = {}): Plane {
  return reviewedPlane({ windows: [onDemand], approvals: { app: inForce }, ...more });
}

function faults(plane: Plane, when = at): readonly string[] {
  const own = plane.windows["mw-app"];
  if (own === undefined) throw new Error("no window");
  return openingFaults(plane, own, ["main"], when, asOf).map(({ path }) => path);
}

describe("opening an on-demand window", () => {
  it("is for windows that are on demand and of a reviewed group", () => {
    const others: readonly Window[] = [window("weekly"), window("scan", { operation: "scan", onDemand: true })];
    const plane = planeWith({ windows: [onDemand, ...others] });
    expect(openableWindows(plane).map(({ name }) => name)).to.deep.equal(["mw-app"]);
  });

  it("has nothing against it where an approval holds until it closes", () => {
    expect(faults(planeWith())).to.deep.equal([]);
    expect(atExpression(at)).to.equal("at(2026-12-02T22:00:00)");
  });

  it("is refused without an approval that names something, or with one that ends before it closes", () => {
    expect(faults(planeWith({ approvals: {} }))).to.deep.equal(["approvals"]);
    expect(faults(planeWith({ approvals: { app: { ...inForce, patches: {} } } }))).to.deep.equal(["approvals"]);
    const ends = (expires: string) => faults(planeWith({ approvals: { app: { ...inForce, expires } } }));
    expect(ends("2026-12-03T01:59:59Z")).to.deep.equal(["approvals"]);
    expect(ends("2026-12-03T02:00:00Z")).to.deep.equal([]);
  });

  it("says of an approval that has expired that it has, and to open it earlier only where there is time", () => {
    const said = (expires: string): readonly unknown[] =>
      openingFaults(planeWith({ approvals: { app: { ...inForce, expires } } }), onDemand, ["main"], at, asOf).map(
        ({ message, value, fix }) => [message, value, fix],
      );
    const ends = "ends to hold before the window would close at 2026-12-03T02:00:00Z";
    const anew = "merge a newer approval: npx patchplane review shows what could be approved";
    for (const [expires, message, fix] of [
      ["2026-12-01T12:00:00Z", "has expired", anew],
      ["2026-12-01T12:00:01Z", ends, anew],
      ["2026-12-01T16:04:59Z", ends, anew],
      ["2026-12-01T16:05:00Z", ends, `open it by 2026-12-01T12:05:00Z, or ${anew}`],
    ] as const)
      expect(said(expires)).to.deep.equal([[message, expires, fix]]);
  });

  it("is refused at a time that has passed, is too near or too far", () => {
    expect(faults(planeWith(), new Date("2026-12-01T12:04:59Z"))).to.deep.equal(["--at"]);
    expect(faults(planeWith(), new Date("2026-12-01T12:05:00Z"))).to.deep.equal([]);
    expect(faults(planeWith(), new Date("2026-12-16T12:00:00Z"))).to.deep.equal(["--at"]);
  });

  it("is refused in a freeze, also in one that begins while it would be open", () => {
    const frozen = (from: string, groups?: readonly string[]) =>
      faults(
        planeWith({
          freezes: [
            { from, to: "2026-12-10", reason: "sale", skip: false, ...(groups === undefined ? {} : { groups }) },
          ],
        }),
      );
    expect(frozen("2026-12-02")).to.deep.equal(["freezes"]);
    expect(frozen("2026-12-03")).to.deep.equal(["freezes"]);
    expect(frozen("2026-12-04")).to.deep.equal([]);
    expect(frozen("2026-12-02", ["other"])).to.deep.equal([]);
  });

  it("is refused where another window is open on the same servers, not where it only touches or reaches others", () => {
    const scan = (expression: string, more: Partial<Window> = {}) =>
      faults(
        planeWith({
          windows: [
            onDemand,
            window("scan", { operation: "scan", durationHours: 2, schedules: [schedule(expression)], ...more }),
          ],
        }),
      );
    expect(scan("cron(0 1 ? * * *)")).to.deep.equal(["windows.scan"]);
    expect(scan("cron(30 21 ? * * *)")).to.deep.equal(["windows.scan"]);
    expect(scan("cron(0 2 ? * * *)")).to.deep.equal([]);
    expect(scan("cron(0 20 ? * * *)")).to.deep.equal([]);
    expect(scan("cron(0 1 ? * * *)", { groups: [] })).to.deep.equal([]);
  });

  it("is refused where the servers need more time than there is", () => {
    const fleet = Array.from({ length: 40 }, (_, index) => server(index + 2));
    const slow = { ...onDemand, maxConcurrency: "1" };
    expect(faults(planeWith({ fleet, windows: [slow] }))).to.deep.equal(["windows.mw-app"]);
  });
});

describe("an on-demand window in AWS", () => {
  const plane = planeWith();
  const planned = plannedLocation(plane, location("main")).windows.get("patchplane-prod-mw-app");
  const [task] = planned?.tasks ?? [];
  const live: FoundOpening = {
    id: "mw-0123456789abcdef0",
    enabled: true,
    schedule: nowhereNear,
    endDate: inForce.expires,
    tasks: [
      {
        id: "t",
        name: "t",
        document: "AWS-RunPatchBaseline",
        priority: 1,
        targets: [],
        maxConcurrency: "30%",
        maxErrors: "1",
        cutoffBehavior: "CANCEL_TASK",
        serviceRoleArn: "",
        parameters: { InstallOverrideList: [task?.parameters["InstallOverrideList"] ?? ""] },
      },
    ],
    runs: [],
  };
  const judged = (more: Partial<FoundOpening>, others: readonly { window: string; at: Date }[] = [], of = plane) =>
    liveOpeningFaults(of, onDemand, { location: location("main"), found: { ...live, ...more }, others }, at, asOf).map(
      ({ path, message }) => [path, message.split(" ").slice(0, 4).join(" ")],
    );

  it("may be opened where the merged approval is what is deployed, also where it was opened for that time before", () => {
    expect(judged({})).to.deep.equal([]);
    expect(judged({ schedule: atExpression(at) })).to.deep.equal([]);
    expect(judged({ enabled: false })).to.deep.equal([]);
  });

  it("may not where nothing, another list or another end is deployed, as after an edit that was never merged", () => {
    const undeployed = [["main", "what is deployed there"]];
    expect(judged({ tasks: [] })).to.deep.equal(undeployed);
    expect(judged({ endDate: "2026-12-19T00:00:00Z" })).to.deep.equal(undeployed);
    const edited = planeWith({
      approvals: { app: { ...inForce, patches: { UBUNTU: [{ id: "openssl.amd64", title: "4" }] } } },
    });
    expect(judged({}, [], edited)).to.deep.equal(undeployed);
    const gone = liveOpeningFaults(plane, onDemand, { location: location("main"), others: [] }, at, asOf);
    expect(gone[0]?.message).to.contain("there is no maintenance window patchplane-prod-mw-app");
  });

  it("may not while it runs, or where somebody opened it for another time without being told of", () => {
    expect(judged({ runs: ["e-1"] })).to.deep.equal([["main", "the window is running"]]);
    expect(judged({ schedule: "at(2026-12-03T22:00:00)" })).to.deep.equal([["--anyway", "somebody has opened it"]]);
    const past = instantText(new Date(asOf.getTime() - 11 * 60_000)).slice(0, -1);
    expect(judged({ schedule: `at(${past})` })).to.deep.equal([]);
    const soon = instantText(new Date(asOf.getTime() - 9 * 60_000)).slice(0, -1);
    expect(judged({ schedule: `at(${soon})` })).to.deep.equal([["--anyway", "somebody has opened it"]]);
    expect(openedAt("at(2026-12-03T22:00:00)", false)).to.equal(undefined);
    expect(openedAt(nowhereNear, true)).to.equal(undefined);
  });

  it("may not once its time has come, or is a minute off, while a person thought about it", () => {
    const later = (seconds: number): readonly string[] =>
      lapsedFaults(at, new Date(at.getTime() - seconds * 1000)).map(({ path }) => path);
    expect([later(300), later(60), later(59), later(-600)]).to.deep.equal([[], [], ["--at"], ["--at"]]);
  });

  it("may not while another on-demand window is open on the same servers", () => {
    const two = planeWith({ windows: [onDemand, { ...onDemand, name: "mw-app-2" }] });
    expect(judged({}, [{ window: "mw-app-2", at }], two)).to.deep.equal([["windows.mw-app-2", "is open on the"]]);
    expect(judged({}, [{ window: "mw-app-2", at: new Date("2026-12-03T02:00:00Z") }], two)).to.deep.equal([]);
  });
});
