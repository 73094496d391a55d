import { expect } from "chai";
import { checkTable, type CheckId } from "../../domain/checks/checkTable.ts";
import { formatFault } from "../../domain/fault.ts";
import type { FleetRow } from "../../fleet/schema.ts";
import { planStacks } from "../../operations/plan.ts";
import { core, groups, one } from "./faultCases.ts";
import { approvalsFile, filesOf, fleetText, smallSettings, stackText, vmRow } from "./sources.ts";

/** What somebody writes to get a finding: settings over the small stack's, rows, other files, another version before. */
interface Written {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly rows?: readonly Partial<FleetRow>[];
  readonly files?: Readonly<Record<string, string>>;
  /** The rows of the version before; checks of a change compare with them. */
  readonly before?: readonly Partial<FleetRow>[];
  readonly asOf?: string;
}

const automatic = { baselines: { UBUNTU: "ubuntu-auto" }, approval: "automatic", reboot: "NoReboot" };
const reviewed = { ...automatic, approval: "reviewed" };
const weekly = "cron(0 2 ? * SUN *)";
const windowsRow = { os: "windows-server", release: "2022" };

function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function named(count: number, value: (index: number) => unknown): Record<string, unknown> {
  return Object.fromEntries(many(count, (index) => [`x${String(index)}`, value(index)]));
}

const install = (more: object): Written => ({ settings: { windows: { "mw-install-auto": more } } });
const kernel = (more: object): Written => ({ settings: { windows: { "mw-kernel": more } } });
const location = (more: object): Written => ({ settings: { locations: { one: { ...one, ...more } } } });
const ubuntu = (more: object): Written => ({ settings: { baselines: { "ubuntu-auto": more } } });
const group = (more: object, rows: readonly Partial<FleetRow>[] = [{}]): Written => ({
  settings: { groups: { ...groups, "prod-auto": more } },
  rows,
});
const dates = (count: number): Written =>
  install({
    schedule: {
      dates: many(count, (day) => new Date(Date.UTC(2027, 0, 1 + day)).toISOString().slice(0, 10)),
      at: "22:00",
    },
  });

/** Groups of the automatic kind in one scan window. */
function manyGroups(count: number, baseline: (index: number) => string, baselines: object = {}): Written {
  const made = named(count, (index) => ({ ...automatic, baselines: { UBUNTU: baseline(index) } }));
  const scan = { operation: "scan", schedule: weekly, groups: Object.keys(made) };
  return { settings: { groups: { ...groups, ...made }, windows: { "mw-many": scan }, baselines } };
}

function approval(patches: object, expires = "2026-12-20T06:00:00Z"): Written {
  return {
    ...group(reviewed),
    files: { "approvals/prod-auto/2026-11-01.yaml": approvalsFile({ patches, expires }) },
    settings: {
      groups: { ...groups, "prod-auto": reviewed },
      windows: { "mw-kernel": null, "mw-install-auto": { onDemand: true, schedule: null } },
    },
  };
}

function rule(filters: object, more: object = {}): { readonly rules: readonly object[] } {
  return { rules: [{ filters, ...more }] };
}

/** The same stack once more beside it. */
function twoStacks(more: object): Written {
  const written = location(more);
  return { ...written, files: { "Pulumi.other.yaml": stackText({ ...smallSettings, ...written.settings }) } };
}

function accounts(...rows: readonly string[]): Written {
  const lines = ["account_id,name,regions,bootstrapped,exempt", ...rows];
  return { files: { "bootstrap/accounts.csv": lines.join("\n") } };
}

/** Production in a window of its own, and staging in another one. */
function rings(staging: string): Written {
  return {
    settings: {
      groups: { ...groups, staging: automatic },
      windows: {
        "mw-install-auto": { schedule: "cron(0 20 ? * WED *)" },
        "mw-staging": { operation: "install", groups: ["staging"], schedule: staging },
      },
    },
    rows: [{ environment: "prod" }, { id: "i-0123456789abcdef1", patch_group: "staging" }],
  };
}

