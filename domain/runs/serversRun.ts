import type { Location } from "../plane.ts";
import type { Outcome } from "../status/outcome.ts";
import type { PlacedServer } from "../status/placedServers.ts";
import { byText } from "../text.ts";
import type { Caller, NodeResult, RunTarget, RunVerb } from "./runRecord.ts";

/** An update that a server lacks. */
export interface MissingUpdate {
  /** As AWS names it: `openssl.x86_64`, `KB5012170`. */
  readonly id: string;
  /** The version that is offered, or an update's title. */
  readonly title: string;
  readonly severity: string;
  readonly state: string;
}

/** What a server reported after the run. */
export interface ServerReport {
  /** End of the operation that reported it. */
  readonly at: string;
  readonly missing: number;
  readonly failed: number;
  readonly pendingReboot: number;
  /** What it lacks, or failed to install; undefined where it was not asked for. */
  readonly updates?: readonly MissingUpdate[];
}

/** One server of a run, and what came of it. */
export interface ServerRow extends Omit<RunTarget, "node">, Pick<NodeResult, "outcome" | "reason" | "command"> {
  /** Null where Systems Manager has no node for it. */
  readonly node: string | null;
  /** Undefined where none arrived since the run began. */
  readonly report?: ServerReport;
}

/** A server that was chosen, and why nothing is done with it. */
export interface LeftOut extends Pick<RunTarget, "location" | "server" | "name">, WhyLeftOut {}

/** Why nothing is done with a server. */
export interface WhyLeftOut {
  readonly why: string;
  /** Whether it needs nothing of what was asked for; one that could not be reached or judged is to be seen to. */
  readonly settled: boolean;
}

/** A location that could not be read, or not to its end. */
export interface FailedLocation {
  readonly location: Pick<Location, "name" | "accountId" | "region">;
  readonly failure: string;
}

/** What came of a run on servers. */
export interface ServersRun {
  readonly verb: RunVerb;
  /** Id of the record; undefined where nothing was to be done, or the answer was no. */
  readonly run?: string;
  /** Id of the run whose missed servers these are. */
  readonly repeats?: string;
  readonly declined: boolean;
  readonly who?: Caller;
  readonly why: string;
  readonly rows: readonly ServerRow[];
  readonly leftOut: readonly LeftOut[];
  readonly failures: readonly FailedLocation[];
  /** Locations whose bucket did not take the record. */
  readonly unkept: readonly { readonly location: string; readonly failure: string }[];
}

/** A server that a run may be sent to. */
export type Reachable = PlacedServer & Required<Pick<PlacedServer, "node">>;

/** The servers that have a node, in locations that can be read. */
export function reachable(placed: readonly PlacedServer[]): readonly Reachable[] {
  return placed.filter((each): each is Reachable => each.readable && each.node !== undefined);
}

/** The group that AWS goes by, which is the tag's, and where it is not known that of the fleet file. */
export function groupOf({ server, patchGroupTag }: PlacedServer): string {
  return patchGroupTag ?? server.patchGroup;
}

/** A server as a record names it. */
export function targetOf(placed: PlacedServer): RunTarget {
  const { server, location, node } = placed;
  return { location, node: node?.id ?? "", server: server.id, name: server.name, group: groupOf(placed) };
}

/** Why nothing is sent to a server of a location that answered. */
const noNode = "Systems Manager has no node for it: stopped, terminated, or not registered";

/**
 * The servers of a choice with which nothing is done, by why not; those of locations that failed are told as such.
 * @param isMeant - whether something is done with it
 * @param whyOf - why not with one that has a node
 */
export function leftOutOf(
  placed: readonly PlacedServer[],
  isMeant: (placed: PlacedServer) => boolean,
  whyOf: (placed: Reachable) => WhyLeftOut,
): readonly LeftOut[] {
  return placed
    .filter((each) => each.readable && !isMeant(each))
    .map((each) => {
      const { location, server, name } = targetOf(each);
      const [placedNode] = reachable([each]);
      const reason = placedNode === undefined ? { why: noNode, settled: false } : whyOf(placedNode);
      return { location, server, name, ...reason };
    });
}

/** What is known of one server once a run is over. */
function rowOf(
  placed: PlacedServer,
  results: ReadonlyMap<string, NodeResult>,
  reports: ReadonlyMap<string, ServerReport>,
  failures: ReadonlyMap<string, string>,
): ServerRow {
  const { server, location, node } = placed;
  const about = { location, server: server.id, name: server.name, group: groupOf(placed), node: node?.id ?? null };
  const failure = failures.get(location);
  const unknown = (outcome: NodeResult["outcome"], reason: string): ServerRow => {
    return { ...about, outcome, reason, command: null };
  };
  if (node === undefined) return failure === undefined ? unknown("unreachable", noNode) : unknown("unknown", failure);
  const result = results.get(node.id);
  if (result === undefined) return unknown("unknown", failure ?? "nothing is known of it");
  const report = reports.get(node.id);
  const { outcome, reason, command } = result;
  return { ...about, outcome, reason, command, ...(report === undefined ? {} : { report }) };
}

/**
 * Every server of a run with what came of it, by location and name.
 * @param reports - by node id
 */
export function serverRows(
  placed: readonly PlacedServer[],
  results: readonly NodeResult[],
  reports: ReadonlyMap<string, ServerReport>,
  failures: readonly FailedLocation[],
): readonly ServerRow[] {
  const byNode = new Map(results.map((result) => [result.node, result]));
  const byLocation = new Map(failures.map(({ location, failure }) => [location.name, failure]));
  return placed
    .map((each) => rowOf(each, byNode, reports, byLocation))
    .toSorted((a, b) => byText(a.location, b.location) || byText(a.name, b.name));
}

/** The servers that were left out although something may have to be done with them. */
export function toBeSeenTo(leftOut: readonly LeftOut[]): readonly LeftOut[] {
  return leftOut.filter(({ settled }) => !settled);
}

/** How a run on servers ends: what could not be read or kept wins over what was found. */
export function serversOutcome({ declined, rows, leftOut, failures, unkept }: ServersRun): Outcome {
  if (failures.length + unkept.length > 0) return "unreadable";
  const missed = rows.some(({ outcome }) => outcome !== "done") || toBeSeenTo(leftOut).length > 0;
  return declined || missed ? "findings" : "fine";
}
