import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { partitionFile, partitionOf } from "../../domain/collection/layout.ts";
import { carriedOn, missingPatches, type MissingPatches } from "../../domain/collection/missingSince.ts";
import type {
  CollectionRecords,
  InstanceInformationRecord,
  LocationRecord,
  MissingRecord,
  RecordType,
  ServerRecord,
} from "../../domain/collection/records.ts";
import type { ManagedNode } from "../../domain/fleet/managedNode.ts";
import type { Location } from "../../domain/plane.ts";
import { byText } from "../../domain/text.ts";
import { instantText } from "../../domain/time.ts";
import { readRecords, writeRecords } from "../store/records.ts";
import type { CollectionStore } from "../store/store.ts";
import { nodeTypes, type LocationJournal } from "./journal.ts";
import type { LocationContent } from "./readLocation.ts";

const statuses: Readonly<Record<string, string>> = { Online: "Active" };

function informationOf({ id, name, pingStatus, details }: ManagedNode): InstanceInformationRecord {
  return {
    resourceId: id,
    AgentVersion: details?.agentVersion ?? "",
    ComputerName: details?.computerName ?? name,
    IpAddress: details?.ipAddress ?? "",
    PlatformName: details?.platformName ?? "",
    PlatformType: details?.platformType ?? "",
    PlatformVersion: details?.platformVersion ?? "",
    InstanceStatus: statuses[pingStatus] ?? pingStatus,
    captureTime: details?.lastPingAt === undefined ? "" : instantText(details.lastPingAt),
  };
}

/** What the newest collection of a location before this one knew of missing patches. */
export async function missingBefore(
  store: CollectionStore,
  { accountId, region }: Location,
  collected: string,
): Promise<MissingPatches> {
  const paths = (await store.paths("Patchplane:Missing")).filter((path) => {
    const partition = partitionOf(path);
    return partition?.accountId === accountId && partition.region === region && partition.collected < collected;
  });
  const newest = paths.at(-1);
  if (newest === undefined) return new Map();
  return missingPatches((await Array.fromAsync(readRecords(store, newest))) as readonly MissingRecord[]);
}

/** The place of one location's records in a collection. */
export interface LocationPlace {
  readonly store: CollectionStore;
  readonly location: Location;
  readonly collected: string;
}

type Records<Type extends RecordType> = readonly CollectionRecords[Type][];

/** By node, then by what else they say: the same records are the same bytes, in whatever order AWS listed them. */
function sorted<Item extends object>(records: readonly Item[]): readonly Item[] {
  return records
    .map((record) => ({
      record,
      node: "resourceId" in record ? String(record.resourceId) : "",
      line: JSON.stringify(record),
    }))
    .toSorted((a, b) => byText(a.node, b.node) || byText(a.line, b.line))
    .map(({ record }) => record);
}

function write<Type extends RecordType>(place: LocationPlace, type: Type, records: Records<Type>): Promise<void> {
  return writeRecords(place.store, pathOf(place, type), sorted(records));
}

function pathOf({ location: { accountId, region }, collected }: LocationPlace, type: RecordType): string {
  return partitionFile({ type, collected, accountId, region });
}

/** Puts a journal's lines into the store, and among them, by their nodes, records that are not of it. */
async function writeJournalled(
  place: LocationPlace,
  journal: LocationJournal,
  type: (typeof nodeTypes)[number],
  more: readonly MissingRecord[],
): Promise<void> {
  const content = async function* () {
    const rest = sorted(more).map((record) => ({ id: record.resourceId, line: `${JSON.stringify(record)}\n` }));
    let next = 0;
    for await (const { resourceId, lines } of journal.chunks(type)) {
      for (let other = rest[next]; other !== undefined && other.id < resourceId; other = rest[next]) {
        yield other.line;
        next += 1;
      }
      yield lines;
    }
    for (const { line } of rest.slice(next)) yield line;
  };
  await place.store.write(pathOf(place, type), (file) =>
    pipeline(Readable.from(content()), createGzip(), createWriteStream(file)),
  );
}

/** Servers whose missing patches nobody could look at this time: stopped, unreachable, or not asked for. */
function unread(content: LocationContent, fleet: ReadonlySet<string>): (record: MissingRecord) => boolean {
  const isRead = (id: string): boolean => {
    const reading = content.readings.get(id);
    return reading !== undefined && !("failure" in reading);
  };
  const nodes = new Set([...content.foreign, ...content.servers.flatMap(({ node }) => node ?? [])].map(({ id }) => id));
  const readServers = new Set(
    content.servers.flatMap(({ server, node }) => (node !== undefined && isRead(node.id) ? [server.id] : [])),
  );
  return ({ serverId, resourceId }) =>
    serverId === "" ? nodes.has(resourceId) && !isRead(resourceId) : fleet.has(serverId) && !readServers.has(serverId);
}

/**
 * Writes what was read of a location; its own record is last.
 * @param fleet - ids of all rows of the fleet file in the location
 */
export async function writeLocation(
  place: LocationPlace,
  content: LocationContent,
  journal: LocationJournal,
  before: MissingPatches,
  fleet: ReadonlySet<string>,
  servers: readonly ServerRecord[],
  record: LocationRecord,
): Promise<void> {
  const carried = carriedOn(before, unread(content, fleet));
  const asked = [...content.servers.flatMap(({ node }) => node ?? []), ...content.foreign].filter(({ id }) =>
    content.readings.has(id),
  );
  for (const type of nodeTypes)
    await writeJournalled(place, journal, type, type === "Patchplane:Missing" ? carried : []);
  await write(place, "AWS:InstanceInformation", asked.map(informationOf));
  await write(place, "AWS:PatchSummary", [...content.summaries.values()]);
  await write(place, "Patchplane:Run", content.runs);
  await write(place, "Patchplane:Server", servers);
  await write(place, "Patchplane:Location", [record]);
}

/** Writes that a location could not be read: its servers are unknown, and what they lacked is carried on. */
export async function writeUnread(
  place: LocationPlace,
  before: MissingPatches,
  servers: readonly ServerRecord[],
  record: LocationRecord,
): Promise<void> {
  await write(place, "Patchplane:Missing", [...before.values()]);
  await write(place, "Patchplane:Server", servers);
  await write(place, "Patchplane:Location", [record]);
}
