import type { ManagedNode } from "../fleet/managedNode.ts";
import type { Plane } from "../plane.ts";
import { storedUpdatesOf, type LocationHistory } from "../report/locationHistory.ts";
import type { KnownAdvisories } from "../report/knownAdvisories.ts";
import { isWaitedFor } from "../report/neededReport.ts";
import { openUpdates, type OpenUpdate } from "../report/openUpdates.ts";
import { isAutoScaling, type Server } from "../server.ts";
import type { Judgement } from "./verdict.ts";

/** What collections know of since when patches are missing, or why they could not be read. */
export type CollectedHistory = { readonly place: string } & (
  | { readonly locations: readonly LocationHistory[]; readonly advisories: Pick<KnownAdvisories, "offeredBy" | "gaps"> }
  | { readonly failure: string }
);

/** How what a server lacks stands to its time limits. */
export interface ServerLimits {
  /** Missing patches of which the next run is the last in time, or of which none comes in time. */
  readonly due: number;
  /** Missing patches whose time limit has passed. */
  readonly overdue: number;
  /** Days by which the oldest of those is; 0 where there is none. */
  readonly overdueDays: number;
}

/** What a status says of the collections that time limits were judged by. */
export interface HistoryStatus {
  readonly place: string;
  /** Stamp of the collection of each location; locations without one are left out. */
  readonly collected: readonly { readonly location: string; readonly collected: string }[];
  /** Why severities are not known, so that they count as critical; sentences. */
  readonly gaps: readonly string[];
  /** Why the collections could not be read; left out where they were. */
  readonly failure?: string;
}

function limitsOf(updates: readonly OpenUpdate[]): ServerLimits {
  const overdue = updates.filter(({ age }) => age?.state === "overdue");
  return {
    due: updates.filter(({ age }) => age?.state === "due").length,
    overdue: overdue.length,
    overdueDays: Math.max(0, ...overdue.map(({ age }) => age?.overdueDays ?? 0)),
  };
}

const none: ServerLimits = { due: 0, overdue: 0, overdueDays: 0 };

/** Whether a fresh scan has found nothing missing any more, whatever an earlier collection says. */
function isDone({ verdict }: Judgement): boolean {
  return verdict === "compliant" || verdict === "pendingReboot";
}

/** Who is asked about. */
export interface LimitedServer {
  readonly server: Server;
  readonly node?: ManagedNode;
  readonly judgement: Judgement;
}

/** Time limits as the newest collections have them. */
export interface TimeLimits {
  /** Left out where there is no collection at all. */
  readonly history?: HistoryStatus;
  /** Undefined for a server that no collection knows. */
  readonly of: (asked: LimitedServer) => ServerLimits | undefined;
}

/**
 * Judges what servers lack against P5's limits, by the newest collection of each location: an unknown severity counts as
 * critical. What was found compliant since is not counted.
 */
export function timeLimits(plane: Plane, history: CollectedHistory | undefined, asOf: Date): TimeLimits {
  if (history === undefined) return { of: () => undefined };
  const { place } = history;
  if ("failure" in history) {
    return { history: { place, collected: [], gaps: [], failure: history.failure }, of: () => undefined };
  }
  const updates = openUpdates(plane, history.locations.flatMap(storedUpdatesOf), history.advisories.offeredBy, asOf);
  const open = Map.groupBy(updates.filter(isWaitedFor), ({ server }) => server);
  const known = history.locations.flatMap(({ servers }) => servers);
  const byNode = new Map(known.map((record) => [record.resourceId, record]));
  const byId = new Map(known.map((record) => [record.serverId, record]));
  const locations = Object.values(plane.locations);
  return {
    history: {
      place,
      collected: history.locations.flatMap(({ accountId, region, collected }) =>
        locations
          .filter((location) => location.accountId === accountId && location.region === region)
          .map(({ name }) => ({ location: name, collected })),
      ),
      gaps: history.advisories.gaps(
        [...open.values()].flat().flatMap(({ severity, server }) => (severity === "unknown" ? [server.os] : [])),
      ),
    },
    of: ({ server, node, judgement }) => {
      const record = (node && byNode.get(node.id)) ?? (isAutoScaling(server) ? undefined : byId.get(server.id));
      if (record === undefined) return undefined;
      return isDone(judgement) ? none : limitsOf(open.get(record) ?? []);
    },
  };
}
