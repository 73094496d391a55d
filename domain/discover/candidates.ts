import { betterNode } from "../fleet/nodeJoin.ts";
import { isHybrid, type ManagedNode } from "../fleet/managedNode.ts";
import { autoScalingPrefix, type Architecture, type Server } from "../server.ts";
import type { Found, FoundInstance, FoundLocation, FoundVm } from "./evidence.ts";
import { instanceArchitecture, instanceSystem, isKnown, vmArchitecture, vmSystem, type System } from "./system.ts";

/** A server that the clouds have, as far as they tell what its row says. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly cloud: Server["cloud"];
  /** Name of its location or subscription. */
  readonly site: string;
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly system: System;
  readonly architecture?: Architecture;
  readonly running: boolean;
  /** How many machines run: 1, or those of an Auto Scaling group. */
  readonly size: number;
  /** Its nodes, the one that counts first; of an Auto Scaling group those of all its instances. */
  readonly nodes: readonly ManagedNode[];
  /** Whether it is known which nodes there are. */
  readonly nodesKnown: boolean;
  readonly vm?: FoundVm;
  /** Instances of an Auto Scaling group. */
  readonly members?: readonly FoundInstance[];
}

/** The tag that AWS gives every instance of an Auto Scaling group. */
export const scalingGroupTag = "aws:autoscaling:groupName";

function ofInstance(at: FoundLocation, instance: FoundInstance, node: ManagedNode | undefined): Candidate {
  const { id, tags, running } = instance;
  const architecture = instanceArchitecture(instance);
  return {
    id,
    name: tags["Name"] ?? id,
    cloud: "aws",
    site: at.location.name,
    region: at.location.region,
    tags,
    system: instanceSystem(instance, node),
    ...(architecture === undefined ? {} : { architecture }),
    running,
    size: 1,
    nodes: node === undefined ? [] : [node],
    nodesKnown: true,
  };
}

/** What all members have in common; left out where they differ. */
function shared<T>(values: readonly T[], same: (a: T, b: T) => boolean): T | undefined {
  const [first] = values;
  return first !== undefined && values.every((value) => same(first, value)) ? first : undefined;
}

function sameSystem(a: System, b: System): boolean {
  return isKnown(a) && isKnown(b) ? a.os === b.os && a.release === b.release : !isKnown(a) && !isKnown(b);
}

function ofScalingGroup(at: FoundLocation, name: string, members: readonly Candidate[]): Candidate {
  const system = shared(
    members.map((member) => member.system),
    sameSystem,
  );
  const architecture = shared(
    members.map((member) => member.architecture),
    Object.is,
  );
  const keys = [...new Set(members.flatMap(({ tags }) => Object.keys(tags)))];
  const tags = keys.flatMap((key) => {
    const value = shared(
      members.map((member) => member.tags[key]),
      Object.is,
    );
    return value === undefined ? [] : [[key, value] as const];
  });
  const running = members.filter((member) => member.running).length;
  const ids = new Set(members.map(({ id }) => id));
  return {
    id: `${autoScalingPrefix}${name}`,
    name,
    cloud: "aws",
    site: at.location.name,
    region: at.location.region,
    tags: Object.fromEntries(tags),
    system: system ?? { said: "instances of several systems" },
    ...(architecture === undefined ? {} : { architecture }),
    running: running > 0,
    size: running,
    nodes: members.flatMap(({ nodes }) => nodes),
    nodesKnown: true,
    members: at.instances.filter(({ id }) => ids.has(id)),
  };
}

/**
 * @param own - ids of instances that have rows of their own, and are no part of their group's
 */
function ofLocation(at: FoundLocation, own: ReadonlySet<string>): readonly Candidate[] {
  const nodes = new Map(at.nodes.map((node) => [node.id, node]));
  const instances = at.instances.map((instance) => ofInstance(at, instance, nodes.get(instance.id)));
  const groups = Map.groupBy(instances, ({ id, tags }) => (own.has(id) ? "" : (tags[scalingGroupTag] ?? "")));
  const alone = groups.get("") ?? [];
  groups.delete("");
  return [...alone, ...[...groups].map(([name, members]) => ofScalingGroup(at, name, members))];
}

function ofVm(site: string, vm: FoundVm, nodes: readonly ManagedNode[], nodesKnown: boolean): Candidate {
  const architecture = vmArchitecture(vm);
  return {
    id: vm.id,
    name: vm.tags["Name"] ?? vm.name,
    cloud: "azure",
    site,
    region: vm.region,
    tags: vm.tags,
    system: vmSystem(vm, nodes[0]),
    ...(architecture === undefined ? {} : { architecture }),
    running: vm.running,
    size: 1,
    nodes,
    nodesKnown,
    vm,
  };
}

/** Every server that the clouds have, in the places' order. */
export function candidatesOf(found: Found, fleet: readonly Server[]): readonly Candidate[] {
  const own = new Set(fleet.map(({ id }) => id));
  const locations = new Map(
    found.locations.flatMap((at) => ("failure" in at ? [] : [[at.location.name, at] as const])),
  );
  const byVmId = new Map(
    [...locations].map(([name, at]) => [
      name,
      Map.groupBy(
        at.nodes.filter(({ id }) => isHybrid(id)),
        ({ id }) => at.vmIds.get(id) ?? "",
      ),
    ]),
  );
  return [
    ...[...locations.values()].flatMap((at) => ofLocation(at, own)),
    ...found.subscriptions.flatMap((at) => {
      if ("failure" in at) return [];
      const { name, location } = at.subscription;
      const nodes = byVmId.get(location);
      return at.vms.map((vm) => {
        const ownNodes = vm.vmId === "" ? [] : (nodes?.get(vm.vmId) ?? []);
        return ofVm(name, vm, ownNodes.toSorted(betterNode), nodes !== undefined);
      });
    }),
  ];
}
