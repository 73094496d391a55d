import {
  DescribeInstancePatchStatesCommand,
  paginateDescribeInstancePatches,
  type InstancePatchState,
  type PatchComplianceData,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { ComplianceItemRecord, PatchSummaryRecord } from "../../domain/collection/records.ts";
import { allPages } from "./pages.ts";
import { instantText } from "./windowRun.ts";

/** Largest page of patches, and the most ids of DescribeInstancePatchStates. */
const patchesPerPage = 100;
const idsPerCall = 50;
/** Calls at a time. */
const concurrency = 8;

function summaryOf(state: InstancePatchState): PatchSummaryRecord {
  const count = (value: number | undefined): string => String(value ?? 0);
  return {
    resourceId: state.InstanceId ?? "",
    PatchGroup: state.PatchGroup ?? "",
    BaselineId: state.BaselineId ?? "",
    SnapshotId: state.SnapshotId ?? "",
    OperationType: state.Operation ?? "",
    OperationStartTime: instantText(state.OperationStartTime),
    OperationEndTime: instantText(state.OperationEndTime),
    RebootOption: state.RebootOption ?? "",
    InstalledCount: count(state.InstalledCount),
    InstalledOtherCount: count(state.InstalledOtherCount),
    InstalledPendingRebootCount: count(state.InstalledPendingRebootCount),
    InstalledRejectedCount: count(state.InstalledRejectedCount),
    MissingCount: count(state.MissingCount),
    FailedCount: count(state.FailedCount),
    CriticalNonCompliantCount: count(state.CriticalNonCompliantCount),
    SecurityNonCompliantCount: count(state.SecurityNonCompliantCount),
    OtherNonCompliantCount: count(state.OtherNonCompliantCount),
  };
}

/** What the last patch operation of nodes reported; nodes that were never scanned are left out. n/50 calls. */
export async function patchSummaries(
  client: SSMClient,
  ids: readonly string[],
): Promise<readonly PatchSummaryRecord[]> {
  const batches = Array.from({ length: Math.ceil(ids.length / idsPerCall) }, (_, batch) =>
    ids.slice(batch * idsPerCall, (batch + 1) * idsPerCall),
  );
  const read = async (batch: string[]) => {
    const request = { InstanceIds: batch, MaxResults: idsPerCall };
    return (await client.send(new DescribeInstancePatchStatesCommand(request))).InstancePatchStates ?? [];
  };
  return (await pMap(batches, read, { concurrency })).flat().map(summaryOf);
}

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
    InstalledTime: (patch.InstalledTime?.getTime() ?? 0) === 0 ? "" : instantText(patch.InstalledTime),
    ExecutionTime: summary.OperationEndTime,
    ExecutionId: summary.SnapshotId,
  };
}

/** The patches of one node, as its last patch operation found them: one call for each hundred. */
export async function nodePatches(
  client: SSMClient,
  summary: PatchSummaryRecord,
): Promise<readonly ComplianceItemRecord[]> {
  const request = { InstanceId: summary.resourceId };
  const pages = await allPages(paginateDescribeInstancePatches({ client, pageSize: patchesPerPage }, request));
  return pages.flatMap((page) => page.Patches ?? []).map((patch) => itemOf(summary, patch));
}
