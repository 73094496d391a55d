import type { Verdict } from "../../domain/status/verdict.ts";
import { nestedTable, said, table, type Block } from "../document.ts";

/** One entry, as far as the table needs it. */
export interface StatusRow {
  readonly location: string;
  readonly group: string;
  readonly os: string;
  readonly verdict: Verdict;
  /** How many machines it stands for. */
  readonly machines: number;
}

/** Servers by verdict: each is in exactly one of the verdicts' columns. */
export type VerdictCounts = Readonly<Record<Verdict | "servers", number>>;

/** What entries are counted by. */
export type Label = "location" | "group" | "os";

/** Counts of what has the same labels. */
export interface StatusCounts {
  readonly labels: Readonly<Partial<Record<Label, string>>>;
  readonly counts: VerdictCounts;
}

const none: VerdictCounts = { servers: 0, compliant: 0, missing: 0, pendingReboot: 0, failed: 0, unknown: 0 };

/** Sum over entries. */
export function totalCounts(rows: readonly Pick<StatusRow, "verdict" | "machines">[]): VerdictCounts {
  return rows.reduce(
    (sum, { verdict, machines }) => ({
      ...sum,
      servers: sum.servers + machines,
      [verdict]: sum[verdict] + machines,
    }),
    none,
  );
}

function byLabels(labels: readonly Label[]) {
  return (a: StatusCounts, b: StatusCounts): number => {
    const worse = b.counts.failed - a.counts.failed || b.counts.unknown - a.counts.unknown;
    if (worse !== 0) return worse;
    const differing = labels.find((label) => a.labels[label] !== b.labels[label]);
    return differing === undefined ? 0 : (a.labels[differing] ?? "") < (b.labels[differing] ?? "") ? -1 : 1;
  };
}

/** Counts entries by some of their labels: most failed first, then most unknown, then by the labels. */
export function countStatus(rows: readonly StatusRow[], labels: readonly Label[]): readonly StatusCounts[] {
  const same = Map.groupBy(rows, (row) => JSON.stringify(labels.map((label) => row[label])));
  return [...same.values()]
    .map((members) => ({
      labels: Object.fromEntries(labels.map((label) => [label, members[0]?.[label] ?? ""])),
      counts: totalCounts(members),
    }))
    .sort(byLabels(labels));
}

const countColumns = [
  ["servers", "servers"],
  ["compliant", "compliant"],
  ["missing", "missing security"],
  ["pendingReboot", "pending reboot"],
  ["failed", "failed"],
  ["unknown", "unknown"],
] as const;

type Cells = readonly (string | number | ReturnType<typeof said>)[];

function countCells(all: VerdictCounts): Cells {
  return countColumns.map(([key]) => all[key]);
}

const countTitles = countColumns.map(([, title]) => `${title}|`);

/** The table: a row per counted labels, and the total last. */
export function statusTable(rows: readonly StatusRow[], labels: readonly Label[]): readonly Block[] {
  return table(
    [...labels, ...countTitles],
    [
      ...countStatus(rows, labels).map((each) => [
        ...labels.map((label) => each.labels[label] ?? ""),
        ...countCells(each.counts),
      ]),
      [...labels.map((_, index) => said(index === 0 ? "total" : "")), ...countCells(totalCounts(rows))],
    ],
  );
}

/** The table of groups, the worst first, each with its operating systems below it; the total last. */
export function groupTable(rows: readonly StatusRow[]): readonly Block[] {
  const byGroup = Map.groupBy(rows, ({ group }) => group);
  const cells = countStatus(rows, ["group"]).flatMap(({ labels: { group = "" }, counts }): readonly Cells[] => [
    [group, said(""), ...countCells(counts)],
    ...countStatus(byGroup.get(group) ?? [], ["os"]).map((each) => [
      group,
      each.labels.os ?? "",
      ...countCells(each.counts),
    ]),
  ]);
  return nestedTable(
    ["group", "os", ...countTitles],
    [...cells, [said("total"), said(""), ...countCells(totalCounts(rows))]],
  );
}
