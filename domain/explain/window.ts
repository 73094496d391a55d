import { windowCapacity, type CapacityVerdict } from "../checks/capacity.ts";
import type { Finding } from "../fault.ts";
import { machineCount, serversOf, windowTargets, type WindowTarget } from "../fleet/placement.ts";
import type { Freeze, Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { windowPatience, type WindowPatience } from "../stack/windowTasks.ts";
import { type ApprovalFacts, approvalFacts, approvalGiven } from "../approvals/inForce.ts";
import { findingsAbout } from "./findings.ts";
import { originOf, type Origins, type SettingOrigin } from "./origins.ts";
import { freezesAhead, upcoming, type Upcoming } from "./runs.ts";

const runsShown = 5;

/** A window in one of its locations. */
export interface WindowPlace {
  readonly location: string;
  /** Machines it reaches there, an Auto Scaling row counted by its usual size; by group, in the window's order. */
  readonly groups: readonly { readonly group: string; readonly machines: number }[];
  readonly capacity: CapacityVerdict;
}

/** What a window does. */
export interface WindowFacts extends Upcoming {
  readonly kind: "window";
  readonly window: Window;
  readonly origin: SettingOrigin;
  readonly targets: readonly WindowTarget[];
  readonly places: readonly WindowPlace[];
  readonly patience: WindowPatience;
  /** Of an install window for a reviewed group. */
  readonly approval?: ApprovalFacts;
  readonly freezes: readonly Freeze[];
  readonly findings: readonly Finding[];
}

/** Everything about one window, from the stack's files alone. */
export function explainWindow(
  plane: Plane,
  window: Window,
  asOf: Date,
  findings: readonly Finding[],
  origins: Origins,
): WindowFacts {
  const install = window.operation === "install";
  const approval = install
    ? window.groups.map((group) => approvalFacts(plane, group, asOf)).find((facts) => facts !== undefined)
    : undefined;
  const inForce = approvalGiven(approval);
  return {
    kind: "window",
    window,
    origin: originOf(origins, "windows", window.name),
    targets: windowTargets(plane, window),
    patience: windowPatience(plane.groups, window),
    places: window.locations.map((location) => ({
      location,
      groups: window.groups.map((group) => ({
        group,
        machines: machineCount(serversOf(plane, { ...window, groups: [group] }, location)),
      })),
      capacity: windowCapacity(plane, window, location),
    })),
    ...(approval === undefined ? {} : { approval }),
    freezes: freezesAhead(plane, [window], window.groups, asOf),
    ...upcoming(plane, window, window.groups, asOf, runsShown, inForce),
    findings: findingsAbout(findings, {
      windows: [window.name],
      files: inForce === undefined ? [] : [inForce.file],
    }),
  };
}
