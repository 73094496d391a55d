import { expect } from "chai";
import { comingRuns, patchAge, runsFor, slaOf, type MissingPatch } from "../../../domain/packages/ages.ts";
import { severityOfPatch, severityOfWord, worseSeverity } from "../../../domain/packages/severity.ts";
import { approval, aptBaseline, group, samplePlane, schedule, server, window } from "../samplePlane.ts";

const asOf = new Date("2026-11-20T12:00:00Z");
const missing: MissingPatch = {
  id: "openssl.amd64",
  version: "3.0.2-0ubuntu1.19",
  since: new Date("2026-11-01T06:00:00Z"),
  level: "HIGH",
  severity: "medium",
  exploited: false,
};
const placed = { server: server(2), location: "main" };
const lax = aptBaseline("ubuntu-auto", {
  rules: [{ filters: {}, enableNonSecurity: false, complianceLevel: "CRITICAL", slaDays: 14 }],
});

describe("ages of missing patches", () => {
  it("have 30 days for what is critical, exploited, or of unknown severity, and 90 for the others", () => {
    const plane = samplePlane({ baselines: [lax] });
    const sla = (more: Partial<MissingPatch>): unknown => slaOf(plane, placed, { ...missing, ...more });
    expect(sla({})).to.deep.equal({ days: 90, because: "other" });
    expect(sla({ severity: "high" })).to.deep.equal({ days: 90, because: "other" });
    expect(sla({ severity: "critical" })).to.deep.equal({ days: 30, because: "critical" });
    expect(sla({ severity: "unknown" })).to.deep.equal({ days: 30, because: "unknownSeverity" });
    expect(sla({ severity: "low", exploited: true })).to.deep.equal({ days: 30, because: "exploited" });
  });

  it("have less where the baseline's rule or the business unit asks for less, in production", () => {
    const plane = samplePlane({ baselines: [lax], groups: [group("app", { businessUnit: "source" })] });
    expect(slaOf(plane, placed, { ...missing, level: "CRITICAL" })).to.deep.equal({ days: 14, because: "rule" });
    expect(slaOf(plane, placed, missing)).to.deep.equal({ days: 30, because: "businessUnit" });
    const staging = { ...placed, server: server(2, { environment: "staging" }) };
    expect(slaOf(plane, staging, missing)).to.deep.equal({ days: 90, because: "other" });
  });

  it("are due where the next run is the last in time or none comes in time, and overdue by whole days after", () => {
    const runs = comingRuns(samplePlane({ windows: [window("weekly")] }), "app", "main", asOf);
    expect(runs.map(({ window: name, at }) => `${name} ${at.toISOString()}`)).to.deep.equal([
      "weekly 2026-11-22T22:00:00.000Z",
      "weekly 2026-11-29T22:00:00.000Z",
    ]);
    const age = (days: number) => patchAge(missing.since, days, asOf, runs);
    expect(age(30)).to.deep.include({ days: 19, state: "onTime", overdueDays: 0, takenBy: runs[0] });
    expect(age(25)).to.deep.include({ state: "due", takenBy: runs[0] });
    expect(age(20)).to.deep.include({ state: "due", takenBy: runs[0] });
    expect(age(19)).to.deep.include({ state: "overdue", overdueDays: 0, dueAt: new Date("2026-11-20T06:00:00Z") });
    expect(age(10)).to.deep.include({ state: "overdue", overdueDays: 9, takenBy: runs[0] });
    expect(patchAge(missing.since, 30, asOf, [])).to.not.have.property("takenBy");
  });

  it("count no run that is frozen, on demand, of kernels only, or only scans", () => {
    const plane = samplePlane({
      windows: [
        window("weekly"),
        window("on-demand", { onDemand: true }),
        window("kernel", { baselineOverride: ["kernel"] }),
        window("scan", { operation: "scan", schedules: [schedule("cron(0 1 ? * * *)")] }),
        window("others", { groups: ["db"] }),
      ],
      freezes: [{ from: "2026-11-21", to: "2027-01-03", skip: false, reason: "year's end" }],
    });
    expect(comingRuns(plane, "app", "main", asOf).map(({ at }) => at.toISOString())).to.deep.equal([
      "2027-01-10T22:00:00.000Z",
      "2027-01-17T22:00:00.000Z",
    ]);
  });

  it("in a reviewed group count runs until the approval expires, of the approved version alone", () => {
    const approved = approval({ UBUNTU: [{ id: "openssl.amd64", title: "3.0.2-0ubuntu1.19" }] });
    const plane = samplePlane({
      groups: [group("app", { approval: "reviewed" })],
      windows: [window("weekly")],
      approvals: { app: { ...approved, expires: "2026-11-25T00:00:00Z" } },
    });
    const runs = comingRuns(plane, "app", "main", asOf);
    const of = (more: Partial<MissingPatch>) => runsFor(plane, placed, { ...missing, ...more }, runs);
    expect(of({})).to.deep.equal(runs.slice(0, 1));
    expect(of({ version: "3.0.2-0ubuntu1.20" })).to.deep.equal([]);
    expect(runsFor({ ...plane, approvals: {} }, placed, missing, runs)).to.deep.equal([]);
    expect(runsFor(samplePlane(), placed, missing, runs)).to.equal(runs);
  });
});

describe("severities", () => {
  it("are the vendors' words on one scale, and never a priority of apt", () => {
    expect(
      ["Critical", "Important", "Moderate", "medium", "LOW", "negligible", "Unspecified", ""].map(severityOfWord),
    ).to.deep.equal(["critical", "high", "medium", "medium", "low", "low", "unknown", "unknown"]);
    expect(severityOfPatch("windows-server", "Critical")).to.equal("critical");
    expect(severityOfPatch("amazon-linux", "Important")).to.equal("high");
    expect(severityOfPatch("ubuntu", "Important")).to.equal("unknown");
    expect(severityOfPatch("debian", "Required")).to.equal("unknown");
    expect(worseSeverity("low", "high")).to.equal("high");
    expect(worseSeverity("unknown", "low")).to.equal("low");
  });
});
