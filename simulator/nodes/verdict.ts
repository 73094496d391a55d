import type { PatchComplianceDataState, PatchComplianceLevel } from "@aws-sdk/client-ssm";
import type { BaselineContent, RuleRecord } from "../state/baselines.ts";
import type { PackageRow, PackageTable, Release } from "../world/packageRow.ts";

/** What a baseline makes of one package (on Windows: of one update) of a machine. */
export interface Verdict {
  readonly state: PatchComplianceDataState;
  /** The release the state speaks of: the wanted one when it is missing, else the installed one. */
  readonly release: number;
  readonly level: PatchComplianceLevel;
}

/** What a verdict is asked about. */
export interface Question {
  readonly table: PackageTable;
  readonly row: PackageRow;
  /** Installed release. */
  readonly installed: number;
  readonly baseline: BaselineContent;
  readonly now: Date;
}

/** What differs from one package manager to another. */
export interface PackageManager {
  /** What the baseline says; on Windows an installed and an offered update of one chain are two. */
  verdicts(question: Question): readonly Verdict[];
  /** Releases newer than the installed one that the repositories offer, newest first. */
  offered(question: Question): readonly number[];
  /** The ways in which a list may write a release of a package, lower-cased. */
  forms(row: PackageRow, release: number): readonly string[];
  /** Ids shown in reports: Title and KBId. */
  title(row: PackageRow, release: number): string;
  id(row: PackageRow, release: number): string;
}

const levels: readonly PatchComplianceLevel[] = ["UNSPECIFIED", "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
const dayLength = 86_400_000;

/** The highest of some compliance levels; `UNSPECIFIED` of none. */
export function highest(given: readonly PatchComplianceLevel[]): PatchComplianceLevel {
  return levels[Math.max(0, ...given.map((level) => levels.indexOf(level)))] ?? "UNSPECIFIED";
}

/** Whether a filter group lets a package pass: every filter must, by one of its values or by `*`. */
export function passesFilters(
  filters: RuleRecord["PatchFilterGroup"]["PatchFilters"],
  valuesOf: (key: string) => readonly string[],
): boolean {
  return filters.every(({ Key, Values }) => {
    const own = valuesOf(Key).map((value) => value.toLowerCase());
    return Values.some((value) => value === "*" || own.includes(value.toLowerCase()));
  });
}

/** Whether a rule's delay or date lets a release through at an instant; a rule without either always does. */
export function isDue(rule: RuleRecord, release: Release, now: Date): boolean {
  if (rule.ApproveUntilDate !== undefined) {
    // The day counts in full, in UTC.
    return release.releasedAt.getTime() < Date.parse(`${rule.ApproveUntilDate}T00:00:00Z`) + dayLength;
  }
  return release.releasedAt.getTime() + (rule.ApproveAfterDays ?? 0) * dayLength <= now.getTime();
}

/** What an installed package that nothing approves counts as. */
export function unapproved(rejected: boolean, baseline: BaselineContent, installed: number): Verdict {
  const blocked = rejected && baseline.rejectedPatchesAction === "BLOCK";
  return { state: blocked ? "INSTALLED_REJECTED" : "INSTALLED_OTHER", release: installed, level: "UNSPECIFIED" };
}