const hybrid = (count: number): Written => ({ rows: many(count, vmRow) });
const size = (machines: number): Written => ({ rows: [{ id: "asg:web", size: String(machines) }] });
const applications = { operatingSystem: "WINDOWS", ...rule({ PATCH_SET: ["APPLICATION"] }, { approveAfterDays: 0 }) };
const allFilters = Object.fromEntries(
  ["PRODUCT", "PRODUCT_FAMILY", "CLASSIFICATION", "MSRC_SEVERITY", "PATCH_SET"].map((key) => [key, ["*"]]),
);
const steps = many(20, (index) => ({ name: `step-${String(index)}`, linux: ["true"] }));

/** Reached only by asking the clouds (`plan --live`): the stack file is one of the two sides that are compared. */
type Live = Extract<CheckId, `live-${string}`>;

const written: Readonly<Record<Exclude<CheckId, Live>, Written>> = {
  "check-setting": { settings: { checks: { "window-time": { severity: "off", reason: "no" } } } },
  "unknown-name": kernel({ groups: ["prod-atuo"] }),
  "site-twice": { settings: { subscriptions: { one: core } } },
  "region-unknown": location({ region: "us-esat-1" }),
  "foreign-arn": location({ roleArn: "arn:aws:iam::444455556666:role/deploy" }),
  "group-elsewhere": {
    settings: {
      groups: { ...groups, k8s: { patchedElsewhere: "by its pipeline" } },
      windows: { "mw-install-auto": { groups: ["prod-auto", "k8s"] } },
    },
  },
  schedule: install({ schedule: "cron(0 2 ? * SUN)" }),
  "baseline-limits": {
    settings: { baselines: { mine: { operatingSystem: "WINDOWS", ...rule(allFilters, { approveAfterDays: 0 }) } } },
  },
  "baseline-filters": ubuntu(rule({ PRODUCT: ["All"] })),
  "window-time": install({ durationHours: 2, cutoffHours: 2 }),
  "quota-windows": dates(51),
  "quota-window-tasks": install({ hooks: { once: { group: "prod-auto", before: steps } } }),
  "quota-tag-values": manyGroups(51, () => "ubuntu-auto"),
  "quota-baseline-groups": manyGroups(26, () => "ubuntu-auto"),
  "quota-baselines": manyGroups(
    51,
    (index) => `x${String(index)}`,
    named(51, () => ({ operatingSystem: "UBUNTU", ...rule({ PRODUCT: ["*"] }) })),
  ),
  "quota-hybrid-nodes": hybrid(1001),
  "two-defaults": ubuntu({ default: true }),
  "location-twice": { settings: { locations: { one, two: one } } },
  "baseline-missing": group({ baselines: { UBUNTU: "ubuntu-atuo" } }),
  "reviewed-window": {
    settings: { groups: { ...groups, db: reviewed }, windows: { "mw-install-auto": { groups: ["prod-auto", "db"] } } },
  },
  "reviewed-override": {
    settings: { groups: { ...groups, db: reviewed }, windows: { "mw-kernel": { groups: ["db"] } } },
  },
  "two-overrides": kernel({ baselineOverride: ["ubuntu-kernel", "ubuntu-auto"] }),
  "first-contact": { settings: { nodes: { installOnFirstContact: ["prod-atuo"] } } },
  "override-os": kernel({ baselineOverride: ["al2-kernel"] }),
  approval: approval({ UBUNTU: [{ id: "openssl", title: "3.0" }] }),
  "unknown-group": { rows: [{ patch_group: "prod-atuo" }] },
  "group-without-baseline": { rows: [{ os: "debian", release: "12" }] },
  "baseline-without-rules": ubuntu({ rules: [] }),
  "apt-priorities": ubuntu(rule({ PRIORITY: ["Required"] })),
  "patch-list-entry": ubuntu({ rejectedPatches: ["CVE-2026-1234"] }),
  "ubuntu-kernel-names": ubuntu({ rejectedPatches: ["kernel*"] }),
  "default-not-security": {
    settings: { baselines: { "al2-default": rule({ CLASSIFICATION: ["Bugfix"] }, { approveAfterDays: 0 }) } },
  },
  "defaults-two-stacks": twoStacks({ registersDefaults: true }),
  "settings-two-stacks": twoStacks({ ownsServiceSettings: true }),
  "group-two-stacks": twoStacks({}),
  "no-install-window": { settings: { windows: { "mw-install-auto": null } } },
  "never-opens": install({ schedule: "at(2020-01-01T00:00:00)" }),
  "subscription-twice": { settings: { subscriptions: { core, edge: core } } },
  "on-demand-automatic": install({ schedule: null, onDemand: true }),
  "unknown-filter-value": ubuntu(rule({ PRODUCT: ["*", "Windows10"] })),
  "release-not-covered": ubuntu(rule({ PRODUCT: ["Ubuntu20.04"] })),
  "approval-expired": approval({ UBUNTU: [{ id: "openssl.amd64", title: "3.0" }] }, "2026-11-20T06:00:00Z"),
  "approval-servers": approval({ WINDOWS: [{ id: "KB5034441" }] }),
  "tier-for-applications": {
    settings: {
      baselines: { applications },
      groups: { ...groups, "prod-auto": { baselines: { WINDOWS: "applications" }, reboot: "NoReboot" } },
    },
    rows: [{ ...vmRow(1), ...windowsRow }],
  },
  "no-scan-window": { settings: { windows: { "mw-scan-all": null } } },
  "two-install-windows": {
    settings: { windows: { "mw-second": { operation: "install", groups: ["prod-auto"], schedule: weekly } } },
  },
  "two-scan-windows": {
    settings: { windows: { "mw-second": { operation: "scan", groups: ["prod-auto"], schedule: weekly } } },
  },
  "server-two-stacks": twoStacks({}),
  "default-host-lists": {
    settings: {
      ...kernel({}).settings,
      locations: { one: { ...one, ownsServiceSettings: true } },
      nodes: { defaultHostManagement: true },
    },
  },
  "window-without-servers": { settings: { locations: { one, two: { ...one, region: "us-east-2" } } } },
  "default-baseline-missing": {
    settings: { ...location({ registersDefaults: true }).settings, baselines: { "ubuntu-default": null } },
  },
  "unused-baseline": { settings: { baselines: { mine: { operatingSystem: "UBUNTU", ...rule({ PRODUCT: ["*"] }) } } } },
  "kernel-not-held": ubuntu({ rejectedPatches: [] }),
  "kernel-blocked": ubuntu({ rejectedPatchesAction: "BLOCK" }),
  "windows-reboot": group({ baselines: { WINDOWS: "windows-auto" } }, [windowsRow]),
  "scaling-reboot": group({ baselines: { UBUNTU: "ubuntu-auto" } }, [{ id: "asg:web", size: "3" }]),
  "patch-tuesday": install({ schedule: "cron(0 2 ? * TUE#3 *)" }),
  "daylight-saving": install({ schedule: "cron(30 2 ? * SUN *)", timezone: "America/New_York" }),
  freeze: { settings: { freezes: [{ from: "2026-12-01", to: "2026-12-31", reason: "year's end" }] } },
  "freeze-over": {
    settings: { freezes: [{ from: "2026-12-01", to: "2026-12-31", skip: true, reason: "year's end" }] },
    asOf: "2027-06-01T00:00:00Z",
  },
  "windows-superseded": {
    settings: {
      baselines: { "windows-auto": { rules: [{ filters: { PRODUCT: ["*"] }, approveAfterDays: 7 }] } },
      groups: { ...groups, "prod-auto": { baselines: { WINDOWS: "windows-auto" } } },
      windows: { "mw-install-auto": { schedule: { patchTuesday: "+5d", at: "22:00" } } },
    },
    rows: [windowsRow],
  },
  "approval-date-over": {
    settings: {
      baselines: { "al2-auto": { rules: [{ filters: { PRODUCT: ["*"] }, approveUntilDate: "2026-06-30" }] } },
      groups: { ...groups, "prod-auto": { baselines: { AMAZON_LINUX_2: "al2-auto" } } },
    },
    rows: [{ os: "amazon-linux", release: "2" }],
  },
  "installs-at-once": { settings: { nodes: { installOnFirstContact: ["prod-auto"] } }, before: [{}] },
  "window-overlaps-itself": install({ schedule: "rate(1 hour)" }),
  "calendar-over": { ...dates(2), asOf: "2027-06-01T00:00:00Z" },
  "calendar-ends": dates(2),
  "windows-collide": {
    settings: {
      windows: {
        "mw-install-auto": { schedule: weekly },
        "mw-scan": { operation: "scan", groups: ["prod-auto"], schedule: weekly },
      },
    },
  },
  "window-capacity": install({ minutesPerHost: 600 }),
  "max-errors": size(6),
  "window-targets-soft": size(301),
  "account-windows-soft": dates(21),
  "hybrid-nodes-soft": hybrid(900),
  "nodes-soft": size(2401),
  "concurrent-windows": {
    settings: {
      windows: Object.fromEntries(
        many(6, (index) => [`mw-${String(index)}`, { operation: "scan", groups: ["prod-auto"], schedule: weekly }]),
      ),
    },
  },
  "ignored-tags": { settings: { ignoredTags: { keys: ["ManagedBy"] } } },
  sla: dates(1),
  "sla-cadence": {
    settings: {
      environment: "prod",
      groups: { ...groups, "prod-auto": { businessUnit: "source" } },
      windows: { "mw-install-auto": { schedule: "cron(0 2 1 1,7 ? *)" } },
    },
  },
  "account-without-bootstrap": accounts("111122223333,one,us-east-1,no,"),
  "account-without-location": accounts("111122223333,one,us-east-1 us-east-2,yes,"),
  "account-unknown": accounts("444455556666,two,,yes,sandbox"),
  "ring-order": { rows: [{ environment: "prod" }] },
  "ubuntu-soak": rings("cron(0 23 ? * TUE *)"),
  identity: { settings: { environment: "another" }, before: [{}] },
  "fleet-shrinks": { before: many(6, (index) => ({ id: `i-0123456789abcdef${String(index)}` })) },
  weakened: { ...install({ maxErrors: "90%" }), before: [{}] },
  "patching-lost": { settings: { windows: { "mw-install-auto": null, "mw-kernel": null } }, before: [{}] },
  "nodes-left": { before: [{}, { id: "i-0123456789abcdef1" }] },
  "tags-due": { before: [{ patch_group: "other" }] },
  "vm-id": { rows: [vmRow(1)], before: [{ ...vmRow(1), vm_id: "00000000-0000-4000-8000-00000000000f" }] },
  "vm-moved": { rows: [vmRow(1)], before: [{ ...vmRow(1), id: vmRow(1).id?.replace("/rg/", "/old/") ?? "" }] },
  "onboarding-script": { rows: [{ ...vmRow(1), onboarding_script: "v1" }] },
  "onboarding-wave": { ...hybrid(201), before: [{}] },
  "vendor-support": { rows: [{ release: "20.04" }] },
  "vendor-table-age": { asOf: "2040-01-01T00:00:00Z" },
};

