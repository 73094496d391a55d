import type { Cell, ReportColumn, ReportDocument, ReportTable } from "../../../../domain/report/report.ts";

const question = {
  stack: "prod",
  run: "mw-install-payments/8f6a2c11-3d0e-4c1b-9a57-52c1f5a4e9d2",
  before: "2026-11-20T030000Z",
  after: "2026-11-27T060000Z",
};
const asOf = "2026-11-28T04:23:00Z";

const column = (key: string, title: string, kind: ReportColumn["kind"], tones?: ReportColumn["tones"]): ReportColumn =>
  tones === undefined ? { key, title, kind } : { key, title, kind, tones };

const outcomes = {
  patched: "good",
  "nothing to do": "good",
  "pending reboot": "warning",
  failed: "bad",
  "cut off": "bad",
  unreachable: "bad",
  unknown: "unknown",
} as const;

/** What a run did to five servers, and to how many of each group. */
export const outcomeReport: ReportDocument = {
  schema: "patchplane/report/1",
  kind: "outcome",
  title: "Outcome of the run of 27 November 2026",
  headline: "mw-install-payments, 2026-11-27: of 1,200 servers 9 failed, 1,174 patched.",
  asOf,
  question,
  summary: [
    {
      key: "patched",
      label: "Patched",
      kind: "count",
      value: 1174,
      tone: "good",
      note: "of 1,200 servers that were due",
    },
    { key: "failed", label: "Failed", kind: "count", value: 9, tone: "bad", note: "The reasons are in the table." },
    {
      key: "reboot",
      label: "Pending reboot",
      kind: "count",
      value: 12,
      tone: "warning",
      note: "Installed, and not yet in use.",
    },
    {
      key: "unknown",
      label: "Unknown",
      kind: "count",
      value: 5,
      tone: "unknown",
      note: "Their location did not answer.",
    },
    { key: "longest", label: "Longest server", kind: "minutes", value: 96, tone: "neutral" },
    { key: "share", label: "In time", kind: "percent", value: 97.8, tone: "neutral" },
  ],
  charts: [
    {
      id: "by-group",
      kind: "bars",
      title: "Outcome by group",
      unit: "servers",
      categories: ["prod-payments", "prod-web", "prod-data", "prod-windows"],
      series: [
        { name: "patched", tone: "good", values: [238, 512, 211, 213] },
        { name: "pending reboot", tone: "warning", values: [2, 0, 9, 1] },
        { name: "failed", tone: "bad", values: [1, 4, 3, 1] },
        { name: "unknown", tone: "unknown", values: [0, 5, 0, 0] },
      ],
    },
    {
      id: "length",
      kind: "bars",
      title: "Window length against its cutoff",
      unit: "minutes",
      note: "What begins after the cutoff is not begun at all.",
      categories: ["mw-install-payments", "mw-install-web", "mw-install-data"],
      series: [{ name: "length", tone: "neutral", values: [143, 96, null] }],
      limits: [{ name: "cutoff", tone: "bad", values: [180, 120, 120] }],
    },
  ],
  tables: [
    {
      id: "servers",
      title: "What became of each server",
      note: "A server that the window should have reached and did not is in the list as well.",
      empty: "The run reached no server.",
      columns: [
        column("server", "Server", "code"),
        column("owner", "Owner", "text"),
        column("group", "Group", "code"),
        column("outcome", "Outcome", "state", outcomes),
        column("reason", "Reason", "text"),
        column("installed", "Installed", "count"),
        column("took", "Took", "minutes"),
        column("ended", "Ended (UTC)", "instant"),
      ],
      rows: [
        [
          "web-2",
          "team-web",
          "prod-web",
          "failed",
          "exit code 100: dpkg was interrupted; run dpkg --configure -a on the server, then patchplane rerun",
          0,
          12,
          "2026-11-27T03:14:00Z",
        ],
        ["web-10", "team-web", "prod-web", "patched", null, 14, 31, "2026-11-27T03:33:00Z"],
        [
          "pay-1",
          "team-payments",
          "prod-payments",
          "pending reboot",
          "the group reboots in a window of its own",
          3,
          22,
          "2026-11-27T03:24:00Z",
        ],
        ["data-7", "team-data", "prod-data", "cut off", "the window ended before its turn came", null, null, null],
        ["win-3", "team-windows", "prod-windows", "nothing to do", null, 0, 4, "2026-11-27T03:06:00Z"],
      ],
    },
    {
      id: "missed",
      title: "Servers that no run reached",
      empty: "Every server was reached.",
      columns: [column("server", "Server", "code")],
      rows: [],
    },
  ],
  unknowns: ["aws-eu (account 222233334444, eu-west-1) did not answer: 5 servers there are unknown."],
};

const packages = [
  "openssl",
  "libssl3",
  "linux-image-aws",
  "curl",
  "systemd",
  "python3.10",
  "tzdata",
  "sudo",
  "bash",
  "vim",
];
const severities = ["critical", "high", "medium", "low", "unknown"];
const changes = ["upgraded", "installed", "removed", "rebuilt"];
const owners = ["team-web", "team-payments", "team-data", "team-windows"];

