import {
  DescribeInstancePatchStatesCommand,
  paginateDescribeInstanceInformation,
  type InstancePatchState,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { availableParallelism } from "node:os";

/** A managed node and what its last patch operation reported, as plain data. */
export interface ManagedNode {
  /** `i-…` or `mi-…`. */
  readonly id: string;
  readonly name: string;
  readonly pingStatus: string;
  /** Present on hybrid nodes: the activation it registered with. */
  readonly activationId?: string;
  /** Left out while the node was never scanned. */
  readonly patchState?: PatchState;
}

/** Counts of one node's last patch operation (DescribeInstancePatchStates). */
export interface PatchState {
  readonly patchGroup: string;
  readonly baselineId: string;
  readonly operation: string;
  readonly endedAt: Date;
  readonly missing: number;
  readonly failed: number;
  readonly pendingReboot: number;
  readonly rejected: number;
}

/** DescribeInstancePatchStates takes at most 50 ids. */
const idsPerCall = 50;

function patchState(state: InstancePatchState): PatchState {
  return {
    patchGroup: state.PatchGroup ?? "",
    baselineId: state.BaselineId ?? "",
    operation: state.Operation ?? "",
    endedAt: state.OperationEndTime ?? new Date(0),
    missing: state.MissingCount ?? 0,
    failed: state.FailedCount ?? 0,
    pendingReboot: state.InstalledPendingRebootCount ?? 0,
    rejected: state.InstalledRejectedCount ?? 0,
  };
}

async function patchStates(client: SSMClient, ids: readonly string[]): Promise<ReadonlyMap<string, PatchState>> {
  const batches: string[][] = [];
  for (let at = 0; at < ids.length; at += idsPerCall) batches.push(ids.slice(at, at + idsPerCall));
  const found = new Map<string, PatchState>();
  const next = batches.values();
  const worker = async (): Promise<void> => {
    for (const batch of next) {
      const answer = await client.send(new DescribeInstancePatchStatesCommand({ InstanceIds: batch, MaxResults: 50 }));
      for (const state of answer.InstancePatchStates ?? []) {
        if (state.InstanceId !== undefined) found.set(state.InstanceId, patchState(state));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(8, 2 * availableParallelism()) }, worker));
  return found;
}

/**
 * All managed nodes of one account and Region with their patch state: one page of 50 per call, at most a few calls at
 * a time.
 */
export async function managedNodes(client: SSMClient): Promise<readonly ManagedNode[]> {
  const nodes: ManagedNode[] = [];
  for await (const page of paginateDescribeInstanceInformation({ client, pageSize: 50 }, {})) {
    for (const node of page.InstanceInformationList ?? []) {
      nodes.push({
        id: node.InstanceId ?? "",
        name: node.Name ?? node.ComputerName ?? "",
        pingStatus: node.PingStatus ?? "",
        ...(node.ActivationId === undefined ? {} : { activationId: node.ActivationId }),
      });
    }
  }
  const states = await patchStates(
    client,
    nodes.map((node) => node.id),
  );
  return nodes.map((node) => {
    const state = states.get(node.id);
    return state === undefined ? node : { ...node, patchState: state };
  });
}
