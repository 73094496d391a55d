import { apiBaseline, sorted, type ApiBaseline, type ApiRule } from "./baselineOverride.ts";
import type { Baseline } from "../baseline.ts";
import { byKey } from "../text.ts";

/** A rule in a form that can be compared: everything said, filters by key, values sorted. */
function comparableRule({ PatchFilterGroup: group, ...rule }: ApiRule): object {
  const filters = (group?.PatchFilters ?? []).map(({ Key = "", Values = [] }) => [Key, sorted(Values)] as const);
  return {
    // A rule of Ubuntu or Debian has neither, or 0, which is the same there.
    ApproveAfterDays: rule.ApproveAfterDays ?? (rule.ApproveUntilDate === undefined ? 0 : null),
    ApproveUntilDate: rule.ApproveUntilDate ?? null,
    ComplianceLevel: rule.ComplianceLevel ?? "UNSPECIFIED",
    EnableNonSecurity: rule.EnableNonSecurity ?? false,
    Filters: Object.fromEntries(filters.toSorted(byKey)),
  };
}

/** A baseline's fields by their paths in the stack file, in a form that can be compared as JSON. */
export function apiBaselineFields(baseline: ApiBaseline): Readonly<Record<string, unknown>> {
  const rules = baseline.ApprovalRules?.PatchRules ?? [];
  return {
    description: baseline.Description ?? "",
    operatingSystem: baseline.OperatingSystem ?? null,
    rules: rules.length,
    ...Object.fromEntries(rules.map((rule, index) => [`rules[${String(index)}]`, comparableRule(rule)])),
    approvedPatches: sorted(baseline.ApprovedPatches ?? []),
    approvedPatchesComplianceLevel: baseline.ApprovedPatchesComplianceLevel ?? "UNSPECIFIED",
    approvedPatchesEnableNonSecurity: baseline.ApprovedPatchesEnableNonSecurity ?? false,
    availableSecurityUpdatesComplianceStatus: baseline.AvailableSecurityUpdatesComplianceStatus ?? null,
    globalFilters: baseline.GlobalFilters?.PatchFilters?.length ?? 0,
    rejectedPatches: sorted(baseline.RejectedPatches ?? []),
    rejectedPatchesAction: baseline.RejectedPatchesAction ?? "ALLOW_AS_DEPENDENCY",
    sources: baseline.Sources?.length ?? 0,
  };
}

/** The fields of a baseline of the plane, as {@link apiBaselineFields} gives them for the one in AWS. */
export function baselineFields(baseline: Baseline): Readonly<Record<string, unknown>> {
  return apiBaselineFields({ ...apiBaseline(baseline), Description: baseline.description });
}
