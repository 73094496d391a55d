import { calendarFindings } from "../checks/calendars.ts";
import { settledFindings } from "../checks/checkPlane.ts";
import type { PatchState } from "../fleet/managedNode.ts";
import { newestActivation } from "../fleet/nodeJoin.ts";
import { placementOf, serversAt } from "../fleet/placement.ts";
import { onboardingStatus, type OnboardingStatus } from "../onboarding/state.ts";
import type { Location, Plane } from "../plane.ts";
import { isAutoScaling, operatingSystemOf, type Server } from "../server.ts";
import { baselineName } from "../stack/awsNames.ts";
import type { AutoScalingStatus, ElsewhereStatus, FleetStatus, LocationStatus, ServerStatus } from "./fleetStatus.ts";
import { freshnessOf, isConfirmed, nextScanOf } from "./freshness.ts";
import { installationsOf, type LocationRuns } from "./installations.ts";
import { locationsOf, placedServers } from "./placedServers.ts";
import type { FleetScope, LocationFacts, PlacedServer, SubscriptionAnswer } from "./placedServers.ts";
import { timeLimits, type CollectedHistory, type TimeLimits } from "./timeLimits.ts";
import { verdictOf } from "./verdict.ts";
import { ownWindows, type WindowRuns } from "./windowRuns.ts";
import { takes } from "../values.ts";

/** What one location says of its nodes and their patches, or why it does not. */
export type LocationEvidence =
  | {
      readonly location: Location;
      readonly facts: LocationFacts;
      /** Ids of the account's own baselines by AWS's name. */
      readonly baselines: Readonly<Record<string, readonly string[]>>;
      /** What the last patch operation reported, by node id. */
      readonly states: ReadonlyMap<string, PatchState>;
      /** When each node was last sent a patch command that it answered, by node id. */
      readonly answered: ReadonlyMap<string, Date>;
      /** The last runs of the stack's windows. */
      readonly windows: WindowRuns;
    }
  | { readonly location: Location; readonly failure: string };

/** What a fleet's status is judged from. */
export interface FleetEvidence {
  /** What was asked for. */
  readonly scope: FleetScope;
  readonly locations: readonly LocationEvidence[];
  readonly subscriptions: readonly SubscriptionAnswer[];
  /** Left out where there are no collections. */
  readonly history?: CollectedHistory;
}

/** Subscriptions that were needed and could not be read. */
export function unreadableOf(subscriptions: readonly SubscriptionAnswer[]): FleetStatus["unreadableSubscriptions"] {
  return subscriptions.flatMap(({ subscription, failure }) =>
    failure === undefined ? [] : [{ name: subscription.name, failure }],
  );
}

function intended(plane: Plane, server: Server, read: LocationEvidence) {
  const group = plane.groups[server.patchGroup];
  const name = group?.kind === "managed" ? group.baselines[operatingSystemOf(server)] : undefined;
  if (name === undefined) return { baselineIds: [], availableSecurityCounts: false };
  const predefined = read.location.predefinedBaselines[name];
  const own = "baselines" in read ? (read.baselines[baselineName(plane.environment, name)] ?? []) : [];
  const baseline = plane.baselines[name];
  return {
    baselineName: name,
    baselineIds: predefined === undefined ? own : [predefined],
    availableSecurityCounts:
      baseline?.operatingSystem === "WINDOWS" && baseline.availableSecurityUpdatesComplianceStatus === "NON_COMPLIANT",
  };
}

function onboardingOf(
  plane: Plane,
  placed: PlacedServer,
  facts: LocationFacts,
  reads: readonly LocationEvidence[],
): OnboardingStatus | undefined {
  const { server, location, node, azure } = placed;
  if (server.azure === undefined) return undefined;
  const activation = newestActivation(facts.activations.values(), server.azure.vmId);
  const known = reads.flatMap((read) => ("facts" in read ? [read] : []));
  const names = known.map((read) => read.location.name);
  const status = onboardingStatus({
    server,
    location,
    tagged: placed.patchGroupTag === server.patchGroup,
    ...(node === undefined ? {} : { node }),
    ...(activation === undefined ? {} : { activation }),
    ...(azure === undefined ? {} : { azure }),
    locationOfNode: (id) => known.find((read) => read.facts.nodes.some((each) => each.id === id))?.location.name,
    unreadLocations: Object.keys(plane.locations).filter((name) => !names.includes(name)),
  });
  return activation === undefined ? status : { ...status, activationId: activation.id };
}

