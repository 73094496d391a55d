import type { SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { openStates, type ScannedLocation, type ScannedServer } from "../../domain/approvals/review.ts";
import { partitionOf } from "../../domain/collection/layout.ts";
import { missingSince, type MissingPatches } from "../../domain/collection/missingSince.ts";
import type { ComplianceItemRecord, MissingRecord, PatchSummaryRecord } from "../../domain/collection/records.ts";
import { packagesRead, serverRecords, type NodeReading } from "../../domain/collection/serverRecords.ts";
import { instantOf, stampOf } from "../../domain/collection/stamp.ts";
import { packageOfPatch } from "../../domain/packages/installed.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { isAutoScaling, isWindows } from "../../domain/server.ts";
import type { LocationFacts } from "../../domain/status/placedServers.ts";
import { counted } from "../../domain/text.ts";
import { awsFailure, isOfWholeLocation } from "../aws/failure.ts";
import { applicationsNamed } from "../aws/inventory.ts";
import { patchesOf, patchSummaries } from "../aws/patches.ts";
import { goneSince } from "../collection/readNode.ts";
import { nodesAtOnce } from "../collection/readLocation.ts";
import { missingBefore } from "../collection/writeLocation.ts";
import type { CollectionStore } from "../store/store.ts";

/** What is there, by whichever way it came. */
const installedStates = ["INSTALLED", "INSTALLED_OTHER", "INSTALLED_PENDING_REBOOT", "INSTALLED_REJECTED"];

/** Which scans are read, and where earlier ones are kept. */
export interface ScansQuestion {
  /** Names of reviewed groups. */
  readonly groups: readonly string[];
  readonly store: CollectionStore;
  readonly asOf: Date;
  /** A stored collection, by its stamp or what that begins with, in place of what AWS knows now. */
  readonly collection?: string;
  /** Which of what is installed is kept; it is read where this is given, with six calls more for a server of 600 packages. */
  readonly installed?: (patch: ComplianceItemRecord) => boolean;
}

interface NodeScan {
  readonly patches: readonly ComplianceItemRecord[];
  readonly missing: readonly MissingRecord[];
}

const nothingOpen: NodeScan = { patches: [], missing: [] };

/** Stamps of the collections that hold a location, ascending. */
export async function stampsOf(store: CollectionStore, { accountId, region }: Location): Promise<readonly string[]> {
  const paths = await store.paths("Patchplane:Location");
  const partitions = paths.flatMap((path) => partitionOf(path) ?? []);
  const own = partitions.filter((each) => each.accountId === accountId && each.region === region);
  return own.map(({ collected }) => collected).sort();
}

/** Begin of the newest collection of a location before an instant. */
export async function historyOf(store: CollectionStore, location: Location, before: string): Promise<Date | undefined> {
  return instantOf((await stampsOf(store, location)).filter((stamp) => stamp < before).at(-1) ?? "");
}

/** What one node lacks, with the installed version of each: on Windows an update's id is the update itself. */
async function readScan(
  client: SSMClient,
  serverId: string,
  summary: PatchSummaryRecord,
  { onWindows, installed }: Pick<ScansQuestion, "installed"> & { readonly onWindows: boolean },
  before: MissingPatches,
): Promise<{ readonly scan: NodeScan; readonly reading: NodeReading }> {
  const { resourceId } = summary;
  const states = installed === undefined ? openStates : [...openStates, ...installedStates];
  const read = await patchesOf(client, summary, states);
  const open = read.filter(({ PatchState }) => openStates.includes(PatchState));
  const patches = read.filter((patch) => openStates.includes(patch.PatchState) || installed?.(patch) === true);
  const names = onWindows ? [] : [...new Set(open.map(({ Id }) => packageOfPatch(Id).name))];
  const applications = await applicationsNamed(client, resourceId, names);
  const missing = missingSince({ resourceId, serverId, applications, complianceItems: open }, before);
  return { scan: { patches, missing }, reading: packagesRead(applications) };
}

/**
 * Reads what the last scans of reviewed groups' servers in a location offer. For _n_ of their nodes: n/50
 * DescribeInstancePatchStates, and of each one DescribeInstancePatches, one ListComplianceItems where it lacks something,
 * and one ListInventoryEntries for every 40 packages that it lacks. A node that fails is a reading like the others; what
 * will meet every node alike ends the reading, and is the location's failure.
 */
export async function readScans(
  client: SSMClient,
  plane: Plane,
  location: Location,
  facts: LocationFacts,
  { groups, store, asOf, installed }: ScansQuestion,
  show: (line: string) => void,
): Promise<ScannedLocation> {
  const chosen = facts.servers.flatMap(({ server, node }) =>
    node === undefined || !groups.includes(server.patchGroup) ? [] : [{ server, node }],
  );
  const [summaries, before, history] = await Promise.all([
    patchSummaries(
      client,
      chosen.map(({ node }) => node.id),
    ),
    missingBefore(store, location, stampOf(asOf)),
    historyOf(store, location, stampOf(asOf)),
  ]);
  const readings = new Map<string, NodeReading>();
  const scans = new Map<string, NodeScan>();
  let failure: string | undefined;
  const read = async ({ server, node }: (typeof chosen)[number]): Promise<void> => {
    const summary = summaries.get(node.id);
    if (summary === undefined || failure !== undefined) {
      readings.set(node.id, failure === undefined ? packagesRead([]) : { failure });
      return;
    }
    try {
      const serverId = isAutoScaling(server) ? "" : server.id;
      const { scan, reading } = await readScan(
        client,
        serverId,
        summary,
        { onWindows: isWindows(server), ...(installed === undefined ? {} : { installed }) },
        before,
      );
      scans.set(node.id, scan);
      readings.set(node.id, reading);
    } catch (error) {
      const reason = goneSince(error) ?? awsFailure(error, location);
      if (isOfWholeLocation(error)) failure = reason;
      readings.set(node.id, { failure: reason });
    }
    show(`${String(readings.size)} of ${counted(chosen.length, "server")}`);
  };
  await pMap(chosen, read, { concurrency: nodesAtOnce });
  const { accountId, region } = location;
  const nodes = { servers: facts.servers, foreign: [], groupByNode: facts.groupByNode, summaries, readings };
  const servers = serverRecords(plane, location, nodes, groups).map((server): ScannedServer => {
    return { accountId, region, server, ...(scans.get(server.resourceId) ?? nothingOpen) };
  });
  return {
    location: location.name,
    servers,
    strangers: facts.foreign.flatMap(({ id, name }) => {
      const group = facts.groupByNode.get(id);
      return group !== undefined && groups.includes(group) ? [{ group, node: id, name }] : [];
    }),
    ...(history === undefined ? {} : { historyOf: history }),
    ...(failure === undefined ? {} : { failure }),
  };
}
