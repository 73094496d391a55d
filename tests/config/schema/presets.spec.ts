import { expect } from "chai";
import { presetBaselines } from "../../../config/schema/presetBaselines.ts";
import { presetGroups, presetWindows } from "../../../config/schema/presets.ts";
import { checkPlane } from "../../../domain/checks/checkPlane.ts";
import { kernelPackages } from "../../../domain/stack/baselineFilters.ts";
import type { AptBaseline, Baseline, WindowsBaseline, YumBaseline } from "../../../domain/baseline.ts";
import { operatingSystems } from "../../../domain/server.ts";
import { fleetText, planeOf, resolve, smallSettings } from "../sources.ts";

/** Every preset baseline as a plane has it; empty changes keep those that nothing selects. */
function baselines(): Readonly<Record<string, Baseline>> {
  const all = Object.fromEntries(Object.keys(presetBaselines).map((name) => [name, {}]));
  return planeOf(resolve({ ...smallSettings, baselines: all })).plane.baselines;
}

describe("the preset baselines", () => {
  it("have no finding that the API's limits or a blind scan give rise to", () => {
    const { plane } = planeOf(
      resolve({
        ...smallSettings,
        baselines: Object.fromEntries(Object.keys(presetBaselines).map((name) => [name, {}])),
      }),
    );
    expect(checkPlane(plane).filter((finding) => finding.id !== "unused-baseline")).to.deep.equal([]);
  });

  it("approve on Amazon Linux as the policy says: 3 days, 7 days, bugfixes 14 days", () => {
    const { rules } = baselines()["al2-auto"] as YumBaseline;
    const delays = rules.map((rule) => [
      rule.filters.CLASSIFICATION,
      rule.filters.SEVERITY,
      "approveAfterDays" in rule ? rule.approveAfterDays : undefined,
      rule.slaDays,
    ]);
    expect(delays).to.deep.equal([
      [["Security"], ["Critical", "Important"], 3, 30],
      [["Security"], ["Medium", "Low"], 7, 90],
      [["Bugfix"], undefined, 14, 90],
    ]);
  });

  it("name all five priorities on Ubuntu and Debian, and security only", () => {
    for (const name of ["ubuntu-auto", "ubuntu-sensitive", "ubuntu-default", "debian-default"]) {
      const { rules } = baselines()[name] as AptBaseline;
      expect(rules.map((rule) => rule.filters)).to.deep.equal([
        { PRODUCT: ["*"], PRIORITY: ["Required", "Important", "Standard", "Optional", "Extra"] },
      ]);
      expect(rules.every((rule) => !rule.enableNonSecurity)).to.equal(true);
    }
  });

  it("approve Windows security and critical updates at once, so the Sunday after Patch Tuesday has them", () => {
    const { rules } = baselines()["windows-auto"] as WindowsBaseline;
    expect(rules).to.deep.equal([
      {
        filters: { PRODUCT: ["*"], CLASSIFICATION: ["SecurityUpdates", "CriticalUpdates"] },
        approveAfterDays: 0,
        complianceLevel: "CRITICAL",
        slaDays: 30,
      },
    ]);
  });

  it("keep kernels out of ordinary baselines without blocking them, and are nothing else in kernel baselines", () => {
    for (const [name, baseline] of Object.entries(baselines())) {
      const kernels = kernelPackages(baseline.operatingSystem);
      if (name.endsWith("-kernel")) {
        expect(baseline.approvedPatches).to.deep.equal(kernels);
        expect(baseline.rules).to.deep.equal([]);
      } else {
        expect(baseline.rejectedPatches, name).to.deep.equal(kernels);
        expect(baseline.rejectedPatchesAction).to.equal("ALLOW_AS_DEPENDENCY");
      }
    }
  });

  it("have one default per operating system", () => {
    const defaults = Object.values(baselines()).filter((baseline) => baseline.default);
    expect(defaults.map((baseline) => baseline.operatingSystem).sort()).to.deep.equal([...operatingSystems]);
  });
});

describe("the preset groups and windows", () => {
  it("never reboot a sensitive server or a Windows server by themselves", () => {
    const rebooting = Object.entries(presetGroups).filter(
      ([, group]) => "reboot" in group && group.reboot !== "NoReboot",
    );
    expect(rebooting.map(([name]) => name)).to.deep.equal(["prod-auto", "jump-log", "nonprod"]);
    for (const [name, group] of rebooting) {
      expect("baselines" in group && group.baselines, name).not.to.have.property("WINDOWS");
    }
  });

  it("reach each of the preset groups by one scan and one ordinary install window", () => {
    const windows = Object.values(presetWindows);
    for (const group of Object.keys(presetGroups)) {
      const reaching = windows.filter(
        (window) => window.groups.includes(group) && window.baselineOverride === undefined,
      );
      expect(reaching.map((window) => window.operation).sort(), group).to.deep.equal(["install", "scan"]);
    }
  });

  it("make a plane without findings but for the SLA of a monthly rhythm, and a share of so few servers that is none", () => {
    const rows = Object.keys(presetGroups).map((patch_group, index) => ({
      id: `i-0000000${String(index)}`,
      patch_group,
      ...(patch_group.endsWith("windows") ? { os: "windows-server", release: "2022" } : {}),
    }));
    const { warnings } = planeOf(resolve({ ...smallSettings, groups: {} }, { "fleet.csv": fleetText(...rows) }));
    expect(warnings.map((finding) => [finding.id, finding.path])).to.deep.equal([
      ["max-errors", "windows.mw-install-auto.maxErrors"],
      ["max-errors", "windows.mw-kernel.maxErrors"],
      ["sla", "groups.nonprod-windows"],
      ["sla", "groups.prod-windows"],
    ]);
  });
});
