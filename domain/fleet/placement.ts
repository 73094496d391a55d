import type { Plane, Window } from "../plane.ts";
import type { Server } from "../server.ts";

/**
 * Name of the location whose Systems Manager manages a server: its own site on AWS, its subscription's on Azure.
 * @throws Error when the plane has no such subscription, which fleet reading rules out.
 */
export function locationNameOf(plane: Pick<Plane, "subscriptions">, server: Pick<Server, "cloud" | "site">): string {
  if (server.cloud === "aws") {
    return server.site;
  }
  const subscription = plane.subscriptions[server.site];
  if (subscription === undefined) {
    throw new Error(`no subscription ${server.site} in the plane`);
  }
  return subscription.location;
}

/** Servers by location name, then by patch group; both in the fleet's order. */
export type Placement = ReadonlyMap<string, ReadonlyMap<string, readonly Server[]>>;

const placements = new WeakMap<Plane, Placement>();

/** Where every server of a plane is, made once per plane: a plane never changes. */
export function placementOf(plane: Plane): Placement {
  const known = placements.get(plane);
  if (known !== undefined) {
    return known;
  }
  const locations = new Map<string, Map<string, Server[]>>();
  for (const server of plane.fleet) {
    const name = locationNameOf(plane, server);
    const groups = locations.get(name) ?? new Map<string, Server[]>();
    const servers = groups.get(server.patchGroup) ?? [];
    servers.push(server);
    groups.set(server.patchGroup, servers);
    locations.set(name, groups);
  }
  placements.set(plane, locations);
  return locations;
}

/** Servers that a window reaches in a location, by group; none when it does not exist there. */
export function serversOf(plane: Plane, window: Window, locationName: string): readonly Server[] {
  if (!window.locations.includes(locationName)) {
    return [];
  }
  const groups = placementOf(plane).get(locationName);
  return window.groups.flatMap((group) => groups?.get(group) ?? []);
}

/** Names of the managed groups that a location needs baselines for: those with a window or with servers there. */
export function groupNamesIn(plane: Plane, locationName: string): readonly string[] {
  const windows = Object.values(plane.windows).filter((window) => window.locations.includes(locationName));
  const servers = placementOf(plane).get(locationName)?.keys() ?? [];
  const names = new Set([...windows.flatMap((window) => window.groups), ...servers]);
  return [...names].filter((name) => plane.groups[name]?.kind === "managed").sort();
}

/** Number of machines that rows stand for: an Auto Scaling group counts its usual size. */
export function machineCount(servers: readonly Server[]): number {
  return servers.reduce((sum, server) => sum + server.size, 0);
}

/** Whether a window installs by the groups' own baselines or approvals; the kernel window replaces them. */
export function isOrdinaryInstall(window: Window): boolean {
  return window.operation === "install" && window.baselineOverride.length === 0;
}

/** One target of an AWS window: what shares a reboot option is patched by one task. */
export interface WindowTarget {
  /** RebootOption of its patch task; scans never reboot. */
  readonly reboot: "RebootIfNeeded" | "NoReboot";
  /** Patch groups, in the window's order. */
  readonly groups: readonly string[];
}

/**
 * The targets an AWS window gets: one per distinct reboot option among an install window's groups (two at most), one
 * for a scan window. Groups that are patched elsewhere never get one.
 */
export function windowTargets(plane: Pick<Plane, "groups">, window: Window): readonly WindowTarget[] {
  const targets = new Map<WindowTarget["reboot"], string[]>();
  for (const name of window.groups) {
    const group = plane.groups[name];
    if (group?.kind === "managed") {
      const reboot = window.operation === "scan" ? "NoReboot" : group.reboot;
      targets.set(reboot, [...(targets.get(reboot) ?? []), name]);
    }
  }
  return [...targets].map(([reboot, groups]) => ({ reboot, groups }));
}
