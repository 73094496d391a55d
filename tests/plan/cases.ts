import { Edited } from "./project.ts";

/** A pull request: what it changes in the sample project, and what stood there before if that is not the sample. */
export interface PlanCase {
  /** Kebab-case: the golden file's name. */
  readonly name: string;
  readonly head: () => Edited;
  readonly base?: () => Edited;
  readonly stack?: string;
  /** Headings of the sections that the case is about; the whole plan where left out. */
  readonly about?: readonly string[];
}

const stack = "Pulumi.prod.yaml";
const fleet = "fleet/prod.csv";
const guid = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
const subscription = "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01";

/** Rows of new Azure VMs. */
function azureRows(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const name = `new-${String(index + 1).padStart(3, "0")}`;
    const id = `/subscriptions/${subscription}/resourcegroups/core/providers/microsoft.compute/virtualmachines/${name}`;
    return `${id},${name},azure,core,eastus,ubuntu,24.04,x86_64,app,prod,,apps@example.com,${guid(index)},,v1,1,\n`;
  }).join("");
}

function cell(index: number, value: string) {
  return (cells: readonly string[]): string => cells.map((text, at) => (at === index ? value : text)).join(",");
}

const columns = { site: 3, release: 6, group: 8, owner: 11, vmId: 12, method: 13, attempt: 15, size: 16 } as const;

/** Changes one column of the rows whose name matches. */
function column(name: RegExp, key: keyof typeof columns, value: string): (edited: Edited) => Edited {
  return (edited) =>
    edited.rows(fleet, (row, cells) => (name.test(cells[1] ?? "") ? cell(columns[key], value)(cells) : row));
}

function edit(...changes: readonly ((edited: Edited) => Edited)[]): () => Edited {
  return () => changes.reduce((edited, change) => change(edited), new Edited());
}

const inStack = (old: string | RegExp, put: string) => (edited: Edited) => edited.replace(stack, old, put);

