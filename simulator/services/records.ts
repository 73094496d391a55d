import type { SimulatedCloud } from "../state/cloud.ts";
import { partitionOf } from "../partitions.ts";

/** An account's Region, or with `global` what belongs to a whole account. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** A resource that is kept as it was given. */
export type Fields = Readonly<Record<string, unknown>>;

/** A record; undefined where there is none. */
export function recordAt(
  { records }: SimulatedCloud,
  { accountId, region }: Place,
  kind: string,
  id: string,
): Fields | undefined {
  return records.get([accountId, region, kind, id].join("/")) as Fields | undefined;
}

/** All records of a kind in a place. */
export function recordsOf({ records }: SimulatedCloud, { accountId, region }: Place, kind: string): readonly Fields[] {
  const prefix = `${accountId}/${region}/${kind}/`;
  return [...records].flatMap(([key, record]) => (key.startsWith(prefix) ? [record as Fields] : []));
}

/** A text in a record; empty where there is none. */
export function textIn(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === "string" ? value : "";
}

/** An object within a record; empty where there is none. */
export function fieldsIn(fields: Fields | undefined, name: string): Fields {
  const value = fields?.[name];
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** ARN of something regional. */
export function arnAt({ accountId, region }: Place, service: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${resource}`;
}

/** Place and resource that an ARN names. */
export function placeOf(arn: string): Place & { readonly service: string; readonly resource: string } {
  const [, , service = "", region = "", accountId = "", ...rest] = arn.split(":");
  return { service, region, accountId, resource: rest.join(":") };
}
