import type { Finding } from "../fault.ts";
import { activationFindings, liveActivations, type LiveActivations } from "./activations.ts";
import { baselineFindings } from "./baselines.ts";
import { foreignFindings } from "./foreign.ts";
import { limitFindings, liveLimits, type LiveLimit } from "./limits.ts";
import { inOrder, type LiveLocation } from "./location.ts";
import { comingScope, liveFinding, type LiveScope } from "./scope.ts";
import { plannedLocation } from "../stack/plannedLocation.ts";
import { ownAssociationFindings, ownWindowFindings, tierFindings } from "./windows.ts";
import type { LearnedMinutes, Location, Plane } from "../plane.ts";

/** What installations of the stack's windows took, or why that is not known, in words. */
export type Learned = { readonly minutes: readonly LearnedMinutes[] } | { readonly failure: string };

/** What only the cloud knows of one location; plain JSON. */
export interface LivePlanLocation {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** Why it could not be read, in words; left out where it was. Nothing of an unread location counts as fine. */
  readonly failure?: string;
  /** Whether anything of the stack is there; false before the first deployment and where it could not be read. */
  readonly deployed: boolean;
  /** At the checks' default severities: the stack file's `checks` are the caller's to apply. */
  readonly findings: readonly Finding[];
  readonly limits: readonly LiveLimit[];
  readonly activations: LiveActivations;
  /** Left out where nobody asked for it. */
  readonly learned?: Learned;
}

/** What only the cloud knows of a plane, location by location in the plane's order; plain JSON. */
export interface LivePlan {
  /** ISO 8601 in UTC. */
  readonly asOf: string;
  readonly locations: readonly LivePlanLocation[];
}

function placeOf({ name, accountId, region }: Location): Pick<LivePlanLocation, "name" | "accountId" | "region"> {
  return { name, accountId, region };
}

function isDeployed({ planned, live }: LiveScope): boolean {
  const has = (names: ReadonlyMap<string, unknown>, things: readonly { readonly name: string }[]): boolean =>
    things.some(({ name }) => names.has(name));
  return (
    has(planned.baselines, live.baselines) ||
    has(planned.windows, live.windows) ||
    has(planned.associations, live.associations)
  );
}

function driftFindings(scope: LiveScope, deployed: boolean, groups: readonly string[] | undefined): readonly Finding[] {
  const { planned, location } = scope;
  if (deployed) {
    return [
      ...ownWindowFindings(scope),
      ...ownAssociationFindings(scope),
      ...tierFindings(scope),
      ...baselineFindings(scope, groups),
    ];
  }
  if (planned.baselines.size + planned.windows.size + planned.associations.size === 0) return [];
  return [
    liveFinding("live-drift", scope, {
      path: `locations.${location.name}`,
      message: "nothing of the stack is deployed",
      fix: "pulumi up makes it; where it was deployed before, compare environment, account and Region",
    }),
  ];
}

/**
 * Judges one location by what its Systems Manager holds: drift against the stack, the baselines really used, what
 * somebody else scans or patches there, limits left, activations that nobody used. The same answers give the same
 * findings in the same order.
 * @param plane - what is deployed: drift, baselines in use and activations are compared with it
 * @param coming - what will be deployed next: limits and what somebody else patches are judged for it
 * @param groups - names of the patch groups whose baselines are looked at; all where left out
 */
export function judgeLocation(
  plane: Plane,
  location: Location,
  live: LiveLocation,
  asOf: Date,
  { coming = plane, groups }: { readonly coming?: Plane; readonly groups?: readonly string[] | undefined } = {},
): LivePlanLocation {
  const scope: LiveScope = { plane, location, live: inOrder(live), planned: plannedLocation(plane, location) };
  const next = comingScope(scope, coming);
  const deployed = isDeployed(scope);
  const limits = liveLimits(next);
  return {
    ...placeOf(location),
    deployed,
    findings: [
      ...driftFindings(scope, deployed, groups),
      ...foreignFindings(next),
      ...limitFindings(next, limits),
      ...activationFindings(scope, asOf),
    ],
    limits,
    activations: liveActivations(scope, asOf),
  };
}

/** The row of a location that could not be read. */
export function unreadLocation(location: Location, failure: string): LivePlanLocation {
  const activations = { pending: 0, expired: 0, none: 0 };
  return { ...placeOf(location), failure, deployed: false, findings: [], limits: [], activations };
}
