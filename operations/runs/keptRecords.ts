import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import pMap from "p-map";
import { stampOf } from "../../domain/collection/stamp.ts";
import type { Location, Plane } from "../../domain/plane.ts";
import { bucketName } from "../../domain/stack/awsNames.ts";
import { s3Client } from "../aws/clients.ts";
import { awsFailure } from "../aws/failure.ts";
import { allPages } from "../pages.ts";
import { beginsWith, copyOf, recordFolder, type RecordCopy, type UnkeptCopy } from "./recordCopies.ts";

/** Locations, and copies of one of them, at a time. */
const concurrency = 8;

/** Records in the buckets of locations. */
export interface KeptRecords {
  /**
   * The longest copy of each run, by its id, and those that are no beginning of it: two have gone on with that run without
   * knowing of each other.
   */
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

/** A copy, and a location whose bucket has it. */
interface FoundCopy extends RecordCopy {
  readonly site: Site;
}

/** The copies of each run, the longest first, each key once: the same key is the same copy in every bucket. */
function copiesByRun(sites: readonly Site[], isWanted: (id: string) => boolean): readonly (readonly FoundCopy[])[] {
  const sitesOf = new Map(sites.flatMap((site) => site.keys.map((key) => [key, site] as const)));
  const copies = [...sitesOf].flatMap(([key, site]): readonly FoundCopy[] => {
    const copy = copyOf(key);
    return copy === undefined || !isWanted(copy.id) ? [] : [{ ...copy, site }];
  });
  const byRun = Map.groupBy(copies, ({ id }) => id);
  return [...byRun.values()].map((all) => all.toSorted((a, b) => b.lines - a.lines));
}

async function textOf({ key: Key, site: { client, bucket: Bucket } }: FoundCopy): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}

/**
 * Reads records from the buckets of locations, where every run keeps copies of its own: 1 ListObjectsV2 a location for
 * every 1,000 keys, and 1 GetObject for each run and each copy that is no beginning of a longer one. A location that
 * fails is part of the answer.
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
      copiesByRun(listed.flat(), wanted.isWanted ?? (() => true)),
      async (all) => {
        const read: { readonly id: string; readonly text: string }[] = [];
        for (const copy of all) {
          if (read.some(({ text }) => beginsWith(text, copy))) continue;
          try {
            read.push({ id: copy.id, text: await textOf(copy) });
          } catch (error) {
            failed(copy.site.location, error);
            break;
          }
        }
        return read;
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
