import { storedFiles, expiredFiles } from "../domain/collection/stored.ts";
import { serverRecords, unknownServers } from "../domain/collection/serverRecords.ts";
import type { Collected, CollectedLocation, MeasuredWindow } from "../domain/collection/collected.ts";
import type { LocationRecord } from "../domain/collection/records.ts";
import { instantOf } from "../domain/collection/stamp.ts";
import { learnedMinutes } from "../domain/collection/learnedMinutes.ts";
import { windowCapacity } from "../domain/checks/capacity.ts";
import { systemsOf } from "../domain/fleet/nodeJoin.ts";
import { serversAt } from "../domain/fleet/placement.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { locationsOf } from "../domain/status/placedServers.ts";
import { day, instantText } from "../domain/time.ts";
import { keepApprovalRecords } from "./approvals/records.ts";
import { answeredCalls } from "./aws/clients.ts";
import { closeLocations, readLocations } from "./aws/locations.ts";
import { askedSource } from "./collection/nodeSource.ts";
import { openSynced } from "./collection/syncedSource.ts";
import { readLocation, type LocationContent } from "./collection/readLocation.ts";
import { refreshInventory, type RefreshPatience } from "./collection/refresh.ts";
import type { CollectionWork } from "./collection/work.ts";
import { missingBefore, writeLocation, writeUnread, type LocationPlace } from "./collection/writeLocation.ts";
import type { LocationScope } from "./fleetNodes.ts";
import type { CollectionStore } from "./store/store.ts";

/** AWS keeps commands for 30 days. */
const commandDays = 30;
/** Runs that were under way when the collection before read them are read once more. */
const overlapDays = 2;

/** What to collect, and where to. */
export interface CollectTask {
  readonly scope: LocationScope;
  readonly store: CollectionStore;
  readonly work: CollectionWork;
  /** Whether inventory is gathered anew before it is read, and how long that is waited for. */
  readonly refresh?: RefreshPatience;
  /** Whether packages, patches and tags are read from the files of the stack's resource data sync, as far as they tell. @default false */
  readonly fromSync?: boolean;
  /** Clock of the records. @default now */
  readonly clock?: () => Date;
}

function runsSince(stamps: readonly string[], begun: Date): Date {
  const before = stamps.flatMap((stamp) => instantOf(stamp) ?? []).filter((at) => at < begun);
  const newest = Math.max(0, ...before.map((at) => at.getTime()));
  return new Date(Math.max(newest - overlapDays * day, begun.getTime() - commandDays * day));
}

async function removeExpired(store: CollectionStore, keepDays: number, now: Date): Promise<readonly string[]> {
  const expired = expiredFiles(storedFiles(await store.paths("")), keepDays, now);
  for (const { path } of expired) await store.remove(path);
  return [...new Set(expired.map(({ collected }) => collected))].sort();
}

/** How long the stack's windows installed, and what is planned for them. */
function measuredWindows(
  plane: Plane,
  location: Location,
  { servers, runs }: LocationContent,
): readonly MeasuredWindow[] {
  return learnedMinutes(plane, location, runs, systemsOf(servers)).flatMap(({ location: name, ...measured }) => {
    const window = plane.windows[measured.window];
    if (window === undefined) return [];
    return [{ ...measured, plannedMinutes: windowCapacity(plane, window, name).minutesPerHost }];
  });
}

/**
 * Reads what AWS knows of every node of a plane's locations and puts it into the store as a collection. A location or a
 * node that fails is in it as unknown, with its reason. Afterwards collections go that are older than
 * `reports.collectionRetentionDays`.
 */
export async function collect(plane: Plane, task: CollectTask): Promise<Collected> {
  const { scope, store, work, refresh, fromSync = false, clock = () => new Date() } = task;
  const { collected } = work;
  const begun = instantOf(collected) ?? clock();
  const stamps = storedFiles(await store.paths("Patchplane:Location")).map((file) => file.collected);
  const started = new Map<string, string>();
  const recordOf = ({ name, accountId, region }: Location, more: Partial<LocationRecord>): LocationRecord => ({
    location: name,
    accountId,
    region,
    state: "collected",
    reason: "",
    started: started.get(name) ?? instantText(begun),
    ended: instantText(clock()),
    nodes: "",
    apiCalls: "",
    ...more,
  });
  const reads = await readLocations<CollectedLocation>(
    plane,
    locationsOf(plane, scope),
    scope.runSteps,
    async (client, location, facts, show) => {
      started.set(location.name, instantText(clock()));
      const place: LocationPlace = { store, location, collected };
      const refreshed =
        refresh === undefined ? undefined : await refreshInventory(client, plane.environment, refresh, show);
      const before = await missingBefore(store, location, collected);
      const journal = work.journal(location.name);
      const options = { groups: scope.groups, runsSince: runsSince(stamps, begun), before, journal, show };
      const asked = askedSource(client);
      const synced = fromSync ? await openSynced(plane.environment, location, asked) : undefined;
      const content = await readLocation(client, plane, location, facts, {
        ...options,
        source: synced ?? asked,
        isSynced: fromSync,
      }).finally(() => synced?.close());
      const use = synced?.use(new Set(facts.nodes.map(({ id }) => id)));
      const servers = serverRecords(plane, location, content, scope.groups);
      const fleet = new Set(serversAt(plane, location.name).map(({ id }) => id));
      const record = recordOf(location, {
        reason: content.failure ?? "",
        nodes: String(content.readings.size),
        apiCalls: String(answeredCalls(client)),
      });
      show("writing");
      await writeLocation(place, content, journal, before, fleet, servers, record);
      const measured = measuredWindows(plane, location, content);
      const approvals = await keepApprovalRecords(plane, location, store);
      return {
        location,
        record,
        servers,
        measured,
        ...(refreshed === undefined ? {} : { refresh: refreshed }),
        ...(use === undefined ? {} : { synced: use }),
        ...(approvals === undefined ? {} : { approvals }),
      };
    },
  );
  closeLocations(reads);
  const locations: CollectedLocation[] = [];
  for (const read of reads) {
    if (!("failure" in read)) {
      locations.push(read.more);
      continue;
    }
    const { location, failure } = read;
    const servers = unknownServers(plane, location, failure, scope.groups);
    const record = recordOf(location, { state: "unknown", reason: failure });
    await writeUnread({ store, location, collected }, await missingBefore(store, location, collected), servers, record);
    locations.push({ location, record, servers, measured: [] });
  }
  const removed = await removeExpired(store, plane.reports.collectionRetentionDays, clock());
  work.end();
  return { collected, place: store.place, resumed: work.resumed, locations, removed };
}
