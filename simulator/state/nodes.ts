import type { ComplianceItem, PlatformType, ResourceType } from "@aws-sdk/client-ssm";
import type { Machine } from "../world/machine.ts";
import type { PackageState } from "../world/packageState.ts";
import type { Mailbox } from "./messages.ts";
import type { PatchReport } from "./reports.ts";

/** An inventory type that the embedded cloud gathers. */
export type InventoryType =
  "AWS:Application" | "AWS:AWSComponent" | "AWS:InstanceInformation" | "AWS:Network" | "AWS:WindowsUpdate";

/** What a node's last inventory run found. It holds the packages as they were, and makes entries when somebody asks. */
export interface NodeInventory extends Pick<PackageState, "table" | "installed" | "installedAt" | "older"> {
  readonly capturedAt: Date;
  readonly types: readonly InventoryType[];
  readonly agentVersion: string;
  readonly computerName: string;
  readonly ipAddress: string;
  readonly platform: NodePlatform;
}

/** An inventory type of a node, as PutInventory was given it. */
export interface PutInventory {
  readonly schemaVersion: string;
  /** ISO 8601 with whole seconds. */
  readonly captureTime: string;
  readonly contentHash: string | undefined;
  readonly entries: readonly Readonly<Record<string, string>>[];
}

/** What was put of a compliance type of a node. */
export interface PutCompliance {
  readonly hash: string | undefined;
  readonly items: readonly ComplianceItem[];
}

/** What a node says its operating system is. */
export interface NodePlatform {
  readonly type: PlatformType;
  /** E.g. `Ubuntu`, as DescribeInstanceInformation shows it. */
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** How an association last went on a node. */
export interface NodeAssociation {
  readonly status: "Success" | "Failed" | "Pending";
  readonly ranAt: Date | undefined;
  /** Whether the node has missed a scheduled run since. */
  readonly missed: boolean;
}

/** A managed node: an EC2 instance (`i-…`) or a registered hybrid machine (`mi-…`). */
export interface ManagedNode {
  readonly id: string;
  readonly kind: ResourceType;
  readonly tags: Map<string, string>;
  readonly registeredAt: Date | undefined;
  readonly activationId: string | undefined;
  iamRole: string | undefined;
  readonly name: string | undefined;
  platform: NodePlatform;
  agentVersion: string;
  computerName: string | undefined;
  ipAddress: string | undefined;
  /** When a real agent last called. */
  lastPingAt: Date | undefined;
  /** The simulated server behind it; undefined when a real agent registered: its commands go by the mailbox. */
  machine: Machine | undefined;
  readonly mailbox: Mailbox;
  /** What its last scan or install reported. */
  patchReport: PatchReport | undefined;
  /** What its last inventory run found; stale until the next one. */
  inventory: NodeInventory | undefined;
  /** By type name, e.g. `Custom:RackInfo`; a real agent puts AWS's types too. */
  readonly putInventory: Map<string, PutInventory>;
  /** By compliance type, as PutComplianceItems was given it. */
  readonly putCompliance: Map<string, PutCompliance>;
  /** By association id. */
  readonly associations: Map<string, NodeAssociation>;
}
