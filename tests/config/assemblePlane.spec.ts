import { expect } from "chai";
import { readPlane, readPlaneFrom } from "../../config/file.ts";
import { groups } from "./faultCases.ts";
import {
  approvalsFile,
  expectOnly,
  faultsOf,
  filesOf,
  fleetText,
  planeOf,
  resolve,
  root,
  smallSettings,
  trap,
} from "./sources.ts";

function windowsOf(windows: object, more: object = {}) {
  return planeOf(resolve({ ...smallSettings, ...more, windows })).plane.windows;
}

describe("a resolved plane", () => {
  it("is frozen all the way down", () => {
    const { plane } = planeOf(resolve(smallSettings));
    expect(Object.isFrozen(plane)).to.equal(true);
    expect(Object.isFrozen(plane.windows["mw-kernel"]?.hooks.before)).to.equal(true);
    expect(Object.isFrozen(plane.fleet[0])).to.equal(true);
  });

  it("keeps the limits of a rehearsal apart from the checks", () => {
    const sla = { severity: "off", reason: "monthly" };
    const { plane } = planeOf(resolve({ ...smallSettings, checks: { sla, rehearsal: { overruns: 0 } } }));
    expect(plane.checks).to.deep.equal({ sla });
    expect(plane.rehearsal).to.deep.equal({ overruns: 0 });
  });

  it("tells each location and subscription the tags of all", () => {
    const tags = { CostCenter: "4711" };
    const { plane } = planeOf(resolve({ ...smallSettings, tags }));
    const sites = [...Object.values(plane.locations), ...Object.values(plane.subscriptions)];
    expect(sites.map((site) => site.tags)).to.deep.equal([tags, tags]);
    const bare = planeOf(resolve(smallSettings)).plane;
    expect(Object.values(bare.locations).map((site) => "tags" in site)).to.deep.equal([false]);
  });

  it("says which tags are those of others, and nothing where none are", () => {
    const ignoredTags = { keyPrefixes: ["map-"] };
    expect(planeOf(resolve({ ...smallSettings, ignoredTags })).plane.ignoredTags).to.deep.equal({
      keys: [],
      keyPrefixes: ["map-"],
    });
    expect("ignoredTags" in planeOf(resolve({ ...smallSettings, ignoredTags: {} })).plane).to.equal(false);
  });

  it("has the presets that its groups and windows use, and the defaults", () => {
    const { plane } = planeOf(resolve(smallSettings));
    expect(Object.keys(plane.groups)).to.deep.equal(["prod-auto"]);
    expect(Object.keys(plane.windows)).to.deep.equal(["mw-install-auto", "mw-kernel", "mw-scan-all"]);
    expect(Object.keys(plane.baselines)).to.deep.equal([
      "al2-auto",
      "al2-default",
      "al2-kernel",
      "al2023-auto",
      "al2023-default",
      "al2023-kernel",
      "debian-default",
      "ubuntu-auto",
      "ubuntu-default",
      "ubuntu-kernel",
      "windows-default",
    ]);
  });

  it("changes a preset key by key, replaces its lists, and drops what is null", () => {
    const { plane } = planeOf(
      resolve({
        ...smallSettings,
        groups: { ...groups, "prod-auto": { reboot: "NoReboot", baselines: { AMAZON_LINUX_2023: null } } },
        windows: { "mw-install-auto": { maxConcurrency: 7 } },
        baselines: { "ubuntu-auto": { rejectedPatches: ["openjdk-*", "linux-image-*"] }, "debian-default": null },
      }),
    );
    expect(plane.groups["prod-auto"]).to.deep.include({
      reboot: "NoReboot",
      approval: "automatic",
      baselines: { UBUNTU: "ubuntu-auto", AMAZON_LINUX_2: "al2-auto" },
    });
    expect(plane.windows["mw-install-auto"]).to.include({ maxConcurrency: "7", maxErrors: "10%", durationHours: 4 });
    expect(plane.baselines["ubuntu-auto"]?.rejectedPatches).to.deep.equal(["openjdk-*", "linux-image-*"]);
    expect(plane.baselines).not.to.have.property("debian-default");
  });

  it("replaces a preset group that is patched elsewhere", () => {
    const { plane } = planeOf(
      resolve({
        ...smallSettings,
        groups: { ...groups, "jump-log": { patchedElsewhere: "by the provider" } },
        windows: {
          "mw-scan-all": { groups: ["prod-auto"] },
          "mw-install-auto": { groups: ["prod-auto"] },
          "mw-kernel": { groups: ["prod-auto"] },
        },
      }),
    );
    expect(plane.groups["jump-log"]).to.deep.equal({
      kind: "elsewhere",
      name: "jump-log",
      patchedElsewhere: "by the provider",
    });
  });

  it("compiles Patch Tuesday and some days, written either way", () => {
    const at = "23:30";
    for (const patchTuesday of ["+5d", "5d", 5]) {
      const { schedules } = windowsOf(
        { "mw-install-auto": { schedule: { patchTuesday, at } } },
        { checks: off("sla") },
      )["mw-install-auto"] ?? { schedules: [] };
      expect(schedules).to.deep.equal([
        { suffix: "", expression: "cron(30 23 ? * TUE#2 *)", offsetDays: 5, timezone: "UTC" },
      ]);
    }
  });

  it("makes one schedule per date, in UTC, sorted", () => {
    const schedule = { dates: ["2027-07-04", "2026-12-06", "2027-06-06"], at: "22:00" };
    const windows = windowsOf({ "mw-install-auto": { schedule, timezone: "Europe/Berlin" } }, { checks: off("sla") });
    expect(windows["mw-install-auto"]?.timezone).to.equal("Europe/Berlin");
    expect(windows["mw-install-auto"]?.schedules).to.deep.equal([
      { suffix: "2026-12-06", expression: "at(2026-12-06T21:00:00)", timezone: "UTC" },
      { suffix: "2027-06-06", expression: "at(2027-06-06T20:00:00)", timezone: "UTC" },
      { suffix: "2027-07-04", expression: "at(2027-07-04T20:00:00)", timezone: "UTC" },
    ]);
  });

  it("takes a Region of the European sovereign cloud", () => {
    const region = "eusc-de-east-1";
    const { plane } = planeOf(
      resolve(
        { ...smallSettings, locations: { one: { accountId: "111122223333", region } } },
        { "fleet.csv": fleetText({ region }) },
      ),
    );
    expect(plane.locations["one"]).to.include({ region, partition: "aws-eusc" });
  });

  it("takes partition and usual values from what is written", () => {
    const { plane } = planeOf(
      resolve(
        { ...smallSettings, locations: { one: { accountId: "111122223333", region: "cn-north-1" } } },
        { "fleet.csv": fleetText({ region: "cn-north-1" }) },
      ),
    );
    expect(plane.locations["one"]).to.deep.equal({
      name: "one",
      accountId: "111122223333",
      pinsServiceTrust: false,
      region: "cn-north-1",
      partition: "aws-cn",
      registersDefaults: false,
      ownsServiceSettings: false,
      instanceTier: "standard",
      predefinedBaselines: {},
    });
    expect(plane.windows["mw-scan-all"]).to.include({ onDemand: false, timezone: "UTC" });
    expect(plane.windows["mw-install-auto"]).not.to.have.property("minutesPerHost");
  });

  it("takes an AWS baseline whose ARN each location names", () => {
    const name = "AWS-UbuntuDefaultPatchBaseline";
    const arn = "arn:aws:ssm:us-east-1:123456789012:patchbaseline/pb-0123456789abcdef0";
    const { plane } = planeOf(
      resolve({
        ...smallSettings,
        locations: { one: { accountId: "111122223333", region: "us-east-1", predefinedBaselines: { [name]: arn } } },
        groups: { ...groups, "prod-auto": { baselines: { UBUNTU: name } } },
      }),
    );
    expect(plane.locations["one"]?.predefinedBaselines).to.deep.equal({ [name]: arn });
  });

  it("names the fleet file and the row in findings about servers", () => {
    const rows = [{}, { id: "i-0123456789abcdef1", patch_group: "prod-atuo" }];
    expectOnly(
      resolve(smallSettings, { "fleet.csv": fleetText(...rows) }),
      "fleet.csv:3: fleet:",
      "prod-atuo",
      "prod-auto",
    );
  });

  it("finds a misspelt Region in the stack file, and not in each row of its servers", () => {
    const locations = { one: { accountId: "111122223333", region: "us-esat-1" } };
    const rows = [{}, { id: "i-0123456789abcdef1" }];
    expectOnly(
      resolve({ ...smallSettings, locations }, { "fleet.csv": fleetText(...rows) }),
      "locations.one.region: no Region of that name is known",
      'did you mean "us-east-1"?',
    );
  });

  it("reports every part's faults at once: none hides another", () => {
    const fleet = fleetText({ site: "nowhere" }, { id: "i-1" }, { owner: "a;b" });
    const faults = faultsOf(
      readPlaneFrom(
        filesOf({
          "Pulumi.prod.yaml": trap("faulty.yaml"),
          "fleet/faulty.csv": fleet,
          "approvals/prod-auto/2026-12-01.yaml": approvalsFile(),
          "approvals/prod-sensitive/2026-12-01.yaml": "scan: x\nscann: y\n",
        }),
        "prod",
      ),
    );
    const has = (...texts: readonly string[]) => faults.some((fault) => texts.every((text) => fault.includes(text)));
    for (const texts of [
      [":4: pulumi:disable-default-providers"],
      [":8: windos: unknown key"],
      [":11: locations.one.accountId"],
      [":13: locations.one.regon: unknown key"],
      [":17: locations.two.roleArn"],
      [":24: subscriptions.core.location"],
      [":29: baselines.ubuntu-slow.rules[0].filters.CLASSIFICATION"],
      [":30: baselines.ubuntu-slow.rules[0].approveAfterDays"],
      [":35: baselines.al2-dated.rules[0].approveUntilDate: is a bare date"],
      [":38: groups.prod-auto.baselines.UBUNTU: there is no such baseline"],
      [":40: groups.dba.baselines.UBUNTU: location three"],
      [":47: windows.mw-install-auto.groups[0]", 'did you mean "prod-auto"?'],
      [":47: windows.mw-install-auto.groups[1]", "patched elsewhere"],
      [":48: windows.mw-install-auto.locations[1]"],
      [":52: windows.mw-five-fields.schedule: cron(…) has 5 fields"],
      [":58: windows.mw-no-time.cutoffHours"],
      [":63: windows.mw-offset.offsetDays: is out of range"],
      [":66: windows.mw-two-reviewed.groups"],
      [":71: windows.mw-automatic.onDemand"],
      [":75: windows.mw-calendar.schedule.dates[0]: is a bare date"],
      [":77: freezes[0].to: is a bare date"],
      [":79: checks.slaa"],
      [":81: nodes.installOnFirstContact[0]"],
      ["fleet/faulty.csv:2: site: there is no such location"],
      ["fleet/faulty.csv:3: id: not a server of AWS"],
      ["fleet/faulty.csv:4: owner: holds characters that AWS refuses"],
      ["approvals/prod-auto: group: approvals are for groups with approval: reviewed"],
      ["approvals/prod-sensitive/2026-12-01.yaml:2: scann: unknown key"],
      ["approvals/prod-sensitive/2026-12-01.yaml:1: expires: is missing"],
    ]) {
      expect(has(...texts), `${texts.join(" … ")} in\n${faults.join("\n")}`).to.equal(true);
    }
  });

  it("names a stack file that is not there", () => {
    expect(faultsOf(readPlane(root, "staging"))).to.deep.equal([
      'Pulumi.staging.yaml: stack: there is no such stack file, got "staging"',
    ]);
  });
});

function off(id: string) {
  return { [id]: { severity: "off", reason: "not what this spec is about" } };
}
