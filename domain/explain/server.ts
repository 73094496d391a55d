import type { Finding } from "../fault.ts";
import { locationNameOf, reaches, rebootIn } from "../fleet/placement.ts";
import type { Freeze, Group, Location, Plane, Subscription } from "../plane.ts";
import type { RebootOption, Window } from "../window.ts";
import { isWindows, operatingSystemOf, type Server } from "../server.ts";
import { longestInterval, ruleWaits, type Interval, type RuleWait } from "../checks/longestWait.ts";
import { installSchedules } from "../checks/sla.ts";
import { windowPatience, type WindowPatience } from "../stack/windowTasks.ts";
import { type ApprovalFacts, approvalFacts, approvalGiven } from "../approvals/inForce.ts";
import { baselineFacts, type BaselineFacts } from "./baseline.ts";
import { findingsAbout } from "./findings.ts";
import { originOf, type Origin, type Origins, type SettingOrigin } from "./origins.ts";
import { freezesAhead, upcoming, type Upcoming } from "./runs.ts";

const runsShown = 3;

/** A window that reaches a server. */
export interface ReachingWindow extends Upcoming {
  readonly window: Window;
  readonly origin: SettingOrigin;
  /** What its patch task says about reboots; a scan never does. */
  readonly reboot: RebootOption;
  /** The baseline that replaces the group's own there; `missing` fails the run on this OS. */
  readonly override?: BaselineFacts | "missing";
  /** Names of the hooks that have lines for the server's OS, in order. */
  readonly hooksBefore: readonly string[];
  readonly hooksAfter: readonly string[];
  readonly patience: WindowPatience;
  /** Of a reviewed group's install window: what it may install. */
  readonly approval?: ApprovalFacts;
}

/** What happens to a server. */
export interface ServerFacts {
  readonly kind: "server";
  readonly server: Server;
  readonly row: Origin;
  readonly location: Location | undefined;
  readonly locationOrigin: SettingOrigin;
  readonly subscription?: { readonly subscription: Subscription; readonly origin: SettingOrigin };
  /** Undefined for a group that the stack does not have. */
  readonly group: Group | undefined;
  readonly groupOrigin: SettingOrigin;
  /** Nothing of what follows is there for a group that this stack does not patch. */
  readonly baseline?: BaselineFacts;
  readonly approval?: ApprovalFacts;
  readonly windows: readonly ReachingWindow[];
  readonly onFirstContact: { readonly scan: boolean; readonly install: boolean };
  readonly freezes: readonly Freeze[];
  readonly interval?: Interval;
  readonly waits: readonly RuleWait[];
  /** Why the stack file switches the check of these waits off, where it does. */
  readonly waitsUnchecked?: string;
  readonly findings: readonly Finding[];
}

function reaching(plane: Plane, window: Window, server: Server, asOf: Date, origins: Origins): ReachingWindow {
  const os = operatingSystemOf(server);
  const group = plane.groups[server.patchGroup];
  const approval = window.operation === "install" ? approvalFacts(plane, server.patchGroup, asOf) : undefined;
  const inForce = approvalGiven(approval);
  const lines = isWindows(server) ? "windows" : "linux";
  const named = (hooks: Window["hooks"]["before"]): readonly string[] =>
    hooks.filter((hook) => hook[lines].length > 0).map(({ name }) => name);
  const replacing = window.baselineOverride.find((name) => plane.baselines[name]?.operatingSystem === os);
  const override = replacing === undefined ? "missing" : baselineFacts(plane, os, replacing, origins);
  return {
    window,
    origin: originOf(origins, "windows", window.name),
    reboot: group?.kind === "managed" ? rebootIn(window, group) : "NoReboot",
    ...(window.baselineOverride.length === 0 ? {} : { override }),
    hooksBefore: named(window.hooks.before),
    hooksAfter: named(window.hooks.after),
    patience: windowPatience(plane.groups, window),
    ...(approval === undefined ? {} : { approval }),
    ...(approval?.state === "none"
      ? { runs: [] }
      : upcoming(plane, window, [server.patchGroup], asOf, runsShown, inForce)),
  };
}

/** Installs come before scans, and what replaces baselines last: the order in which they matter. */
function weight(window: Window): number {
  return (window.operation === "scan" ? 1 : 0) + (window.baselineOverride.length > 0 ? 2 : 0);
}

/**
 * Everything that a stack does to one server, from its files alone.
 * @param findings - all findings of the plane
 */
export function explainServer(
  plane: Plane,
  server: Server,
  asOf: Date,
  findings: readonly Finding[],
  origins: Origins,
): ServerFacts {
  const locationName = locationNameOf(plane, server);
  const group = plane.groups[server.patchGroup];
  const subscription = server.cloud === "azure" ? plane.subscriptions[server.site] : undefined;
  const windows = Object.values(plane.windows)
    .filter((window) => reaches(window, server.patchGroup, locationName))
    .toSorted((a, b) => weight(a) - weight(b));
  const approval = approvalFacts(plane, server.patchGroup, asOf);
  const { sla } = plane.checks;
  const os = operatingSystemOf(server);
  const baseline = group?.kind === "managed" ? baselineFacts(plane, os, group.baselines[os], origins) : undefined;
  const schedules = group?.kind === "managed" ? installSchedules(windows, server.patchGroup, locationName) : [];
  const interval = longestInterval(schedules);
  return {
    kind: "server",
    server,
    row: { file: origins.fleetFile, line: server.line },
    location: plane.locations[locationName],
    locationOrigin: originOf(origins, "locations", locationName),
    ...(subscription === undefined
      ? {}
      : { subscription: { subscription, origin: originOf(origins, "subscriptions", server.site) } }),
    group,
    groupOrigin: originOf(origins, "groups", server.patchGroup),
    ...(baseline === undefined ? {} : { baseline }),
    ...(approval === undefined ? {} : { approval }),
    windows: windows.map((window) => reaching(plane, window, server, asOf, origins)),
    onFirstContact: {
      scan: plane.nodes.scanOnFirstContact && group?.kind === "managed",
      install: plane.nodes.installOnFirstContact.includes(server.patchGroup),
    },
    freezes: freezesAhead(plane, windows, [server.patchGroup], asOf),
    ...(interval === undefined ? {} : { interval }),
    waits:
      group?.kind === "managed" && group.approval === "automatic" && baseline?.kind === "own"
        ? ruleWaits(baseline.baseline, schedules)
        : [],
    ...(sla?.severity === "off" ? { waitsUnchecked: sla.reason } : {}),
    findings: findingsAbout(findings, {
      groups: [server.patchGroup],
      subscriptions: [server.site],
      windows: windows.map(({ name }) => name),
      baselines: baseline?.kind === "own" ? [baseline.baseline.name] : [],
      servers: [server.id],
      files: approval === undefined || approval.state === "none" ? [] : [approval.approval.file],
      locations: [locationName],
    }),
  };
}
