import type { PatchComplianceData } from "@aws-sdk/client-ssm";
import type { BaselineContent } from "../state/baselines.ts";
import type { Assessment, Failing } from "../state/reports.ts";
import { packageManagerOf } from "../world/operatingSystems.ts";
import type { PackageState } from "../world/packageState.ts";
import { installedStates, linesOf, managerOf, type Seen } from "./lines.ts";
import { rowsMissing, tally } from "./tally.ts";
import type { Verdict } from "./verdict.ts";
import { sharedVerdicts } from "./verdictCache.ts";

/** One line of a report, kept small: names and versions come from the table when somebody asks. */
export interface ReportRow extends Verdict {
  /** Index into the table's rows. */
  readonly row: number;
  /** Seconds since 1970; 0 when it is not installed. */
  readonly installedAt: number;
}

function reportRows(seen: Seen, rows: Iterable<number>): ReportRow[] {
  const verdictsOf = sharedVerdicts(managerOf(seen.table.os), seen.table, seen.baseline, seen.at);
  return [...rows].flatMap((row) =>
    linesOf(seen, row, verdictsOf).map(({ state, verdict: { release, level }, since }) => ({
      state,
      release,
      level,
      row,
      installedAt: installedStates.has(state) ? since : 0,
    })),
  );
}

/** The lines of an assessment, in the order of the table. */
export function rowsOf(assessment: Assessment): ReportRow[] {
  return reportRows(assessment, assessment.table.rows.keys());
}

/** Takes down a machine's packages as they are, and what a baseline says of them at an instant. */
export function assess(
  state: PackageState,
  baseline: BaselineContent,
  at: Date,
  failing: Failing = "none",
): Assessment {
  const { seen, counts } = tally(state, baseline, at, failing);
  return { ...seen, counts };
}

/** What a baseline finds missing on a machine at an instant, in the order of the table. */
export function missingOn(state: PackageState, baseline: BaselineContent, at: Date): readonly ReportRow[] {
  const { seen } = tally(state, baseline, at, "none");
  return reportRows(seen, rowsMissing(state)).filter((line) => line.state === "MISSING");
}

/** One line as DescribeInstancePatches shows it. */
export function complianceData({ table }: Assessment, line: ReportRow): PatchComplianceData {
  const row = table.rows[line.row];
  if (row === undefined) throw new RangeError(`no row ${String(line.row)} in the package table`);
  const manager = managerOf(table.os);
  const release = row.release(line.release);
  const isApt = packageManagerOf(table.os) === "apt";
  const bare = !isApt && line.state === "INSTALLED_OTHER";
  const cves = line.state === "MISSING" || line.state === "FAILED" ? release.cves : [];
  return {
    Title: manager.title(row, line.release),
    KBId: manager.id(row, line.release),
    Classification: bare ? "" : isApt && release.security ? "Security" : release.classification,
    Severity: bare ? "" : release.severity,
    State: line.state,
    InstalledTime: new Date(line.installedAt * 1000),
    ...(cves.length === 0 ? {} : { CVEIds: cves.join(",") }),
  };
}
