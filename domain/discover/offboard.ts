import { isHybrid, isOnline, type ManagedNode } from "../fleet/managedNode.ts";
import { betterNode } from "../fleet/nodeJoin.ts";
import type { Plane } from "../plane.ts";
import type { Server } from "../server.ts";
import type { Found, FoundLocation, FoundVm } from "./evidence.ts";

/**
 * Why a node is to go: `left` its VM is in Azure and in no fleet file; `orphan` Azure has no such VM; `duplicate` its
 * VM has a better one.
 */
export type OffboardReason = "left" | "orphan" | "duplicate";

/** A hybrid node that is to be deregistered. */
export interface Leaving {
  readonly location: string;
  readonly node: ManagedNode;
  readonly reason: OffboardReason;
  readonly vmId: string;
  /** Its VM, where Azure has it: the agent on it goes on, and knows nothing. */
  readonly vm?: FoundVm;
}

/** A hybrid node that stays although no row stands behind it, and why. */
export interface Staying {
  readonly location: string;
  readonly node: ManagedNode;
  readonly why: string;
}

/** What an offboarding does and leaves. */
export interface Offboarding {
  readonly leaving: readonly Leaving[];
  readonly staying: readonly Staying[];
}

/** How an offboarding is chosen. */
export interface OffboardOptions {
  /** Ids of nodes: only these, and also such as carry another environment's tag. */
  readonly nodes?: readonly string[];
  /** Whether nodes that were heard of within {@link recentHours} may go. */
  readonly alive: boolean;
  /** Servers of the project's other stacks. */
  readonly elsewhere: readonly Server[];
  readonly asOf: Date;
}

/** A node that was heard of within these hours is somebody's. */
export const recentHours = 24;
const hour = 3_600_000;

/** Whether a node was heard of lately; its registration is the first that is heard of it. */
function isRecent(node: ManagedNode, asOf: Date): boolean {
  const since = asOf.getTime() - recentHours * hour;
  const heard = [node.lastPingAt, node.registeredAt].some((at) => at !== undefined && at.getTime() > since);
  return isOnline(node) || heard;
}

interface Ground {
  readonly plane: Plane;
  readonly found: Found;
  readonly at: FoundLocation;
  readonly vms: ReadonlyMap<string, FoundVm>;
  /** `vmId` of every VM that a fleet file has, by its row or by what Azure says of the row's VM. */
  readonly own: ReadonlySet<string>;
  readonly theirs: ReadonlySet<string>;
  readonly options: OffboardOptions;
}

function vmIdsOf(servers: readonly Server[], vms: readonly FoundVm[]): ReadonlySet<string> {
  const ids = new Set(servers.map(({ id }) => id));
  return new Set([
    ...servers.flatMap(({ azure }) => azure?.vmId.toLowerCase() ?? []),
    ...vms.flatMap(({ id, vmId }) => (ids.has(id) && vmId !== "" ? [vmId] : [])),
  ]);
}

/** Why a node goes, or why it stays; undefined for the node of a server. */
function judged(
  { plane, found, at, vms, own, theirs, options }: Ground,
  node: ManagedNode,
): OffboardReason | { readonly why: string } | undefined {
  const vmId = at.vmIds.get(node.id);
  if (vmId === undefined) return { why: "it has no AzureVmId: this project did not onboard it" };
  if (theirs.has(vmId)) return { why: "its VM is in the fleet file of another stack" };
  const environments = new Set([plane.environment, ...plane.fleet.map(({ environment }) => environment)]);
  const environment = at.environments.get(node.id) ?? "";
  const named = options.nodes?.includes(node.id) === true;
  if (own.has(vmId)) {
    const all = at.nodes.filter(({ id }) => isHybrid(id) && at.vmIds.get(id) === vmId).toSorted(betterNode);
    if (all[0] === node) return undefined;
    const better = all[0] === undefined ? "" : all[0].id;
    // Two that answer under one AzureVmId are two machines: which is the row's is not for a program to say.
    if (isOnline(node) && !named)
      return { why: `its VM is in the fleet file, and ${better} is online as well: name the one that is to go` };
    return "duplicate";
  }
  if (!environments.has(environment) && !named)
    return { why: environment === "" ? "it has no Environment tag" : `its Environment is ${environment}` };
  if (vms.has(vmId)) return "left";
  const unread = found.subscriptions.flatMap((each) => ("failure" in each ? [each.subscription.name] : []));
  return unread.length === 0 ? "orphan" : { why: `its VM may be in ${unread.join(", ")}, which could not be read` };
}

/**
 * Chooses the hybrid nodes that no server stands behind any more: of VMs that left the fleet, of VMs that are gone, and
 * of VMs that were registered anew. Never the node of a VM that a fleet file has; nothing where it is not sure.
 */
export function offboardingOf(plane: Plane, found: Found, options: OffboardOptions): Offboarding {
  const all = found.subscriptions.flatMap((each) => ("failure" in each ? [] : each.vms));
  const vms = new Map(all.flatMap((vm) => (vm.vmId === "" ? [] : [[vm.vmId, vm] as const])));
  const [own, theirs] = [vmIdsOf(plane.fleet, all), vmIdsOf(options.elsewhere, all)];
  const leaving: Leaving[] = [];
  const staying: Staying[] = [];
  for (const at of found.locations) {
    if ("failure" in at) continue;
    const location = at.location.name;
    for (const node of at.nodes) {
      if (!isHybrid(node.id) || options.nodes?.includes(node.id) === false) continue;
      const end = judged({ plane, found, at, vms, own, theirs, options }, node);
      if (typeof end === "object") staying.push({ location, node, why: end.why });
      if (end === undefined && options.nodes !== undefined)
        staying.push({ location, node, why: "its VM is in the fleet file, and this is its node" });
      if (typeof end !== "string") continue;
      const vmId = at.vmIds.get(node.id) ?? "";
      const vm = vms.get(vmId);
      if (isRecent(node, options.asOf) && !options.alive) {
        const why = `${end}, and it was heard of within ${String(recentHours)} hours: --alive takes it as well`;
        staying.push({ location, node, why });
      } else leaving.push({ location, node, reason: end, vmId, ...(vm === undefined ? {} : { vm }) });
    }
  }
  return { leaving, staying };
}
