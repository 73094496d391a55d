import { locationNameOf } from "../domain/placement.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { operatingSystemOf, type Server } from "../domain/server.ts";
import { verdictOf, type Verdict } from "../domain/verdict.ts";
import type { ManagedNode } from "./nodes.ts";

/** One row of the fleet file with what the cloud knows of it. */
export interface ServerStatus {
  readonly server: Server;
  readonly location: string;
  readonly verdict: Verdict;
  /** The managed node, once registered. */
  readonly nodeId?: string;
}

/** What was gathered of one location. */
export interface GatheredLocation {
  readonly nodes: readonly ManagedNode[];
  /** Baseline id by the plane's name for it: the stack's output. */
  readonly baselineIds: Readonly<Record<string, string>>;
}

/** Everything a status is made from. */
export interface Gathered {
  readonly locations: Readonly<Record<string, GatheredLocation>>;
  /** Activation id by ARM resource id: the stack's output. */
  readonly activationIds: Readonly<Record<string, string>>;
  /** Scans that ended before this count as not seen. */
  readonly scannedSince: Date;
}

function intendedBaselineId(plane: Plane, location: Location, ids: Readonly<Record<string, string>>, server: Server) {
  const group = plane.groups[server.patchGroup];
  const name = group?.kind === "managed" ? (group.baselines[operatingSystemOf(server)] ?? "") : "";
  return ids[name] ?? location.predefinedBaselines[name] ?? "";
}

function nodeFinder(gathered: Gathered): (location: string, server: Server) => ManagedNode | undefined {
  const byKey = new Map<string, ManagedNode>();
  for (const [location, { nodes }] of Object.entries(gathered.locations)) {
    for (const node of nodes) byKey.set(`${location}/${node.activationId ?? node.id}`, node);
  }
  return (location, server) => byKey.get(`${location}/${gathered.activationIds[server.id] ?? server.id}`);
}

/**
 * Joins the fleet file with the managed nodes, a row per server the stack patches: an EC2 instance by its id, an Azure
 * VM by its activation, which is single-use. Auto Scaling rows stand for machines that come and go and are left out.
 */
export function fleetStatus(plane: Plane, gathered: Gathered): readonly ServerStatus[] {
  const nodeOf = nodeFinder(gathered);
  const rows: ServerStatus[] = [];
  for (const server of plane.fleet) {
    if (server.id.startsWith("asg:") || plane.groups[server.patchGroup]?.kind !== "managed") continue;
    const name = locationNameOf(plane, server);
    const location = plane.locations[name];
    const known = gathered.locations[name];
    if (location === undefined || known === undefined) continue;
    const node = nodeOf(name, server);
    const verdict = verdictOf({
      managed: node !== undefined,
      ...(node?.patchState === undefined ? {} : { scan: node.patchState }),
      intendedBaselineId: intendedBaselineId(plane, location, known.baselineIds, server),
      scannedSince: gathered.scannedSince,
    });
    rows.push({ server, location: name, verdict, ...(node === undefined ? {} : { nodeId: node.id }) });
  }
  return rows;
}
