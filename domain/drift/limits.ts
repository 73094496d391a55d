import { finding } from "../checks/checkTable.ts";
import type { Finding } from "../fault.ts";
import { awsLimits, softLimits, tasksOf } from "../checks/limits.ts";
import { liveFinding, type LiveScope } from "./scope.ts";
import { locationNames } from "../stack/locationNames.ts";
import { reporterCapacity } from "../stack/runReporter.ts";
import { machineCount, serversAt } from "../fleet/placement.ts";

/** One limit of a location: what is used of it, and what the stack will add. */
export interface LiveLimit {
  readonly name: string;
  /** In use now, whoever made it. */
  readonly used: number;
  /** What the stack makes or registers that is not there yet. */
  readonly adds: number;
  /** What AWS grants; left out where nobody could tell, or where there is no limit. */
  readonly granted?: number;
  /** Granted, less what is used and what is added; below 0 when it does not fit. */
  readonly left?: number;
  /** Why `granted` is left out, or what kind of limit it is. */
  readonly note?: string;
}

/**
 * Codes by which Service Quotas knows the quotas of Systems Manager. No page of AWS lists them: they are from one
 * public monitor of quotas (UNCONFIRMED); one that AWS does not know makes its row "unknown".
 */
export const ssmQuotaCodes = {
  windows: "L-7727CE5B",
  tasksPerWindow: "L-3D9CCA6E",
  targetsPerWindow: "L-B1A84B8B",
  baselines: "L-218CDBD4",
  groupsPerBaseline: "L-F4012070",
  associations: "L-01B74EDA",
} as const;

function row(name: string, used: number, adds: number, granted: number | undefined, note?: string): LiveLimit {
  return {
    name,
    used,
    adds,
    ...(granted === undefined ? {} : { granted, left: granted - used - adds }),
    ...(note === undefined ? {} : { note }),
  };
}

function most(counts: readonly number[]): number {
  return counts.reduce((max, count) => Math.max(max, count), 0);
}

interface Usage {
  readonly name: string;
  readonly code: (typeof ssmQuotaCodes)[keyof typeof ssmQuotaCodes];
  readonly used: number;
  readonly adds: number;
}

function absent(names: Iterable<string>, present: readonly { readonly name: string }[]): number {
  const there = new Set(present.map(({ name }) => name));
  return [...names].filter((name) => !there.has(name)).length;
}

function usages({ plane, planned, live }: LiveScope): readonly Usage[] {
  const windows = [...planned.windows.values()];
  const tasks = most(live.windows.map((window) => window.tasks.length));
  const targets = most(live.windows.map((window) => window.targets.length));
  const registered = Map.groupBy(live.registrations, ({ baselineId }) => baselineId);
  const groups = most([...registered.values()].map((mappings) => mappings.length));
  const wantedGroups = Map.groupBy(planned.registrations, ({ baseline }) => baseline);
  const per = (name: string, code: Usage["code"], used: number, wanted: readonly number[]): Usage => {
    return { name, code, used, adds: Math.max(0, most(wanted) - used) };
  };
  const all = (name: string, key: "windows" | "baselines" | "associations"): Usage => {
    return { name, code: ssmQuotaCodes[key], used: live[key].length, adds: absent(planned[key].keys(), live[key]) };
  };
  return [
    all("maintenance windows", "windows"),
    all("patch baselines", "baselines"),
    all("associations", "associations"),
    per(
      "patch groups of the baseline with the most",
      ssmQuotaCodes.groupsPerBaseline,
      groups,
      [...wantedGroups.values()].map((list) => list.length),
    ),
    per(
      "tasks of the window with the most",
      ssmQuotaCodes.tasksPerWindow,
      tasks,
      windows.map(({ window }) => tasksOf(plane, window)),
    ),
    per(
      "targets of the window with the most",
      ssmQuotaCodes.targetsPerWindow,
      targets,
      windows.map((window) => window.targets.length),
    ),
  ];
}

/** Azure VMs of the fleet file that are no node of the location yet, and other machines that are none. */
function newNodes({ live }: LiveScope): { readonly hybrid: number; readonly all: number } {
  const lacking = live.servers.filter(({ node }) => node === undefined).map(({ server }) => server);
  return {
    hybrid: machineCount(lacking.filter(({ cloud }) => cloud === "azure")),
    all: machineCount(lacking),
  };
}

const hybridRowName = "hybrid nodes";

