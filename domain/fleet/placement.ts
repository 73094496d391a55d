import { managed, type ManagedGroup, type Plane } from "../plane.ts";
import type { RebootOption, Window } from "../window.ts";
import type { Server } from "../server.ts";
import { byName } from "../text.ts";

/**
 * Name of the location whose Systems Manager manages a server: its own site on AWS, its subscription's on Azure.
 * @throws Error when the plane has no such subscription, which fleet reading rules out.
 */
export function locationNameOf(plane: Pick<Plane, "subscriptions">, server: Pick<Server, "cloud" | "site">): string {
  if (server.cloud === "aws") return server.site;
  const subscription = plane.subscriptions[server.site];
  if (subscription === undefined) throw new Error(`no subscription ${server.site} in the plane`);
  return subscription.location;
}

/** Servers by location name, then by patch group; both in the fleet's order. */
export type Placement = ReadonlyMap<string, ReadonlyMap<string, readonly Server[]>>;

const placements = new WeakMap<Plane, Placement>();

/** Where every server of a plane is, made once per plane: a plane never changes. */
export function placementOf(plane: Plane): Placement {
  const known = placements.get(plane);
  if (known !== undefined) return known;
  const byLocation = Map.groupBy(plane.fleet, (server) => locationNameOf(plane, server));
  const locations = new Map(
    [...byLocation].map(([name, servers]) => [name, Map.groupBy(servers, ({ patchGroup }) => patchGroup)]),
  );
  placements.set(plane, locations);
  return locations;
}

/** Servers that a window reaches in a location, by group; none when it does not exist there. */
export function serversOf(plane: Plane, window: Window, locationName: string): readonly Server[] {
  if (!window.locations.includes(locationName)) return [];
  const groups = placementOf(plane).get(locationName);
  return window.groups.flatMap((group) => groups?.get(group) ?? []);
}

/** All servers of a location, group by group. */
export function serversAt(plane: Plane, locationName: string): readonly Server[] {
  return [...(placementOf(plane).get(locationName)?.values() ?? [])].flat();
}

/** The windows that exist in a location, by name. */
export function windowsAt(plane: Plane, locationName: string): readonly Window[] {
  return Object.values(plane.windows)
    .filter((window) => window.locations.includes(locationName))
    .toSorted(byName);
}

/**
 * The managed groups that matter in a location, by name: those with a window there, and those with servers there. A
 * group without a window still needs its baselines, or its servers would be judged by AWS's.
 */
export function groupsAt(plane: Plane, locationName: string): readonly ManagedGroup[] {
  const inWindows = windowsAt(plane, locationName).flatMap((window) => window.groups);
  const inFleet = placementOf(plane).get(locationName)?.keys() ?? [];
  return [...new Set([...inWindows, ...inFleet])].sort().flatMap((name) => managed(plane, name) ?? []);
}

/** Whether a window reaches the servers of a group in a location. */
export function reaches(window: Window, group: string, locationName: string): boolean {
  return window.locations.includes(locationName) && window.groups.includes(group);
}

/** Number of machines that rows stand for: an Auto Scaling group counts its usual size. */
export function machineCount(servers: readonly Pick<Server, "size">[]): number {
  return servers.reduce((sum, server) => sum + server.size, 0);
}

/** Whether a window installs by the groups' own baselines or approvals; the kernel window replaces them. */
export function isOrdinaryInstall(window: Window): boolean {
  return window.operation === "install" && window.baselineOverride.length === 0;
}

/** One target of an AWS window: what shares a reboot option is patched by one task. */
export interface WindowTarget {
  /** RebootOption of its patch task; scans never reboot. */
  readonly reboot: RebootOption;
  /** Patch groups, in the window's order. */
  readonly groups: readonly string[];
}

/** Whether a window reboots a group's servers after it has installed: its own rule before the group's; scans never do. */
export function rebootIn(window: Pick<Window, "operation" | "reboot">, group: ManagedGroup): RebootOption {
  return window.operation === "scan" ? "NoReboot" : (window.reboot ?? group.reboot);
}

/**
 * The targets an AWS window gets: one per distinct reboot option among an install window's groups (two at most), one
 * for a scan window. Groups that are patched elsewhere never get one.
 */
export function windowTargets(plane: Pick<Plane, "groups">, window: Window): readonly WindowTarget[] {
  const groups = window.groups.flatMap((name) => managed(plane, name) ?? []);
  const targets = Map.groupBy(groups, (group) => rebootIn(window, group));
  return [...targets].map(([reboot, members]) => ({ reboot, groups: members.map(({ name }) => name) }));
}
