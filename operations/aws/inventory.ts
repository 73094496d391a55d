import {
  ListInventoryEntriesCommand,
  paginateGetInventory,
  type InventoryFilter,
  type ListInventoryEntriesResult,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { ApplicationRecord } from "../../domain/collection/records.ts";
import { allPages } from "../pages.ts";

/** Largest page of inventory. */
export const entriesPerPage = 50;

function filled<Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> {
  return value === undefined || value === "" ? {} : ({ [key]: value } as Record<Key, string>);
}

const type = "AWS:Application";
/** An inventory that is gathered anew while it is read is read again, so often at most. */
const mostReadings = 3;

/** Most values that a filter of inventory takes. */
const namesPerFilter = 40;

/** The SDK has no paginator for this one. */
async function* entryPages(
  client: SSMClient,
  InstanceId: string,
  Filters?: InventoryFilter[],
): AsyncGenerator<ListInventoryEntriesResult> {
  let NextToken: string | undefined;
  do {
    const request = { InstanceId, TypeName: type, MaxResults: entriesPerPage, Filters };
    const page: ListInventoryEntriesResult = await client.send(
      new ListInventoryEntriesCommand({ ...request, NextToken }),
    );
    yield page;
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
}

/** Pages that were all captured at one time. */
async function steadyPages(
  client: SSMClient,
  resourceId: string,
  filters?: InventoryFilter[],
): Promise<readonly ListInventoryEntriesResult[]> {
  for (let reading = 1; ; reading += 1) {
    const pages = await allPages(entryPages(client, resourceId, filters));
    const isSteady = new Set(pages.map(({ CaptureTime }) => CaptureTime)).size <= 1;
    if (isSteady || reading === mostReadings) return pages;
  }
}

/** A package as inventory names its fields, whether the API answers it or a resource data sync has written it. */
export function applicationRecord(
  resourceId: string,
  entry: Readonly<Record<string, string | undefined>>,
  captureTime: string,
): ApplicationRecord {
  return {
    resourceId,
    Name: entry["Name"] ?? "",
    Publisher: entry["Publisher"] ?? "",
    Version: entry["Version"] ?? "",
    ...filled("Release", entry["Release"]),
    ...filled("Epoch", entry["Epoch"]),
    Architecture: entry["Architecture"] ?? "",
    ApplicationType: entry["ApplicationType"] ?? "",
    ...filled("InstalledTime", entry["InstalledTime"]),
    ...filled("PackageId", entry["PackageId"]),
    captureTime,
  };
}

function recordsOf(resourceId: string, pages: readonly ListInventoryEntriesResult[]): readonly ApplicationRecord[] {
  return pages.flatMap(({ Entries = [], CaptureTime: captureTime = "" }) =>
    Entries.map((entry) => applicationRecord(resourceId, entry, captureTime)),
  );
}

/**
 * The packages of a node as its inventory association last found them, none where it never ran or 30 days ago. One call
 * for every 50 packages: there is no call for several nodes, because `GetInventory` answers `AWS:InstanceInformation`
 * and `AWS:PatchSummary` alone (https://github.com/turbot/steampipe-plugin-aws/issues/1972).
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListInventoryEntries.html
 */
export async function applications(client: SSMClient, resourceId: string): Promise<readonly ApplicationRecord[]> {
  return recordsOf(resourceId, await steadyPages(client, resourceId));
}

/** The packages of some names among them, every version and architecture: one call for every 40 names. */
export async function applicationsNamed(
  client: SSMClient,
  resourceId: string,
  names: readonly string[],
): Promise<readonly ApplicationRecord[]> {
  const found: ApplicationRecord[] = [];
  for (let at = 0; at < names.length; at += namesPerFilter) {
    const filter = { Key: `${type}.Name`, Values: names.slice(at, at + namesPerFilter), Type: "Equal" as const };
    found.push(...recordsOf(resourceId, await steadyPages(client, resourceId, [filter])));
  }
  return found;
}

/**
 * Ids of the nodes whose inventory has a package, 50 a call; a node without an inventory is none of them.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetInventory.html
 */
export async function nodesWithPackage(client: SSMClient, name: string): Promise<readonly string[]> {
  const request = { Filters: [{ Key: `${type}.Name`, Values: [name], Type: "Equal" as const }] };
  const pages = await allPages(paginateGetInventory({ client, pageSize: entriesPerPage }, request));
  return pages.flatMap((page) => page.Entities ?? []).flatMap(({ Id }) => Id ?? []);
}
