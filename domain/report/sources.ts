import type { CollectionRecords, RecordType } from "../collection/records.ts";

type Fields<Name extends RecordType> = readonly (keyof CollectionRecords[Name] & string)[];

/**
 * The fields of each type of records, in the order of the columns that engines read them into. Names are compared
 * without case: engines know them in lower case.
 */
const recordFields = {
  "AWS:Application": [
    "resourceId",
    "Name",
    "Publisher",
    "Version",
    "Release",
    "Epoch",
    "Architecture",
    "ApplicationType",
    "InstalledTime",
    "PackageId",
    "captureTime",
  ],
  "AWS:InstanceInformation": [
    "resourceId",
    "AgentVersion",
    "ComputerName",
    "IpAddress",
    "PlatformName",
    "PlatformType",
    "PlatformVersion",
    "InstanceStatus",
    "captureTime",
  ],
  "AWS:Tag": ["resourceId", "Key", "Value"],
  "AWS:ComplianceItem": [
    "resourceId",
    "Id",
    "Title",
    "Status",
    "Severity",
    "PatchState",
    "PatchSeverity",
    "Classification",
    "PatchGroup",
    "CVEIds",
    "InstalledTime",
    "ExecutionTime",
    "ExecutionId",
  ],
  "AWS:PatchSummary": [
    "resourceId",
    "PatchGroup",
    "BaselineId",
    "SnapshotId",
    "OperationType",
    "OperationStartTime",
    "OperationEndTime",
    "RebootOption",
    "InstalledCount",
    "InstalledOtherCount",
    "InstalledPendingRebootCount",
    "InstalledRejectedCount",
    "MissingCount",
    "FailedCount",
    "CriticalNonCompliantCount",
    "SecurityNonCompliantCount",
    "OtherNonCompliantCount",
  ],
  "Patchplane:Missing": ["resourceId", "serverId", "Id", "Title", "since", "titleSince", "installed"],
  "Patchplane:Server": [
    "resourceId",
    "serverId",
    "name",
    "owner",
    "businessUnit",
    "cloud",
    "site",
    "location",
    "patchGroup",
    "approval",
    "criticality",
    "os",
    "release",
    "arch",
    "state",
    "reason",
    "pingStatus",
    "lastPing",
    "agentVersion",
    "inventoryCaptured",
    "versions",
    "lastScan",
  ],
  "Patchplane:Run": [
    "resourceId",
    "runId",
    "window",
    "commandId",
    "documentName",
    "operation",
    "snapshotId",
    "started",
    "ended",
    "status",
    "statusDetails",
    "reason",
  ],
  "Patchplane:Location": [
    "location",
    "accountId",
    "region",
    "state",
    "reason",
    "started",
    "ended",
    "nodes",
    "apiCalls",
  ],
} as const satisfies { readonly [Name in RecordType]: Fields<Name> };

/** Levels of folders in a partition's path that are columns too. */
export const partitionColumns = ["collected", "accountid", "region", "resourcetype"] as const;

/** Fields of a type that engines read; a field that is a level of the path as well is read from there. */
export function fieldsOf(type: RecordType): readonly string[] {
  const levels: readonly string[] = partitionColumns;
  return recordFields[type].filter((field) => !levels.includes(field.toLowerCase()));
}

/** All columns of a type's table. */
export function columnsOf(type: RecordType): readonly string[] {
  return [...fieldsOf(type), ...partitionColumns];
}

/** Name of the table that an engine reads a type of records into: `record_application`, `record_run`. */
export function tableOf(type: RecordType): string {
  return `record_${type.slice(type.indexOf(":") + 1).toLowerCase()}`;
}