function hybridRow(scope: LiveScope): LiveLimit {
  const { live } = scope;
  const name = hybridRowName;
  const adds = newNodes(scope).hybrid;
  if ("unknown" in live.tier) {
    return row(name, live.hybridNodes, adds, undefined, `instance tier unknown: ${live.tier.unknown}`);
  }
  return live.tier.value === "standard"
    ? row(name, live.hybridNodes, adds, awsLimits.hybridNodesOnStandardTier, "standard tier")
    : row(name, live.hybridNodes, adds, undefined, `${live.tier.value} tier: no limit, billed per node-hour`);
}

const syncRowName = "resource data syncs";

/** There only where the stack makes one. Service Quotas is not asked: no code for it is known. */
function syncRows({ live: { dataSyncs }, plane: { environment, reports }, location }: LiveScope): readonly LiveLimit[] {
  if (dataSyncs === undefined || !reports.syncInventory) return [];
  if ("unknown" in dataSyncs) return [row(syncRowName, 0, 1, undefined, dataSyncs.unknown)];
  const adds = dataSyncs.value.includes(locationNames(environment, location).dataSync) ? 0 : 1;
  return [row(syncRowName, dataSyncs.value.length, adds, awsLimits.dataSyncs, "AWS's default, not what it granted")];
}

const lambdaRowName = "reserved executions of Lambda";

/** There only where the stack reserves some; Lambda keeps a number that no function may have to itself. */
function lambdaRows({ live: { lambda }, planned: { reporter } }: LiveScope): readonly LiveLimit[] {
  if (lambda === undefined || reporter?.reserved !== true) return [];
  if ("unknown" in lambda) return [row(lambdaRowName, 0, reporterCapacity.concurrent, undefined, lambda.unknown)];
  const { granted, unreserved, own } = lambda.value;
  return [
    row(
      lambdaRowName,
      granted - unreserved,
      Math.max(0, reporterCapacity.concurrent - own),
      Math.max(0, granted - awsLimits.lambdaUnreserved),
      `of ${String(granted)} that the account has, ${String(awsLimits.lambdaUnreserved)} stay for functions without any`,
    ),
  ];
}

/** Every limit of a location, in a fixed order. */
export function liveLimits(scope: LiveScope): readonly LiveLimit[] {
  const { quotas } = scope.live;
  const rows = usages(scope).map(({ name, code, used, adds }) => {
    if ("unknown" in quotas) return row(name, used, adds, undefined, `quota unknown: ${quotas.unknown}`);
    const granted = quotas.value.get(code);
    return row(name, used, adds, granted, granted === undefined ? "quota unknown: AWS does not list it" : undefined);
  });
  const nodes = row(
    "managed nodes",
    scope.live.managedNodes,
    newNodes(scope).all,
    softLimits.nodes,
    "AWS's safe number, not a quota",
  );
  return [...rows, ...syncRows(scope), hybridRow(scope), nodes, ...lambdaRows(scope)];
}

/** Whether the plane by itself is already beyond the safe number, which `checkLimits` says. */
function isFoundWithoutCloud({ plane, location }: LiveScope): boolean {
  return machineCount(serversAt(plane, location.name)) > softLimits.nodes;
}

/** What to do about limits that another quota does not raise, by name. */
const fixes: Readonly<Record<string, string>> = {
  [hybridRowName]:
    "set instanceTier: advanced (billed per node-hour for all of them), or register some in another location",
  [lambdaRowName]:
    "ask AWS for more of Lambda's concurrent executions in Service Quotas, or leave out reports.reservedConcurrency",
  [syncRowName]:
    "delete a sync that nobody uses, or set reports.syncInventory: false; where AWS granted more, switch the check off with that reason",
};

/** Findings about limits that what the stack adds does not fit into. */
export function limitFindings(scope: LiveScope, limits: readonly LiveLimit[]): readonly Finding[] {
  const path = `locations.${scope.location.name}`;
  return limits.flatMap(({ name, used, adds, granted, left }) => {
    if (left === undefined || left >= 0 || adds === 0) return [];
    const value = `${String(used)} used, ${String(adds)} added`;
    const allowed = `at most ${String(granted)}`;
    if (name === "managed nodes") {
      const message = "too many connected nodes for AWS's safe number, counting those of others";
      const fix = "ask AWS for a raise first, or spread the servers over more locations";
      return isFoundWithoutCloud(scope) ? [] : [finding("nodes-soft", { path, message, value, allowed, fix })];
    }
    const message = `the stack's ${name} go beyond what AWS grants`;
    const fix = fixes[name] ?? "ask AWS for a raise in Service Quotas, or delete what nobody uses";
    return [liveFinding("live-quota", scope, { path, message, value, allowed, fix })];
  });
}
