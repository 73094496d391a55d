import { expect } from "chai";
import fc from "fast-check";
import { checkPlane, checkTable } from "../../../domain/checks/checkPlane.ts";
import { checkIds } from "../../../domain/checks/checkTable.ts";
import type { Plane } from "../../../domain/plane.ts";
import { aptBaseline, group, samplePlane, schedule, servers, window, type SampleParts } from "../samplePlane.ts";

const tuesday = { schedules: [schedule("cron(0 2 ? * TUE#3 *)")] };
const scan = window("mw-scan", { operation: "scan", schedules: [schedule("cron(0 3 ? * * *)")] });

/** A plane with something for several checks to find. */
function faulty(more: SampleParts = {}): Plane {
  return samplePlane({
    baselines: [aptBaseline("ubuntu-auto"), aptBaseline("spare"), aptBaseline("bare", { rules: [], default: true })],
    windows: [window("mw-install", { ...tuesday, cutoffHours: 4 }), scan],
    fleet: [...servers(3), ...servers(2, { patchGroup: "gone" })],
    ...more,
  });
}

function ids(plane: Plane): string[] {
  return checkPlane(plane).map((each) => each.id);
}

describe("all checks together", () => {
  it("find nothing in a sound plane", () => {
    expect(checkPlane(samplePlane())).to.deep.equal([]);
  });

  it("find everything at once, in the order of the table", () => {
    const found = ids(faulty());
    expect([...new Set(found)]).to.deep.equal(checkIds.filter((id) => found.includes(id)));
    expect(found).to.include.members([
      "window-time",
      "unknown-group",
      "baseline-without-rules",
      "unused-baseline",
      "patch-tuesday",
    ]);
  });

  it("give the same list for the same plane, however its fleet and its names are ordered", () => {
    const wanted = checkPlane(faulty());
    const fleet = faulty().fleet;
    fc.assert(
      fc.property(fc.shuffledSubarray([...fleet], { minLength: fleet.length }), fc.boolean(), (shuffled, turned) => {
        const plane = faulty({ fleet: shuffled.toSorted((a, b) => (a.id < b.id ? -1 : 1)) });
        const baselines = Object.entries(plane.baselines);
        const ordered = turned ? baselines.reverse() : baselines;
        expect(checkPlane({ ...plane, baselines: Object.fromEntries(ordered) })).to.deep.equal(wanted);
      }),
      { numRuns: 20 },
    );
  });

  it("raise, lower and switch off as the stack file says", () => {
    const severityOf = (severity: "error" | "warning" | "off"): string | undefined =>
      checkPlane(faulty({ checks: { "patch-tuesday": { severity, reason: "a week of staging" } } })).find(
        (each) => each.id === "patch-tuesday",
      )?.severity;
    expect([severityOf("error"), severityOf("warning"), severityOf("off")]).to.deep.equal([
      "error",
      "warning",
      undefined,
    ]);
  });

  it("keep what AWS refuses an error, and say that it cannot be lowered", () => {
    for (const severity of ["off", "warning"] as const) {
      const findings = checkPlane(faulty({ checks: { "window-time": { severity, reason: "no" } } }));
      expect(findings[0]).to.include({ id: "check-setting", severity: "error", path: "checks.window-time.severity" });
      expect(findings.find((each) => each.id === "window-time")?.severity).to.equal("error");
    }
    expect(ids(faulty({ checks: { "window-time": { severity: "error", reason: "yes" } } }))).not.to.include(
      "check-setting",
    );
  });

  it("find a setting of a check that there is not", () => {
    expect(checkPlane(samplePlane({ checks: { "no-such-check": { severity: "off", reason: "" } } }))[0]).to.include({
      id: "unknown-name",
      path: "checks.no-such-check",
    });
  });

  it("do not call a kernel baseline blind that only a window carries, nor one that nothing uses", () => {
    const kernel = aptBaseline("ubuntu-kernel", { rules: [], approvedPatches: ["linux-image-*"] });
    const windows = [window("mw-install"), scan, window("mw-kernel", { baselineOverride: ["ubuntu-kernel"] })];
    const baselines = [aptBaseline("ubuntu-auto"), kernel];
    expect(ids(samplePlane({ baselines, windows }))).not.to.include("baseline-without-rules");
    expect(ids(samplePlane({ baselines }))).to.deep.equal(["unused-baseline"]);
    const blind = [group("app", { baselines: { UBUNTU: "ubuntu-kernel" } })];
    expect(ids(samplePlane({ baselines: [kernel], groups: blind }))).to.deep.equal(["baseline-without-rules"]);
  });

  it("have kebab-case ids, each once, and a reason for each", () => {
    expect(new Set(checkIds).size).to.equal(checkIds.length);
    for (const { id, why, switchable, defaultSeverity } of checkTable) {
      expect(id).to.match(/^[a-z]+(-[a-z]+)*$/);
      expect(why, id).to.match(/^\S.{20,}[^.]$/);
      expect(switchable || defaultSeverity === "error", id).to.equal(true);
    }
  });
});
