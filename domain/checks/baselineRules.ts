import { checkFilterValues } from "./baselineFilters.ts";
import { aptPriorities, kernelPackages, packageFamily } from "../stack/baselineFilters.ts";
import { about, finding } from "./checkTable.ts";
import type { Finding, PlacelessFault } from "../fault.ts";
import { checkPatchListEntry } from "./patchListEntries.ts";
import type { AptRule, Baseline, WindowsRule, YumRule } from "../baseline.ts";

type Rule = AptRule | YumRule | WindowsRule;

/** What a baseline is for: groups and defaults report compliance by it; an override only installs. */
export type BaselineUse = "compliance" | "override";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchFilterGroup.html */
const mostFilters = 4;

/**
 * Every finding about a baseline by itself, with paths from `baselines.<name>`: the number of filters, filter
 * values per OS, the form of list entries, and what silently hides patches.
 * @param use - `override` leaves out what only matters where compliance is reported.
 */
export function checkBaseline(baseline: Baseline, use: BaselineUse = "compliance"): readonly Finding[] {
  const path = `baselines.${baseline.name}`;
  const rules: readonly Rule[] = baseline.rules;
  return about({ baseline: baseline.name }, [
    ...rules.flatMap((rule, index) => checkRule(baseline, rule, `${path}.rules[${String(index)}]`)),
    ...checkList(baseline, "approvedPatches", path),
    ...checkList(baseline, "rejectedPatches", path),
    ...checkKernels(baseline, path),
    ...(use === "compliance" ? checkWhatItSees(baseline, path) : []),
  ]);
}

function checkRule(baseline: Baseline, rule: Rule, path: string): readonly Finding[] {
  const count = Object.keys(rule.filters).length;
  const findings = [...checkFilterValues(baseline.operatingSystem, rule.filters, `${path}.filters`)];
  if (count > mostFilters) {
    findings.push(
      finding("baseline-limits", {
        path: `${path}.filters`,
        message: "too many filters in one rule",
        value: count,
        allowed: `at most ${String(mostFilters)}`,
        fix: "split the rule",
      }),
    );
  }
  return [...findings, ...checkPriorities(baseline, rule, path)];
}

function checkPriorities(baseline: Baseline, rule: Rule, path: string): readonly Finding[] {
  if (packageFamily(baseline.operatingSystem) !== "apt" || !("PRIORITY" in rule.filters)) {
    return [];
  }
  const named = rule.filters.PRIORITY ?? [];
  const missing = named.includes("*") ? [] : aptPriorities.filter((priority) => !named.includes(priority));
  return missing.length === 0
    ? []
    : [
        finding("apt-priorities", {
          path: `${path}.filters.PRIORITY`,
          message: `the rule leaves out packages of priority ${missing.join(", ")}: their security updates count as fine`,
          value: named,
          fix: `name all five (${aptPriorities.join(", ")}), write *, or leave the filter out`,
        }),
      ];
}

function inBoth(entry: string): PlacelessFault {
  return {
    message: "stands in rejectedPatches too, and the rejection wins",
    value: entry,
    fix: "take out one of the two",
  };
}

function checkList(baseline: Baseline, list: "approvedPatches" | "rejectedPatches", at: string): readonly Finding[] {
  const entries = baseline[list];
  const path = `${at}.${list}`;
  const findings: Finding[] = [];
  for (const [index, entry] of entries.entries()) {
    const entryPath = `${path}[${String(index)}]`;
    const kind = list === "approvedPatches" ? "approved" : "rejected";
    const twice = kind === "approved" && baseline.rejectedPatches.includes(entry);
    const fault = twice ? inBoth(entry) : checkPatchListEntry(baseline.operatingSystem, entry, kind);
    if (fault !== undefined) {
      findings.push(finding("patch-list-entry", { path: entryPath, ...fault }));
    }
  }
  return findings;
}

function checkKernels(baseline: Baseline, path: string): readonly Finding[] {
  const findings: Finding[] = [];
  const wanted = kernelPackages(baseline.operatingSystem).join(", ");
  if (packageFamily(baseline.operatingSystem) === "apt") {
    for (const list of ["approvedPatches", "rejectedPatches"] as const) {
      for (const [index, entry] of baseline[list].entries()) {
        if (/^kernel\b|^kernel\*/.test(entry)) {
          findings.push(
            finding("ubuntu-kernel-names", {
              path: `${path}.${list}[${String(index)}]`,
              message: "no kernel package of Debian or Ubuntu is called kernel",
              value: entry,
              fix: `name ${wanted}`,
            }),
          );
        }
      }
    }
  }
  if (baseline.rejectedPatchesAction === "BLOCK" && rejectsKernels(baseline)) {
    findings.push(
      finding("kernel-blocked", {
        path: `${path}.rejectedPatchesAction`,
        message: "BLOCK reports every running kernel as INSTALLED_REJECTED, so no server is ever compliant",
        value: "BLOCK",
        fix: "write ALLOW_AS_DEPENDENCY",
      }),
    );
  }
  return findings;
}

/** Whether a baseline holds back all of its OS's kernel packages; true where there are none to hold back. */
export function holdsKernels(baseline: Baseline): boolean {
  return kernelPackages(baseline.operatingSystem).every((name) => baseline.rejectedPatches.includes(name));
}

function rejectsKernels(baseline: Baseline): boolean {
  return kernelPackages(baseline.operatingSystem).some((name) => baseline.rejectedPatches.includes(name));
}

/** Whether some rule lets security updates through; on apt every rule does, because security repositories always count. */
export function approvesSecurity(baseline: Baseline): boolean {
  switch (baseline.operatingSystem) {
    case "UBUNTU":
    case "DEBIAN":
      return baseline.rules.length > 0;
    case "AMAZON_LINUX_2":
    case "AMAZON_LINUX_2023":
      return baseline.rules.some((rule) => holds(rule.filters.CLASSIFICATION, "Security"));
    case "WINDOWS":
      return baseline.rules.some((rule) => holds(rule.filters.CLASSIFICATION, "SecurityUpdates"));
  }
}

function holds(values: readonly string[] | undefined, wanted: string): boolean {
  return values === undefined || values.includes(wanted) || values.includes("*");
}

function checkWhatItSees(baseline: Baseline, path: string): readonly Finding[] {
  const findings: Finding[] = [];
  if (baseline.rules.length === 0) {
    findings.push(
      finding("baseline-without-rules", {
        path: `${path}.rules`,
        message: "a baseline without approval rules finds nothing missing: its scans are blind and always compliant",
        value: [],
        fix: "give it the rules of what should be seen; what is installed is decided by the group's approvals file",
      }),
    );
  } else if (baseline.default && !approvesSecurity(baseline)) {
    findings.push(
      finding("default-not-security", {
        path: `${path}.rules`,
        message: "the default baseline approves no security updates",
        fix: "add a rule for security, or make another baseline the default",
      }),
    );
  }
  return findings;
}
