import { placementOf } from "./fleet/placement.ts";
import type { ManagedGroup, Plane, Window } from "./plane.ts";

/** The windows that exist in a location, by name. */
export function windowsAt(plane: Plane, locationName: string): readonly Window[] {
  return Object.values(plane.windows)
    .filter((window) => window.locations.includes(locationName))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * The managed groups that matter in a location, by name: those with a window there, and those with servers there. A
 * group without a window still needs its baselines, or its servers would be judged by AWS's.
 */
export function groupsAt(plane: Plane, locationName: string): readonly ManagedGroup[] {
  const inWindows = windowsAt(plane, locationName).flatMap((window) => window.groups);
  const inFleet = placementOf(plane).get(locationName)?.keys() ?? [];
  return [...new Set([...inWindows, ...inFleet])].sort().flatMap((name) => {
    const group = plane.groups[name];
    return group?.kind === "managed" ? [group] : [];
  });
}
