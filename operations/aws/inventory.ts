import { ListInventoryEntriesCommand, type ListInventoryEntriesResult, type SSMClient } from "@aws-sdk/client-ssm";
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

/** The SDK has no paginator for this one. */
async function* entryPages(client: SSMClient, InstanceId: string): AsyncGenerator<ListInventoryEntriesResult> {
  let NextToken: string | undefined;
  do {
    const request = { InstanceId, TypeName: type, MaxResults: entriesPerPage };
    const page: ListInventoryEntriesResult = await client.send(
      new ListInventoryEntriesCommand({ ...request, NextToken }),
    );
    yield page;
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
}

/** Pages that were all captured at one time. */
async function steadyPages(client: SSMClient, resourceId: string): Promise<readonly ListInventoryEntriesResult[]> {
  for (let reading = 1; ; reading += 1) {
    const pages = await allPages(entryPages(client, resourceId));
    const isSteady = new Set(pages.map(({ CaptureTime }) => CaptureTime)).size <= 1;
    if (isSteady || reading === mostReadings) return pages;
  }
}

/**
 * The packages of a node as its inventory association last found them, none where it never ran or 30 days ago. One call
 * for every 50 packages: there is no call for several nodes, because `GetInventory` answers `AWS:InstanceInformation`
 * and `AWS:PatchSummary` alone (https://github.com/turbot/steampipe-plugin-aws/issues/1972).
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListInventoryEntries.html
 */
export async function applications(client: SSMClient, resourceId: string): Promise<readonly ApplicationRecord[]> {
  const pages = await steadyPages(client, resourceId);
  return pages.flatMap(({ Entries = [], CaptureTime: captureTime = "" }) =>
    Entries.map((entry) => ({
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
    })),
  );
}
