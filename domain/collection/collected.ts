import type { MeasuredMinutes } from "../fleet/measuredMinutes.ts";
import type { Location } from "../plane.ts";
import type { SyncedUse } from "./syncedUse.ts";
import type { LocationRecord, ServerRecord } from "./records.ts";

/** What installations took, beside what `window-capacity` counts for a server of the window. */
export interface MeasuredWindow extends MeasuredMinutes {
  readonly plannedMinutes: number;
}

/** What came of one location of a collection. */
export interface CollectedLocation {
  readonly location: Location;
  readonly record: LocationRecord;
  readonly servers: readonly ServerRecord[];
  /** What is to be known of a gathering of inventory that did not reach everybody. */
  readonly refresh?: string;
  /** What came from files of the resource data sync, where they were to be read. */
  readonly synced?: SyncedUse;
  /** Why the records of who approved could not be read, where they could not. */
  readonly approvals?: string;
  /** Of the runs that this collection holds; empty where too few were measured. */
  readonly measured: readonly MeasuredWindow[];
}

/** A collection that was made. */
export interface Collected {
  /** Its stamp. */
  readonly collected: string;
  /** The store, in words. */
  readonly place: string;
  /** Whether one that was broken off was gone on with. */
  readonly resumed: boolean;
  readonly locations: readonly CollectedLocation[];
  /** Stamps of collections that were kept no longer. */
  readonly removed: readonly string[];
}

/** Whether all of it was read: a location that was not read, or not to its end, comes before single servers. */
export function collectionOutcome({ locations }: Collected): "fine" | "findings" | "unreadable" {
  if (locations.some(({ record }) => record.reason !== "")) return "unreadable";
  const servers = locations.flatMap((each) => each.servers);
  return servers.some(({ state }) => state === "unknown") ? "findings" : "fine";
}
