import { expect } from "chai";
import {
  core,
  groups,
  ofAmazonLinux,
  ofGroup,
  ofInstall,
  ofKernel,
  ofLocation,
  ofUbuntu,
  type FaultCase,
} from "./faultCases.ts";
import { expectOnly, faultsOf, fleetText, resolve, smallSettings, vmRow } from "./sources.ts";

const mine = { operatingSystem: "AMAZON_LINUX_2", rules: [{ filters: { PRODUCT: ["*"] }, approveAfterDays: 0 }] };
const extra = { operation: "install", groups: ["prod-auto"], onDemand: true };
const yearsEnd = { from: "2026-12-24", to: "2026-12-31", reason: "year's end" };
const db = { baselines: { UBUNTU: "ubuntu-sensitive" }, approval: "reviewed", reboot: "NoReboot" };
const k8s = { patchedElsewhere: "by its pipeline" };

describe("keys that every object of JavaScript has", () => {
  for (const key of ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"]) {
    it(`are unknown as any other, wherever they stand: ${key}`, () => {
      const settings = {
        ...smallSettings,
        windows: { mine: { operation: key, groups: [key], schedule: "cron(0 2 ? * SUN *)", locations: [key] } },
        groups: {
          ...(smallSettings["groups"] as object),
          mine: { baselines: { UBUNTU: key }, approval: key, reboot: key },
        },
        baselines: { mine: { operatingSystem: "UBUNTU", rules: [{ filters: { SECTION: ["x"] }, [key]: 1 }] } },
        checks: { [key]: { severity: "off", reason: "r" } },
        [key]: 1,
      };
      const faults = faultsOf(resolve(settings));
      expect(faults.length).to.be.above(4);
      for (const fault of faults) expect(fault).not.to.match(/undefined|native code|\[object/);
    });
  }
});

describe("faults of a stack file", () => {
  it("are none in a small stack", () => {
    expect(faultsOf(resolve(smallSettings))).to.deep.equal([]);
  });

  const cases: Readonly<Record<string, FaultCase>> = {
    "an unknown key": [{ wndows: {} }, "wndows: unknown key", 'did you mean "windows"?'],
    "a tag that the stack sets itself": [{ tags: { managedBy: "x" } }, "tags.managedBy: is a tag that the stack sets"],
    "a tag that a cloud keeps for itself": [{ tags: { "aws:x": "y" } }, "tags.aws:x: begins as names do", '"aws:x"'],
    "a tag's value that is a number": [{ tags: { CostCenter: 4711 } }, "tags.CostCenter: must be text", "quote it"],
    "a tag's value that AWS refuses": [{ tags: { Team: "a&b" } }, "tags.Team: ", '"a&b"'],
    "more tags than an object in S3 takes": [
      { tags: Object.fromEntries(Array.from("abcdefgh", (name) => [name, "1"])) },
      "tags: has too many entries",
      "at most 7",
    ],
    "an unknown key deep inside": ofKernel(
      { cutofHours: 1 },
      ".cutofHours: unknown key",
      "Pulumi.test.yaml:",
      'did you mean "cutoffHours"?',
    ),
    "an account id without quotes": ofLocation(
      { accountId: 111122223333 },
      ".accountId: must be text, got 111122223333",
      "quote it",
    ),
    "a misspelled group": ofKernel(
      { groups: ["prod-atuo"] },
      '.groups[0]: there is no such group, got "prod-atuo"',
      'did you mean "prod-auto"?',
    ),
    "a misspelled baseline": ofGroup(
      { baselines: { UBUNTU: "ubuntu-atuo" } },
      ".baselines.UBUNTU: there is no such baseline",
      'did you mean "ubuntu-auto"?',
    ),
    "another OS's baseline": ofGroup(
      { baselines: { UBUNTU: "al2-auto" } },
      ".baselines.UBUNTU: the baseline is for AMAZON_LINUX_2, not UBUNTU",
    ),
    "a misspelled location": ofKernel(
      { locations: ["oen"] },
      ".locations[0]: there is no such location",
      'did you mean "one"?',
    ),
    "a misspelled preset window, which lacks what a window needs": [
      { windows: { "mw-kernal": { operation: "install", schedule: "cron(0 2 ? * SUN *)" } } },
      'windows.mw-kernal: is no preset, and not whole as an entry of its own; did you mean "mw-kernel"?',
    ],
    "a delay on Ubuntu": ofUbuntu(
      { rules: [{ filters: { PRODUCT: ["*"] }, approveAfterDays: 7 }] },
      ".rules[0].approveAfterDays: Ubuntu and Debian rules take no delay",
      "windows instead",
    ),
    "a filter key that the OS does not have": [
      { baselines: { mine: { ...mine, rules: [{ filters: { PRIORITY: ["Optional"] }, approveAfterDays: 0 }] } } },
      "baselines.mine.rules[0].filters.PRIORITY: no filter key",
      "allowed: PRODUCT, CLASSIFICATION, SEVERITY",
    ],
    "a rule with two approvals": ofAmazonLinux(
      { rules: [{ filters: {}, approveAfterDays: 1, approveUntilDate: "2026-12-06" }] },
      ".rules[0]: needs exactly one of approveAfterDays and approveUntilDate",
    ),
    "an unknown operating system": [
      { baselines: { mine: { ...mine, operatingSystem: "REDHAT" } } },
      "baselines.mine.operatingSystem: unknown value",
      '"REDHAT"',
      "AMAZON_LINUX_2",
    ],
    "a cron with five fields": ofInstall({ schedule: "cron(0 2 ? * SUN)" }, ".schedule: cron(…) has 5 fields"),
    "a cutoff that is not less than the duration": ofInstall(
      { durationHours: 2, cutoffHours: 2 },
      ".cutoffHours: the cutoff leaves nothing of 2 hours",
    ),
    "an offset of seven days": ofInstall(
      { offsetDays: 7 },
      ".offsetDays: is out of range, got 7; allowed: 1 to 6 days",
    ),
    "a Patch Tuesday offset of seven days": ofInstall(
      { schedule: { patchTuesday: "+7d", at: "23:00" } },
      ".schedule.patchTuesday: is malformed",
      "0 to 6 days",
    ),
    "an offset beside Patch Tuesday": ofInstall(
      { schedule: { patchTuesday: 5, at: "23:00" }, offsetDays: 1 },
      ".offsetDays: only a cron(…) schedule takes an offset",
    ),
    "a misspelled key of a schedule": ofInstall(
      { schedule: { patchTuesday: 5, at: "23:00", zone: "UTC" } },
      ".schedule.zone: unknown key",
    ),
    "a date that stands there twice": ofInstall(
      { schedule: { dates: ["2026-12-06", "2026-12-06"], at: "22:00" } },
      ".schedule.dates[1]: duplicate date",
    ),
    "a date that does not exist": ofInstall(
      { schedule: { dates: ["2027-02-29", "2027-03-01"], at: "22:00" } },
      ".schedule.dates[0]: not a calendar date",
    ),
    "a window without a schedule": ofInstall({ schedule: null }, ".schedule: is missing", "onDemand: true"),
    "an unknown time zone": [{ timezone: "Europe/Bonn" }, "timezone: not an IANA time zone", "Europe/Bonn"],
    "a reviewed window with two groups": [
      { groups: { ...groups, db }, windows: { "mw-install-auto": { groups: ["prod-auto", "db"] } } },
      "windows.mw-install-auto.groups: an install window with a reviewed group holds other groups as well",
    ],
    "an on-demand install on an automatic group": [
      { windows: { "mw-extra": extra } },
      "windows.mw-extra.onDemand: an on-demand install window holds groups with automatic approval",
    ],
    "an on-demand window with a schedule": [
      { windows: { "mw-extra": { ...extra, schedule: "cron(0 2 ? * SUN *)" } } },
      "windows.mw-extra.schedule: an on-demand window has no schedule",
    ],
    "two overrides for one OS": [
      {
        baselines: { mine },
        windows: { "mw-kernel": { baselineOverride: ["ubuntu-kernel", "al2-kernel", "al2023-kernel", "mine"] } },
      },
      "windows.mw-kernel.baselineOverride[3]: al2-kernel is for the same OS",
    ],
    "a misspelled check": [
      { checks: { "windw-time": { severity: "off", reason: "no" } } },
      "checks.windw-time: there is no such check",
      'did you mean "window-time"?',
    ],
    "an override of a check without a reason": [
      { checks: { sla: { severity: "off" } } },
      "checks.sla.reason: is missing",
    ],
    "a freeze that ends before it begins": [
      { freezes: [{ ...yearsEnd, from: "2027-01-01" }] },
      "freezes[0].to: lies before the first day",
    ],
    "a freeze on a day that does not exist": [
      { freezes: [{ ...yearsEnd, to: "2026-12-32" }] },
      "freezes[0].to: not a calendar date",
      "2026-12-32",
      "allowed: yyyy-mm-dd",
    ],
    "a freeze of a group that there is not": [
      { freezes: [{ ...yearsEnd, groups: ["prod-atuo"] }] },
      "freezes[0].groups[0]: there is no such group",
      'did you mean "prod-auto"?',
    ],
    "an unknown time zone of a window": ofInstall({ timezone: "Berlin" }, ".timezone: not an IANA time zone"),
    "a fleet file outside the project": [{ fleet: "../fleet.csv" }, "fleet: leaves the project"],
    "a fleet file that is not there": [{ fleet: "flete.csv" }, "fleet: there is no such file", "flete.csv"],
    "a subscription that registers nowhere": [
      { subscriptions: { core: { ...core, location: "two" } } },
      "subscriptions.core.location: there is no such location",
    ],
    "a role of another account": ofLocation(
      { roleArn: "arn:aws:iam::444455556666:role/deploy" },
      ".roleArn: the role is another account's",
    ),
    "a section that is no mapping": [{ windows: ["mw-kernel"] }, "windows: must be a mapping"],
    "a group that is patched elsewhere in a window": [
      { groups: { ...groups, k8s }, windows: { "mw-install-auto": { groups: ["prod-auto", "k8s"] } } },
      "windows.mw-install-auto.groups[1]: the group is patched elsewhere",
    ],
    "a key beside patchedElsewhere": [
      { groups: { ...groups, k8s: { ...k8s, reboot: "NoReboot" } } },
      "groups.k8s.reboot: unknown key; allowed: patchedElsewhere, businessUnit, owner",
    ],
    "an AWS baseline that does not exist": ofGroup(
      { baselines: { WINDOWS: "AWS-WindowsDefaultPatchBaseline" } },
      ".baselines.WINDOWS: AWS has no baseline of that name for WINDOWS",
    ),
    "an AWS baseline whose ARN nobody wrote down": ofGroup(
      { baselines: { UBUNTU: "AWS-UbuntuDefaultPatchBaseline" } },
      ".baselines.UBUNTU: ",
      "add it to locations.one.predefinedBaselines",
      "aws ssm describe-patch-baselines --region us-east-1",
    ),
  };

  for (const [what, [change, ...shows]] of Object.entries(cases)) {
    it(`name ${what}, and nothing else`, () => {
      expectOnly(resolve({ ...smallSettings, ...change }), ...shows);
    });
  }

  it("name more than 1,000 hybrid nodes on the standard tier beside others", () => {
    const vms = Array.from({ length: 1001 }, (_, index) => vmRow(index));
    const faults = faultsOf(resolve({ ...smallSettings, wndows: {} }, { "fleet.csv": fleetText(...vms) }));
    expect(faults).to.have.lengthOf(2);
    expect(faults[0]).to.contain("1001");
    expect(faults[1]).to.contain("wndows");
  });

  it("never show a secret", () => {
    const secret = { secure: "v1:abcdef" };
    const faults = faultsOf(resolve({ ...smallSettings, notifications: { emails: [secret] } }));
    expect(faults).to.have.lengthOf(1);
    expect(faults[0]).to.contain("notifications: holds a secret").and.not.contain("abcdef");
  });
});
