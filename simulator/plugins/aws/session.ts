import type { SSM } from "@aws-sdk/client-ssm";
import type { AccessKeys } from "./authorization.ts";
import { partitionOf } from "../../partitions.ts";
import { openObjects, type Objects } from "./objects.ts";
import { openRecords, type Records } from "./records.ts";

/** One account and Region, with the clients that reach it. */
export interface Session {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  /** A regional ARN. */
  arn(service: string, resource: string): string;
  /** SSM's client, made once; the SDK is loaded when it is first asked for. */
  ssm(): Promise<SSM>;
  readonly objects: Objects;
  /** What belongs to the account and this Region. */
  readonly records: Records;
  /** What belongs to the account as a whole, as IAM does. */
  readonly accountRecords: Records;
  /** The same account and keys in another Region. */
  inRegion(region: string): Session;
}

/** Region name under which account-wide records are kept. */
const accountWide = "global";

async function connectSsm(endpoint: string, region: string, keys: AccessKeys): Promise<SSM> {
  const { SSM: Client } = await import("@aws-sdk/client-ssm");
  return new Client({ endpoint, region, credentials: { ...keys } });
}

/** Opens a session at the embedded cloud. */
export function openSession(endpoint: string, accountId: string, region: string, keys: AccessKeys): Session {
  const partition = partitionOf(region);
  const others = new Map<string, Session>();
  let ssm: Promise<SSM> | undefined;
  return {
    accountId,
    partition,
    region,
    arn: (service, resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`,
    ssm: () => (ssm ??= connectSsm(endpoint, region, keys)),
    objects: openObjects(endpoint, region, keys),
    records: openRecords(endpoint, accountId, region, { keys, region }),
    accountRecords: openRecords(endpoint, accountId, accountWide, { keys, region }),
    inRegion: (other) => {
      const known = others.get(other) ?? openSession(endpoint, accountId, other, keys);
      others.set(other, known);
      return known;
    },
  };
}
