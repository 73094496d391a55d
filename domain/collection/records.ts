/**
 * What a collection holds, type by type. Every value is a text, as the resource data sync of Systems Manager writes
 * them; what is not known is left out or empty. Times are ISO 8601 in UTC with whole seconds (`2026-11-15T03:00:00Z`),
 * but for those that AWS hands through from the node.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html
 */
interface OfNode {
  /** Id of the managed node: `i-…` or `mi-…`. */
  readonly resourceId: string;
}

/** One installed package, as the node's inventory association last found it. */
export interface ApplicationRecord extends OfNode {
  readonly Name: string;
  readonly Publisher: string;
  /** dpkg: the whole version, epoch and revision with it. rpm: the version alone. */
  readonly Version: string;
  /** rpm only; agents of early 2018 and before leave it out, and such rows cannot tell a rebuilt package from the one before. */
  readonly Release?: string;
  /** rpm only; empty, `(none)` and `0` are all no epoch. */
  readonly Epoch?: string;
  /** As the package manager says it, but for dpkg's `amd64`, which the agent writes as `x86_64`; empty for snaps. */
  readonly Architecture: string;
  readonly ApplicationType: string;
  /** rpm and Windows; dpkg does not say. */
  readonly InstalledTime?: string;
  /** rpm: file name of the source package. dpkg: `name_version_arch.deb`. */
  readonly PackageId?: string;
  /** When the node gathered it: its packages are known as of this time, and of no other. */
  readonly captureTime: string;
}

/** The node itself, as Systems Manager knows it. */
export interface InstanceInformationRecord extends OfNode {
  readonly AgentVersion: string;
  readonly ComputerName: string;
  readonly IpAddress: string;
  readonly PlatformName: string;
  readonly PlatformType: string;
  readonly PlatformVersion: string;
  /** `Active` (online), `Inactive` or `ConnectionLost`, as the last ping said. */
  readonly InstanceStatus: string;
  readonly captureTime: string;
}

/** One tag of a hybrid node. Systems Manager does not know the tags of EC2 instances. */
export interface TagRecord extends OfNode {
  readonly Key: string;
  readonly Value: string;
}

/**
 * One patch of a node, in the state that its last scan or installation left it. `collect` leaves out what no rule of the
 * baseline speaks of (`INSTALLED_OTHER`, `NOT_APPLICABLE`): the packages themselves are applications. A bucket that AWS
 * synced has those too.
 */
export interface ComplianceItemRecord extends OfNode {
  /** `name.arch` on Linux, `KB…` on Windows. */
  readonly Id: string;
  /** `name.arch:version` on Linux: after an installation the version that was installed. */
  readonly Title: string;
  readonly Status: "COMPLIANT" | "NON_COMPLIANT";
  /** Compliance level that the baseline's rule gives it; asked of AWS, and filled, for what is not compliant. */
  readonly Severity: string;
  /** `INSTALLED`, `INSTALLED_OTHER`, `INSTALLED_PENDING_REBOOT`, `INSTALLED_REJECTED`, `MISSING`, `FAILED`, … */
  readonly PatchState: string;
  /** The package source's own severity; of Ubuntu and Debian a package priority, which is no severity. */
  readonly PatchSeverity: string;
  readonly Classification: string;
  readonly PatchGroup: string;
  /** Joined by commas; AWS fills it for missing and failed patches of Amazon Linux only. */
  readonly CVEIds: string;
  readonly InstalledTime: string;
  /** When the scan or installation ended. */
  readonly ExecutionTime: string;
  /** Its command or snapshot id. */
  readonly ExecutionId: string;
}

/** Counts of the last patch operation that wrote compliance. */
export interface PatchSummaryRecord extends OfNode {
  readonly PatchGroup: string;
  readonly BaselineId: string;
  readonly SnapshotId: string;
  readonly OperationType: string;
  readonly OperationStartTime: string;
  readonly OperationEndTime: string;
  readonly RebootOption: string;
  readonly InstalledCount: string;
  readonly InstalledOtherCount: string;
  readonly InstalledPendingRebootCount: string;
  readonly InstalledRejectedCount: string;
  readonly MissingCount: string;
  readonly FailedCount: string;
  /** Security updates for Windows that no rule approves yet; a synced bucket does not have it. */
  readonly AvailableSecurityUpdateCount?: string;
  readonly CriticalNonCompliantCount: string;
  readonly SecurityNonCompliantCount: string;
  readonly OtherNonCompliantCount: string;
}

/**
 * One patch that a server lacks, and since when: SLA ages count from it. AWS forgets, so each collection carries on what
 * the one before it said; rows of servers that could not be read are carried on as they are.
 */