/** What the fault of a check says that makes a file unreadable: as a fault it has no id. */
const said: Readonly<Record<string, string>> = {
  "unknown-name": "there is no such group",
  "site-twice": "a location has the same name",
  "foreign-arn": "the role is another account's",
  "group-elsewhere": "the group is patched elsewhere",
  schedule: "cron(…) has 5 fields",
  "baseline-missing": "there is no such baseline",
  "two-overrides": "is for the same OS",
  "first-contact": "there is no such automatic group",
};

/** Every id and every fault's line that a plan over two versions shows. */
function shownBy({ settings = {}, rows = [{}], files = {}, before, asOf = "2026-12-01T12:00:00Z" }: Written) {
  const stack = stackText({ ...smallSettings, ...settings });
  const version = (fleet: readonly Partial<FleetRow>[], text: string) =>
    filesOf({ ...files, "Pulumi.test.yaml": text, "fleet.csv": fleetText(...fleet) });
  const plans = planStacks(
    { label: "before", files: version(before ?? rows, before === undefined ? stack : stackText(smallSettings)) },
    { label: "after", files: version(rows, stack) },
    new Date(asOf),
    ["test"],
  );
  const [report] = plans.map((plan) => plan.report);
  return {
    ids: report?.findings.items.map(({ id }) => id) ?? [],
    faults: report?.head.faults ?? [],
    items: report?.findings.items ?? [],
  };
}

