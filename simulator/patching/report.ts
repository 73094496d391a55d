import type {
  PatchComplianceData,
  PatchComplianceDataState,
  PatchComplianceLevel,
  RebootOption,
} from "@aws-sdk/client-ssm";
import type { OperatingSystem } from "../../domain/server.ts";
import { packageFamily } from "../../domain/baselineFilters.ts";
import type { BaselineContent } from "../ssm/baselineRecords.ts";
import type { PackageState } from "../world/packageState.ts";
import type { PackageTable } from "../world/packageTable.ts";
import { apt } from "./apt.ts";
import type { PackageManager, Verdict } from "./verdict.ts";
import { sharedVerdicts } from "./verdictCache.ts";
import { windows } from "./windows.ts";
import { yum } from "./yum.ts";

/** One line of a report, kept small: names and versions come from the table when somebody asks. */
export interface ReportRow extends Verdict {
  /** Index into the table's rows. */
  readonly row: number;
  /** Seconds since 1970; 0 when it is not installed. */
  readonly installedAt: number;
}

/** What an operation reports, apart from its rows. */
export interface ReportHead {
  readonly baselineId: string;
  readonly patchGroup: string;
  readonly snapshotId: string;
  readonly operation: "Scan" | "Install";
  readonly rebootOption: RebootOption;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly installOverrideList: string | undefined;
  readonly lastNoRebootInstall: Date | undefined;
  readonly availableSecurityUpdatesCompliant: boolean;
}

/** What the last scan or install of a node reported; the next one overwrites it whole. */
export interface PatchReport extends ReportHead {
  readonly table: PackageTable;
  readonly rows: readonly ReportRow[];
}

const managers = { apt, yum, windows } as const;

/** The package manager of an operating system. */
export function managerOf(os: OperatingSystem): PackageManager {
  return managers[packageFamily(os)];
}

const installedStates: ReadonlySet<PatchComplianceDataState> = new Set([
  "INSTALLED",
  "INSTALLED_OTHER",
  "INSTALLED_REJECTED",
  "INSTALLED_PENDING_REBOOT",
]);

/** What a baseline says of every package of a machine now; packages that await a reboot say so. */
export function reportRows(state: PackageState, baseline: BaselineContent, now: Date): ReportRow[] {
  const { table, installed, installedAt, awaitingReboot } = state;
  const verdictsOf = sharedVerdicts(managerOf(table.os), table, baseline, now);
  const rows: ReportRow[] = [];
  for (let row = 0; row < table.rows.length; row += 1) {
    for (const { state: found, release, level } of verdictsOf(row, installed[row] ?? 0)) {
      const isInstalled = installedStates.has(found);
      const waits = isInstalled && awaitingReboot.has(row);
      rows.push({
        state: waits ? "INSTALLED_PENDING_REBOOT" : found,
        release,
        level,
        row,
        installedAt: isInstalled ? (installedAt[row] ?? 0) : 0,
      });
    }
  }
  return rows;
}

/** One row as DescribeInstancePatches shows it. */
export function complianceData(report: PatchReport, line: ReportRow): PatchComplianceData {
  const row = report.table.rows[line.row];
  if (row === undefined) throw new RangeError(`no row ${String(line.row)} in the package table`);
  const manager = managerOf(report.table.os);
  const release = row.release(line.release);
  const isApt = packageFamily(report.table.os) === "apt";
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

/** Counts of a report by state. */
export function countOf(report: PatchReport, state: PatchComplianceDataState): number {
  return report.rows.filter((line) => line.state === state).length;
}

const nonCompliant: ReadonlySet<PatchComplianceDataState> = new Set([
  "MISSING",
  "FAILED",
  "INSTALLED_REJECTED",
  "INSTALLED_PENDING_REBOOT",
]);

/** Non-compliant rows: of level CRITICAL, of security updates (a row may be both), and of neither. */
export function nonCompliantCounts(report: PatchReport): {
  readonly critical: number;
  readonly security: number;
  readonly other: number;
} {
  const counts = { critical: 0, security: 0, other: 0 };
  const critical: PatchComplianceLevel = "CRITICAL";
  for (const line of report.rows) {
    const available = line.state === "AVAILABLE_SECURITY_UPDATE" && !report.availableSecurityUpdatesCompliant;
    if (!nonCompliant.has(line.state) && !available) continue;
    const isSecurity = report.table.rows[line.row]?.release(line.release).security === true;
    if (line.level === critical) counts.critical += 1;
    if (isSecurity) counts.security += 1;
    if (line.level !== critical && !isSecurity) counts.other += 1;
  }
  return counts;
}
