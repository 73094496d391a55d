import { expect } from "chai";
import { readPlaneFrom } from "../../config/file.ts";
import { core, groups, one } from "./faultCases.ts";
import { approvalsFile, expectOnly, faultsOf, filesOf, fleetText, resolve, smallSettings, vmRow } from "./sources.ts";

const fleet = { "fleet.csv": fleetText({}, vmRow(1)) };

/** `file: path` of each fault. */
function places(resolved: ReturnType<typeof resolve>): readonly string[] {
  return "faults" in resolved ? resolved.faults.map((fault) => `${fault.file ?? ""} ${fault.path}`) : [];
}

describe("faults that follow from others", () => {
  const { locations, subscriptions, ...others } = smallSettings;
  const cases: Readonly<Record<string, readonly [settings: Record<string, unknown>, ...shows: string[]]>> = {
    "a section that is no mapping": [{ ...smallSettings, locations: ["one"] }, "locations: must be a mapping"],
    "a missing section": [{ subscriptions, ...others }, "locations: is missing"],
    "a misspelled section": [
      { locations, subscription: subscriptions, ...others },
      "subscription: unknown key",
      'did you mean "subscriptions"?',
    ],
    "a misspelled section that others refer to": [
      {
        ...smallSettings,
        groups: { ...groups, "prod-auto": { baselines: { UBUNTU: "mine" } } },
        basellines: { mine: {} },
      },
      'did you mean "baselines"?',
    ],
    "a secret in a section": [
      { ...smallSettings, locations: { one: { ...one, region: { secure: "v1:abc" } } } },
      "locations: holds a secret",
    ],
    "a malformed Region": [
      { ...smallSettings, locations: { one: { ...one, region: "us-east1" } } },
      "locations.one.region: is malformed",
    ],
    "a malformed account id": [
      {
        ...smallSettings,
        locations: { one: { ...one, accountId: "1111-2222", roleArn: "arn:aws:iam::111122223333:role/deploy" } },
      },
      "locations.one.accountId: is malformed",
    ],
    "a malformed subscription id": [
      { ...smallSettings, subscriptions: { core: { ...core, subscriptionId: "5D1F6A30" } } },
      "subscriptions.core.subscriptionId: is malformed",
    ],
    "a baseline for no known OS": [
      {
        ...smallSettings,
        baselines: { mine: { operatingSystem: "UBUNTO", rules: [] } },
        groups: { ...groups, "prod-auto": { baselines: { UBUNTU: "mine" } } },
      },
      "baselines.mine.operatingSystem: unknown value",
      'did you mean "UBUNTU"?',
    ],
    "a group's baseline for no known OS": [
      { ...smallSettings, groups: { ...groups, "prod-auto": { baselines: { UBUNTO: "ubuntu-auto" } } } },
      "groups.prod-auto.baselines.UBUNTO: unknown key",
    ],
    "a group at fault that installs on first contact": [
      {
        ...smallSettings,
        groups: { ...groups, "prod-auto": { reboot: "never" } },
        nodes: { installOnFirstContact: ["prod-auto"] },
      },
      "groups.prod-auto.reboot: unknown value",
    ],
    "a group that cannot install on first contact": [
      { ...smallSettings, nodes: { installOnFirstContact: ["prod-atuo"] } },
      "nodes.installOnFirstContact[0]: there is no such automatic group",
    ],
    "a window at fault that was the only one of its servers": [
      { ...smallSettings, windows: { "mw-install-auto": { durationHours: 0 } } },
      "windows.mw-install-auto.durationHours: is out of range",
    ],
  };
  for (const [what, [settings, ...shows]] of Object.entries(cases)) {
    it(`are left out beside ${what}`, () => {
      expectOnly(resolve(settings, fleet), ...shows);
    });
  }
});

describe("faults that do not follow from others", () => {
  it("show beside a time zone that is none: schedules, unknown groups, servers in no window", () => {
    const rows = fleetText({}, { id: "i-0123456789abcdef1", patch_group: "prod-atuo" });
    const windows = { "mw-install-auto": { schedule: "cron(0 2 ? * SUN#6 *)" } };
    const resolved = resolve({ ...smallSettings, timezone: "Mars/X", windows }, { "fleet.csv": rows });
    expect(places(resolved)).to.deep.equal([
      "Pulumi.test.yaml timezone",
      "Pulumi.test.yaml windows.mw-install-auto.schedule",
      "fleet.csv fleet",
    ]);
  });

  it("show beside a window's time zone that is none: its dates", () => {
    const schedule = { dates: ["2027-02-29"], at: "22:00" };
    const windows = { "mw-install-auto": { timezone: "Berlin", schedule } };
    expect(places(resolve({ ...smallSettings, windows }))).to.deep.equal([
      "Pulumi.test.yaml windows.mw-install-auto.timezone",
      "Pulumi.test.yaml windows.mw-install-auto.schedule.dates[0]",
    ]);
  });

  it("show beside an unknown key: a group without a baseline, a release that no rule takes, a group in no window", () => {
    const rows = fleetText(
      { id: "i-0123456789abcdef1", os: "windows-server", release: "2022" },
      { id: "i-0123456789abcdef2", patch_group: "mine" },
    );
    const rules = [{ filters: { PRODUCT: ["Ubuntu20.04"] } }];
    const mine = { baselines: { UBUNTU: "old" }, approval: "automatic", reboot: "NoReboot" };
    const settings = {
      ...smallSettings,
      reportz: {},
      baselines: { old: { operatingSystem: "UBUNTU", rules } },
      groups: { ...groups, mine },
    };
    expect([...places(resolve(settings, { "fleet.csv": rows }))].sort()).to.deep.equal([
      "Pulumi.test.yaml baselines.old.rules",
      "Pulumi.test.yaml groups.mine",
      "Pulumi.test.yaml groups.prod-auto.baselines.WINDOWS",
      "Pulumi.test.yaml reportz",
      "Pulumi.test.yaml windows.mw-kernel.baselineOverride",
    ]);
  });

  it("show in an approvals file beside what its form lacks", () => {
    const patches = { UBUNTU: [{ id: "openssl", title: "3.0" }], WINDOWS: [{ id: "kb1" }] };
    const text = approvalsFile({ note: undefined, expires: "2026-02-31T06:00:00Z", patches });
    const sensitive = { ...smallSettings, groups: { ...groups, "prod-sensitive": {} } };
    const files = {
      "fleet.csv": fleetText({}, { id: "i-0123456789abcdef1", patch_group: "prod-sensitive" }),
      "approvals/prod-sensitive/2026-02-01.yaml": text,
    };
    const faults = faultsOf(resolve(sensitive, files));
    expect(faults.map((fault) => fault.split(":")[2]?.trim()).sort()).to.deep.equal([
      "expires",
      "note",
      "patches.UBUNTU[0]",
      "patches.WINDOWS[0]",
    ]);
  });

  it("show beside a key that is no text", () => {
    const { faults } = resolveText("config:\n  patchplane:locations:\n    2026: {}\n  patchplane:wndows: {}\n");
    expect(faults).to.include("a key must be text").and.include("unknown key");
  });
});

function resolveText(text: string): { readonly faults: readonly string[] } {
  const resolved = readPlaneFrom(filesOf({ "Pulumi.test.yaml": text }), "test");
  return { faults: "faults" in resolved ? resolved.faults.map((fault) => fault.message) : [] };
}
