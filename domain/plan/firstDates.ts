import { reaches } from "../fleet/placement.ts";
import { isReviewed, managed, type Plane } from "../plane.ts";
import { nextWindowRuns, type WindowRun } from "../schedule/windowRuns.ts";
import type { PlanServer } from "./serverChanges.ts";

/** A window that reaches servers for which patching is new, and when it does so first. */
export interface FirstRun {
  readonly window: string;
  readonly does: "scan" | "install" | "installApproved" | "installKernels";
  /** Whether an operator opens it. */
  readonly onDemand: boolean;
  /** Null on demand, and where no run is left. */
  readonly next: WindowRun | null;
}

/** What comes first to servers for which patching is new. */
export interface FirstDates {
  /** What they do as soon as they are a managed node, before any window; null where nothing. */
  readonly onContact: "scan" | "install" | "installAndReboot" | null;
  /** Scans first, then in the order of their dates. */
  readonly runs: readonly FirstRun[];
}

function contactOf(plane: Plane, name: string): FirstDates["onContact"] {
  const group = managed(plane, name);
  if (group === undefined) return null;
  if (!plane.nodes.installOnFirstContact.includes(name)) return plane.nodes.scanOnFirstContact ? "scan" : null;
  return group.reboot === "NoReboot" ? "install" : "installAndReboot";
}

/** When the servers of a group in a location are scanned and patched first. */
export function firstDates(
  plane: Plane,
  { group, location }: Pick<PlanServer, "group" | "location">,
  asOf: Date,
): FirstDates {
  const installs = isReviewed(plane, group) ? "installApproved" : "install";
  const runs = Object.values(plane.windows)
    .filter((window) => reaches(window, group, location))
    .map((window): FirstRun => {
      const { name, operation, baselineOverride, onDemand } = window;
      const does = operation === "scan" ? "scan" : baselineOverride.length > 0 ? "installKernels" : installs;
      return { window: name, does, onDemand, next: nextWindowRuns(plane, window, asOf, 1)[0] ?? null };
    });
  const order = ({ does, next }: FirstRun): string => `${does === "scan" ? "0" : "1"} ${next?.utc ?? "9"}`;
  return { onContact: contactOf(plane, group), runs: runs.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)) };
}
