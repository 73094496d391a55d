import Table from "cli-table3";

/** One server, as far as the table needs it. */
export interface StatusRow {
  readonly group: string;
  readonly os: string;
  readonly verdict: "compliant" | "missing" | "pendingReboot" | "wrongBaseline" | "neverSeen";
}

/** Counts of one group and OS. */
export interface StatusCounts {
  readonly group: string;
  readonly os: string;
  readonly servers: number;
  readonly compliant: number;
  readonly missing: number;
  readonly pendingReboot: number;
  readonly wrongBaseline: number;
  readonly neverSeen: number;
}

const none = { servers: 0, compliant: 0, missing: 0, pendingReboot: 0, wrongBaseline: 0, neverSeen: 0 };

/** Counts servers by group and OS, sorted by both; every server is in exactly one of the verdict's columns. */
export function countStatus(rows: readonly StatusRow[]): readonly StatusCounts[] {
  const counts = new Map<string, StatusCounts>();
  for (const { group, os, verdict } of rows) {
    const key = `${group}\n${os}`;
    const before = counts.get(key) ?? { group, os, ...none };
    counts.set(key, { ...before, servers: before.servers + 1, [verdict]: before[verdict] + 1 });
  }
  return [...counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** Sum over all rows of the table. */
export function totalStatus(counts: readonly StatusCounts[]): StatusCounts {
  return counts.reduce<StatusCounts>(
    (sum, row) => ({
      group: "total",
      os: "",
      servers: sum.servers + row.servers,
      compliant: sum.compliant + row.compliant,
      missing: sum.missing + row.missing,
      pendingReboot: sum.pendingReboot + row.pendingReboot,
      wrongBaseline: sum.wrongBaseline + row.wrongBaseline,
      neverSeen: sum.neverSeen + row.neverSeen,
    }),
    { group: "total", os: "", ...none },
  );
}

const columns = [
  ["group", "group"],
  ["os", "os"],
  ["servers", "servers"],
  ["compliant", "compliant"],
  ["missing", "missing security"],
  ["pendingReboot", "pending reboot"],
  ["wrongBaseline", "wrong baseline"],
  ["neverSeen", "never seen"],
] as const;

/** The table as plain text, without colour: it reads the same on a terminal, in a pipe and in a log. */
export function statusTable(counts: readonly StatusCounts[]): string {
  const border = { "top-left": "", "top-mid": "", top: "", "top-right": "", "bottom-left": "", "bottom-mid": "" };
  const table = new Table({
    head: columns.map(([, title]) => title),
    colAligns: columns.map((_, index) => (index < 2 ? "left" : "right")),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: {
      ...border,
      bottom: "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: "",
    },
  });
  for (const row of [...counts, totalStatus(counts)]) table.push(columns.map(([key]) => row[key]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
