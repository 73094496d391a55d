import type { ActivationRecord } from "./activations.ts";
import type { AssociationRecord } from "./associationRecords.ts";
import type { BaselineRecord } from "./baselineRecords.ts";
import type { CommandRecord } from "./commandRecords.ts";
import type { DataSyncRecord } from "./dataSyncs.ts";
import type { DocumentRecord } from "./documents.ts";
import type { ManagedNode } from "./nodes.ts";
import type { ServiceSettingRecord } from "./serviceSettings.ts";
import type { WindowExecutionRecord, WindowRecord } from "./windowRecords.ts";

/** Everything SSM keeps for one account in one Region; nothing is shared between two of them. */
export interface RegionState {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Custom baselines by id, AWS-owned ones by ARN. */
  readonly baselines: Map<string, BaselineRecord>;
  /** Patch group → operating system → baseline id. */
  readonly patchGroups: Map<string, Map<string, string>>;
  /** Operating system → baseline id. */
  readonly defaultBaselines: Map<string, string>;
  readonly windows: Map<string, WindowRecord>;
  readonly windowExecutions: Map<string, WindowExecutionRecord>;
  /** Executions by window id, oldest first. */
  readonly executionsOfWindow: Map<string, WindowExecutionRecord[]>;
  /** Executions that had not ended when a window last came due. */
  openExecutions: readonly WindowExecutionRecord[];
  readonly activations: Map<string, ActivationRecord>;
  /** Changed by `addNode` and `removeNode` only. */
  readonly nodes: Map<string, ManagedNode>;
  readonly associations: Map<string, AssociationRecord>;
  readonly documents: Map<string, DocumentRecord>;
  readonly dataSyncs: Map<string, DataSyncRecord>;
  readonly serviceSettings: Map<string, ServiceSettingRecord>;
  readonly commands: Map<string, CommandRecord>;
  /** Tags by `resource type/resource id`; a node's are its own. */
  readonly tags: Map<string, Map<string, string>>;
  /** Answers to requests with a client token, by operation and token. */
  readonly idempotent: Map<string, { readonly body: string; readonly answer: unknown }>;
}

/** An account's Region before anything was made in it. */
export function emptyRegion(accountId: string, region: string): RegionState {
  return {
    accountId,
    region,
    partition: partitionOf(region),
    baselines: new Map(),
    patchGroups: new Map(),
    defaultBaselines: new Map(),
    windows: new Map(),
    windowExecutions: new Map(),
    executionsOfWindow: new Map(),
    openExecutions: [],
    activations: new Map(),
    nodes: new Map(),
    associations: new Map(),
    documents: new Map(),
    dataSyncs: new Map(),
    serviceSettings: new Map(),
    commands: new Map(),
    tags: new Map(),
    idempotent: new Map(),
  };
}

/** Partition of a Region: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** ARN of something SSM keeps in a Region. */
export function ssmArn(state: RegionState, resource: string): string {
  return `arn:${state.partition}:ssm:${state.region}:${state.accountId}:${resource}`;
}
