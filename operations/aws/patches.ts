import {
  paginateDescribeInstancePatches,
  paginateListComplianceItems,
  type ComplianceItem,
  type InstancePatchState,
  type PatchComplianceData,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { ComplianceItemRecord, PatchSummaryRecord } from "../../domain/collection/records.ts";
import { instantText } from "../../domain/time.ts";
import { instancePatchStates } from "./nodes.ts";
import { allPages } from "../pages.ts";

/** Largest pages of patches and of compliance. */
export const patchesPerPage = 100;
export const itemsPerPage = 50;
/** All but INSTALLED_OTHER and NOT_APPLICABLE, which are most of a node's packages, and no rule of its baseline speaks of. */
export const ruledStates: readonly string[] = [
  "INSTALLED",
  "INSTALLED_PENDING_REBOOT",
  "INSTALLED_REJECTED",
  "MISSING",
  "FAILED",
  "AVAILABLE_SECURITY_UPDATE",
];

function count(value: number | undefined): string {
  return String(value ?? 0);
}

/** AWS writes the beginning of 1970 where there is no time. */
function instant(time: Date | undefined): string {
  return time === undefined || time.getTime() === 0 ? "" : instantText(time);
}

function summaryOf(state: InstancePatchState): PatchSummaryRecord {
  return {
    resourceId: state.InstanceId ?? "",
    PatchGroup: state.PatchGroup ?? "",
    BaselineId: state.BaselineId ?? "",
    SnapshotId: state.SnapshotId ?? "",
    OperationType: state.Operation ?? "",
    OperationStartTime: instant(state.OperationStartTime),
    OperationEndTime: instant(state.OperationEndTime),
    RebootOption: state.RebootOption ?? "",
    InstalledCount: count(state.InstalledCount),
    InstalledOtherCount: count(state.InstalledOtherCount),
    InstalledPendingRebootCount: count(state.InstalledPendingRebootCount),
    InstalledRejectedCount: count(state.InstalledRejectedCount),
    MissingCount: count(state.MissingCount),
    FailedCount: count(state.FailedCount),
    AvailableSecurityUpdateCount: count(state.AvailableSecurityUpdateCount),
    CriticalNonCompliantCount: count(state.CriticalNonCompliantCount),
    SecurityNonCompliantCount: count(state.SecurityNonCompliantCount),
    OtherNonCompliantCount: count(state.OtherNonCompliantCount),
  };
}

/** The counts of nodes' last patch operations by node id, 50 nodes a call; nodes that were never scanned are left out. */
export async function patchSummaries(
  client: SSMClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PatchSummaryRecord>> {
  const found = (await instancePatchStates(client, ids)).map(summaryOf);
  return new Map(found.map((summary) => [summary.resourceId, summary]));
}

function keyOf(id: string | undefined, title: string | undefined): string {
  return JSON.stringify([id, title]);
}

async function nonCompliantItems(client: SSMClient, resourceId: string): Promise<ReadonlyMap<string, ComplianceItem>> {
  const request = {
    ResourceIds: [resourceId],
    ResourceTypes: ["ManagedInstance"],
    Filters: [
      { Key: "ComplianceType", Values: ["Patch"] },
      { Key: "Status", Values: ["NON_COMPLIANT"] },
    ],
  };
  const pages = await allPages(paginateListComplianceItems({ client, pageSize: itemsPerPage }, request));
  return new Map(pages.flatMap((page) => page.ComplianceItems ?? []).map((item) => [keyOf(item.Id, item.Title), item]));
}

/** How many patches a summary counts of the states that are asked for, and how many of them are not compliant. */
export function patchCounts(summary: PatchSummaryRecord): { readonly patches: number; readonly nonCompliant: number } {
  const bad = [
    summary.MissingCount,
    summary.FailedCount,
    summary.InstalledPendingRebootCount,
    summary.InstalledRejectedCount,
    summary.AvailableSecurityUpdateCount,
  ];
  const nonCompliant = bad.reduce((sum, each = "0") => sum + Number(each), 0);
  return { nonCompliant, patches: nonCompliant + Number(summary.InstalledCount) };
}

function recordOf(
  patch: PatchComplianceData,
  summary: PatchSummaryRecord,
  item: ComplianceItem | undefined,
): ComplianceItemRecord {
  return {
    resourceId: summary.resourceId,
    Id: patch.KBId ?? "",
    Title: patch.Title ?? "",
    Status: item === undefined ? "COMPLIANT" : "NON_COMPLIANT",
    Severity: item?.Severity ?? "",
    PatchState: patch.State ?? "",
    PatchSeverity: patch.Severity ?? "",
    Classification: patch.Classification ?? "",
    PatchGroup: summary.PatchGroup,
    CVEIds: patch.CVEIds ?? "",
    InstalledTime: instant(patch.InstalledTime),
    ExecutionTime: summary.OperationEndTime,
    ExecutionId: summary.SnapshotId,
  };
}

/**
 * The patches of a node that its baseline's rules speak of, as its last scan or installation left them: one call for
 * every 100, and one for every 50 that are not compliant, of which AWS tells the level there alone. Neither has a form
 * for several nodes.
 * @param states - in which they are
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatches.html
 */
export async function patchesOf(
  client: SSMClient,
  summary: PatchSummaryRecord,
  states: readonly string[] = ruledStates,
): Promise<readonly ComplianceItemRecord[]> {
  const request = { InstanceId: summary.resourceId, Filters: [{ Key: "State", Values: [...states] }] };
  const pages = await allPages(paginateDescribeInstancePatches({ client, pageSize: patchesPerPage }, request));
  const items =
    patchCounts(summary).nonCompliant === 0 ? undefined : await nonCompliantItems(client, summary.resourceId);
  return pages
    .flatMap((page) => page.Patches ?? [])
    .map((patch) => recordOf(patch, summary, items?.get(keyOf(patch.KBId, patch.Title))));
}
