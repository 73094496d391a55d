import { patchFilterKeys } from "./baselineFilters.ts";
import type { AptRule, Baseline, WindowsRule, YumRule } from "../baseline.ts";
import { byText } from "../text.ts";

/** Each value once, in order. */
export function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

type Rule = AptRule | YumRule | WindowsRule;

/** A rule in the words of CreatePatchBaseline. */
export interface ApiRule {
  readonly ApproveAfterDays?: number | undefined;
  readonly ApproveUntilDate?: string | undefined;
  readonly ComplianceLevel?: string | undefined;
  readonly EnableNonSecurity?: boolean | undefined;
  readonly PatchFilterGroup?:
    | {
        readonly PatchFilters?:
          readonly { readonly Key?: string | undefined; readonly Values?: readonly string[] | undefined }[] | undefined;
      }
    | undefined;
}

/** A baseline in the words of CreatePatchBaseline and GetPatchBaseline, as far as the stack makes it. */
export interface ApiBaseline {
  readonly Description?: string | undefined;
  readonly OperatingSystem?: string | undefined;
  readonly ApprovalRules?: { readonly PatchRules?: readonly ApiRule[] | undefined } | undefined;
  readonly ApprovedPatches?: readonly string[] | undefined;
  readonly ApprovedPatchesComplianceLevel?: string | undefined;
  readonly ApprovedPatchesEnableNonSecurity?: boolean | undefined;
  readonly AvailableSecurityUpdatesComplianceStatus?: string | undefined;
  readonly GlobalFilters?: { readonly PatchFilters?: readonly object[] | undefined } | undefined;
  readonly RejectedPatches?: readonly string[] | undefined;
  readonly RejectedPatchesAction?: string | undefined;
  readonly Sources?: readonly object[] | undefined;
}

/** A rule's filters as AWS's list of keys and values, in the order of {@link patchFilterKeys}. */
export function patchFilters(
  baseline: Pick<Baseline, "operatingSystem">,
  rule: Pick<Rule, "filters">,
): readonly { readonly key: string; readonly values: readonly string[] }[] {
  const given = new Map<string, readonly string[]>(Object.entries(rule.filters));
  return patchFilterKeys(baseline.operatingSystem).flatMap((key) => {
    const values = given.get(key);
    return values === undefined ? [] : [{ key, values }];
  });
}

/**
 * An apt rule gets `ApproveAfterDays: 0`: AWS does not support a delay there, its API wants one of the two fields, and
 * the node's code reads a missing one as 0 (INFERRED).
 */
function ruleJson(baseline: Baseline, rule: Rule): ApiRule {
  // The field order of AWS's example, which is alphabetical: the text is content-addressed, so it must never wander.
  return {
    ...("approveUntilDate" in rule
      ? { ApproveUntilDate: rule.approveUntilDate }
      : { ApproveAfterDays: "approveAfterDays" in rule ? rule.approveAfterDays : 0 }),
    ComplianceLevel: rule.complianceLevel,
    EnableNonSecurity: "enableNonSecurity" in rule && rule.enableNonSecurity,
    PatchFilterGroup: {
      PatchFilters: patchFilters(baseline, rule).map(({ key, values }) => ({ Key: key, Values: sorted(values) })),
    },
  };
}

/** A baseline as AWS is given it. */
export function apiBaseline(baseline: Baseline): ApiBaseline {
  return {
    ApprovalRules: { PatchRules: baseline.rules.map((rule) => ruleJson(baseline, rule)) },
    ApprovedPatches: sorted(baseline.approvedPatches),
    ApprovedPatchesComplianceLevel: baseline.approvedPatchesComplianceLevel,
    ApprovedPatchesEnableNonSecurity:
      "approvedPatchesEnableNonSecurity" in baseline && baseline.approvedPatchesEnableNonSecurity,
    ...("availableSecurityUpdatesComplianceStatus" in baseline
      ? { AvailableSecurityUpdatesComplianceStatus: baseline.availableSecurityUpdatesComplianceStatus }
      : {}),
    GlobalFilters: { PatchFilters: [] },
    OperatingSystem: baseline.operatingSystem,
    RejectedPatches: sorted(baseline.rejectedPatches),
    RejectedPatchesAction: baseline.rejectedPatchesAction,
    Sources: [],
  };
}

/**
 * The JSON text that AWS-RunPatchBaseline's `BaselineOverride` parameter points at: an array with one baseline per
 * operating system, sorted by it, and lists sorted too; the same baselines always give the same text.
 *
 * A run with it writes no compliance, cannot be combined with an install override list, and fails on a node whose
 * operating system the array does not name or names twice.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
 */
export function toBaselineOverride(baselines: readonly Baseline[]): string {
  const ordered = baselines.toSorted((a, b) => byText(a.operatingSystem, b.operatingSystem));
  return `${JSON.stringify(ordered.map(apiBaseline), null, 2)}\n`;
}
