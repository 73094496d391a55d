import { z } from "zod";
import type { Fault } from "../fault.ts";
import { isReviewed, type Location, type Plane } from "../plane.ts";
import { locationNames } from "../stack/locationNames.ts";
import type { PlacedServer } from "../status/placedServers.ts";
import type { Caller, Run } from "./runRecord.ts";
import { groupOf } from "./serversRun.ts";

/** Whom a location's STS knows the credentials by that are used there. */
export interface SiteCaller {
  readonly location: Location;
  readonly caller: Caller;
}

/** Why the approvals of reviewed groups are passed over, and by whom in each location. */
export interface BreakGlass {
  readonly reason: string;
  readonly callers: readonly { readonly location: string; readonly arn: string }[];
  /** Ids, as of the fleet file, of the servers whose approvals are passed over. */
  readonly servers: readonly string[];
}

/** ARN that STS gives a session of the location's break-glass role, up to the session's name. */
function sessionsOf({ partition, accountId }: Location, role: string): string {
  return `arn:${partition}:sts::${accountId}:assumed-role/${role}/`;
}

/**
 * Callers who may not pass over the approvals: whoever is not the location's own break-glass role, and whoever is not
 * known.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function breakGlassFaults({ environment }: Plane, callers: readonly SiteCaller[]): readonly Fault[] {
  return callers.flatMap(({ location, caller: { arn, failure } }) => {
    const role = locationNames(environment, location).breakGlassRole;
    if (arn?.startsWith(sessionsOf(location, role)) === true) return [];
    const take = location.roleArn === undefined ? `sign in as the role ${role}` : `set PATCHPLANE_ROLE_NAME=${role}`;
    return [
      {
        path: "--break-glass",
        message: `is for the break-glass role alone, and in ${location.name} the caller is ${arn === null ? "not known" : "another"}`,
        value: arn ?? failure,
        allowed: role,
        fix: `${take}, and name --location ${location.name}: each location has a role of its own`,
      },
    ];
  });
}

/** A run that passed over approvals, as its record tells it. */
export interface GlassBroken {
  /** Its id. */
  readonly run: string;
  readonly at: string;
  /** ARN of who ran it. */
  readonly by: string;
  readonly reason: string;
  /** Ids of its commands. */
  readonly commands: readonly string[];
}

const kept = z.object({ breakGlass: z.object({ reason: z.string() }) });

/** The runs that passed over approvals and sent some of these commands. */
export function glassBroken(runs: readonly Run[], commands: ReadonlySet<string>): readonly GlassBroken[] {
  return runs.flatMap(({ id, at, by, actions, options }) => {
    const { data } = kept.safeParse(options);
    const own = actions.flatMap(({ got }) => (got !== undefined && commands.has(got) ? [got] : []));
    if (data === undefined || own.length === 0) return [];
    return [{ run: id, at, by: by.arn ?? "somebody unknown", reason: data.breakGlass.reason, commands: own }];
  });
}

/** Whether nobody may install on a server what nobody has approved: by its node's tag, or by the fleet file. */
export function isOfReviewedGroup(plane: Pick<Plane, "groups">, placed: PlacedServer): boolean {
  return [groupOf(placed), placed.server.patchGroup].some((group) => isReviewed(plane, group));
}
