import type { CreateResourceDataSyncRequest } from "@aws-sdk/client-ssm";
import type { Checked } from "./checked.ts";
import type { AssociationRecord } from "./associations.ts";
import type { BaselineRecord } from "./baselines.ts";
import type { CommandRecord } from "./commands.ts";
import type { DocumentRecord } from "./documents.ts";
import type { ManagedNode } from "./nodes.ts";
import type { WindowExecutionRecord, WindowRecord } from "./windows.ts";

/** A hybrid activation. Its inputs never change; only the count of registrations does. */
export interface ActivationRecord {
  readonly id: string;
  /** Given out once, by CreateActivation. */
  readonly code: string;
  readonly description: string | undefined;
  readonly defaultInstanceName: string | undefined;
  readonly iamRole: string;
  readonly registrationLimit: number;
  registrations: number;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly tags: ReadonlyMap<string, string>;
}

/** A resource data sync to S3. */
export interface DataSyncRecord {
  readonly name: string;
  readonly destination: NonNullable<Checked<CreateResourceDataSyncRequest>["S3Destination"]>;
  readonly createdAt: Date;
}

/** A customised service setting. */
export interface ServiceSettingRecord {
  readonly value: string;
  readonly modifiedAt: Date;
  readonly modifiedBy: string;
}

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
  /** Executions that have not ended. */
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