const whole = new Set(["vendor-table-age", "vendor-support"]);

describe("every check", () => {
  for (const { id, unreadable } of checkTable as readonly { id: CheckId; unreadable?: true }[]) {
    if (id.startsWith("live-")) continue;
    it(`is reached from files: ${id}`, () => {
      const { ids, faults, items } = shownBy(written[id as Exclude<CheckId, Live>]);
      const lines = faults.map(formatFault);
      if (unreadable === true) {
        expect(lines, lines.join("\n")).to.have.lengthOf(1);
        expect(lines[0])
          .to.match(/^Pulumi\.test\.yaml:\d+: /)
          .and.contain(said[id] ?? "nothing");
        return;
      }
      expect(ids, lines.join("\n")).to.include(id);
      for (const found of items.filter((item) => item.id === id && !whole.has(id))) {
        expect(found.file, id).to.not.equal(undefined);
      }
    });
  }

  it("takes a VM that has another id and the same vm_id for moved, and for no node that is left behind", () => {
    const { ids } = shownBy(written["vm-moved"]);
    expect(ids).to.include("vm-moved").and.not.include("nodes-left");
    const gone = { ...vmRow(2), id: vmRow(2).id?.replace("/rg/", "/old/") ?? "" };
    expect(shownBy({ rows: [vmRow(1)], before: [gone] }).ids)
      .to.include("nodes-left")
      .and.not.include("vm-moved");
  });

  it("counts no VM as leaving that only moved, and one that another machine took the place of", () => {
    const rows = many(8, vmRow);
    const from = (row: Partial<FleetRow>) => ({ ...row, id: row.id?.replace("/rg/", "/old/") ?? "" });
    const moved = shownBy({ rows, before: rows.map(from) }).ids;
    expect(moved).to.include("vm-moved").and.not.include("fleet-shrinks");
    const before = rows.map((row, index) => ({ ...from(row), vm_id: vmRow(index + 20).vm_id ?? "" }));
    expect(shownBy({ rows, before }).ids).to.include("fleet-shrinks");
  });

  it("points at the line of the filter value that nobody knows, with what is near, unless it is switched off", () => {
    const wrong = ubuntu(rule({ PRODUCT: ["*", "Ubuntu2404"] })).settings;
    const lines = stackText({ ...smallSettings, ...wrong }).split("\n");
    const [found, ...others] = shownBy({ settings: wrong ?? {} }).items.filter(
      ({ id }) => id === "unknown-filter-value",
    );
    expect(others).to.deep.equal([]);
    expect(found).to.deep.include({
      severity: "error",
      path: "baselines.ubuntu-auto.rules[0].filters.PRODUCT[1]",
      file: "Pulumi.test.yaml",
      line: lines.findIndex((line) => line.includes("Ubuntu2404")) + 1,
    });
    expect(found?.fix).to.contain('did you mean "Ubuntu24.04"?');
    const checks = { "unknown-filter-value": { severity: "off", reason: "DescribePatchProperties lists it" } };
    expect(shownBy({ settings: { ...wrong, checks } }).ids).to.not.include("unknown-filter-value");
  });
});
