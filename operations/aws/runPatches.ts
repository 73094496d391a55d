import { paginateDescribeInstancePatches, type PatchComplianceData, type SSMClient } from "@aws-sdk/client-ssm";
import type { ComplianceItemRecord, PatchSummaryRecord } from "../../domain/collection/records.ts";
import { instantText } from "../../domain/time.ts";
import { allPages } from "../pages.ts";
import { patchesPerPage } from "./patches.ts";

/** States of this API, as the compliance items of inventory write them. */
const states: Readonly<Record<string, string>> = {
  Installed: "INSTALLED",
  InstalledOther: "INSTALLED_OTHER",
  InstalledPendingReboot: "INSTALLED_PENDING_REBOOT",
  InstalledRejected: "INSTALLED_REJECTED",
  Missing: "MISSING",
  Failed: "FAILED",
};
const nonCompliant: ReadonlySet<string> = new Set([
  "MISSING",
  "FAILED",
  "INSTALLED_PENDING_REBOOT",
  "INSTALLED_REJECTED",
]);

function itemOf(summary: PatchSummaryRecord, patch: PatchComplianceData): ComplianceItemRecord {
  const state = patch.State ?? "";
  const PatchState = states[state] ?? state;
  return {
    resourceId: summary.resourceId,
    Id: patch.KBId ?? "",
    Title: patch.Title ?? "",
    Status: nonCompliant.has(PatchState) ? "NON_COMPLIANT" : "COMPLIANT",
    Severity: "",
    PatchState,
    PatchSeverity: patch.Severity ?? "",
    Classification: patch.Classification ?? "",
    PatchGroup: summary.PatchGroup,
    CVEIds: patch.CVEIds ?? "",
    InstalledTime: patch.InstalledTime === undefined ? "" : instantText(patch.InstalledTime),
    ExecutionTime: summary.OperationEndTime,
    ExecutionId: summary.SnapshotId,
  };
}

/**
 * Every patch of one node, as its last patch operation found them: one call for each hundred. What an override list
 * named counts as INSTALLED_OTHER where the baseline does not approve it, so no state is left out.
 */
export async function nodePatches(
  client: SSMClient,
  summary: PatchSummaryRecord,
): Promise<readonly ComplianceItemRecord[]> {
  const request = { InstanceId: summary.resourceId };
  const pages = await allPages(paginateDescribeInstancePatches({ client, pageSize: patchesPerPage }, request));
  return pages.flatMap((page) => page.Patches ?? []).map((patch) => itemOf(summary, patch));
}
