import { about, finding, type CheckId } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import { machineCount, groupsAt, serversAt, serversOf, windowTargets } from "../fleet/placement.ts";
import type { Location, Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { plannedLocation } from "../stack/plannedLocation.ts";
import { planTargets, planTasks } from "../stack/windowTasks.ts";

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
  dataSyncs: 5,
  /** Concurrent executions that Lambda keeps for functions without any of their own. */
  lambdaUnreserved: 100,
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
  readonly location: Location;
  /** AWS maintenance windows: a window with a list of dates is one per date. */
  readonly awsWindows: number;
  /** Patch baselines made there: chosen by a group, or default where the location registers defaults. */
  readonly baselines: number;
  /** How many groups choose each baseline, AWS's own too; by name. */
  readonly groupsByBaseline: ReadonlyMap<string, number>;
  /** Azure VMs that register there. */
  readonly hybridNodes: number;
  /** All machines, EC2 and hybrid. */
  readonly nodes: number;
}

/** Tasks of one AWS window once something may be installed; a list of dates has as many on each. */
export function tasksOf(plane: Pick<Plane, "groups">, window: Window): number {
  return planTasks(plane.groups, window, planTargets(window, windowTargets(plane, window))).length;
}

/** The load of every location, in the plane's order. */
export function locationLoads(plane: Plane): readonly LocationLoad[] {
  return Object.values(plane.locations).map((location) => {
    const { windows, baselines, registrations } = plannedLocation(plane, location);
    const servers = serversAt(plane, location.name);
    const chosen = Map.groupBy(registrations, ({ baseline }) => baseline);
    return {
      location,
      awsWindows: windows.size,
      baselines: baselines.size,
      groupsByBaseline: new Map([...chosen].map(([name, by]) => [name, new Set(by.map(({ group }) => group)).size])),
      hybridNodes: machineCount(servers.filter(({ cloud }) => cloud === "azure")),
      nodes: machineCount(servers),
    };
  });
}

function over(id: CheckId, path: string, count: number, limit: number, what: string, fix: string): readonly Finding[] {
  return count <= limit
    ? []
    : [finding(id, { path, message: `too many ${what}`, value: count, allowed: `at most ${String(limit)}`, fix })];
}

/** Findings about AWS's hard limits and the soft ones of AWS and of the organisation. */
export function checkLimits(plane: Plane): readonly Finding[] {
  const loads = locationLoads(plane);
  return [
    ...loads.flatMap((load) => about({ location: load.location.name }, checkLocation(plane, load))),
    ...checkLocationTwice(plane),
    ...checkSubscriptionTwice(plane),
    ...Object.values(plane.windows).flatMap((window) => about({ window: window.name }, checkWindow(plane, window))),
    ...checkBaselineGroups(loads),
    ...checkAccounts(loads),
  ];
}

function checkLocation(plane: Plane, load: LocationLoad): readonly Finding[] {
  const path = `locations.${load.location.name}`;
  const groups = groupsAt(plane, load.location.name).length;
  const hybridLimit = awsLimits.hybridNodesOnStandardTier;
  const standard = load.location.instanceTier === "standard";
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
    ...over(
      "quota-tag-values",
      path,
      groups,
      awsLimits.valuesPerTarget,
      "patch groups in the location for one target of its inventory association",
      "join groups, or move some to another location",
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
        about: { location: locations[1]?.name ?? "" },
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
        about: { subscription: other.name },
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
      "tasks in the window (one for each hook that runs once, and one per reboot option of its groups)",
      "join hooks that run once, or put groups with different reboot rules into different windows",
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
      about(
        { location },
        over(
          "window-targets-soft",
          path,
          machineCount(serversOf(plane, window, location)),
          soft,
          `servers for one window in location ${location}`,
          "spread the groups over more windows",
        ),
      ),
    ),
  ];
}

/** Each baseline is found once, in the first location where it has too many groups. */
function checkBaselineGroups(loads: readonly LocationLoad[]): readonly Finding[] {
  const found = new Map<string, readonly Finding[]>();
  for (const { location, groupsByBaseline } of loads) {
    for (const [name, count] of groupsByBaseline) {
      const what = `patch groups for one baseline in location ${location.name}`;
      const fix = "give some of the groups a second baseline with the same rules";
      const limit = awsLimits.groupsPerBaseline;
      const findings = over("quota-baseline-groups", `baselines.${name}`, count, limit, what, fix);
      if (findings.length > 0 && !found.has(name)) {
        found.set(name, about({ baseline: name, location: location.name }, findings));
      }
    }
  }
  return [...found.values()].flat();
}

function checkAccounts(loads: readonly LocationLoad[]): readonly Finding[] {
  const accounts = Map.groupBy(loads, ({ location }) => location.accountId);
  return [...accounts].flatMap(([accountId, those]) => {
    const location = those[0]?.location.name ?? "";
    const findings = over(
      "account-windows-soft",
      `locations.${location}`,
      those.reduce((sum, { awsWindows }) => sum + awsWindows, 0),
      softLimits.windowsPerAccount,
      `maintenance windows in account ${accountId} (${those.map(({ location: each }) => each.name).join(", ")})`,
      "ask AWS for a raise, or join windows",
    );
    return about({ location }, findings);
  });
}