/** The golden pull requests. */
export const planCases: readonly PlanCase[] = [
  { name: "nothing", head: edit() },
  {
    name: "rename-a-group",
    about: ["Servers", "Machines"],
    head: edit(inStack(/^ {4}app:$/, "    web:"), inStack(/\[app\b/, "[web"), (edited) =>
      edited.rows(fleet, (row, cells) => (cells[8] === "app" ? cell(8, "web")(cells) : row)),
    ),
  },
  { name: "move-servers-to-the-reviewed-group", head: edit(column(/^web-/, "group", "db")) },
  {
    name: "shrink-a-window",
    about: ["Findings", "capacity of every window"],
    head: edit(inStack("maxConcurrency: 25%", "maxConcurrency: 5%")),
  },
  {
    name: "new-account",
    about: ["Servers", "Policy"],
    head: edit(
      inStack(
        "  patchplane:subscriptions:",
        '    aps2:\n      accountId: "000011112222"\n      region: ap-southeast-2\n  patchplane:subscriptions:',
      ),
      (edited) =>
        edited.append(
          fleet,
          "i-0aaaaaaaaaaaaaaa1,syd-01,aws,aps2,ap-southeast-2,ubuntu,24.04,x86_64,app,prod,,apps@example.com,,,,,\n" +
            "i-0aaaaaaaaaaaaaaa2,syd-02,aws,aps2,ap-southeast-2,ubuntu,24.04,arm64,app,prod,,apps@example.com,,,,,\n",
        ),
    ),
  },
  {
    name: "accounts-of-the-organisation",
    about: ["Findings"],
    head: edit((edited) =>
      edited.write(
        "bootstrap/accounts.csv",
        "account_id,name,regions,bootstrapped,exempt\n" +
          "111122223333,production,us-east-1 us-west-2,yes,\n" +
          "444455556666,emea,eu-west-1,no,\n" +
          "000000000001,archive,us-east-1,no,no servers\n",
      ),
    ),
  },
  {
    name: "wrong-tuesday",
    about: ["Findings", "Windows and dates"],
    head: edit(
      inStack('schedule: { patchTuesday: +5d, at: "23:00" }', "schedule: cron(0 23 ? * TUE#3 *)\n      offsetDays: 5"),
    ),
  },
  {
    name: "kernels-slip-in",
    about: ["Findings", "Policy"],
    head: edit(
      inStack(
        "  patchplane:windows:",
        "  patchplane:baselines:\n    ubuntu-auto:\n      rejectedPatches: []\n  patchplane:windows:",
      ),
    ),
  },
  {
    name: "remove-rows",
    about: ["Servers", "Machines"],
    head: edit((edited) =>
      edited.rows(fleet, (row, cells) => (/^(web-0[1-5]|vm-0[12])$/.test(cells[1] ?? "") ? undefined : row)),
    ),
  },
  { name: "patched-elsewhere", about: ["Servers"], head: edit(column(/^api-/, "group", "k8s")) },
  { name: "patched-again", about: ["Servers"], base: edit(column(/^api-/, "group", "k8s")), head: edit() },
  {
    name: "onboard-three-vms",
    about: ["Servers", "Machines"],
    head: edit((edited) => edited.append(fleet, azureRows(3))),
  },
  { name: "onboard-a-wave", head: edit((edited) => edited.append(fleet, azureRows(201))) },
  { name: "raise-an-attempt", about: ["Machines"], head: edit(column(/^vm-0[34]$/, "attempt", "2")) },
  { name: "another-onboarding-method", about: ["Machines"], head: edit(column(/^vm-05$/, "method", "runCommand")) },
  { name: "another-vm-under-the-name", about: ["Findings"], head: edit(column(/^vm-06$/, "vmId", guid(6))) },
  {
    name: "approve-more",
    about: ["Approvals"],
    head: edit((edited) =>
      edited.write(
        "approvals/prod/db/2026-12-01.yaml",
        edited
          .text("approvals/prod/db/2026-11-20.yaml")
          .replace("2026-12-20", "2026-12-31")
          .replace(/ {4}- \{ id: openssl.*\n/, '    - { id: postgresql-14.amd64, title: "14.13-0ubuntu0.22.04.1" }\n'),
      ),
    ),
  },
  {
    name: "approval-that-has-ended",
    about: ["Findings", "Approvals"],
    head: edit((edited) => edited.replace("approvals/prod/db/2026-11-20.yaml", "2026-12-20", "2026-11-30")),
  },
  {
    name: "approval-for-an-os-nobody-runs",
    about: ["Findings", "Approvals"],
    head: edit((edited) => edited.append("approvals/prod/db/2026-11-20.yaml", "  WINDOWS:\n    - { id: KB5049983 }\n")),
  },
  {
    name: "reviewed-becomes-automatic",
    about: ["Servers", "Approvals"],
    head: edit(
      inStack("approval: reviewed", "approval: automatic"),
      inStack("onDemand: true", "schedule: cron(0 22 ? * SUN *)"),
      (edited) => edited.remove("approvals/prod/db/2026-11-20.yaml"),
      (edited) => edited.remove("approvals/prod/db/2026-11-20.yaml"),
    ),
  },
  {
    name: "a-longer-approval-delay",
    about: ["Findings", "Policy"],
    head: edit(
      inStack(
        "  patchplane:windows:",
        '  patchplane:baselines:\n    al2-auto:\n      rules:\n        - { filters: { PRODUCT: ["*"], CLASSIFICATION: [Security] }, approveAfterDays: 30, complianceLevel: CRITICAL, slaDays: 30 }\n  patchplane:windows:',
      ),
      inStack(
        /^ {4}sla:\n {6}severity: "off"\n {6}reason: .*$/,
        "    window-overlaps-itself: { severity: warning, reason: the default }",
      ),
    ),
  },
  {
    name: "freeze-over-the-holidays",
    about: ["Findings", "Windows and dates"],
    head: edit((edited) =>
      edited.append(
        stack,
        '  patchplane:freezes:\n    - { from: "2026-12-10", to: "2027-01-10", groups: [app, claims], reason: year-end closing }\n',
      ),
    ),
  },
  {
    name: "start-in-the-hour-that-is-skipped",
    about: ["Findings", "Windows and dates"],
    head: edit(inStack("cron(0 23 ? * FRI *)", "cron(30 2 ? * SUN *)")),
  },
  {
    name: "calendar-moved",
    about: ["Windows and dates"],
    head: edit(inStack('"2026-12-12", "2027-01-09"', '"2026-12-19", "2027-01-16"')),
  },
  {
    name: "production-before-staging",
    about: ["Windows and dates"],
    head: edit(inStack("cron(0 23 ? * FRI *)", "cron(0 20 ? * TUE *)")),
  },
  {
    name: "production-without-staging",
    about: ["Findings"],
    head: edit((edited) => edited.replace("Pulumi.staging.yaml", "cron(0 22 ? * TUE *)", "cron(0 22 1 1 ? 2027)")),
  },
  { name: "unknown-group", about: ["Findings", "Servers"], head: edit(column(/^web-0[12]$/, "group", "ap")) },
  {
    name: "release-without-baseline",
    about: ["Findings", "Servers"],
    head: edit(column(/^api-0[1-3]$/, "release", "2023")),
  },
  {
    name: "more-dates-than-windows",
    about: ["Findings"],
    head: edit(
      inStack(
        '["2026-12-12", "2027-01-09", "2027-02-06"]',
        JSON.stringify(
          Array.from({ length: 51 }, (_, week) =>
            new Date(Date.UTC(2026, 11, 12 + 7 * week)).toISOString().slice(0, 10),
          ),
        ),
      ),
    ),
  },
  {
    name: "tag-value-that-aws-refuses",
    about: ["This change cannot be read"],
    head: edit(column(/^web-07$/, "owner", "apps; drop table")),
  },
  {
    name: "broken-yaml",
    about: ["This change cannot be read"],
    head: edit(inStack("  patchplane:groups:", "  patchplane:groups: [")),
  },
  {
    name: "base-that-cannot-be-read",
    about: ["The base cannot be read, so nothing is compared"],
    base: edit(inStack("approval: reviewed", "approval: maybe")),
    head: edit(),
  },
  {
    name: "new-environment",
    base: edit((edited) => edited.remove("Pulumi.staging.yaml")),
    head: edit(),
    stack: "staging",
  },
  {
    name: "environment-taken-away",
    about: ["Findings", "Servers"],
    head: edit((edited) => edited.remove("Pulumi.staging.yaml")),
    stack: "staging",
  },
  {
    name: "two-stacks-one-group",
    about: ["Findings"],
    head: edit((edited) =>
      edited
        .replace("Pulumi.staging.yaml", "777788889999", "111122223333")
        .replace("Pulumi.staging.yaml", "registersDefaults: true", "registersDefaults: false")
        .replace(
          "Pulumi.staging.yaml",
          "  patchplane:groups:",
          "  patchplane:groups:\n    app: { baselines: { UBUNTU: ubuntu-auto }, approval: automatic, reboot: NoReboot, criticality: low }",
        )
        .replace("Pulumi.staging.yaml", "groups: [nonprod]", "groups: [app, nonprod]"),
    ),
  },
  {
    name: "two-stacks-in-one-account",
    about: ["Findings"],
    head: edit((edited) => edited.replace("Pulumi.staging.yaml", "777788889999", "111122223333")),
  },
  {
    name: "scanned-by-two",
    about: ["Findings"],
    head: edit((edited) =>
      edited.replace(
        stack,
        "    mw-app:\n",
        "    mw-scan-app:\n      operation: scan\n      groups: [app]\n      schedule: cron(0 12 ? * * *)\n      durationHours: 2\n      cutoffHours: 1\n      maxConcurrency: 50%\n      maxErrors: 10%\n    mw-app:\n",
      ),
    ),
  },
  {
    name: "no-window-left",
    about: ["Findings", "Servers"],
    head: edit(inStack("groups: [claims]\n      locations: [euw1]", "groups: [claims]\n      locations: [use1]")),
  },
  {
    name: "a-check-switched-off",
    about: ["2 checks switched by the stack file"],
    head: edit(inStack("maxConcurrency: 25%", "maxConcurrency: 5%"), (edited) =>
      edited.append(stack, '    window-capacity: { severity: "off", reason: a second window follows next week }\n'),
    ),
  },
  {
    name: "auto-scaling-group-grows",
    about: ["Servers", "capacity of every window"],
    head: edit(column(/^web-spot$/, "size", "24")),
  },
  {
    name: "owner-and-hostile-texts",
    head: edit(
      column(/^pg-0[1-3]$/, "owner", "dba/oncall@example.com"),
      inStack(/reason: monthly (.*)$/, 'reason: "@everyone <img src=x> | `x` [y](z) monthly $1"'),
    ),
  },
];
