import type { InventoryItem } from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import type { PutInventory, ManagedNode } from "../../state/nodes.ts";
import type { Checked } from "../../state/checked.ts";
import type { OperationTable } from "./call.ts";
import { nodeOf, sortedNodes } from "./nodes.ts";
import { pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";

const usualPage = 50;
/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: custom types of an account and Region, bytes of one, bytes of a call. */
const customTypeQuota = 20;
const customBytes = 200 * 1024;
const callBytes = 1024 * 1024;

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html: of the types that are covered here. */
const attributes: Readonly<Record<string, { readonly version: string; readonly names: string }>> = {
  "AWS:AWSComponent": {
    version: "1.0",
    names: "Name ApplicationType Publisher Version InstalledTime Architecture URL",
  },
  "AWS:Application": {
    version: "1.1",
    names: "Name ApplicationType Publisher Version Release Epoch InstalledTime Architecture URL Summary PackageId",
  },
  "AWS:InstanceInformation": {
    version: "1.0",
    names:
      "AgentType AgentVersion ComputerName InstanceId IpAddress PlatformName PlatformType PlatformVersion ResourceType InstanceStatus",
  },
  "AWS:Network": { version: "1.0", names: "Name SubnetMask Gateway DHCPServer DNSServer MacAddress IPV4 IPV6" },
  "AWS:PatchSummary": {
    version: "1.0",
    names:
      "PatchGroup BaselineId SnapshotId ExecutionId InstalledCount InstalledOtherCount InstalledPendingRebootCount InstalledRejectedCount MissingCount FailedCount NotApplicableCount UnreportedNotApplicableCount CriticalNonCompliantCount SecurityNonCompliantCount OtherNonCompliantCount OperationType OperationStartTime OperationEndTime RebootOption InstallOverrideList LastNoRebootInstallOperationTime",
  },
  "AWS:WindowsUpdate": { version: "1.0", names: "HotFixId Description InstalledTime InstalledBy" },
};
/** "This call returns the AWS:InstanceInformation type, because it supports aggregation." */
const aggregated = "AWS:InstanceInformation";

function awsSchema(name: string, { version, names }: { readonly version: string; readonly names: string }): object {
  const Attributes = names
    .split(" ")
    .map((Name) => ({ Name, DataType: name === "AWS:PatchSummary" && Name.endsWith("Count") ? "number" : "string" }));
  return { TypeName: name, Version: version, Attributes };
}

function isCustom(typeName: string): boolean {
  return typeName.startsWith("Custom:");
}

function customSchemas(state: RegionState): object[] {
  const byName = new Map<string, PutInventory>();
  for (const node of sortedNodes(state))
    for (const [name, item] of node.putInventory) if (isCustom(name)) byName.set(name, item);
  return [...byName].sort().map(([TypeName, { schemaVersion, entries }]) => {
    const names = [...new Set(entries.flatMap((entry) => Object.keys(entry)))].sort();
    return { TypeName, Version: schemaVersion, Attributes: names.map((Name) => ({ Name, DataType: "string" })) };
  });
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** What a node is to have of a type; only its time is new when the hash of what it has is given in its place. */
function updatedItem(node: ManagedNode, item: Checked<InventoryItem>): PutInventory {
  const { TypeName, SchemaVersion, CaptureTime, ContentHash, Content } = item;
  if (Content !== undefined) {
    if (isCustom(TypeName) && sizeOf(Content) > customBytes)
      throw new ApiError(
        "ItemSizeLimitExceededException",
        `${TypeName} is over ${String(customBytes / 1024)} KB.`,
        400,
        {
          TypeName,
        },
      );
    return { schemaVersion: SchemaVersion, captureTime: CaptureTime, contentHash: ContentHash, entries: Content };
  }
  const known = node.putInventory.get(TypeName);
  if (known === undefined || ContentHash === undefined || known.contentHash !== ContentHash)
    throw new ApiError("ItemContentMismatchException", "The content hash is not that of the content before.", 400, {
      TypeName,
    });
  return { ...known, captureTime: CaptureTime };
}

/** What inventory there can be, and inventory of one's own. */
export const inventorySchemaOperations = {
  /** Sub-types are refused. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetInventorySchema.html */
  GetInventorySchema: (call, request) => {
    if (request.SubType === true) throw validationError("Sub-types are not covered by the embedded cloud.");
    const { TypeName = "", Aggregator = false } = request;
    const all = [
      ...Object.entries(attributes).map(([name, schema]) => ({ name, shown: awsSchema(name, schema) })),
      ...customSchemas(call.region).map((shown) => ({ name: (shown as { TypeName: string }).TypeName, shown })),
    ];
    const named = all.filter(({ name }) => TypeName === "" || name === TypeName);
    if (named.length === 0)
      throw new ApiError(
        "InvalidTypeNameException",
        `The inventory type ${TypeName} is not covered by the embedded cloud.`,
      );
    const matching = named.filter(({ name }) => !Aggregator || name === aggregated);
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { Schemas: items.map(({ shown }) => shown), ...next };
  },
  /**
   * Custom types, and of a real agent AWS's too, which simulated servers have from AWS-GatherSoftwareInventory alone;
   * contexts are refused.
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutInventory.html
   */
  PutInventory: (call, request) => {
    const node = nodeOf(call.region, request.InstanceId);
    const strange = request.Items.find(({ TypeName }) => node.machine !== undefined && !isCustom(TypeName));
    if (strange !== undefined)
      throw new ApiError(
        "InvalidTypeNameException",
        `Putting ${strange.TypeName} is not covered by the embedded cloud.`,
      );
    const inContext = request.Items.find(({ Context }) => Context !== undefined);
    if (inContext !== undefined)
      throw new ApiError(
        "UnsupportedInventoryItemContextException",
        "Contexts are not covered by the embedded cloud.",
        400,
        {
          TypeName: inContext.TypeName,
        },
      );
    if (sizeOf(request.Items) > callBytes)
      throw new ApiError(
        "TotalSizeLimitExceededException",
        "The size of inventory data has exceeded the total size limit.",
      );
    const known = sortedNodes(call.region).flatMap(({ putInventory }) => [...putInventory.keys()]);
    const names = [...known, ...request.Items.map(({ TypeName }) => TypeName)].filter(isCustom);
    if (new Set(names).size > customTypeQuota) throw new ApiError("CustomSchemaCountLimitExceededException", "");
    const items = request.Items.map((item) => [item.TypeName, updatedItem(node, item)] as const);
    for (const [name, item] of items) node.putInventory.set(name, item);
    return {};
  },
} satisfies OperationTable;
