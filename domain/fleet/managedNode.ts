/** Counts of one node's last patch operation (DescribeInstancePatchStates). */
export interface PatchState {
  readonly baselineId: string;
  readonly operation: string;
  /** Left out while the operation's end is not known. */
  readonly endedAt?: Date;
  readonly missing: number;
  readonly failed: number;
  readonly pendingReboot: number;
  readonly rejected: number;
  /** Security updates for Windows that no rule approves yet. */
  readonly availableSecurity: number;
}

/** What a node's agent says of itself and of its machine; what it does not say is empty. */
export interface NodeDetails {
  readonly agentVersion: string;
  readonly computerName: string;
  readonly ipAddress: string;
  readonly platformName: string;
  readonly platformType: string;
  readonly platformVersion: string;
  readonly lastPingAt?: Date;
}

/** A managed node as Systems Manager shows it. */
export interface ManagedNode {
  /** `i-…` or `mi-…`. */
  readonly id: string;
  readonly name: string;
  /** `Online`, `ConnectionLost` or `Inactive`. */
  readonly pingStatus: string;
  readonly registeredAt?: Date;
  /** When its agent was heard last. */
  readonly lastPingAt?: Date;
  /** Present on hybrid nodes: the activation it registered with. */
  readonly activationId?: string;
  /** Left out where nothing but the node itself was asked for. */
  readonly details?: NodeDetails;
  /** Left out while the node was never scanned, or its state was not asked for. */
  readonly patchState?: PatchState;
}

/** A hybrid activation (DescribeActivations). */
export interface Activation {
  readonly id: string;
  readonly description: string;
  readonly expired: boolean;
  readonly registrations: number;
  readonly createdAt?: Date;
  readonly expiresAt?: Date;
  readonly tags: Readonly<Record<string, string>>;
}

/** Whether a node runs outside EC2, by its id: it was registered with an activation. */
export function isHybrid(nodeId: string): boolean {
  return nodeId.startsWith("mi-");
}

/** Whether commands reach the node, as Systems Manager sees it. */
export function isOnline(node: Pick<ManagedNode, "pingStatus">): boolean {
  return node.pingStatus === "Online";
}
