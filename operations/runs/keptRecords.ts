import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import pMap from "p-map";
import { stampOf } from "../../domain/collection/stamp.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { s3Client } from "../aws/clients.ts";
import { awsFailure } from "../aws/failure.ts";
import { allPages } from "../pages.ts";
import { copyOf, recordFolder, type UnkeptCopy } from "./recordCopies.ts";

/** Locations, and copies of one of them, at a time. */
const concurrency = 8;

/** Records in the buckets of locations. */
export interface KeptRecords {
  /** Longest copies by the run's id; several where two have gone on with a run without knowing of each other. */
  readonly copies: ReadonlyMap<string, readonly string[]>;
  /** Locations whose bucket could not be read, or not to the end. */
  readonly unread: readonly UnkeptCopy[];
}

/** Which records are read. */
export interface WantedRecords {
  readonly locations: readonly Location[];
  /** Only this run. */
  readonly id?: string;
  /** Only runs that began since. */
  readonly since?: Date;
  readonly isWanted?: (id: string) => boolean;
}

interface Site {
  readonly location: Location;
  readonly client: S3Client;
  readonly bucket: string;
  readonly keys: readonly string[];
}

async function keysAt(site: Site, { id, since }: WantedRecords): Promise<readonly string[]> {
  const request = {
    Bucket: site.bucket,
    Prefix: id === undefined ? `${recordFolder}/` : `${recordFolder}/${id}/`,
    ...(since === undefined ? {} : { StartAfter: `${recordFolder}/${stampOf(since)}` }),
  };
  const pages = await allPages(paginateListObjectsV2({ client: site.client }, request));
  return pages.flatMap(({ Contents = [] }) => Contents.flatMap(({ Key }) => Key ?? []));
}

/** The keys that hold the longest copies of each run, each key once: the same key is the same copy in every bucket. */
function longestCopies(sites: readonly Site[], isWanted: (id: string) => boolean): ReadonlyMap<string, Site> {
  const sitesOf = new Map(sites.flatMap((site) => site.keys.map((key) => [key, site] as const)));
  const copies = [...sitesOf.keys()].flatMap((key) => copyOf(key) ?? []).filter(({ id }) => isWanted(id));
  const longest = new Map<string, number>();
  for (const { id, lines } of copies) longest.set(id, Math.max(lines, longest.get(id) ?? 0));
  const wanted = new Set(copies.filter(({ id, lines }) => longest.get(id) === lines).map(({ key }) => key));
  return new Map([...sitesOf].filter(([key]) => wanted.has(key)));
}

/**
 * Reads records from the buckets of locations, where every run keeps copies of its own: 1 ListObjectsV2 a location for
 * every 1,000 keys, and 1 GetObject for each run. A location that fails is part of the answer.
 */
export async function keptRecords(
  { environment }: Pick<Plane, "environment">,
  wanted: WantedRecords,
): Promise<KeptRecords> {
  // One for each location: what keeps one record from being read keeps them all.
  const failures = new Map<string, string>();
  const sites = wanted.locations.map((location): Site => {
    const bucket = bucketName(environment, location.name, location.accountId);
    return { location, client: s3Client(location), bucket, keys: [] };
  });
  const failed = (location: Location, error: unknown): void => {
    failures.set(location.name, awsFailure(error, location));
  };
  try {
    const listed = await pMap(
      sites,
      async (site) => {
        try {
          return [{ ...site, keys: await keysAt(site, wanted) }];
        } catch (error) {
          failed(site.location, error);
          return [];
        }
      },
      { concurrency },
    );
    const copies = await pMap(
      longestCopies(listed.flat(), wanted.isWanted ?? (() => true)),
      async ([Key, { client, bucket: Bucket, location }]) => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
          return [{ id: copyOf(Key)?.id ?? "", text: (await Body?.transformToString()) ?? "" }];
        } catch (error) {
          failed(location, error);
          return [];
        }
      },
      { concurrency },
    );
    const byId = Map.groupBy(copies.flat(), ({ id }) => id);
    return {
      copies: new Map([...byId].map(([id, all]) => [id, all.map(({ text }) => text)])),
      unread: [...failures].map(([location, failure]) => ({ location, failure })),
    };
  } finally {
    for (const { client } of sites) client.destroy();
  }
}