function serverStatuses(
  plane: Plane,
  asOf: Date,
  reads: readonly LocationEvidence[],
  servers: readonly PlacedServer[],
  limitsOf: TimeLimits["of"],
): readonly ServerStatus[] {
  const byName = new Map(reads.map((read) => [read.location.name, read]));
  const freshness = freshnessOf(plane, asOf);
  const nextScans = nextScanOf(plane, asOf);
  return servers.flatMap((placed) => {
    const read = byName.get(placed.location);
    if (read === undefined) return [];
    const { azure: _asked, ...shown } = placed;
    const { node, server } = placed;
    const scan = "states" in read && node !== undefined ? read.states.get(node.id) : undefined;
    const freshSince = freshness(server.patchGroup, placed.location).since;
    const answeredAt = "answered" in read && node !== undefined ? read.answered.get(node.id) : undefined;
    const judgement = verdictOf({
      readable: placed.readable,
      managed: node !== undefined,
      ...(scan === undefined ? {} : { scan }),
      ...intended(plane, server, read),
      freshSince,
      confirmed: isConfirmed(
        {
          ...(scan?.endedAt === undefined ? {} : { endedAt: scan.endedAt }),
          ...(answeredAt === undefined ? {} : { answeredAt }),
        },
        freshSince,
        asOf,
      ),
    });
    const limits = limitsOf({ ...placed, judgement });
    const onboarding = "facts" in read ? onboardingOf(plane, placed, read.facts, reads) : undefined;
    const nextScan = nextScans(server.patchGroup, placed.location);
    return [
      {
        ...shown,
        judgement,
        freshSince,
        ...(nextScan === undefined ? {} : { nextScan }),
        ...(scan === undefined ? {} : { scan }),
        ...(limits === undefined ? {} : { limits }),
        ...(onboarding === undefined ? {} : { onboarding }),
      },
    ];
  });
}

function windowsOf(
  plane: Plane,
  scope: FleetScope,
  location: Location,
  answer: WindowRuns,
): Pick<LocationStatus, "windows" | "windowsFailure"> {
  if ("failure" in answer) return { windows: [], windowsFailure: answer.failure };
  const own = ownWindows(plane, scope, location);
  return { windows: answer.runs.map((run) => ({ ...run, servers: own.get(run.window)?.servers ?? 0 })) };
}

function runsOf(plane: Plane, scope: FleetScope, read: LocationEvidence): readonly LocationRuns[] {
  if ("failure" in read || "failure" in read.windows) return [];
  return [{ location: read.location.name, own: ownWindows(plane, scope, read.location), ...read.windows }];
}

function locationStatus(
  plane: Plane,
  scope: FleetScope,
  read: LocationEvidence,
  servers: readonly PlacedServer[],
): LocationStatus {
  if ("failure" in read) return { ...read, foreign: [], repeatedBaselines: [], windows: [] };
  const claimed = new Set(servers.flatMap(({ node }) => node?.id ?? []));
  return {
    location: read.location,
    foreign: read.facts.foreign
      .filter(({ id }) => !claimed.has(id))
      .map((node) => {
        const patchGroupTag = read.facts.groupByNode.get(node.id);
        return patchGroupTag === undefined ? node : { ...node, patchGroupTag };
      }),
    repeatedBaselines: Object.entries(read.baselines)
      .filter(([, ids]) => ids.length > 1)
      .map(([name]) => name)
      .sort(),
    ...windowsOf(plane, scope, read.location, read.windows),
  };
}

function elsewhereIn(plane: Plane, scope: FleetScope): readonly ElsewhereStatus[] {
  const names = locationsOf(plane, scope).map(({ name }) => name);
  return Object.values(plane.groups).flatMap((group) => {
    if (group.kind !== "elsewhere" || !takes(scope.groups, group.name)) return [];
    const servers = names.flatMap((name) => placementOf(plane).get(name)?.get(group.name) ?? []);
    return servers.length === 0 ? [] : [{ group: group.name, servers: servers.length, by: group.patchedElsewhere }];
  });
}

function autoScalingOf(
  plane: Plane,
  scope: FleetScope,
  reads: readonly LocationEvidence[],
): readonly AutoScalingStatus[] {
  return reads.flatMap((read) => {
    if ("failure" in read) return [];
    return serversAt(plane, read.location.name)
      .filter((server) => isAutoScaling(server) && takes(scope.groups, server.patchGroup))
      .map((server) => ({
        server,
        location: read.location.name,
        nodes: read.facts.autoScaling.get(server.id)?.length ?? 0,
      }));
  });
}

/**
 * Judges every server of the fleet that this stack patches: each has exactly one verdict. It needs no Pulumi state:
 * baselines are found by the names that the stack gives them, Azure VMs by their activations' tags. A location or a
 * subscription that failed is part of the answer; nothing of it counts as fine.
 * @param asOf - the instant that decides what is stale
 */
export function judgeFleet(plane: Plane, evidence: FleetEvidence, asOf: Date): FleetStatus {
  const { scope, locations, subscriptions } = evidence;
  const placed = placedServers(plane, scope, locations, subscriptions);
  const { history, of: limitsOf } = timeLimits(plane, evidence.history, asOf);
  const servers = serverStatuses(plane, asOf, locations, placed, limitsOf);
  const runs = locations.flatMap((read) => runsOf(plane, scope, read));
  return {
    asOf,
    servers,
    calendars: settledFindings(plane, calendarFindings(plane, asOf)).filter(({ about }) =>
      plane.windows[about?.window ?? ""]?.groups.some((group) => takes(scope.groups, group)),
    ),
    installations: installationsOf(plane, scope, runs, servers, asOf),
    approvedUntil: new Map(
      Object.values(plane.approvals)
        .map(({ group, expires }) => [group, new Date(expires)] as const)
        .filter(([, until]) => until > asOf),
    ),
    locations: locations.map((read) => locationStatus(plane, scope, read, placed)),
    unreadableSubscriptions: unreadableOf(subscriptions),
    autoScaling: autoScalingOf(plane, scope, locations),
    elsewhere: elsewhereIn(plane, scope),
    ...(history === undefined ? {} : { history }),
  };
}
