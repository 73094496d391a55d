import { ApiError } from "../../http/apiError.ts";
import { isReachable, silentSince } from "../../world/faults.ts";
import type { RegionState } from "../../state/region.ts";
import type { ManagedNode } from "../../state/nodes.ts";

type Given = Pick<ManagedNode, "id" | "kind" | "tags" | "platform"> &
  Partial<Pick<ManagedNode, "registeredAt" | "activationId" | "iamRole" | "name" | "agentVersion" | "machine">>;

/** Version of the agent on simulated servers. */
export const agentVersion = "3.3.3050.0";

/** A node nobody has heard of yet. */
export function newNode(given: Given): ManagedNode {
  return {
    registeredAt: undefined,
    activationId: undefined,
    iamRole: undefined,
    name: undefined,
    agentVersion,
    computerName: undefined,
    ipAddress: undefined,
    lastPingAt: undefined,
    machine: undefined,
    mailbox: { messages: new Map(), replyTo: new Map(), waiting: new Set() },
    patchReport: undefined,
    inventory: undefined,
    putInventory: new Map(),
    putCompliance: new Map(),
    associations: new Map(),
    ...given,
  };
}

/** The node of an id, else `InvalidInstanceId`. */
export function nodeOf(state: RegionState, id: string): ManagedNode {
  const node = state.nodes.get(id);
  if (node === undefined)
    throw new ApiError("InvalidInstanceId", `Instances [[${id}]] not in a valid state for account ${state.accountId}`);
  return node;
}

const sorted = new WeakMap<RegionState, readonly ManagedNode[]>();

/** Adds a node to its account's Region. */
export function addNode(state: RegionState, node: ManagedNode): void {
  state.nodes.set(node.id, node);
  sorted.delete(state);
}

/** Takes a node out of its account's Region. */
export function removeNode(state: RegionState, node: ManagedNode): void {
  state.nodes.delete(node.id);
  sorted.delete(state);
}

/** A Region's nodes by id, sorted once and not for every page. */
export function sortedNodes(state: RegionState): readonly ManagedNode[] {
  const known = sorted.get(state);
  if (known !== undefined) return known;
  const nodes = [...state.nodes.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  sorted.set(state, nodes);
  return nodes;
}

/** Value of the node's patch group tag: `PatchGroup`, else `Patch Group`. */
export function patchGroupOf(node: ManagedNode): string | undefined {
  return node.tags.get("PatchGroup") ?? node.tags.get("Patch Group");
}

/** Whether a simulated server is behind the node and in reach at an instant; a real agent runs its associations by itself. */
export function isOnline(node: ManagedNode, at: Date): boolean {
  return node.machine !== undefined && isReachable(node.machine, at);
}

/** When the node was last heard of; the agent of a reachable machine pings all the time. */
export function lastPing({ machine, lastPingAt }: ManagedNode, now: Date): Date | undefined {
  return machine === undefined ? lastPingAt : (silentSince(machine, now) ?? now);
}
