import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { MissingPatches } from "../../domain/collection/missingSince.ts";
import type { RunRecord } from "../../domain/collection/records.ts";
import type { LocationNodes, NodeReading } from "../../domain/collection/serverRecords.ts";
import { stackDays } from "../../domain/packages/ages.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { isAutoScaling } from "../../domain/server.ts";
import { plannedLocation } from "../../domain/stack/plannedLocation.ts";
import type { LocationFacts } from "../../domain/status/placedServers.ts";
import { counted } from "../../domain/text.ts";
import { takes } from "../../domain/values.ts";
import { patchRuns } from "../aws/commandHistory.ts";
import { awsFailure, isOfWholeLocation } from "../aws/failure.ts";
import { patchSummaries } from "../aws/patches.ts";
import type { LocationJournal } from "./journal.ts";
import type { NodeSource } from "./nodeSource.ts";
import { expectedCalls, goneSince, readNode, type NodeToRead } from "./readNode.ts";

/** Nodes at a time in one location; the calls of one node follow each other. */
export const nodesAtOnce = 8;
const progressEveryMs = 1_000;

/** What a location is to be read for. */
export interface LocationTask {
  /** Of which patch groups; all, and the nodes that no row names, where left out. */
  readonly groups: readonly string[] | undefined;
  /** From when on runs are read. */
  readonly runsSince: Date;
  /** What the collection before knew of missing patches. */
  readonly before: MissingPatches;
  readonly journal: LocationJournal;
  /** Where the nodes are read. */
  readonly source: NodeSource;
  /** Where synced files are read, how many calls are to come is not known: it depends on what they lack. */
  readonly isSynced: boolean;
  readonly show: (line: string) => void;
}

/** A location that was read, though some of its nodes may not have been. */
export interface LocationContent extends LocationNodes {
  readonly runs: readonly RunRecord[];
  /** Why the rest of its nodes was not tried any more. */
  readonly failure?: string;
}

function nodesToRead(
  plane: Plane,
  location: Location,
  facts: LocationFacts,
  groups: readonly string[] | undefined,
): readonly Omit<NodeToRead, "summary">[] {
  const own = facts.servers.flatMap(({ server, node }) =>
    node === undefined || !takes(groups, server.patchGroup)
      ? []
      : [
          {
            node,
            serverId: isAutoScaling(server) ? "" : server.id,
            patchGroup: facts.groupByNode.get(node.id),
            stackDays: (level: string) => stackDays(plane, { server, location: location.name }, level),
          },
        ],
  );
  const foreign = facts.foreign.map((node) => {
    return { node, serverId: "", patchGroup: facts.groupByNode.get(node.id), stackDays: () => undefined };
  });
  return groups === undefined ? [...own, ...foreign] : own;
}

/** `120 of 1,200 nodes, 35 a second, 31 s left`. */
function progressLine(done: number, of: number, read: number, elapsedMs: number): string {
  const rate = read / Math.max(elapsedMs / 1_000, 0.001);
  const left = rate === 0 ? "" : `, ${String(Math.ceil((of - done) / rate))} s left`;
  return `${String(done)} of ${counted(of, "node")}, ${rate.toFixed(1)} a second${left}`;
}

/**
 * Reads everything of a location, its nodes side by side. A node that fails is a reading like the others; what will meet
 * every node alike, such as a missing right, ends the reading of nodes, and is the reason of all that are left.
 */
export async function readLocation(
  client: SSMClient,
  plane: Plane,
  location: Location,
  facts: LocationFacts,
  { groups, runsSince, before, journal, source, isSynced, show }: LocationTask,
): Promise<LocationContent> {
  const chosen = nodesToRead(plane, location, facts, groups);
  const ids = chosen.map(({ node }) => node.id);
  const windows = new Map(
    [...plannedLocation(plane, location).windows].map(([name, { window }]) => {
      return [name, window.operation === "scan" ? "Scan" : "Install"] as const;
    }),
  );
  show("patch states and runs");
  const [summaries, runs] = await Promise.all([patchSummaries(client, ids), patchRuns(client, windows, runsSince)]);
  const readings = new Map<string, NodeReading>(journal.done);
  const left = chosen
    .filter(({ node }) => !journal.done.has(node.id))
    .map((each): NodeToRead => ({ ...each, summary: summaries.get(each.node.id) }));
  const calls = left.reduce((sum, each) => sum + expectedCalls(each), 0);
  // Of a node that was never scanned nothing tells how many packages it has.
  const words = left.every(({ summary }) => summary !== undefined) ? "about" : "at least";
  const toCome = isSynced ? "from synced files" : `${words} ${counted(calls, "call")} to come`;
  show(`${counted(left.length, "node")}, ${toCome}`);
  const begun = performance.now();
  let shownAt = begun;
  let failure: string | undefined;
  const read = async (toRead: NodeToRead): Promise<void> => {
    const { id } = toRead.node;
    if (failure !== undefined) {
      readings.set(id, { failure });
      return;
    }
    try {
      const { done, records } = await readNode(source, toRead, before);
      journal.add(done, records);
      readings.set(id, done);
    } catch (error) {
      const reason = goneSince(error) ?? awsFailure(error, location);
      if (isOfWholeLocation(error)) failure = reason;
      readings.set(id, { failure: reason });
    }
    const now = performance.now();
    if (now - shownAt < progressEveryMs) return;
    shownAt = now;
    show(progressLine(readings.size, chosen.length, readings.size - (chosen.length - left.length), now - begun));
  };
  await pMap(left, read, { concurrency: nodesAtOnce });
  const { servers, foreign, groupByNode } = facts;
  return {
    servers,
    foreign,
    groupByNode,
    summaries,
    readings,
    runs,
    ...(failure === undefined ? {} : { failure }),
  };
}
