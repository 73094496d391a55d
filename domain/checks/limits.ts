import { finding, type CheckId } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import {
  groupNamesIn,
  locationNameOf,
  machineCount,
  placementOf,
  serversOf,
  windowTargets,
} from "../fleet/placement.ts";
import type { Location, Plane, Window } from "../plane.ts";

/**
 * AWS's limits per account and Region. https://docs.aws.amazon.com/general/latest/gr/ssm.html
 * Those that AWS raises on request are limits all the same until it has.
 */
export const awsLimits = {
  windows: 50,
  tasksPerWindow: 20,
  targetsPerWindow: 100,
  /** Values of one tag in one target (CreateMaintenanceWindow's `Targets`). */
  valuesPerTarget: 50,
  groupsPerBaseline: 25,
  baselines: 50,
  hybridNodesOnStandardTier: 1000,
} as const;

/** Where a warning is due before anything fails. */
export const softLimits = {
  /** A tenth below the standard tier's 1,000: a wave of onboarding still fits. */
  hybridNodes: 900,
  /** "Safe" number of connected nodes, EC2 and hybrid, per account and Region. */
  nodes: 2400,
  /** Windows that AWS runs at once per account and Region. */
  concurrentWindows: 5,
  /** The organisation's own, per window in one account and Region. */
  serversPerWindow: 300,
  /** The organisation's own, per account over all its Regions. */
  windowsPerAccount: 20,
} as const;

/** What a stack puts into one location, and what it reaches there. */
export interface LocationLoad {
  readonly location: string;
  /** AWS maintenance windows: a window with a list of dates is one per date. */
  readonly awsWindows: number;
  /** Patch baselines made there: chosen by a group, or default where the location registers defaults. */
  readonly baselines: number;
  /** Azure VMs that register there. */
  readonly hybridNodes: number;
  /** All machines, EC2 and hybrid. */
  readonly nodes: number;
}

/**
 * Tasks of one AWS window: one patch task per target, and for each target one task per hook, unless hooks and patching
 * share a document because the before-hooks must succeed.
 */
export function tasksOf(plane: Pick<Plane, "groups">, window: Window): number {
  const { before, after, mustSucceed } = window.hooks;
  return windowTargets(plane, window).length * (mustSucceed ? 1 : before.length + 1 + after.length);
}

/** The load of every location, in the plane's order. */
export function locationLoads(plane: Plane): readonly LocationLoad[] {
  const hybrid = new Map<string, number>();
  for (const server of plane.fleet) {
    if (server.cloud === "azure") {
      const name = locationNameOf(plane, server);
      hybrid.set(name, (hybrid.get(name) ?? 0) + server.size);
    }
  }
  return Object.values(plane.locations).map((location) => ({
    location: location.name,
    awsWindows: windowsIn(plane, location.name),
    baselines: baselinesIn(plane, location),
    hybridNodes: hybrid.get(location.name) ?? 0,
    nodes: machineCount([...(placementOf(plane).get(location.name)?.values() ?? [])].flat()),
  }));
}

function windowsIn(plane: Plane, location: string): number {
  const here = Object.values(plane.windows).filter((window) => window.locations.includes(location));
  return here.reduce((sum, window) => sum + window.schedules.length, 0);
}

/** How many groups each baseline is registered for in a location. */
function registrationsIn(plane: Plane, location: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of groupNamesIn(plane, location)) {
    const group = plane.groups[name];
    for (const baseline of group?.kind === "managed" ? new Set(Object.values(group.baselines)) : []) {
      counts.set(baseline, (counts.get(baseline) ?? 0) + 1);
    }
  }
  return counts;
}

function baselinesIn(plane: Plane, location: Location): number {
  const registered = [...registrationsIn(plane, location.name).keys()];
  const used = new Set(registered.filter((name) => plane.baselines[name] !== undefined));
  for (const baseline of location.registersDefaults ? Object.values(plane.baselines) : []) {
    if (baseline.default) {
      used.add(baseline.name);
    }
  }
  return used.size;
}

function over(id: CheckId, path: string, count: number, limit: number, what: string, fix: string): readonly Finding[] {
  return count <= limit
    ? []
    : [finding(id, { path, message: `too many ${what}`, value: count, allowed: `at most ${String(limit)}`, fix })];
}

/** Findings about AWS's hard limits and the soft ones of AWS and of the organisation. */
export function checkLimits(plane: Plane): readonly Finding[] {
  const windows = Object.values(plane.windows);
  return [
    ...locationLoads(plane).flatMap((load) => checkLocation(plane, load)),
    ...checkLocationTwice(plane),
    ...checkSubscriptionTwice(plane),
    ...windows.flatMap((window) => checkWindow(plane, window)),
    ...checkBaselineGroups(plane),
    ...checkAccounts(plane),
  ];
}

