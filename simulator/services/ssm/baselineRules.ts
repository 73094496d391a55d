import type { CreatePatchBaselineRequest, OperatingSystem } from "@aws-sdk/client-ssm";
import { validationError } from "../../http/apiError.ts";
import { aptSystems, checkFilters } from "./patchFilters.ts";
import { isCalendarDate } from "./calendarDate.ts";
import type { Checked } from "../../state/checked.ts";
import type { BaselineContent, RuleRecord } from "../../state/baselines.ts";

type RuleRequest = Checked<NonNullable<NonNullable<CreatePatchBaselineRequest["ApprovalRules"]>["PatchRules"]>>[number];

/** The part of a create or update request that holds the baseline's content. */
export type ContentRequest = Pick<
  Checked<CreatePatchBaselineRequest>,
  | "GlobalFilters"
  | "ApprovalRules"
  | "ApprovedPatches"
  | "ApprovedPatchesComplianceLevel"
  | "ApprovedPatchesEnableNonSecurity"
  | "RejectedPatches"
  | "RejectedPatchesAction"
  | "Sources"
  | "AvailableSecurityUpdatesComplianceStatus"
>;

function checkRule(operatingSystem: OperatingSystem, rule: RuleRequest): void {
  checkFilters(operatingSystem, rule.PatchFilterGroup.PatchFilters);
  if (rule.ApproveAfterDays !== undefined && rule.ApproveUntilDate !== undefined)
    throw validationError("ApproveAfterDays and ApproveUntilDate cannot be specified together in an approval rule.");
  if (rule.ApproveAfterDays === undefined && rule.ApproveUntilDate === undefined && !aptSystems.has(operatingSystem))
    throw validationError("An approval rule must specify ApproveAfterDays or ApproveUntilDate.");
  if (rule.ApproveUntilDate !== undefined && !isCalendarDate(rule.ApproveUntilDate))
    throw validationError(`ApproveUntilDate ${rule.ApproveUntilDate} is not a date in the format YYYY-MM-DD.`);
  if (operatingSystem === "WINDOWS" && rule.EnableNonSecurity === true)
    throw validationError("EnableNonSecurity is supported for Linux operating systems only.");
}

function filledRule(rule: RuleRequest): RuleRecord {
  return {
    ...rule,
    ComplianceLevel: rule.ComplianceLevel ?? "UNSPECIFIED",
    EnableNonSecurity: rule.EnableNonSecurity ?? false,
  };
}

/** A baseline without any content, as AWS fills it in. */
export function emptyContent(operatingSystem: OperatingSystem): BaselineContent {
  return {
    operatingSystem,
    globalFilters: { PatchFilters: [] },
    rules: [],
    approvedPatches: [],
    approvedPatchesComplianceLevel: "UNSPECIFIED",
    approvedPatchesEnableNonSecurity: false,
    rejectedPatches: [],
    rejectedPatchesAction: "ALLOW_AS_DEPENDENCY",
    sources: [],
  };
}

/**
 * Puts a request's content over what is there; what the request leaves out stays. Filter keys and values are checked
 * against the operating system, as AWS does when a baseline is made and not before.
 *
 * UNCONFIRMED: what AWS answers to an approval delay on Ubuntu or Debian, where it is not supported. It is kept here
 * and has no effect.
 */
export function withContent(base: BaselineContent, request: ContentRequest): BaselineContent {
  const os = base.operatingSystem;
  checkFilters(os, request.GlobalFilters?.PatchFilters ?? []);
  for (const rule of request.ApprovalRules?.PatchRules ?? []) checkRule(os, rule);
  if (os === "WINDOWS" && request.ApprovedPatchesEnableNonSecurity === true)
    throw validationError("ApprovedPatchesEnableNonSecurity is supported for Linux operating systems only.");
  if (os !== "WINDOWS" && request.AvailableSecurityUpdatesComplianceStatus !== undefined)
    throw validationError("AvailableSecurityUpdatesComplianceStatus is supported for WINDOWS only.");
  if (os === "WINDOWS" && (request.Sources ?? []).length > 0)
    throw validationError("Sources are supported for Linux operating systems only.");
  const securityStatus =
    request.AvailableSecurityUpdatesComplianceStatus ?? base.availableSecurityUpdatesComplianceStatus;
  return {
    operatingSystem: os,
    globalFilters: request.GlobalFilters ?? base.globalFilters,
    rules: request.ApprovalRules?.PatchRules.map(filledRule) ?? base.rules,
    approvedPatches: request.ApprovedPatches ?? base.approvedPatches,
    approvedPatchesComplianceLevel: request.ApprovedPatchesComplianceLevel ?? base.approvedPatchesComplianceLevel,
    approvedPatchesEnableNonSecurity: request.ApprovedPatchesEnableNonSecurity ?? base.approvedPatchesEnableNonSecurity,
    rejectedPatches: request.RejectedPatches ?? base.rejectedPatches,
    rejectedPatchesAction: request.RejectedPatchesAction ?? base.rejectedPatchesAction,
    sources: request.Sources ?? base.sources,
    ...(securityStatus === undefined ? {} : { availableSecurityUpdatesComplianceStatus: securityStatus }),
  };
}
