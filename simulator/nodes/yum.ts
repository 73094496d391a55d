import type { PatchComplianceLevel } from "@aws-sdk/client-ssm";
import type { PackageRow } from "../world/packageRow.ts";
import { formsOnce, matchesAny, rpmForms } from "./matching.ts";
import { highest, isDue, passesFilters, unapproved } from "./verdict.ts";
import type { PackageManager, Question, Verdict } from "./verdict.ts";

function forms(row: PackageRow, release: number): readonly string[] {
  const found = row.release(release);
  return formsOnce(found, () => rpmForms(found.name, row.arch, found.version));
}

/** Compliance levels that approve a release; none when nothing does. */
function approvals({ row, baseline, table, now }: Question, index: number): readonly PatchComplianceLevel[] {
  const release = row.release(index);
  const own = forms(row, index);
  if (matchesAny(baseline.rejectedPatches, own)) return [];
  const hasNotice = release.classification !== "";
  const levels: PatchComplianceLevel[] = [];
  if (matchesAny(baseline.approvedPatches, own) && (hasNotice || baseline.approvedPatchesEnableNonSecurity))
    levels.push(baseline.approvedPatchesComplianceLevel);
  const valuesOf = (key: string): readonly string[] => {
    if (key === "PRODUCT") return table.products;
    return [key === "CLASSIFICATION" ? release.classification : release.severity];
  };
  if (!passesFilters(baseline.globalFilters.PatchFilters, valuesOf)) return levels;
  if (
    matchesAny(
      baseline.approvedPatches,
      [...release.cves, release.advisory].map((id) => id.toLowerCase()),
    )
  )
    levels.push(baseline.approvedPatchesComplianceLevel);
  for (const rule of baseline.rules) {
    const counts = hasNotice || rule.EnableNonSecurity === true;
    if (counts && passesFilters(rule.PatchFilterGroup.PatchFilters, valuesOf) && isDue(rule, release, now))
      levels.push(rule.ComplianceLevel ?? "UNSPECIFIED");
  }
  return levels;
}

function verdictOf(question: Question): Verdict {
  const { row, installed, baseline, now } = question;
  // Of a name that no newer release bears there is nothing newer.
  const newest = row.renamed ? installed : row.calendar.newest(now);
  for (let index = newest; index >= (row.renamed ? installed : 0); index -= 1) {
    const found = approvals(question, index);
    if (found.length > 0)
      return index > installed
        ? { state: "MISSING", release: index, level: highest(found) }
        : { state: "INSTALLED", release: installed, level: highest(found) };
  }
  return unapproved(matchesAny(baseline.rejectedPatches, forms(row, installed)), baseline, installed);
}

/**
 * Amazon Linux: the repositories keep every release, notices carry classification, severity and CVE ids, and a rule
 * approves a release so many days after its notice; the newest approved one is wanted. Of several kernels side by side
 * the newest alone is looked at.
 *
 * As the code that AWS-RunPatchBaseline runs on the node does it, and as the user guide describes it:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-linux-rules.html
 */
export const yum: PackageManager = {
  verdicts: (question) => [verdictOf(question)],
  offered: ({ row, installed, now }) => {
    const newest = row.renamed ? installed : row.calendar.newest(now);
    return Array.from({ length: Math.max(0, newest - installed) }, (_, index) => newest - index);
  },
  forms,
  title: (row, release) => `${row.release(release).name}.${row.arch}:${row.release(release).version}`,
  id: (row, release) => `${row.release(release).name}.${row.arch}`,
};