/** Plain, repeatable variety: the same everywhere, without chance. */
const pick = <T>(list: readonly T[], index: number, step: number): T =>
  list[(index * step + (index >> 5)) % list.length] as T;
const two = (value: number): string => String(value).padStart(2, "0");

function changeRow(index: number): readonly Cell[] {
  const severity = pick(severities, index, 3);
  const server = `${pick(["web", "pay", "data", "win"], index, 1)}-${String((index % 300) + 1)}`;
  const name = pick(packages, index, 7);
  const day = 20 + (index % 8);
  const cve = severity === "unknown" ? null : `CVE-2026-${String(10_000 + ((index * 37) % 900))}`;
  return [
    server,
    pick(owners, index, 1),
    pick(["prod-web", "prod-payments", "prod-data", "prod-windows"], index, 1),
    name,
    pick(changes, index >> 3, 1),
    `1:3.0.${String(index % 40)}-0ubuntu1.${String(index % 12)}`,
    `1:3.0.${String((index % 40) + 1)}-0ubuntu1.${String((index % 12) + 1)}`,
    severity,
    cve,
    `2026-11-${two(day)}T${two(2 + (index % 4))}:${two(index % 60)}:00Z`,
    pick(["444455556666", "555566667777", "666677778888", "777788889999"], index, 1),
    pick(["eu-west-1", "us-east-1"], index, 1),
    index % 3 === 0 ? null : "mw-install-web",
  ];
}

/** Changes of packages, so many rows of 13 columns. */
export function changesReport(rows: number): ReportDocument {
  const table: ReportTable = {
    id: "packages",
    title: "Packages that changed",
    note: "Before and after are from the two collections; what changed outside a run has no window.",
    empty: "No package changed.",
    columns: [
      column("server", "Server", "code"),
      column("owner", "Owner", "text"),
      column("group", "Group", "code"),
      column("package", "Package", "code"),
      column("change", "Change", "state", { upgraded: "good", removed: "warning" }),
      column("before", "Before", "code"),
      column("after", "After", "code"),
      column("severity", "Severity", "state", { critical: "bad", high: "bad", medium: "warning", unknown: "unknown" }),
      column("cves", "CVEs", "list"),
      column("at", "When (UTC)", "instant"),
      column("account_id", "Account", "code"),
      column("region", "Region", "code"),
      column("window", "Window", "code"),
    ],
    rows: Array.from({ length: rows }, (_, index) => changeRow(index)),
  };
  return {
    schema: "patchplane/report/1",
    kind: "changes",
    headline: "What changes says in a sentence.",
    title: "Packages that changed",
    asOf,
    question,
    summary: [{ key: "changed", label: "Packages changed", kind: "count", value: rows, tone: "neutral" }],
    charts: [],
    tables: [table],
    unknowns: [],
  };
}

/** Who is late, and how compliance went over six collections. */
export const complianceReport: ReportDocument = {
  schema: "patchplane/report/1",
  kind: "compliance",
  headline: "What compliance says in a sentence.",
  title: "Compliance and service levels",
  asOf,
  question,
  summary: [
    {
      key: "overdue",
      label: "Overdue",
      kind: "count",
      value: 3,
      tone: "bad",
      note: "updates past their service level",
    },
    { key: "due", label: "Due", kind: "count", value: 41, tone: "warning", note: "a window will take them in time" },
  ],
  charts: [
    {
      id: "ageing",
      kind: "bars",
      title: "Age of missing updates against the service level",
      unit: "updates",
      categories: ["critical, 7 days", "high, 14 days", "medium, 30 days"],
      series: [
        { name: "on time", tone: "good", values: [18, 64, 201] },
        { name: "due", tone: "warning", values: [6, 12, 23] },
        { name: "overdue", tone: "bad", values: [2, 1, 0] },
      ],
    },
    {
      id: "trend",
      kind: "lines",
      title: "Servers without missing updates",
      unit: "%",
      instants: ["2026-10-23", "2026-10-30", "2026-11-06", "2026-11-13", "2026-11-20", "2026-11-27"].map(
        (day) => `${day}T03:00:00Z`,
      ),
      series: [
        { name: "prod-web", tone: "neutral", values: [71, 78.5, 82, null, 93, 97.8] },
        { name: "prod-payments", tone: "neutral", values: [64, 66, 70, 88, 90, 92.1] },
        { name: "prod-data", tone: "neutral", values: [90, 85, 88, 91, 60, 95] },
      ],
    },
  ],
  tables: [
    {
      id: "overdue",
      title: "Overdue, worst first",
      empty: "Nothing is overdue.",
      columns: [
        column("owner", "Owner", "text"),
        column("package", "Update", "code"),
        column("severity", "Severity", "state", { critical: "bad", high: "bad", unknown: "unknown" }),
        column("age", "Age", "days"),
        column("overdue", "Overdue", "days"),
        column("servers", "Servers", "list"),
      ],
      rows: [
        ["team-data", "openssl 1:3.0.2-0ubuntu1.18", "critical", 19, 12, "data-7, data-11"],
        ["team-web", "curl 7.81.0-1ubuntu1.20", "unknown", 9, 2, "web-2"],
        ["team-payments", "linux-image-aws 6.8.0.1021", "high", 15, 1, "pay-1"],
      ],
    },
  ],
  unknowns: [],
};
