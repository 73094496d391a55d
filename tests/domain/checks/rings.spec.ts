import { expect } from "chai";
import { ringFindings } from "../../../domain/checks/rings.ts";
import type { Plane } from "../../../domain/plane.ts";
import { aptBaseline, group, samplePlane, schedule, server, servers, window, yumBaseline } from "../samplePlane.ts";

const asOf = new Date("2026-12-01T12:00:00Z");

/** Ubuntu production on one cron, and staging on another in the same stack. */
function plane(production: string, staging: string | undefined, more: Parameters<typeof samplePlane>[0] = {}): Plane {
  return samplePlane({
    groups: [group("app"), group("staging")],
    windows: [
      window("mw-app", { groups: ["app"], schedules: [schedule(production)] }),
      ...(staging === undefined ? [] : [window("mw-staging", { groups: ["staging"], schedules: [schedule(staging)] })]),
    ],
    fleet: [...servers(3), server(9, { patchGroup: "staging", environment: "staging" })],
    ...more,
  });
}

function ids(of: Plane, others: readonly Plane[] = []): readonly string[] {
  return ringFindings(of, others, asOf).map(({ id }) => id);
}

describe("rings", () => {
  it("say nothing where staging installs two days before production, by the calendar", () => {
    expect(ids(plane("cron(0 20 ? * THU *)", "cron(0 23 ? * TUE *)"))).to.deep.equal([]);
  });

  it("find Ubuntu production a day after staging: nothing delays a patch there", () => {
    const [found] = ringFindings(plane("cron(0 20 ? * WED *)", "cron(0 23 ? * TUE *)"), [], asOf);
    expect(found).to.include({ id: "ubuntu-soak", severity: "warning", path: "windows.mw-app.schedule" });
    expect(found?.message).to.equal(
      "installs on 3 production servers on UBUNTU on 2026-12-02, less than 2 days after pre-production on 2026-12-01",
    );
  });

  it("leave Amazon Linux alone there, whose rules have an approval delay", () => {
    const rows = { os: "amazon-linux", release: "2" } as const;
    const al2 = plane("cron(0 20 ? * WED *)", "cron(0 23 ? * TUE *)", {
      baselines: [yumBaseline("al2-auto")],
      fleet: [server(2, rows), server(9, { ...rows, patchGroup: "staging", environment: "staging" })],
    });
    expect(ids(al2)).to.deep.equal([]);
  });

  it("find production that runs without staging in between", () => {
    const [found] = ringFindings(plane("cron(0 20 ? * FRI *)", "cron(0 23 ? * TUE#1 *)"), [], asOf);
    expect(found).to.include({ id: "ring-order", path: "windows.mw-app.schedule" });
    expect(found?.message).to.match(/on 2026-12-11, .* the last before it on 2026-12-01$/);
  });

  it("find production that no staging leads at all", () => {
    const [found] = ringFindings(plane("cron(0 20 ? * FRI *)", undefined), [], asOf);
    expect(found?.message).to.match(/on 2026-12-04, .* none before it$/);
  });

  it("find staging and production in one window: nothing was tried before", () => {
    const together = samplePlane({
      windows: [window("mw-app")],
      fleet: [server(2), server(3, { environment: "staging" })],
    });
    expect(ids(together)).to.deep.equal(["ring-order"]);
  });

  it("take staging of another stack for a lead", () => {
    const other = samplePlane({
      environment: "staging",
      windows: [window("mw-install", { schedules: [schedule("cron(0 23 ? * TUE *)")] })],
      fleet: servers(2, { environment: "staging" }),
    });
    expect(ids(plane("cron(0 20 ? * FRI *)", undefined), [other])).to.deep.equal([]);
    expect(ids(plane("cron(0 20 ? * FRI *)", undefined), [samplePlane()])).to.deep.equal(["ring-order"]);
  });

  it("compare each OS with its own kind", () => {
    const mixed = plane("cron(0 20 ? * FRI *)", "cron(0 23 ? * TUE *)", {
      baselines: [aptBaseline("ubuntu-auto"), yumBaseline("al2-auto")],
      fleet: [
        server(2),
        server(3, { os: "amazon-linux", release: "2" }),
        server(9, { patchGroup: "staging", environment: "staging" }),
      ],
    });
    expect(ringFindings(mixed, [], asOf).map(({ message }) => message)).to.have.length(1);
    expect(ringFindings(mixed, [], asOf)[0]?.message).to.match(/1 production server on AMAZON_LINUX_2/);
  });

  it("say nothing of on-demand windows, of windows that replace baselines and of a stack without production", () => {
    const windows = [
      window("mw-on-demand", { onDemand: true }),
      window("mw-kernel", { baselineOverride: ["ubuntu-kernel"] }),
    ];
    expect(ids(samplePlane({ windows }))).to.deep.equal([]);
    expect(ids(samplePlane({ fleet: servers(3, { environment: "test" }) }))).to.deep.equal([]);
  });
});