export interface MissingRecord extends OfNode {
  /** The fleet file's id, which stays when a VM is registered anew; empty for a node that no row names. */
  readonly serverId: string;
  /** `Id` of the patch's compliance row, and its `Title` with the version that is offered now. */
  readonly Id: string;
  readonly Title: string;
  /** End of the scan that first found an update of it missing; it stays when the offer is replaced by a newer one. */
  readonly since: string;
  /** End of the scan that first found this very title missing. */
  readonly titleSince: string;
  /** What is installed of it: a changed version means that it was updated meanwhile, and `since` begins anew. */
  readonly installed: string;
  /** Days that the stack file asked for when it was collected, for whoever has none; left out where it asks for none. */
  readonly stackDays?: string;
}

/** One machine of the fleet file, or a node that belongs to none of its rows: every one of them is in each collection. */
export interface ServerRecord extends OfNode {
  /** The fleet file's id; empty for a node that no row names. `resourceId` is empty where there is no node. */
  readonly serverId: string;
  readonly name: string;
  readonly owner: string;
  readonly businessUnit: string;
  readonly cloud: string;
  /** Location or subscription of the row. */
  readonly site: string;
  /** Where the node is, or would be. */
  readonly location: string;
  readonly patchGroup: string;
  /** `automatic`, `reviewed`, or `elsewhere` for a group that this stack does not patch. */
  readonly approval: string;
  readonly criticality: string;
  /** The fleet file's words: `ubuntu`, `22.04`, `x86_64`. */
  readonly os: string;
  readonly release: string;
  readonly arch: string;
  readonly state: ServerState;
  /** Why it is unknown or not registered; empty otherwise. */
  readonly reason: string;
  readonly pingStatus: string;
  readonly lastPing: string;
  readonly agentVersion: string;
  /** Capture time of its `AWS:Application` rows; empty where there are none. */
  readonly inventoryCaptured: string;
  /**
   * Whether its packages' versions are whole. `withoutRelease`: its agent is too old and leaves the rpm release out, so
   * that an update which changes the release alone cannot be seen. Empty where there are no packages.
   */
  readonly versions: "whole" | "withoutRelease" | "";
  /** End of the last patch operation that wrote compliance; empty where there was none. */
  readonly lastScan: string;
}

/**
 * `collected`: all of its rows are in the collection. `unknown`: it, or its location, could not be read whole, and what
 * is missing says nothing. `notRegistered`: its location was read, and it is no node there.
 */
export type ServerState = "collected" | "unknown" | "notRegistered";

/**
 * What one run of a window, or one command outside of windows, did to one node. A run that met no node is one record
 * whose `resourceId` and `commandId` are empty: AWS calls it a success.
 */
export interface RunRecord extends OfNode {
  /** The window's execution id, else the command's id. */
  readonly runId: string;
  /** Name of the maintenance window; empty outside of windows. */
  readonly window: string;
  readonly commandId: string;
  readonly documentName: string;
  readonly operation: string;
  /** Snapshot id of the operation: what compliance rows call their execution. */
  readonly snapshotId: string;
  readonly started: string;
  readonly ended: string;
  /** AWS's status of the invocation (of a run that met no node: of the run), and what explains it (`DeliveryTimedOut`, `Undeliverable`, …). */
  readonly status: string;
  readonly statusDetails: string;
  readonly reason: string;
}

/** One account and Region of the collection. The collection is complete when each of its locations has this row. */
export interface LocationRecord {
  /** Name in the stack file. */
  readonly location: string;
  readonly accountId: string;
  readonly region: string;
  /** `unknown`: it could not be read at all, and its servers are unknown with the same reason. */
  readonly state: "collected" | "unknown";
  readonly reason: string;
  readonly started: string;
  readonly ended: string;
  /** Nodes that were found. */
  readonly nodes: string;
  /** Calls that were answered, retries not counted; empty where the location could not be read. */
  readonly apiCalls: string;
}

/** The records of each type, by the name that its folder has. */
export interface CollectionRecords {
  readonly "AWS:Application": ApplicationRecord;
  readonly "AWS:InstanceInformation": InstanceInformationRecord;
  readonly "AWS:Tag": TagRecord;
  readonly "AWS:ComplianceItem": ComplianceItemRecord;
  readonly "AWS:PatchSummary": PatchSummaryRecord;
  readonly "Patchplane:Missing": MissingRecord;
  readonly "Patchplane:Server": ServerRecord;
  readonly "Patchplane:Run": RunRecord;
  readonly "Patchplane:Location": LocationRecord;
}

/** Name of a type of records. */
export type RecordType = keyof CollectionRecords;
