import type {
  ApplicationRecord,
  ComplianceItemRecord,
  PatchSummaryRecord,
  RunRecord,
} from "../../../domain/collection/records.ts";

/** Id of the node that the records are about. */
export const node = "i-00000000000000001";

/** `name version`, of an apt package unless more is said. */
export function application(text: string, more: Partial<ApplicationRecord> = {}): ApplicationRecord {
  const [Name = "", Version = ""] = text.split(" ");
  return {
    resourceId: node,
    Name,
    Version,
    Publisher: "",
    Architecture: "x86_64",
    ApplicationType: "libs",
    captureTime: "2026-11-15T00:00:00Z",
    ...more,
  };
}

/** `name version release`. */
export function rpm(text: string, more: Partial<ApplicationRecord> = {}): ApplicationRecord {
  const [, , Release = ""] = text.split(" ");
  return application(text, { Release, ...more });
}

/** `id version` in a state, as the last operation reported it. */
export function patch(
  text: string,
  PatchState: string,
  more: Partial<ComplianceItemRecord> = {},
): ComplianceItemRecord {
  const [Id = "", version = ""] = text.split(" ");
  return {
    resourceId: node,
    Id,
    Title: `${Id}:${version}`,
    Status: PatchState === "MISSING" || PatchState === "FAILED" ? "NON_COMPLIANT" : "COMPLIANT",
    Severity: "CRITICAL",
    PatchState,
    PatchSeverity: "Optional",
    Classification: "",
    PatchGroup: "app",
    CVEIds: "",
    InstalledTime: "",
    ExecutionTime: "2026-11-15T02:30:00Z",
    ExecutionId: "",
    ...more,
  };
}

export function summary(more: Partial<PatchSummaryRecord> = {}): PatchSummaryRecord {
  return {
    resourceId: node,
    PatchGroup: "app",
    BaselineId: "pb-1",
    SnapshotId: "",
    OperationType: "Install",
    OperationStartTime: "2026-11-15T02:05:00Z",
    OperationEndTime: "2026-11-15T02:30:00Z",
    RebootOption: "RebootIfNeeded",
    InstalledCount: "10",
    InstalledOtherCount: "0",
    InstalledPendingRebootCount: "0",
    InstalledRejectedCount: "0",
    MissingCount: "0",
    FailedCount: "0",
    CriticalNonCompliantCount: "0",
    SecurityNonCompliantCount: "0",
    OtherNonCompliantCount: "0",
    ...more,
  };
}

/** What a window's run sent to the node. */
export function sent(more: Partial<RunRecord> = {}): RunRecord {
  return {
    resourceId: node,
    runId: "11111111-2222-4333-8444-555555555555",
    window: "mw-install-auto",
    commandId: "22222222-2222-4333-8444-555555555555",
    documentName: "AWS-RunPatchBaseline",
    operation: "Install",
    snapshotId: "",
    started: "2026-11-15T02:00:00Z",
    ended: "2026-11-15T02:31:00Z",
    status: "Success",
    statusDetails: "Success",
    reason: "",
    ...more,
  };
}
