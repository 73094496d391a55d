import { Edited } from "./project.ts";

/** A pull request: what it changes in the sample project, and what stood there before if that is not the sample. */
export interface PlanCase {
  /** Kebab-case: the golden file's name. */
  readonly name: string;
  /** Headings of the sections that the case is about; empty for the whole plan. */
  readonly about: readonly string[];
  readonly head: () => Edited;
  readonly base?: () => Edited;
  readonly stack?: string;
}

type Change = (edited: Edited) => Edited;

const stack = "Pulumi.prod.yaml";
const staging = "Pulumi.staging.yaml";
const fleet = "fleet/prod.csv";
const approval = "approvals/prod/db/2026-11-20.yaml";
const guid = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
const subscription = "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01";

/** Rows of new Azure VMs. */
function azureRows(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const name = `new-${String(index + 1).padStart(3, "0")}`;
    const id = `/subscriptions/${subscription}/resourcegroups/core/providers/microsoft.compute/virtualmachines/${name}`;
    return `${id},${name},azure,core,eastus,ubuntu,24.04,x86_64,app,prod,,apps@example.com,${guid(index)},,v2,1,\n`;
  }).join("");
}

/** A row of a new EC2 instance in Sydney. */
function sydneyRow(number: number, arch: string): string {
  return `i-0aaaaaaaaaaaaaaa${String(number)},syd-0${String(number)},aws,aps2,ap-southeast-2,ubuntu,24.04,${arch},app,prod,,apps@example.com,,,,,\n`;
}

function cell(index: number, value: string) {
  return (cells: readonly string[]): string => cells.map((text, at) => (at === index ? value : text)).join(",");
}

const columns = { site: 3, release: 6, group: 8, owner: 11, vmId: 12, method: 13, attempt: 15, size: 16 } as const;

/** Changes one column of the rows whose name matches. */
function column(name: RegExp, key: keyof typeof columns, value: string): Change {
  return (edited) =>
    edited.rows(fleet, (row, cells) => (name.test(cells[1] ?? "") ? cell(columns[key], value)(cells) : row));
}

function edit(...changes: readonly Change[]): () => Edited {
  return () => changes.reduce((edited, change) => change(edited), new Edited());
}

/** A case by its name, the sections it is about (none: the whole plan), and its changes. */
function shown(name: string, about: readonly string[], ...changes: readonly Change[]): PlanCase {
  return { name, about, head: edit(...changes) };
}

const inFile =
  (file: string) =>
  (old: string | RegExp, put: string): Change =>
  (edited) =>
    edited.replace(file, old, put);
const inStack = inFile(stack);
const inStaging = inFile(staging);

/** Puts lines of settings in front of the stack file's section. */
const inFrontOf = (section: string, lines: string): Change =>
  inStack(`  patchplane:${section}:`, `${lines}  patchplane:${section}:`);
const appended =
  (file: string, text: string): Change =>
  (edited) =>
    edited.append(file, text);
const written =
  (file: string, text: string): Change =>
  (edited) =>
    edited.write(file, text);
const removed =
  (file: string): Change =>
  (edited) =>
    edited.remove(file);

const fivePercent = inStack("maxConcurrency: 25%", "maxConcurrency: 5%");
const elsewhere = column(/^api-/, "group", "k8s");
const stagingInProduction = inStaging("777788889999", "111122223333");
const weeks = Array.from({ length: 51 }, (_, week) =>
  new Date(Date.UTC(2026, 11, 12 + 7 * week)).toISOString().slice(0, 10),
);

const unreadable = "This change cannot be read";
const dates = "Windows and dates";
const reach = "Days that a patch released today may take to every server, at worst";
const capacity = "capacity of every window";

