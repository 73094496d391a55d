import type { PatchComplianceLevel } from "@aws-sdk/client-ssm";
import { matchesAny } from "./matching.ts";
import { highest, isDue, passesFilters, unapproved } from "./verdict.ts";
import type { PackageManager, Question, Verdict } from "./verdict.ts";

/** Compliance levels that approve an update; `ignoreDelay` for one that is installed already. */
function approvals(question: Question, index: number, ignoreDelay: boolean): readonly PatchComplianceLevel[] {
  const { row, baseline, table, now } = question;
  const release = row.release(index);
  const own = [release.version.toLowerCase()];
  if (matchesAny(baseline.rejectedPatches, own)) return [];
  const values: Readonly<Record<string, readonly string[]>> = {
    PRODUCT: table.products,
    PRODUCT_FAMILY: ["Windows"],
    CLASSIFICATION: [release.classification],
    MSRC_SEVERITY: [release.severity],
    PATCH_SET: ["OS"],
  };
  const valuesOf = (key: string): readonly string[] => values[key] ?? [];
  const levels: PatchComplianceLevel[] = matchesAny(baseline.approvedPatches, own)
    ? [baseline.approvedPatchesComplianceLevel]
    : [];
  if (!passesFilters(baseline.globalFilters.PatchFilters, valuesOf)) return levels;
  for (const rule of baseline.rules) {
    if (passesFilters(rule.PatchFilterGroup.PatchFilters, valuesOf) && (ignoreDelay || isDue(rule, release, now)))
      levels.push(rule.ComplianceLevel ?? "UNSPECIFIED");
  }
  return levels;
}

function installedVerdict(question: Question): Verdict {
  const { row, installed, baseline } = question;
  const found = approvals(question, installed, true);
  if (found.length > 0) return { state: "INSTALLED", release: installed, level: highest(found) };
  return unapproved(
    matchesAny(baseline.rejectedPatches, [row.release(installed).version.toLowerCase()]),
    baseline,
    installed,
  );
}

function offeredVerdict(question: Question): readonly Verdict[] {
  const { row, installed, baseline, now } = question;
  // Windows Update offers the newest of a chain only: what it supersedes is not offered any more.
  const newest = row.calendar.newest(now);
  if (newest <= installed) return [];
  const found = approvals(question, newest, false);
  if (found.length > 0) return [{ state: "MISSING", release: newest, level: highest(found) }];
  const rejected = matchesAny(baseline.rejectedPatches, [row.release(newest).version.toLowerCase()]);
  if (!row.release(newest).security || rejected) return [];
  return [{ state: "AVAILABLE_SECURITY_UPDATE", release: newest, level: "UNSPECIFIED" }];
}

/**
 * Windows Server: every update is cumulative, so only the newest of a chain is offered, and a delay that is longer than
 * a month may approve nothing. A security update that no rule approves yet is AVAILABLE_SECURITY_UPDATE.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
 */
export const windows: PackageManager = {
  verdicts: (question) => {
    const isAbsent = question.row.optional && question.installed === 0;
    return isAbsent ? offeredVerdict(question) : [installedVerdict(question), ...offeredVerdict(question)];
  },
  offered: ({ row, installed, now }) => {
    const newest = row.calendar.newest(now);
    return newest > installed ? [newest] : [];
  },
  forms: (row, release) => [row.release(release).version.toLowerCase()],
  title: (row, release) => row.release(release).title,
  id: (row, release) => row.release(release).version,
};