function checkLocation(plane: Plane, load: LocationLoad): readonly Finding[] {
  const path = `locations.${load.location}`;
  const hybridLimit = awsLimits.hybridNodesOnStandardTier;
  const standard = plane.locations[load.location]?.instanceTier === "standard";
  const tooManyHybrid = standard && load.hybridNodes > hybridLimit;
  return [
    ...over(
      "quota-windows",
      path,
      load.awsWindows,
      awsLimits.windows,
      "maintenance windows in the location (a list of dates is one window per date)",
      "take dates that are past out of the lists, join windows, or move some to another location",
    ),
    ...over(
      "quota-baselines",
      path,
      load.baselines,
      awsLimits.baselines,
      "patch baselines in the location",
      "let groups share baselines",
    ),
    ...(standard
      ? over(
          "quota-hybrid-nodes",
          path,
          load.hybridNodes,
          hybridLimit,
          "hybrid nodes for the standard tier",
          "set instanceTier: advanced (billed per node-hour for all of them), or register some in another location",
        )
      : []),
    ...(standard && !tooManyHybrid && load.hybridNodes >= softLimits.hybridNodes
      ? [
          finding("hybrid-nodes-soft", {
            path,
            message: `the standard tier ends at ${String(hybridLimit)} hybrid nodes`,
            value: load.hybridNodes,
            allowed: `below ${String(softLimits.hybridNodes)}`,
            fix: "plan another location or the advanced tier before the next wave",
          }),
        ]
      : []),
    ...over(
      "nodes-soft",
      path,
      load.nodes,
      softLimits.nodes,
      "connected nodes for AWS's safe number",
      "ask AWS for a raise first, or spread the servers over more locations",
    ),
  ];
}

function checkLocationTwice(plane: Plane): readonly Finding[] {
  const places = Map.groupBy(Object.values(plane.locations), (location) => `${location.accountId} ${location.region}`);
  return [...places.values()]
    .filter((locations) => locations.length > 1)
    .map((locations) =>
      finding("location-twice", {
        path: `locations.${locations[1]?.name ?? ""}`,
        message: `is the account and Region of location ${locations[0]?.name ?? ""} again`,
        value: `${locations[0]?.accountId ?? ""} ${locations[0]?.region ?? ""}`,
        fix: "keep one of them",
      }),
    );
}

function checkSubscriptionTwice(plane: Plane): readonly Finding[] {
  const same = Map.groupBy(Object.values(plane.subscriptions), (subscription) => subscription.subscriptionId);
  return [...same.values()].flatMap(([first, ...others]) =>
    others.map((other) =>
      finding("subscription-twice", {
        path: `subscriptions.${other.name}.subscriptionId`,
        message: `is subscription ${first?.name ?? ""} again`,
        value: other.subscriptionId,
        fix: "keep one of them, or switch the check off with the reason",
      }),
    ),
  );
}

function checkWindow(plane: Plane, window: Window): readonly Finding[] {
  const path = `windows.${window.name}`;
  const targets = windowTargets(plane, window);
  const soft = softLimits.serversPerWindow;
  return [
    ...over(
      "quota-window-tasks",
      path,
      tasksOf(plane, window),
      awsLimits.tasksPerWindow,
      "tasks in the window (one per hook and one for patching, for each reboot option of its groups)",
      "join hooks, or put groups with different reboot rules into different windows",
    ),
    ...over(
      "quota-window-targets",
      path,
      targets.length,
      awsLimits.targetsPerWindow,
      "targets in the window",
      "use more windows",
    ),
    ...targets.flatMap((target) =>
      over(
        "quota-tag-values",
        `${path}.groups`,
        target.groups.length,
        awsLimits.valuesPerTarget,
        `groups that share the reboot option ${target.reboot}`,
        "spread the groups over more windows",
      ),
    ),
    ...window.locations.flatMap((location) =>
      over(
        "window-targets-soft",
        path,
        machineCount(serversOf(plane, window, location)),
        soft,
        `servers for one window in location ${location}`,
        "spread the groups over more windows",
      ),
    ),
  ];
}

function checkBaselineGroups(plane: Plane): readonly Finding[] {
  const found = new Map<string, readonly Finding[]>();
  for (const location of Object.keys(plane.locations)) {
    for (const [name, count] of registrationsIn(plane, location)) {
      const what = `patch groups for one baseline in location ${location}`;
      const fix = "give some of the groups a second baseline with the same rules";
      const findings = over(
        "quota-baseline-groups",
        `baselines.${name}`,
        count,
        awsLimits.groupsPerBaseline,
        what,
        fix,
      );
      if (findings.length > 0 && !found.has(name)) {
        found.set(name, findings);
      }
    }
  }
  return [...found.values()].flat();
}

function checkAccounts(plane: Plane): readonly Finding[] {
  const accounts = Map.groupBy(Object.values(plane.locations), (location) => location.accountId);
  return [...accounts].flatMap(([accountId, locations]) => {
    const count = locations.reduce((sum, location) => sum + windowsIn(plane, location.name), 0);
    const names = locations.map((location) => location.name).join(", ");
    return over(
      "account-windows-soft",
      `locations.${locations[0]?.name ?? ""}`,
      count,
      softLimits.windowsPerAccount,
      `maintenance windows in account ${accountId} (${names})`,
      "ask AWS for a raise, or join windows",
    );
  });
}
