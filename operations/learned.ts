import type { SSMClient } from "@aws-sdk/client-ssm";
import { learnedMinutes } from "../domain/collection/learnedMinutes.ts";
import type { RunRecord, ServerRecord } from "../domain/collection/records.ts";
import { instantOf } from "../domain/collection/stamp.ts";
import { storedFiles, type StoredFile } from "../domain/collection/stored.ts";
import type { Learned } from "../domain/drift/judgeLocation.ts";
import { systemsOf } from "../domain/fleet/nodeJoin.ts";
import type { LearnedMinutes, Location, Plane } from "../domain/plane.ts";
import { operatingSystemOf, releasesByOs, type OperatingSystem, type OsName } from "../domain/server.ts";
import { plannedLocation } from "../domain/stack/plannedLocation.ts";
import type { LocationFacts } from "../domain/status/placedServers.ts";
import { day } from "../domain/time.ts";
import { newestInstallations } from "./aws/commandHistory.ts";
import { awsFailure } from "./aws/failure.ts";
import { readRecords } from "./store/records.ts";
import type { CollectionStore } from "./store/store.ts";

/** AWS keeps commands for 30 days: four runs of a weekly window, and one of a monthly one. */
const commandDays = 30;
const mostRuns = 4;
/** Collections that many days before the newest one are learned from: three runs of a monthly window. */
const storedDays = 92;

/**
 * What the newest runs of a location's installing windows took, by its command history. A role that may not read what
 * commands answered has its reason in place of it, and so has any other failure: the model's minutes stand in.
 */
export async function minutesInHistory(
  client: SSMClient,
  plane: Plane,
  location: Location,
  facts: LocationFacts,
  asOf: Date,
): Promise<Learned> {
  const windows = [...plannedLocation(plane, location).windows]
    .filter(([, { window }]) => window.operation === "install")
    .map(([name]) => name);
  try {
    const since = new Date(asOf.getTime() - commandDays * day);
    const runs = await newestInstallations(client, windows, since, mostRuns);
    return { minutes: learnedMinutes(plane, location, runs, systemsOf(facts.servers)) };
  } catch (error) {
    return { failure: awsFailure(error, location) };
  }
}

function isKnown(os: string): os is OsName {
  return Object.hasOwn(releasesByOs, os);
}

async function recordsOf<Row>(store: CollectionStore, files: readonly StoredFile[]): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (const { path } of files) for await (const record of readRecords(store, path)) found.push(record as Row);
  return found;
}

async function storedSystems(
  store: CollectionStore,
  files: readonly StoredFile[],
): Promise<ReadonlyMap<string, OperatingSystem>> {
  const servers = await recordsOf<ServerRecord>(store, files);
  return new Map(
    servers.flatMap(({ resourceId, os, release }) =>
      isKnown(os) ? [[resourceId, operatingSystemOf({ os, release })] as const] : [],
    ),
  );
}

/**
 * What installations took, by the collections of a store: of each location the newest one, and those of the three months
 * before it. The same files give the same minutes.
 * @returns undefined where the store has no collection of any of the locations
 * @throws BrokenFile, and whatever the store says
 */
export async function storedMinutes(
  plane: Plane,
  store: CollectionStore,
): Promise<readonly LearnedMinutes[] | undefined> {
  const files = storedFiles(await store.paths("")).filter(({ isCopy }) => !isCopy);
  const learned: LearnedMinutes[] = [];
  let collections = 0;
  for (const location of Object.values(plane.locations)) {
    const own = files.filter(({ accountId, region }) => accountId === location.accountId && region === location.region);
    const at = ({ collected }: StoredFile): number => instantOf(collected)?.getTime() ?? 0;
    const newest = Math.max(0, ...own.map(at));
    const recent = own.filter((file) => at(file) >= newest - storedDays * day);
    const ofType = (type: StoredFile["type"]): readonly StoredFile[] => recent.filter((file) => file.type === type);
    collections += ofType("Patchplane:Location").length;
    const runs = await recordsOf<RunRecord>(store, ofType("Patchplane:Run"));
    // Collections overlap by two days, so that a run that was under way is in the next one with its end.
    const once = new Map(runs.map((run) => [`${run.commandId} ${run.resourceId}`, run]));
    const systems = await storedSystems(store, ofType("Patchplane:Server"));
    learned.push(...learnedMinutes(plane, location, [...once.values()], systems));
  }
  return collections === 0 ? undefined : learned;
}
