import type { ManagedNode } from "../fleet/managedNode.ts";
import type { JoinedServer } from "../fleet/nodeJoin.ts";
import { serversAt } from "../fleet/placement.ts";
import type { Location, Plane } from "../plane.ts";
import { isAutoScaling, type Server } from "../server.ts";
import { instantText } from "../time.ts";
import { takes } from "../values.ts";
import type { ApplicationRecord, PatchSummaryRecord, ServerRecord } from "./records.ts";

/** What was read of one node, as far as its server's record tells it; or why it could not be read. */
export type NodeReading = PackagesRead | { readonly failure: string };

/** What a node's packages say of themselves. */
export type PackagesRead = Pick<ServerRecord, "inventoryCaptured" | "versions">;

/** The nodes of a location as they were found, and what was read of each. */
export interface LocationNodes {
  /** Every row of the fleet file that is placed there, with its node. */
  readonly servers: readonly JoinedServer[];
  /** Nodes that no row stands for. */
  readonly foreign: readonly ManagedNode[];
  /** Value of the PatchGroup tag, where it is known. */
  readonly groupByNode: ReadonlyMap<string, string>;
  /** By node id. */
  readonly summaries: ReadonlyMap<string, PatchSummaryRecord>;
  /** By node id; nodes that nobody asked for are left out. */
  readonly readings: ReadonlyMap<string, NodeReading>;
}

const nobody = "no managed node is known for it";
const noMachine = "no machine of the group is a managed node";

/** Looks at a node's packages: when they were gathered, and whether their versions are whole. */
export function packagesRead(applications: readonly ApplicationRecord[]): PackagesRead {
  // Of a source package's name an rpm alone has any, and the release beside the version.
  const rpms = applications.filter(({ PackageId = "" }) => PackageId.endsWith(".src.rpm"));
  const isCut = rpms.some(({ Release = "" }) => Release === "");
  return {
    inventoryCaptured: applications[0]?.captureTime ?? "",
    versions: applications.length === 0 ? "" : isCut ? "withoutRelease" : "whole",
  };
}

type OfRow = Omit<
  ServerRecord,
  | "resourceId"
  | "state"
  | "reason"
  | "pingStatus"
  | "lastPing"
  | "agentVersion"
  | "inventoryCaptured"
  | "versions"
  | "lastScan"
>;

function ofRow(plane: Plane, location: Location, server: Server): OfRow {
  const group = plane.groups[server.patchGroup];
  return {
    serverId: server.id,
    name: server.name,
    owner: server.owner,
    businessUnit: server.businessUnit,
    cloud: server.cloud,
    site: server.site,
    location: location.name,
    patchGroup: server.patchGroup,
    approval: group?.kind === "managed" ? group.approval : "elsewhere",
    criticality: group?.kind === "managed" ? group.criticality : "",
    os: server.os,
    release: server.release,
    arch: server.arch,
  };
}

function ofForeign(location: Location, { id, name }: ManagedNode, patchGroup: string): OfRow {
  const unnamed = { serverId: "", owner: "", businessUnit: "", site: "", approval: "", criticality: "" };
  const cloud = id.startsWith("i-") ? "aws" : "";
  return { ...unnamed, name, cloud, location: location.name, patchGroup, os: "", release: "", arch: "" };
}

const nothingKnown = {
  pingStatus: "",
  lastPing: "",
  agentVersion: "",
  inventoryCaptured: "",
  versions: "",
  lastScan: "",
} as const;

function ofNode(
  { id, pingStatus, details }: ManagedNode,
  { summaries, readings }: LocationNodes,
): Omit<ServerRecord, keyof OfRow> {
  const reading = readings.get(id) ?? { failure: "it was not read" };
  const isRead = !("failure" in reading);
  return {
    ...nothingKnown,
    resourceId: id,
    state: isRead ? "collected" : "unknown",
    reason: isRead ? "" : reading.failure,
    pingStatus,
    lastPing: details?.lastPingAt === undefined ? "" : instantText(details.lastPingAt),
    agentVersion: details?.agentVersion ?? "",
    ...(isRead ? reading : {}),
    lastScan: summaries.get(id)?.OperationEndTime ?? "",
  };
}

function emptyGroups(plane: Plane, location: Location, servers: readonly JoinedServer[]): readonly Server[] {
  const seen = new Set(servers.map(({ server }) => server.id));
  return serversAt(plane, location.name).filter((server) => isAutoScaling(server) && !seen.has(server.id));
}

/**
 * A record for every machine of the fleet file in a location, and for every node there that none of its rows names.
 * @param groups - of which patch groups; all, and the nodes that no row names, where left out
 */
export function serverRecords(
  plane: Plane,
  location: Location,
  nodes: LocationNodes,
  groups: readonly string[] | undefined,
): readonly ServerRecord[] {
  const without = (server: Server, reason: string): ServerRecord => ({
    ...ofRow(plane, location, server),
    ...nothingKnown,
    resourceId: "",
    state: "notRegistered",
    reason,
  });
  const own = nodes.servers.map(({ server, node }) =>
    node === undefined ? without(server, nobody) : { ...ofRow(plane, location, server), ...ofNode(node, nodes) },
  );
  const empty = emptyGroups(plane, location, nodes.servers).map((server) => without(server, noMachine));
  const named = [...own, ...empty].filter(({ patchGroup }) => takes(groups, patchGroup));
  const foreign = nodes.foreign.map((node) => ({
    ...ofForeign(location, node, nodes.groupByNode.get(node.id) ?? ""),
    ...ofNode(node, nodes),
  }));
  return groups === undefined ? [...named, ...foreign] : named;
}

/** The records of a location that could not be read: of every row of the fleet file there, and why it is unknown. */
export function unknownServers(
  plane: Plane,
  location: Location,
  reason: string,
  groups: readonly string[] | undefined,
): readonly ServerRecord[] {
  return serversAt(plane, location.name)
    .filter(({ patchGroup }) => takes(groups, patchGroup))
    .map((server) => ({
      ...ofRow(plane, location, server),
      ...nothingKnown,
      resourceId: "",
      state: "unknown",
      reason,
    }));
}
