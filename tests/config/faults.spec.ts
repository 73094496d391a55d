import { expect } from "chai";
import { expectOnly, faultsOf, fleetText, resolve, smallSettings, vmRow } from "./sources.ts";

const baselines = { operatingSystem: "AMAZON_LINUX_2", rules: [{ filters: { PRODUCT: ["*"] }, approveAfterDays: 0 }] };
const install = { operation: "install", groups: ["prod-auto"], schedule: "cron(0 2 ? * SUN *)" };

describe("faults of a stack file", () => {
  it("are none in a small stack", () => {
    expect(faultsOf(resolve(smallSettings))).to.deep.equal([]);
  });

  const cases: Readonly<Record<string, { change: Record<string, unknown>; shows: readonly string[] }>> = {
    "an unknown key": {
      change: { wndows: {} },
      shows: ["wndows: unknown key", 'did you mean "windows"?'],
    },
    "an unknown key deep inside": {
      change: { windows: { "mw-kernel": { cutofHours: 1 } } },
      shows: ["Pulumi.test.yaml:", "windows.mw-kernel.cutofHours: unknown key", 'did you mean "cutoffHours"?'],
    },
    "an account id without quotes": {
      change: { locations: { one: { accountId: 111122223333, region: "us-east-1" } } },
      shows: ["locations.one.accountId: must be text, got 111122223333", "quote it"],
    },
    "a misspelled group": {
      change: { windows: { "mw-kernel": { groups: ["prod-atuo"] } } },
      shows: ['windows.mw-kernel.groups[0]: there is no such group, got "prod-atuo"', 'did you mean "prod-auto"?'],
    },
    "a misspelled baseline": {
      change: {
        groups: { ...(smallSettings["groups"] as object), "prod-auto": { baselines: { UBUNTU: "ubuntu-atuo" } } },
      },
      shows: ["groups.prod-auto.baselines.UBUNTU: there is no such baseline", 'did you mean "ubuntu-auto"?'],
    },
    "another OS's baseline": {
      change: {
        groups: { ...(smallSettings["groups"] as object), "prod-auto": { baselines: { UBUNTU: "al2-auto" } } },
      },
      shows: ["groups.prod-auto.baselines.UBUNTU: the baseline is for AMAZON_LINUX_2, not UBUNTU"],
    },
    "a misspelled location": {
      change: { windows: { "mw-kernel": { locations: ["oen"] } } },
      shows: ["windows.mw-kernel.locations[0]: there is no such location", 'did you mean "one"?'],
    },
    "a misspelled preset window, which lacks what a window needs": {
      change: { windows: { "mw-kernal": { operation: "install", schedule: "cron(0 2 ? * SUN *)" } } },
      shows: ["windows.mw-kernal.groups: is missing"],
    },
    "a delay on Ubuntu": {
      change: {
        baselines: { "ubuntu-auto": { rules: [{ filters: { PRODUCT: ["*"] }, approveAfterDays: 7 }] } },
      },
      shows: [
        "baselines.ubuntu-auto.rules[0].approveAfterDays: Ubuntu and Debian rules take no delay",
        "windows instead",
      ],
    },
    "a filter key that the OS does not have": {
      change: {
        baselines: { mine: { ...baselines, rules: [{ filters: { PRIORITY: ["Optional"] }, approveAfterDays: 0 }] } },
      },
      shows: ["baselines.mine.rules[0].filters.PRIORITY: no filter key", "allowed: PRODUCT, CLASSIFICATION, SEVERITY"],
    },
    "a rule with two approvals": {
      change: {
        baselines: {
          "al2-auto": { rules: [{ filters: {}, approveAfterDays: 1, approveUntilDate: "2026-12-06" }] },
        },
      },
      shows: ["baselines.al2-auto.rules[0]: needs exactly one of approveAfterDays and approveUntilDate"],
    },
    "an unknown operating system": {
      change: { baselines: { mine: { ...baselines, operatingSystem: "REDHAT" } } },
      shows: ["baselines.mine.operatingSystem: unknown value", '"REDHAT"', "AMAZON_LINUX_2"],
    },
    "a cron with five fields": {
      change: { windows: { "mw-install-auto": { schedule: "cron(0 2 ? * SUN)" } } },
      shows: ["windows.mw-install-auto.schedule: cron(…) has 5 fields"],
    },
    "a cutoff that is not less than the duration": {
      change: { windows: { "mw-install-auto": { durationHours: 2, cutoffHours: 2 } } },
      shows: ["windows.mw-install-auto.cutoffHours: the cutoff leaves nothing of 2 hours"],
    },
    "an offset of seven days": {
      change: { windows: { "mw-install-auto": { offsetDays: 7 } } },
      shows: ["windows.mw-install-auto.offsetDays: is out of range, got 7; allowed: 1 to 6 days"],
    },
    "a Patch Tuesday offset of seven days": {
      change: { windows: { "mw-install-auto": { schedule: { patchTuesday: "+7d", at: "23:00" } } } },
      shows: ["windows.mw-install-auto.schedule.patchTuesday: is malformed", "0 to 6 days"],
    },
    "an offset beside Patch Tuesday": {
      change: { windows: { "mw-install-auto": { schedule: { patchTuesday: 5, at: "23:00" }, offsetDays: 1 } } },
      shows: ["windows.mw-install-auto.offsetDays: only a cron(…) schedule takes an offset"],
    },
    "a misspelled key of a schedule": {
      change: { windows: { "mw-install-auto": { schedule: { patchTuesday: 5, at: "23:00", zone: "UTC" } } } },
      shows: ["windows.mw-install-auto.schedule.zone: unknown key"],
    },
    "a date that stands there twice": {
      change: { windows: { "mw-install-auto": { schedule: { dates: ["2026-12-06", "2026-12-06"], at: "22:00" } } } },
      shows: ["windows.mw-install-auto.schedule.dates[1]: duplicate date"],
    },
    "a date that does not exist": {
      change: { windows: { "mw-install-auto": { schedule: { dates: ["2027-02-29", "2027-03-01"], at: "22:00" } } } },
      shows: ["windows.mw-install-auto.schedule.dates[0]: not a calendar date"],
    },
    "a window without a schedule": {
      change: { windows: { "mw-install-auto": { schedule: null } } },
      shows: ["windows.mw-install-auto.schedule: is missing", "onDemand: true"],
    },
    "an unknown time zone": {
      change: { timezone: "Europe/Bonn" },
      shows: ["timezone: not an IANA time zone", "Europe/Bonn"],
    },
    "a reviewed window with two groups": {
      change: {
        groups: {
          ...(smallSettings["groups"] as object),
          db: { baselines: { UBUNTU: "ubuntu-sensitive" }, approval: "reviewed", reboot: "NoReboot" },
        },
        windows: { "mw-install-auto": { groups: ["prod-auto", "db"] } },
      },
      shows: ["windows.mw-install-auto.groups: an install window with a reviewed group holds other groups as well"],
    },
    "an on-demand install on an automatic group": {
      change: { windows: { "mw-extra": { ...install, schedule: undefined, onDemand: true } } },
      shows: ["windows.mw-extra.onDemand: an on-demand install window holds groups with automatic approval"],
    },
    "an on-demand window with a schedule": {
      change: { windows: { "mw-extra": { ...install, onDemand: true } } },
      shows: ["windows.mw-extra.schedule: an on-demand window has no schedule"],
    },
    "two overrides for one OS": {
      change: {
        baselines: { mine: baselines },
        windows: { "mw-kernel": { baselineOverride: ["ubuntu-kernel", "al2-kernel", "al2023-kernel", "mine"] } },
      },
      shows: ["windows.mw-kernel.baselineOverride[3]: al2-kernel is for the same OS"],
    },
    "a misspelled check": {
      change: { checks: { "windw-time": { severity: "off", reason: "no" } } },
      shows: ["checks.windw-time: there is no such check", 'did you mean "window-time"?'],
    },
    "an override of a check without a reason": {
      change: { checks: { sla: { severity: "off" } } },
      shows: ["checks.sla.reason: is missing"],
    },
    "a freeze that ends before it begins": {
      change: { freezes: [{ from: "2026-12-31", to: "2026-12-24", reason: "year's end" }] },
      shows: ["freezes[0].to: lies before the first day"],
    },
    "a freeze on a day that does not exist": {
      change: { freezes: [{ from: "2026-12-24", to: "2026-12-32", reason: "year's end" }] },
      shows: ["freezes[0].to: not a calendar date", "2026-12-32", "allowed: yyyy-mm-dd"],
    },
    "a freeze of a group that there is not": {
      change: { freezes: [{ from: "2026-12-24", to: "2026-12-31", groups: ["prod-atuo"], reason: "year's end" }] },
      shows: ["freezes[0].groups[0]: there is no such group", 'did you mean "prod-auto"?'],
    },
    "an unknown time zone of a window": {
      change: { windows: { "mw-install-auto": { timezone: "Berlin" } } },
      shows: ["windows.mw-install-auto.timezone: not an IANA time zone"],
    },
    "a fleet file outside the project": {
      change: { fleet: "../fleet.csv" },
      shows: ["fleet: leaves the project"],
    },
    "a fleet file that is not there": {
      change: { fleet: "flete.csv" },
      shows: ["fleet: there is no such file", "flete.csv"],
    },
    "a subscription that registers nowhere": {
      change: { subscriptions: { core: { subscriptionId: "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01", location: "two" } } },
      shows: ["subscriptions.core.location: there is no such location"],
    },
    "a role of another account": {
      change: {
        locations: {
          one: { accountId: "111122223333", region: "us-east-1", roleArn: "arn:aws:iam::444455556666:role/deploy" },
        },
      },
      shows: ["locations.one.roleArn: the role is another account's"],
    },
    "a section that is no mapping": {
      change: { windows: ["mw-kernel"] },
      shows: ["windows: must be a mapping"],
    },
    "a group that is patched elsewhere in a window": {
      change: {
        groups: { ...(smallSettings["groups"] as object), k8s: { patchedElsewhere: "by its pipeline" } },
        windows: { "mw-install-auto": { groups: ["prod-auto", "k8s"] } },
      },
      shows: ["windows.mw-install-auto.groups[1]: the group is patched elsewhere"],
    },
    "a key beside patchedElsewhere": {
      change: {
        groups: {
          ...(smallSettings["groups"] as object),
          k8s: { patchedElsewhere: "by its pipeline", reboot: "NoReboot" },
        },
      },
      shows: ["groups.k8s.reboot: unknown key; allowed: patchedElsewhere, businessUnit, owner"],
    },
    "an AWS baseline that does not exist": {
      change: {
        groups: {
          ...(smallSettings["groups"] as object),
          "prod-auto": { baselines: { WINDOWS: "AWS-WindowsDefaultPatchBaseline" } },
        },
      },
      shows: ["groups.prod-auto.baselines.WINDOWS: AWS has no baseline of that name for WINDOWS"],
    },
    "an AWS baseline whose ARN nobody wrote down": {
      change: {
        groups: {
          ...(smallSettings["groups"] as object),
          "prod-auto": { baselines: { UBUNTU: "AWS-UbuntuDefaultPatchBaseline" } },
        },
      },
      shows: ["add it to locations.one.predefinedBaselines", "aws ssm describe-patch-baselines --region us-east-1"],
    },
  };

  for (const [what, { change, shows }] of Object.entries(cases)) {
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
