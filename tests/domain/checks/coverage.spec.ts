import { expect } from "chai";
import { checkCoverage } from "../../../domain/checks/coverage.ts";
import { kernelPackages } from "../../../domain/stack/baselineFilters.ts";
import type { Finding } from "../../../domain/fault.ts";
import {
  aptBaseline,
  group,
  hub,
  location,
  samplePlane,
  schedule,
  server,
  servers,
  window,
  windowsBaseline,
  yumBaseline,
  type SampleParts,
} from "../samplePlane.ts";

function only(parts: SampleParts): Finding {
  const findings = checkCoverage(samplePlane(parts));
  expect(findings.map((each) => `${each.id}: ${each.message}`)).to.have.length(1);
  return findings[0] ?? { id: "", severity: "error", path: "", message: "" };
}

const install = window("mw-install");
const scan = window("mw-scan", { operation: "scan", schedules: [schedule("cron(0 1 ? * * *)")] });

describe("coverage", () => {
  it("finds nothing where every server is reached", () => {
    expect(checkCoverage(samplePlane())).to.deep.equal([]);
  });

  it("finds servers of a group that does not exist, with the lines of the fleet file", () => {
    const fleet = [...servers(3), server(5, { patchGroup: "apps" }), server(9, { patchGroup: "apps" })];
    const found = only({ fleet });
    expect(found).to.include({ id: "unknown-group", severity: "error", path: "fleet", line: 5, value: "apps" });
    expect(found.message).to.match(/^2 servers \(fleet lines 5, 9\).*default baseline of the account for UBUNTU$/);
  });

  it("finds an OS that a group has no baseline for, and names the groups that have one", () => {
    const al2 = group("linux", { baselines: { UBUNTU: "ubuntu-auto", AMAZON_LINUX_2: "al2-auto" } });
    const found = only({
      groups: [group("app"), al2],
      baselines: [aptBaseline("ubuntu-auto"), yumBaseline("al2-auto", { default: true })],
      locations: [location("main", { registersDefaults: true })],
      fleet: [server(2, { os: "amazon-linux", release: "2" })],
    });
    expect(found).to.include({ id: "group-without-baseline", path: "groups.app.baselines.AMAZON_LINUX_2" });
    expect(found.message).to.match(/1 server \(fleet line 2\).*default baseline al2-auto$/);
    expect(found.fix).to.match(/these groups have one: linux$/);
  });

  it("finds a release that no PRODUCT filter takes", () => {
    const rule = { enableNonSecurity: false, complianceLevel: "CRITICAL", slaDays: 30 } as const;
    const baselines = [aptBaseline("ubuntu-auto", { rules: [{ ...rule, filters: { PRODUCT: ["Ubuntu22.04"] } }] })];
    const found = only({ baselines, fleet: [...servers(2), server(9, { release: "24.04" })] });
    expect(found).to.include({ id: "release-not-covered", path: "baselines.ubuntu-auto.rules", value: "UBUNTU 24.04" });
    expect(found.allowed).to.equal("Ubuntu24.04, or *");
  });

  it("finds a baseline of another OS, one that is missing, and a predefined one without an ARN", () => {
    const two = samplePlane({
      groups: [
        group("app", {
          baselines: { UBUNTU: "al2-auto", DEBIAN: "gone", AMAZON_LINUX_2: "AWS-AmazonLinux2DefaultPatchBaseline" },
        }),
      ],
      baselines: [yumBaseline("al2-auto", { default: true })],
    });
    expect(checkCoverage(two).map((each) => [each.id, each.path, each.message])).to.deep.equal([
      ["baseline-missing", "groups.app.baselines.UBUNTU", "the baseline is for AMAZON_LINUX_2, not UBUNTU"],
      ["baseline-missing", "groups.app.baselines.DEBIAN", "there is no such baseline"],
      [
        "baseline-missing",
        "groups.app.baselines.AMAZON_LINUX_2",
        "location main does not say which ARN the predefined baseline has there",
      ],
    ]);
    const predefinedBaselines = { "AWS-UbuntuDefaultPatchBaseline": "arn:aws:ssm:eu-central-1:1:patchbaseline/pb-1" };
    expect(
      checkCoverage(
        samplePlane({
          groups: [group("app", { baselines: { UBUNTU: "AWS-UbuntuDefaultPatchBaseline" } })],
          baselines: [],
          locations: [location("main", { predefinedBaselines })],
        }),
      ),
    ).to.deep.equal([]);
  });

  it("finds servers that no install window reaches, and that no scan window does", () => {
    expect(only({ windows: [scan] })).to.include({ id: "no-install-window", path: "groups.app", severity: "error" });
    expect(only({ windows: [install] })).to.include({ id: "no-scan-window", severity: "warning" });
  });

  it("does not count a window in another location, nor one that carries an override", () => {
    const locations = [location("main"), location("other")];
    const elsewhere = window("mw-install", { locations: ["other"] });
    const kernel = window("mw-kernel", { baselineOverride: ["ubuntu-auto"] });
    const found = checkCoverage(samplePlane({ locations, windows: [elsewhere, scan, kernel] })).map((each) => each.id);
    expect(found).to.include("no-install-window");
  });

  it("finds servers in two install windows, but not in one of them and an on-demand one", () => {
    const second = window("mw-second", { schedules: [schedule("cron(0 22 ? * WED *)")] });
    expect(only({ windows: [install, second, scan] })).to.deep.include({
      id: "two-install-windows",
      value: ["mw-install", "mw-second"],
    });
    const reviewed = [group("app", { approval: "reviewed" })];
    const onDemand = { ...second, onDemand: true };
    expect(checkCoverage(samplePlane({ groups: reviewed, windows: [install, onDemand, scan] }))).to.deep.equal([]);
  });

  it("leaves a group that is patched elsewhere alone", () => {
    const elsewhere = { kind: "elsewhere", name: "wellframe", patchedElsewhere: "container images" } as const;
    const fleet = [...servers(3), server(9, { patchGroup: "wellframe" })];
    expect(checkCoverage(samplePlane({ groups: [group("app"), elsewhere], fleet }))).to.deep.equal([]);
  });

  it("finds an on-demand install window with an automatic group", () => {
    expect(only({ windows: [{ ...install, onDemand: true }, scan] })).to.deep.include({
      id: "on-demand-automatic",
      value: ["app"],
    });
  });

  it("finds a reviewed group that shares its install window, and not its scan window", () => {
    const groups = [group("app"), group("db", { approval: "reviewed" })];
    const both = { groups: ["app", "db"] };
    const found = only({
      groups,
      windows: [
        { ...install, ...both },
        { ...scan, ...both },
      ],
      fleet: [...servers(1), server(9, { patchGroup: "db" })],
    });
    expect(found).to.include({ id: "reviewed-window", severity: "error", path: "windows.mw-install.groups" });
    expect(found.fix).to.equal("give db a window of its own");
  });

  it("finds a reviewed group in a window that carries a baseline override", () => {
    const kernel = window("mw-kernel", { baselineOverride: ["ubuntu-auto"] });
    const groups = [group("app", { approval: "reviewed" })];
    const baselines = [aptBaseline("ubuntu-auto", { rejectedPatches: kernelPackages("UBUNTU") })];
    expect(only({ groups, baselines, windows: [install, scan, kernel] })).to.include({ id: "reviewed-override" });
  });

  it("finds an OS that a window's baseline override does not name, and one it names twice", () => {
    const held = { rejectedPatches: kernelPackages("UBUNTU") };
    const baselines = [
      aptBaseline("ubuntu-auto", held),
      aptBaseline("ubuntu-kernel"),
      aptBaseline("ubuntu-kernel-too"),
      windowsBaseline("windows-auto"),
    ];
    const groups = [
      group("app", { baselines: { UBUNTU: "ubuntu-auto", WINDOWS: "windows-auto" }, reboot: "NoReboot" }),
    ];
    const kernel = window("mw-kernel", { baselineOverride: ["ubuntu-kernel", "ubuntu-kernel-too"] });
    const fleet = [...servers(2), server(9, { os: "windows-server", release: "2022" })];
    const found = checkCoverage(samplePlane({ baselines, groups, windows: [install, scan, kernel], fleet }));
    expect(found.map((each) => [each.id, each.message])).to.deep.equal([
      ["two-overrides", "ubuntu-kernel is for the same OS"],
      ["override-os", "no override for 1 server (fleet line 9) on WINDOWS in location main: the run fails on them"],
    ]);
  });

  it("finds Windows servers that reboot by themselves", () => {
    const baselines = [windowsBaseline("windows-auto")];
    const groups = [group("app", { baselines: { WINDOWS: "windows-auto" } })];
    const fleet = servers(2, { os: "windows-server", release: "2022" });
    expect(only({ baselines, groups, fleet })).to.include({
      id: "windows-reboot",
      severity: "warning",
      path: "groups.app.reboot",
    });
    expect(
      checkCoverage(
        samplePlane({
          baselines,
          fleet,
          groups: [group("app", { baselines: { WINDOWS: "windows-auto" }, reboot: "NoReboot" })],
        }),
      ),
    ).to.deep.equal([]);
  });

  it("finds a window in a location where none of its groups has a server", () => {
    const locations = [location("main"), location("other")];
    const windows = [{ ...install, locations: ["main", "other"] }, scan];
    expect(only({ locations, windows })).to.include({
      id: "window-without-servers",
      message: "none of its groups has a server in location other",
    });
  });

  it("says once that there are no servers, and finds nothing amiss with each window", () => {
    const found = checkCoverage(samplePlane({ windows: [install, scan], fleet: [] }));
    expect(found.filter(({ id }) => id === "window-without-servers")).to.have.lengthOf(1);
    expect(found).to.deep.include.members([
      {
        id: "window-without-servers",
        severity: "warning",
        path: "fleet",
        message: "the fleet file has no server, so no window reaches one",
        fix: "npx patchplane discover --write finds them",
      },
    ]);
  });

  it("finds a baseline that nothing uses, and an ordinary one that lets kernels through beside a kernel window", () => {
    expect(only({ baselines: [aptBaseline("ubuntu-auto"), aptBaseline("spare")] })).to.include({
      id: "unused-baseline",
      path: "baselines.spare",
    });
    const kernel = window("mw-kernel", { baselineOverride: ["ubuntu-kernel"] });
    const baselines = [aptBaseline("ubuntu-auto"), aptBaseline("ubuntu-kernel")];
    expect(only({ baselines, windows: [install, scan, kernel] })).to.include({
      id: "kernel-not-held",
      path: "baselines.ubuntu-auto.rejectedPatches",
    });
  });

  it("finds an OS without a default baseline where the location registers defaults, and one with two", () => {
    const locations = [location("main", { registersDefaults: true })];
    expect(only({ locations })).to.include({ id: "default-baseline-missing", value: "UBUNTU" });
    const baselines = [aptBaseline("ubuntu-auto", { default: true }), aptBaseline("second", { default: true })];
    expect(only({ locations, baselines })).to.deep.include({ id: "two-defaults", value: ["ubuntu-auto", "second"] });
  });

  it("finds a reviewed or unknown group that is to install on first contact", () => {
    const groups = [group("app"), group("db", { approval: "reviewed" })];
    const nodes = { installOnFirstContact: ["app", "db", "gone"] };
    const found = checkCoverage(samplePlane({ groups, nodes }));
    expect(found.map((each) => [each.id, each.value, each.allowed])).to.deep.equal([
      ["first-contact", "db", "app"],
      ["first-contact", "gone", "app"],
    ]);
  });

  it("finds Microsoft applications on hybrid nodes of the standard tier", () => {
    const rule = { approveAfterDays: 0, complianceLevel: "HIGH", slaDays: 30 } as const;
    const baselines = [
      windowsBaseline("windows-auto", { rules: [{ ...rule, filters: { PATCH_SET: ["APPLICATION"] } }] }),
    ];
    const groups = [group("app", { baselines: { WINDOWS: "windows-auto" }, reboot: "NoReboot" })];
    const machine = { os: "windows-server", release: "2022" } as const;
    const fleet = servers(2, { ...machine, cloud: "azure", site: "hub" });
    const parts = { baselines, groups, subscriptions: { hub } };
    expect(only({ ...parts, fleet })).to.include({ id: "tier-for-applications", path: "baselines.windows-auto.rules" });
    expect(checkCoverage(samplePlane({ ...parts, fleet: servers(2, machine) }))).to.deep.equal([]);
    const advanced = [location("main", { instanceTier: "advanced" })];
    expect(checkCoverage(samplePlane({ ...parts, fleet, locations: advanced }))).to.deep.equal([]);
  });
});
