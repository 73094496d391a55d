import { type Activation, isHybrid, isOnline, type ManagedNode } from "./managedNode.ts";
import { isAutoScaling, operatingSystemOf, type OperatingSystem, type Server } from "../server.ts";
import { byText } from "../text.ts";

/** What a location says of its nodes, as far as servers are found by it. */
export interface NodeFacts {
  readonly nodes: readonly ManagedNode[];
  /** By activation id. */
  readonly activations: ReadonlyMap<string, Activation>;
  /** Tags of those hybrid nodes that no activation tells the VM of; by node id. */
  readonly hybridTags: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Ids of the nodes of each Auto Scaling group in the fleet; by the row's id. */
  readonly autoScaling: ReadonlyMap<string, readonly string[]>;
}

/** A row of the fleet file and its node; an Auto Scaling row comes once per node of the group. */
export interface JoinedServer {
  readonly server: Server;
  readonly node?: ManagedNode;
}

/** Operating systems of the nodes that rows stand for, by node id. */
export function systemsOf(servers: readonly JoinedServer[]): ReadonlyMap<string, OperatingSystem> {
  return new Map(
    servers.flatMap(({ server, node }) => (node === undefined ? [] : [[node.id, operatingSystemOf(server)] as const])),
  );
}

/** The tag that names a hybrid node's VM, by Azure's `vmId`. */
const vmIdTag = "AzureVmId";

/** Azure's `vmId` of a hybrid node, lower-cased: by the activation it registered with, else by its own tags. */
export function vmIdOf(node: ManagedNode, facts: Omit<NodeFacts, "nodes" | "autoScaling">): string | undefined {
  const activation = facts.activations.get(node.activationId ?? "");
  const vmId = activation?.tags[vmIdTag] ?? facts.hybridTags.get(node.id)?.[vmIdTag];
  return vmId?.toLowerCase();
}

/** Online before silent, then the newest registration: a VM that was registered anew leaves its old node behind. */
export function betterNode(a: ManagedNode, b: ManagedNode): number {
  const age = (b.registeredAt?.getTime() ?? 0) - (a.registeredAt?.getTime() ?? 0);
  return Number(isOnline(b)) - Number(isOnline(a)) || age || byText(a.id, b.id);
}

/**
 * Finds the node of every server of one location: an EC2 instance by its id, an Azure VM by the `AzureVmId` of the
 * activation its node registered with. Names decide nothing: people change them.
 */
export function joinNodes(servers: readonly Server[], facts: NodeFacts): readonly JoinedServer[] {
  const byId = new Map(facts.nodes.map((node) => [node.id, node]));
  const byVmId = Map.groupBy(
    facts.nodes.filter((node) => isHybrid(node.id)),
    (node) => vmIdOf(node, facts) ?? "",
  );
  return servers.flatMap((server): readonly JoinedServer[] => {
    if (isAutoScaling(server)) {
      const ids = facts.autoScaling.get(server.id) ?? [];
      return ids.flatMap((id) => byId.get(id) ?? []).map((node) => ({ server, node }));
    }
    const vmId = server.azure?.vmId.toLowerCase();
    const node = vmId === undefined ? byId.get(server.id) : byVmId.get(vmId)?.toSorted(betterNode)[0];
    return [node === undefined ? { server } : { server, node }];
  });
}

/** The newest activation of a VM; there are several when an attempt was raised, or one was made by hand. */
export function newestActivation(activations: Iterable<Activation>, vmId: string): Activation | undefined {
  return [...activations]
    .filter((activation) => activation.tags[vmIdTag]?.toLowerCase() === vmId.toLowerCase())
    .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))[0];
}