/** The golden pull requests. */
export const planCases: readonly PlanCase[] = [
  shown("nothing", []),
  shown(
    "rename-a-group",
    ["Servers", "Machines"],
    inStack(/^ {4}app:$/, "    web:"),
    inStack(/\[app\b/, "[web"),
    (edited) => edited.rows(fleet, (row, cells) => (cells[8] === "app" ? cell(8, "web")(cells) : row)),
  ),
  shown("move-servers-to-the-reviewed-group", [], column(/^web-/, "group", "db")),
  shown("shrink-a-window", ["Findings", capacity], fivePercent),
  shown(
    "new-account",
    ["Servers", "Policy"],
    inFrontOf("subscriptions", '    aps2:\n      accountId: "000011112222"\n      region: ap-southeast-2\n'),
    appended(fleet, sydneyRow(1, "x86_64") + sydneyRow(2, "arm64")),
  ),
  shown(
    "accounts-of-the-organisation",
    ["Findings"],
    written(
      "bootstrap/accounts.csv",
      "account_id,name,regions,bootstrapped,exempt\n" +
        "111122223333,production,us-east-1 us-west-2,yes,\n" +
        "444455556666,emea,eu-west-1,no,\n" +
        "000000000001,archive,us-east-1,no,no servers\n",
    ),
  ),
  shown(
    "wrong-tuesday",
    ["Findings", dates],
    inStack('schedule: {patchTuesday: +5d, at: "23:00"}', "schedule: cron(0 23 ? * TUE#3 *)\n      offsetDays: 5"),
  ),
  shown(
    "kernels-slip-in",
    ["Findings", "Policy"],
    inFrontOf("windows", "  patchplane:baselines:\n    ubuntu-auto:\n      rejectedPatches: []\n"),
  ),
  shown("remove-rows", ["Servers", "Machines"], (edited) =>
    edited.rows(fleet, (row, cells) => (/^(web-0[1-5]|vm-0[12])$/.test(cells[1] ?? "") ? undefined : row)),
  ),
  shown("patched-elsewhere", ["Servers"], elsewhere),
  { ...shown("patched-again", ["Servers"]), base: edit(elsewhere) },
  shown("onboard-three-vms", ["Servers", "Machines"], appended(fleet, azureRows(3))),
  shown(
    "onboard-where-first-contact-installs",
    ["Findings", "Servers"],
    appended(stack, "  patchplane:nodes: { installOnFirstContact: [app] }\n"),
    appended(fleet, azureRows(3)),
  ),
  shown("onboard-a-wave", [], appended(fleet, azureRows(201))),
  shown("raise-an-attempt", ["Machines"], column(/^vm-0[34]$/, "attempt", "2")),
  shown("another-onboarding-method", ["Machines"], column(/^vm-05$/, "method", "runCommand")),
  shown("another-vm-under-the-name", ["Findings"], column(/^vm-06$/, "vmId", guid(6))),
  shown("approve-more", ["Approvals"], (edited) =>
    edited.write(
      "approvals/prod/db/2026-12-01.yaml",
      edited
        .text(approval)
        .replace("2026-12-20", "2026-12-31")
        .replace(/ {4}- \{ id: openssl.*\n/, '    - { id: postgresql-14.amd64, title: "14.13-0ubuntu0.22.04.1" }\n'),
    ),
  ),
  shown(
    "approve-a-kernel-and-what-nobody-runs",
    ["Approvals"],
    inFile(approval)(
      /^( {4}- \{ id: openssl)/,
      '    - { id: linux-image-aws.amd64, title: "6.8.0-1021.23~22.04.1" }\n    - { id: curl.arm64, title: "7.81.0-1ubuntu1.20" }\n$1',
    ),
  ),
  shown("approval-that-has-ended", ["Findings", "Approvals"], inFile(approval)("2026-12-20", "2026-11-30")),
  shown(
    "approval-for-an-os-nobody-runs",
    ["Findings", "Approvals"],
    appended(approval, "  WINDOWS:\n    - { id: KB5049983 }\n"),
  ),
  shown(
    "reviewed-becomes-automatic",
    ["Servers", "Approvals"],
    inStack("approval: reviewed", "approval: automatic"),
    inStack("onDemand: true", "schedule: cron(0 22 ? * SUN *)"),
    removed(approval),
  ),
  shown(
    "a-longer-approval-delay",
    ["Findings", "Policy", reach],
    inFrontOf(
      "windows",
      '  patchplane:baselines:\n    al2-auto:\n      rules:\n        - { filters: { PRODUCT: ["*"], CLASSIFICATION: [Security] }, approveAfterDays: 30, complianceLevel: CRITICAL, slaDays: 30 }\n',
    ),
    inStack(
      /^ {4}sla:\n {6}severity: "off"\n {6}reason: .*$/,
      "    window-overlaps-itself: { severity: warning, reason: the default }",
    ),
  ),
  shown(
    "freeze-over-the-holidays",
    ["Findings", dates],
    appended(
      stack,
      '  patchplane:freezes:\n    - { from: "2026-12-10", to: "2027-01-10", groups: [app, claims], reason: year-end closing }\n',
    ),
  ),
  shown(
    "skip-the-holidays",
    ["Policy", dates],
    appended(
      stack,
      '  patchplane:freezes:\n    - { from: "2026-12-10", to: "2027-01-10", skip: true, reason: year-end closing }\n',
    ),
  ),
  shown(
    "start-in-the-hour-that-is-skipped",
    ["Findings", dates],
    inStack("cron(0 23 ? * FRI *)", "cron(30 2 ? * SUN *)"),
  ),
  shown("rename-the-environment", ["Findings"], inStack("environment: prod", "environment: production")),
  shown("another-account-under-the-key", ["Findings"], inStack('"444455556666"', '"444455556667"')),
  shown("rename-a-location", ["Findings"], inStack(/euw1/g, "ireland"), inFile(fleet)(/,euw1,/g, ",ireland,")),
  shown("a-fleet-cut-short", ["Findings"], (edited) =>
    edited.rows(fleet, (row, cells) => (cells[1] === "web-01" ? row : undefined)),
  ),
  shown("all-azure-rows-gone", ["Findings"], (edited) =>
    edited.rows(fleet, (row, cells) => (cells[2] === "azure" ? undefined : row)),
  ),
  shown(
    "weaker-everywhere",
    ["Findings"],
    inStack("maxErrors: 10%", "maxErrors: 50%"),
    inStack("reboot: NoReboot", "reboot: RebootIfNeeded"),
    inFrontOf("windows", "  patchplane:baselines:\n    ubuntu-auto:\n      rejectedPatches: []\n"),
  ),
  shown(
    "a-calendar-that-has-run-out",
    ["Findings", dates],
    inStack('["2026-12-12", "2027-01-09", "2027-02-06"]', '["2026-10-10", "2026-11-14"]'),
  ),
  shown("calendar-moved", [dates], inStack('"2026-12-12", "2027-01-09"', '"2026-12-19", "2027-01-16"')),
  shown("production-before-staging", [dates], inStack("cron(0 23 ? * FRI *)", "cron(0 20 ? * TUE *)")),
  shown("production-without-staging", ["Findings"], inStaging("cron(0 22 ? * TUE *)", "cron(0 22 1 1 ? 2027)")),
  shown("unknown-group", ["Findings", "Servers"], column(/^web-0[12]$/, "group", "ap")),
  shown("release-without-baseline", ["Findings", "Servers"], column(/^api-0[1-3]$/, "release", "2023")),
  shown(
    "more-dates-than-windows",
    ["Findings"],
    inStack('["2026-12-12", "2027-01-09", "2027-02-06"]', JSON.stringify(weeks)),
  ),
  shown("tag-value-that-aws-refuses", [unreadable], column(/^web-07$/, "owner", "apps; drop table")),
  shown("broken-yaml", [unreadable], inStack("  patchplane:groups:", "  patchplane:groups: [")),
  {
    ...shown("base-that-cannot-be-read", ["The base cannot be read, so nothing is compared"]),
    base: edit(inStack("approval: reviewed", "approval: maybe")),
  },
  { ...shown("new-environment", []), base: edit(removed(staging)), stack: "staging" },
  { ...shown("environment-taken-away", ["Findings", "Servers"], removed(staging)), stack: "staging" },
  shown(
    "two-stacks-one-group",
    ["Findings"],
    stagingInProduction,
    inStaging("registersDefaults: true", "registersDefaults: false"),
    inStaging(
      "  patchplane:groups:",
      "  patchplane:groups:\n    app: { baselines: { UBUNTU: ubuntu-auto }, approval: automatic, reboot: NoReboot, criticality: low }",
    ),
    inStaging("groups: [nonprod]", "groups: [app, nonprod]"),
  ),
  shown("two-stacks-in-one-account", ["Findings"], stagingInProduction),
  shown(
    "scanned-by-two",
    ["Findings"],
    inStack(
      "    mw-app:\n",
      "    mw-scan-app:\n      operation: scan\n      groups: [app]\n      schedule: cron(0 12 ? * * *)\n      durationHours: 2\n      cutoffHours: 1\n      maxConcurrency: 50%\n      maxErrors: 10%\n    mw-app:\n",
    ),
  ),
  shown(
    "no-window-left",
    ["Findings", "Servers"],
    inStack("groups: [claims]\n      locations: [euw1]", "groups: [claims]\n      locations: [use1]"),
  ),
  shown(
    "a-check-switched-off",
    ["2 checks switched by the stack file"],
    fivePercent,
    appended(stack, '    window-capacity: { severity: "off", reason: a second window follows next week }\n'),
  ),
  shown("auto-scaling-group-grows", ["Servers", capacity], column(/^web-spot$/, "size", "24")),
  shown(
    "owner-and-hostile-texts",
    [],
    column(/^pg-0[1-3]$/, "owner", "dba/oncall@example.com"),
    inStack(/reason: monthly (.*)$/, 'reason: "@everyone <img src=x> | `x` [y](z) monthly $1"'),
  ),
];
