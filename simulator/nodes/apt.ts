import type { PatchComplianceLevel } from "@aws-sdk/client-ssm";
import type { PackageRow } from "../world/packageRow.ts";
import { aptForms, formsOnce, matchesAny } from "./matching.ts";
import { highest, passesFilters, unapproved } from "./verdict.ts";
import type { PackageManager, Question, Verdict } from "./verdict.ts";

/** The newest release that came through the security pocket. */
function newestSecurity(row: PackageRow, newest: number): number | undefined {
  for (let index = newest; index >= 0; index -= 1) if (row.release(index).security) return index;
  return undefined;
}

/** What the repositories hold: the newest release of all, and the newest of the security pocket. */
function inRepository({ table, row, installed, now }: Question): readonly number[] {
  const newest = row.calendar.newest(now);
  // Ubuntu's repositories keep the packages of every kernel, because each has its own name; Debian's the newest only.
  if (row.renamed) return table.os === "UBUNTU" || installed === newest ? [installed] : [];
  const security = newestSecurity(row, newest);
  return security === undefined || security === newest ? [newest] : [newest, security];
}

function forms(row: PackageRow, release: number): readonly string[] {
  const found = row.release(release);
  return formsOnce(found, () => aptForms(found.name, row.arch, found.version));
}

/** Compliance levels that approve a release; none when nothing does. */
function approvals(question: Question, release: number, isSecurity: boolean): readonly PatchComplianceLevel[] {
  const { row, baseline, table } = question;
  const own = forms(row, release);
  const valuesOf = (key: string): readonly string[] => {
    if (key === "PRODUCT") return table.products;
    return [key === "PRIORITY" ? row.release(release).severity : row.section];
  };
  if (!passesFilters(baseline.globalFilters.PatchFilters, valuesOf) || matchesAny(baseline.rejectedPatches, own))
    return [];
  const byRule = baseline.rules
    .filter((rule) => rule.EnableNonSecurity === true || isSecurity)
    .filter((rule) => passesFilters(rule.PatchFilterGroup.PatchFilters, valuesOf))
    .map((rule) => rule.ComplianceLevel ?? "UNSPECIFIED");
  const explicit =
    (baseline.approvedPatchesEnableNonSecurity || isSecurity) && matchesAny(baseline.approvedPatches, own);
  return explicit ? [...byRule, baseline.approvedPatchesComplianceLevel] : byRule;
}

function verdictOf(question: Question): Verdict {
  const { row, installed, baseline } = question;
  const repository = inRepository(question);
  const known = [...new Set([...repository, installed])].sort((a, b) => b - a);
  const approved = known.flatMap((release) => {
    // A version that has left the repository comes from no pocket, and so is no security version any more.
    const isSecurity = repository.includes(release) && row.release(release).security;
    const found = approvals(question, release, isSecurity);
    return found.length === 0 ? [] : [{ release, level: highest(found) }];
  });
  const upgrade = approved.find(({ release }) => release > installed);
  if (upgrade !== undefined) return { state: "MISSING", ...upgrade };
  const own = approved.find(({ release }) => release === installed);
  if (approved.length > 0) return { state: "INSTALLED", release: installed, level: own?.level ?? "UNSPECIFIED" };
  return unapproved(matchesAny(baseline.rejectedPatches, forms(row, installed)), baseline, installed);
}

/**
 * Ubuntu and Debian: no approval delays, no CVE ids, Debian's priority as severity; "security" is the pocket a version
 * comes from, and a baseline that allows security only still finds the last security version behind a newer ordinary one.
 * A repository of Ubuntu Pro counts as a security pocket too, because its archive (`focal-infra-security`) says so; AWS's
 * pages name the ordinary one only (INFERRED).
 *
 * As the code that AWS-RunPatchBaseline runs on the node does it, and as the user guide describes it:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-linux-rules.html
 */
export const apt: PackageManager = {
  verdicts: (question) => [verdictOf(question)],
  offered: (question) => inRepository(question).filter((release) => release > question.installed),
  forms,
  title: (row, release) => `${row.release(release).name}.${row.arch}:${row.release(release).version}`,
  id: (row, release) => `${row.release(release).name}.${row.arch}`,
};
