import { expect } from "chai";
import { core, groups, ofAmazonLinux, ofInstall, ofLocation, ofUbuntu, one, type FaultCase } from "./faultCases.ts";
import { expectOnly, faultsOf, fleetText, planeOf, resolve, smallSettings, vmRow } from "./sources.ts";

const arn = "arn:aws:ssm:us-east-1:123456789012:patchbaseline/pb-0123456789abcdef0";
const ubuntu = "AWS-UbuntuDefaultPatchBaseline";
const lines = { linux: ["true"] };

/** A case of one rule of an Amazon Linux baseline. */
function ofRule(rule: object, says: string, ...shows: readonly string[]): FaultCase {
  const rules = [{ filters: { PRODUCT: ["*"] }, approveAfterDays: 3, ...rule }];
  return ofAmazonLinux({ rules }, `.rules[0].${says}`, ...shows);
}

describe("what cannot stand together in a stack file", () => {
  const stop = { name: "stop", ...lines };
  const cases: Readonly<Record<string, FaultCase>> = {
    "a role in another partition": ofLocation(
      { roleArn: "arn:aws-cn:iam::111122223333:role/deploy" },
      ".roleArn: the role is in another partition than the Region",
      "allowed: arn:aws:…",
    ),
    "a predefined baseline's ARN of another Region": ofLocation(
      { predefinedBaselines: { [ubuntu]: arn.replace("us-east-1", "eu-west-1") } },
      `.predefinedBaselines.${ubuntu}: the ARN is of another Region`,
    ),
    "a predefined baseline's ARN that is something else's": ofLocation(
      { predefinedBaselines: { [ubuntu]: "arn:aws:iam::123456789012:role/x" } },
      `.predefinedBaselines.${ubuntu}: is malformed`,
    ),
    "an ARN for a baseline that AWS does not have": ofLocation(
      { predefinedBaselines: { "AWS-UbuntuDefaultBaseline": arn } },
      ".predefinedBaselines.AWS-UbuntuDefaultBaseline: AWS has no baseline of that name",
      `did you mean "${ubuntu}"?`,
    ),
    "Athena in a location that there is not": [
      { reports: { athena: { location: "use2" } } },
      'reports.athena.location: there is no such location, got "use2"',
    ],
    "two hooks of one name": ofInstall(
      { hooks: { before: [stop], after: [stop] } },
      ".hooks.after[0].name: another hook of the window has the same name",
    ),
    "a hook without lines": ofInstall(
      { hooks: { before: [{ name: "stop" }] } },
      ".hooks.before[0]: the hook has no lines",
    ),
    "a line of a hook that SSM would read as a parameter": ofInstall(
      { hooks: { after: [{ name: "start", linux: ["true", "echo {{ secret }}"] }] } },
      '.hooks.after[0].linux[1]: SSM reads {{ as the beginning of a parameter, got "echo {{ secret }}"',
    ),
    "a hook that runs once with the name of another": ofInstall(
      { hooks: { before: [stop], once: { group: "prod-auto", after: [stop] } } },
      ".hooks.once.after[0].name: another hook of the window has the same name",
    ),
    "hooks that run once in a group that there is not": ofInstall(
      { hooks: { once: { group: "operation", before: [stop] } } },
      '.hooks.once.group: there is no such group, got "operation"',
    ),
    "hooks that run once around a scan": [
      { windows: { "mw-scan-all": { hooks: { once: { group: "prod-auto", before: [stop] } } } } },
      "windows.mw-scan-all.hooks: a scan changes nothing",
    ],
    "hooks around a scan": [
      { windows: { "mw-scan-all": { hooks: { before: [stop] } } } },
      "windows.mw-scan-all.hooks: a scan changes nothing",
    ],
    "a scan that is to reboot": [
      { windows: { "mw-scan-all": { reboot: "RebootIfNeeded" } } },
      'windows.mw-scan-all.reboot: a scan never reboots, got "RebootIfNeeded"',
    ],
    "a limit of a rehearsal that there is not": [
      { checks: { rehearsal: { onTime: 99 } } },
      "checks.rehearsal.onTime: unknown key",
      "onTimePercent",
    ],
    "a limit of a rehearsal beyond what there is": [
      { checks: { rehearsal: { onTimePercent: 101 } } },
      "checks.rehearsal.onTimePercent: is out of range, got 101",
    ],
    "a null that takes no preset away": [
      { groups: { ...groups, "prod-sensitve": null } },
      "groups.prod-sensitve: is empty; null takes a preset away, and none has this name",
      'did you mean "prod-sensitive"?',
    ],
    "a misspelled preset that is to have an owner": [
      { groups: { ...groups, "prod-atuo": { owner: "platform@example.com" } } },
      "groups.prod-atuo: is no preset, and not whole as an entry of its own",
      'did you mean "prod-auto"?',
    ],
    "a null that takes no key of a preset away": ofInstall({ schedul: null }, ".schedul: unknown key"),
    "a schedule of no known form": ofInstall(
      { schedule: { cron: "0 2 * * 0" } },
      ".schedule: is malformed",
      "patchTuesday",
      "dates",
    ),
    "a number as a schedule": ofInstall({ schedule: 5 }, ".schedule: is malformed, got 5; allowed: cron"),
    "no day of Patch Tuesday": ofInstall(
      { schedule: { patchTuesday: null, at: "22:00" } },
      ".schedule",
      "allowed: 0 to 6 days",
    ),
    "no time of day": ofInstall({ schedule: { patchTuesday: 5 } }, ".schedule.at: is missing; allowed: HH:MM"),
    "a time of day as a number": ofInstall(
      { schedule: { patchTuesday: 5, at: 2330 } },
      ".schedule.at: must be text, got 2330; allowed: HH:MM",
    ),
    "a concurrency of more characters than AWS takes": ofInstall(
      { maxConcurrency: 10_000_000 },
      ".maxConcurrency: is out of range",
    ),
    "a number of days as text": ofInstall({ offsetDays: "2" }, ".offsetDays: must be a number", "allowed: 1 to 6 days"),
    "a number beyond all bounds": ofInstall(
      { offsetDays: 1e21 },
      ".offsetDays: is out of range",
      "allowed: 1 to 6 days",
    ),
    "no concurrency": ofInstall({ maxConcurrency: "0" }, ".maxConcurrency: is malformed"),
    "errors beyond all": ofInstall({ maxErrors: "101%" }, ".maxErrors: is malformed"),
    "a window of 25 hours": ofInstall({ durationHours: 25 }, ".durationHours: is out of range, got 25"),
    "a negative cutoff": ofInstall({ cutoffHours: -1 }, ".cutoffHours: is out of range, got -1"),
    "a window without groups": ofInstall({ groups: [] }, ".groups: has the wrong number of entries"),
    "an offset of a rate": ofInstall({ schedule: "rate(7 days)", offsetDays: 1 }, ".schedule: "),
    "a hook without time": ofInstall(
      { hooks: { before: [{ ...stop, timeoutSeconds: 0 }] } },
      ".hooks.before[0].timeoutSeconds: is out of range",
    ),
    "an address that is none": [{ notifications: { emails: ["nobody"] } }, "notifications.emails[0]: is malformed"],
    "logs kept for no day": [{ reports: { logRetentionDays: 0 } }, "reports.logRetentionDays: is out of range"],
    "51 rejected patches": ofUbuntu(
      { rejectedPatches: Array.from({ length: 51 }, (_, n) => `p${String(n)}`) },
      ".rejectedPatches: has the wrong number of entries, got 51; allowed: at most 50 entries",
    ),
    "an entry of 101 characters": ofUbuntu(
      { approvedPatches: ["p".repeat(101)] },
      ".approvedPatches[0]: is out of range",
      "at most 100 characters",
    ),
    "a long description": ofUbuntu({ description: "x".repeat(1025) }, ".description", "1 to 1024 characters"),
    "eleven rules": ofAmazonLinux(
      { rules: Array.from({ length: 11 }, () => ({ filters: { PRODUCT: ["*"] }, approveAfterDays: 3 })) },
      ".rules: has the wrong",
    ),
    "a filter without values": ofRule({ filters: { PRODUCT: [] } }, "filters.PRODUCT: has the wrong number"),
    "a filter value of 65 characters": ofRule(
      { filters: { PRODUCT: ["x".repeat(65)] } },
      "filters",
      "at most 64 characters",
    ),
    "a delay of 361 days": ofRule({ approveAfterDays: 361 }, "approveAfterDays: is out of range, got 361"),
    "a negative delay": ofRule({ approveAfterDays: -1 }, "approveAfterDays: is out of range, got -1"),
    "half a day of delay": ofRule({ approveAfterDays: 1.5 }, "approveAfterDays: must be"),
    "approval up to a day that does not exist": ofRule(
      { approveAfterDays: undefined, approveUntilDate: "2026-02-29" },
      "approveUntilDate: not a calendar date",
    ),
    "a number as a baseline": [{ baselines: { mine: 5 } }, "baselines.mine: must be a mapping, got 5"],
    "no operating system": [{ baselines: { mine: { rules: [] } } }, "baselines.mine.operatingSystem: is missing"],
    "a time zone in lower case": [{ timezone: "america/new_york" }, "timezone: not an IANA time zone"],
    "a window that lies in the past": ofInstall({ schedule: "at(2020-01-01T00:00:00)" }, ".schedule: never opens"),
    "two names of one subscription": [
      { subscriptions: { core, edge: core } },
      "subscriptions.edge.subscriptionId: is subscription core again",
    ],
  };
  for (const [what, [change, ...shows]] of Object.entries(cases)) {
    it(`fails on ${what}, and on nothing else`, () => {
      expectOnly(resolve({ ...smallSettings, ...change }), ...shows);
    });
  }

  it("fails with a line for what is missing altogether", () => {
    const { timezone, ...others } = smallSettings;
    expect(timezone).to.equal("UTC");
    expectOnly(resolve(others), "Pulumi.test.yaml:2: timezone: is missing");
  });

  it("fails on a name that every object of JavaScript has", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      expectOnly(resolve(smallSettings, { "fleet.csv": fleetText({}, { id: "i-01234567", patch_group: name }) }), name);
    }
    const windows = JSON.parse('{ "__proto__": { "operation": "scan" } }') as object;
    expect(faultsOf(resolve({ ...smallSettings, windows }))[0]).to.contain("windows.__proto__: is malformed");
  });

  it("fails on an onboarding script that is not released, when the project has any", () => {
    const files = { "fleet.csv": fleetText({}, { ...vmRow(1), onboarding_script: "v2" }) };
    planeOf(resolve(smallSettings, files));
    const released = { ...files, "components/azure/onboarding/v1/linux.sh": "" };
    expectOnly(resolve(smallSettings, released), 'onboarding_script: not a released script, got "v2"; allowed: v1');
    const key = {
      ...files,
      "components/azure/onboarding/v3/linux.sh": "",
      "components/azure/onboarding/keys/2028.json": "",
    };
    expectOnly(resolve(smallSettings, key), 'got "v2"; allowed: v3, v3+2028');
  });

  it("takes null for a preset window that its groups have already taken away", () => {
    planeOf(resolve({ ...smallSettings, windows: { "mw-prod-monthly": null } }));
  });

  it("takes predefined baselines by the location's own ARN, and seven characters of concurrency", () => {
    const change = {
      locations: {
        one: { ...one, predefinedBaselines: { [ubuntu]: arn }, roleArn: "arn:aws:iam::111122223333:role/a/b" },
      },
      windows: { "mw-install-auto": { maxConcurrency: "9999999", maxErrors: 9_999_999 } },
      groups: { ...groups, "prod-auto": { baselines: { UBUNTU: ubuntu } } },
    };
    planeOf(resolve({ ...smallSettings, ...change }));
  });
});
