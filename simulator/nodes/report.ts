import type { PatchComplianceData, PatchComplianceDataState, PatchComplianceLevel } from "@aws-sdk/client-ssm";
import type { OperatingSystem } from "../../domain/server.ts";
import { packageManagerOf } from "../world/operatingSystems.ts";
import type { BaselineContent } from "../state/baselines.ts";
import type { PatchCounts } from "../state/journal.ts";
import { reportedOlder } from "../world/packageState.ts";
import type { PackageState } from "../world/packageState.ts";
import { apt } from "./apt.ts";
import type { PackageManager, Verdict } from "./verdict.ts";
import { sharedVerdicts } from "./verdictCache.ts";
import { windows } from "./windows.ts";
import { yum } from "./yum.ts";
import type { Failing, Assessment } from "../state/reports.ts";

/** One line of a report, kept small: names and versions come from the table when somebody asks. */
export interface ReportRow extends Verdict {
  /** Index into the table's rows. */
  readonly row: number;
  /** Seconds since 1970; 0 when it is not installed. */
  readonly installedAt: number;
}

const managers = { apt, yum, windows } as const;

/** The package manager of an operating system. */
export function managerOf(os: OperatingSystem): PackageManager {
  return managers[packageManagerOf(os)];
}

const installedStates: ReadonlySet<PatchComplianceDataState> = new Set([
  "INSTALLED",
  "INSTALLED_OTHER",
  "INSTALLED_REJECTED",
  "INSTALLED_PENDING_REBOOT",
]);

type Seen = Omit<Assessment, "counts">;

/** One verdict in the order of the table. */
interface Line {
  readonly row: number;
  readonly state: PatchComplianceDataState;
  readonly verdict: Verdict;
  /** When the release spoken of was installed, in seconds since 1970. */
  readonly since: number;
}

function stateOf(seen: Seen, row: number, { state }: Verdict): PatchComplianceDataState {
  if (installedStates.has(state)) return seen.awaitingReboot.has(row) ? "INSTALLED_PENDING_REBOOT" : state;
  if (state !== "MISSING" || seen.failing === "none") return state;
  return seen.failing === "missing" || seen.failing.has(row) ? "FAILED" : state;
}

function visit(seen: Seen, each: (line: Line) => void): void {
  const { table, baseline, at, installed, installedAt } = seen;
  const verdictsOf = sharedVerdicts(managerOf(table.os), table, baseline, at);
  for (let row = 0; row < table.rows.length; row += 1) {
    for (const verdict of verdictsOf(row, installed[row] ?? 0))
      each({ row, state: stateOf(seen, row, verdict), verdict, since: installedAt[row] ?? 0 });
    // What awaits the reboot is the newest of them.
    for (const kept of reportedOlder(seen, row))
      for (const verdict of verdictsOf(row, kept.release))
        each({ row, state: verdict.state, verdict, since: kept.installedAt });
  }
}

/** The lines of an assessment, in the order of the table; packages that await a reboot say so. */
export function rowsOf(assessment: Assessment): ReportRow[] {
  const rows: ReportRow[] = [];
  visit(assessment, ({ row, state, verdict: { release, level }, since }) => {
    rows.push({ state, release, level, row, installedAt: installedStates.has(state) ? since : 0 });
  });
  return rows;
}

const countNames: Readonly<Partial<Record<PatchComplianceDataState, keyof PatchCounts>>> = {
  INSTALLED: "installed",
  INSTALLED_OTHER: "installedOther",
  INSTALLED_REJECTED: "installedRejected",
  INSTALLED_PENDING_REBOOT: "pendingReboot",
  MISSING: "missing",
  FAILED: "failed",
  AVAILABLE_SECURITY_UPDATE: "availableSecurityUpdate",
};

const nonCompliant: ReadonlySet<PatchComplianceDataState> = new Set([
  "MISSING",
  "FAILED",
  "INSTALLED_REJECTED",
  "INSTALLED_PENDING_REBOOT",
]);
const critical: PatchComplianceLevel = "CRITICAL";

function counted(seen: Seen): PatchCounts {
  const counts = {
    installed: 0,
    installedOther: 0,
    installedRejected: 0,
    pendingReboot: 0,
    missing: 0,
    failed: 0,
    availableSecurityUpdate: 0,
    criticalNonCompliant: 0,
    securityNonCompliant: 0,
    otherNonCompliant: 0,
  };
  const availableCounts = seen.baseline.availableSecurityUpdatesComplianceStatus === "NON_COMPLIANT";
  visit(seen, ({ row, state, verdict: { release, level } }) => {
    const name = countNames[state];
    if (name !== undefined) counts[name] += 1;
    if (!nonCompliant.has(state) && !(availableCounts && state === "AVAILABLE_SECURITY_UPDATE")) return;
    const isSecurity = seen.table.rows[row]?.release(release).security === true;
    // A line may be both.
    if (level === critical) counts.criticalNonCompliant += 1;
    if (isSecurity) counts.securityNonCompliant += 1;
    if (level !== critical && !isSecurity) counts.otherNonCompliant += 1;
  });
  return counts;
}

const none: ReadonlySet<number> = new Set();

/** Takes down a machine's packages as they are, and what a baseline says of them at an instant. */
export function assess(
  state: PackageState,
  baseline: BaselineContent,
  at: Date,
  failing: Failing = "none",
): Assessment {
  const seen: Seen = {
    table: state.table,
    baseline,
    at,
    installed: state.installed.slice(),
    installedAt: state.installedAt.slice(),
    older: new Map(state.older),
    awaitingReboot: state.awaitingReboot.size === 0 ? none : new Set(state.awaitingReboot),
    failing,
  };
  return { ...seen, counts: counted(seen) };
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
