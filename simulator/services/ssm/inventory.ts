import type { InventoryFilter } from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import { inventoryEntries, inventoryTypes } from "../../nodes/inventory.ts";
import type { InventoryEntry } from "../../nodes/inventory.ts";
import type { InventoryType, NodeInventory, ManagedNode } from "../../state/nodes.ts";
import type { OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import { nodeOf, sortedNodes } from "./nodes.ts";
import { pageOf } from "./paging.ts";

const usualPage = 50;
/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: inventory is kept for 30 days after its last update. */
const retention = 30 * 86_400_000;
const schemaVersions: Readonly<Record<InventoryType, string>> = {
  "AWS:Application": "1.1",
  "AWS:AWSComponent": "1.0",
  "AWS:InstanceInformation": "1.0",
  "AWS:Network": "1.0",
  "AWS:WindowsUpdate": "1.0",
};

type Filter = Checked<InventoryFilter>;
type EntryTest = (entry: InventoryEntry) => boolean;

function typeOf(name: string): InventoryType {
  const type = inventoryTypes.find((known) => known === name);
  if (type === undefined)
    throw new ApiError(
      "InvalidTypeNameException",
      `The inventory type ${name} is not covered by the embedded cloud. Covered: ${inventoryTypes.join(", ")}`,
    );
  return type;
}

function kept(node: ManagedNode, now: Date): NodeInventory | undefined {
  const { inventory } = node;
  return inventory === undefined || now.getTime() - inventory.capturedAt.getTime() > retention ? undefined : inventory;
}

function captureTime({ capturedAt }: NodeInventory): string {
  return capturedAt.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Every value is compared with the attribute; an entry without the attribute passes NotEqual only. */
function entryTest({ Values, Type = "Equal" }: Filter, attribute: string): EntryTest {
  switch (Type) {
    case "Equal":
      return (entry) => Values.some((value) => entry[attribute] === value);
    case "NotEqual":
      return (entry) => !Values.some((value) => entry[attribute] === value);
    case "BeginWith":
      return (entry) => Values.some((value) => entry[attribute]?.startsWith(value) === true);
    default:
      throw new ApiError("InvalidFilter", `The filter type ${Type} is not covered by the embedded cloud.`);
  }
}

function nodeTest(filter: Filter): (node: ManagedNode, inventory: NodeInventory) => boolean {
  const dot = filter.Key.lastIndexOf(".");
  if (dot < 0) throw new ApiError("InvalidFilter", `Invalid filter key: ${filter.Key}. Use <type>.<attribute>`);
  const type = typeOf(filter.Key.slice(0, dot));
  const test = entryTest(filter, filter.Key.slice(dot + 1));
  return (node, inventory) => inventoryEntries(node, inventory, type).some(test);
}

/** Keys of ListInventoryEntries are attributes of its type, with the type or without. */
function ownAttribute(type: InventoryType, { Key }: Filter): string {
  return Key.startsWith(`${type}.`) ? Key.slice(type.length + 1) : Key;
}

function entity(node: ManagedNode, inventory: NodeInventory, type: InventoryType): object {
  const item = {
    TypeName: type,
    SchemaVersion: schemaVersions[type],
    CaptureTime: captureTime(inventory),
    Content: inventoryEntries(node, inventory, type),
  };
  return { Id: node.id, Data: inventory.types.includes(type) ? { [type]: item } : {} };
}

/**
 * What nodes had when inventory last ran on them, however long ago; nodes on which it never ran are left out.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetInventory.html
 */
export const inventoryOperations = {
  /** Without ResultAttributes it answers `AWS:InstanceInformation`. Aggregators are refused. */
  GetInventory: (call, request) => {
    if (request.Aggregators !== undefined)
      throw new ApiError("InvalidAggregatorException", "Aggregators are not covered by the embedded cloud.");
    const type = typeOf(request.ResultAttributes?.[0]?.TypeName ?? "AWS:InstanceInformation");
    const tests = (request.Filters ?? []).map(nodeTest);
    const now = call.cloud.clock.now();
    const matching = sortedNodes(call.region).flatMap((node) => {
      const inventory = kept(node, now);
      return inventory !== undefined && tests.every((test) => test(node, inventory)) ? [{ node, inventory }] : [];
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { Entities: items.map(({ node, inventory }) => entity(node, inventory, type)), ...next };
  },
  ListInventoryEntries: (call, request) => {
    const node = nodeOf(call.region, request.InstanceId);
    const type = typeOf(request.TypeName);
    const inventory = kept(node, call.cloud.clock.now());
    const tests = (request.Filters ?? []).map((filter) => entryTest(filter, ownAttribute(type, filter)));
    const all = inventory === undefined ? [] : inventoryEntries(node, inventory, type);
    const { items, ...next } = pageOf(
      all.filter((entry) => tests.every((test) => test(entry))),
      request,
      usualPage,
    );
    return {
      TypeName: type,
      InstanceId: node.id,
      ...(inventory === undefined ? {} : { SchemaVersion: schemaVersions[type], CaptureTime: captureTime(inventory) }),
      Entries: items,
      ...next,
    };
  },
} satisfies OperationTable;
