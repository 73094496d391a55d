import type { InventoryFilter } from "@aws-sdk/client-ssm";
import { ApiError } from "../../http/apiError.ts";
import { inventoryEntries, inventoryTypes } from "../../nodes/inventory.ts";
import type { InventoryEntry } from "../../nodes/inventory.ts";
import type { InventoryType, NodeInventory, ManagedNode } from "../../state/nodes.ts";
import type { OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import type { PatchReport } from "../../state/reports.ts";
import type { RegionState } from "../../state/region.ts";
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
/** What the last patch operation of a node counted. */
export const patchSummary = "AWS:PatchSummary";

type Filter = Checked<InventoryFilter>;
type EntryTest = (entry: InventoryEntry) => boolean;

/** One inventory type of a node. */
export interface Item {
  readonly schemaVersion: string;
  readonly captureTime: string;
  readonly entries: readonly InventoryEntry[];
}

function gatheredType(name: string): InventoryType | undefined {
  return inventoryTypes.find((known) => known === name);
}

function typeOf(state: RegionState, name: string): string {
  const known =
    gatheredType(name) !== undefined ||
    name === patchSummary ||
    sortedNodes(state).some(({ putInventory }) => putInventory.has(name));
  if (!known)
    throw new ApiError(
      "InvalidTypeNameException",
      `The inventory type ${name} is not covered by the embedded cloud. Covered: ${[...inventoryTypes, patchSummary].join(", ")}, and Custom: types that were put`,
    );
  return name;
}

/** The types that GetInventory answers. Words as in https://github.com/turbot/steampipe-plugin-aws/issues/1972. */
const results = ["AWS:InstanceInformation", patchSummary];

function resultType(name = "AWS:InstanceInformation"): string {
  if (!results.includes(name))
    throw new ApiError(
      "InvalidResultAttributeException",
      `Result type name ${name} is not supported. Supported type names are: ${results.join(", ")}. Default result type name is AWS:InstanceInformation.`,
    );
  return name;
}

function isKept(capturedAt: Date, now: Date): boolean {
  return now.getTime() - capturedAt.getTime() <= retention;
}

function kept({ inventory }: ManagedNode, now: Date): NodeInventory | undefined {
  return inventory !== undefined && isKept(inventory.capturedAt, now) ? inventory : undefined;
}

/** ISO 8601 with whole seconds, as inventory writes it. */
export function instantText(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html: every value is a text. */
function patchSummaryEntry(report: PatchReport): InventoryEntry {
  const { counts } = report.assessment;
  const noReboot = report.lastNoRebootInstall;
  return {
    PatchGroup: report.patchGroup,
    BaselineId: report.baselineId,
    SnapshotId: report.snapshotId,
    ExecutionId: report.snapshotId,
    InstalledCount: String(counts.installed),
    InstalledOtherCount: String(counts.installedOther),
    InstalledPendingRebootCount: String(counts.pendingReboot),
    InstalledRejectedCount: String(counts.installedRejected),
    MissingCount: String(counts.missing),
    FailedCount: String(counts.failed),
    NotApplicableCount: "0",
    UnreportedNotApplicableCount: "0",
    CriticalNonCompliantCount: String(counts.criticalNonCompliant),
    SecurityNonCompliantCount: String(counts.securityNonCompliant),
    OtherNonCompliantCount: String(counts.otherNonCompliant),
    OperationType: report.operation,
    OperationStartTime: instantText(report.startTime),
    OperationEndTime: instantText(report.endTime),
    RebootOption: report.rebootOption,
    InstallOverrideList: report.installOverrideList ?? "",
    ...(noReboot === undefined ? {} : { LastNoRebootInstallOperationTime: instantText(noReboot) }),
  };
}

/** What a node has of a type, if it is there and not too old. */
export function itemOf(node: ManagedNode, type: string, now: Date): Item | undefined {
  const custom = node.putInventory.get(type);
  if (custom !== undefined) return isKept(new Date(custom.captureTime), now) ? custom : undefined;
  if (type === patchSummary) {
    const { patchReport: report } = node;
    if (report === undefined) return undefined;
    return { schemaVersion: "1.0", captureTime: instantText(report.endTime), entries: [patchSummaryEntry(report)] };
  }
  const gathered = gatheredType(type);
  const inventory = kept(node, now);
  if (gathered === undefined || inventory?.types.includes(gathered) !== true) return undefined;
  return {
    schemaVersion: schemaVersions[gathered],
    captureTime: instantText(inventory.capturedAt),
    entries: inventoryEntries(node, inventory, gathered),
  };
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

function nodeTest(state: RegionState, filter: Filter, now: Date): (node: ManagedNode) => boolean {
  const dot = filter.Key.lastIndexOf(".");
  if (dot < 0) throw new ApiError("InvalidFilter", `Invalid filter key: ${filter.Key}. Use <type>.<attribute>`);
  const type = typeOf(state, filter.Key.slice(0, dot));
  const test = entryTest(filter, filter.Key.slice(dot + 1));
  return (node) => itemOf(node, type, now)?.entries.some(test) === true;
}

/** Keys of ListInventoryEntries are attributes of its type, with the type or without. */
function ownAttribute(type: string, { Key }: Filter): string {
  return Key.startsWith(`${type}.`) ? Key.slice(type.length + 1) : Key;
}

function entity(node: ManagedNode, type: string, item: Item | undefined): object {
  if (item === undefined) return { Id: node.id, Data: {} };
  const { schemaVersion, captureTime, entries } = item;
  const data = { TypeName: type, SchemaVersion: schemaVersion, CaptureTime: captureTime, Content: entries };
  return { Id: node.id, Data: { [type]: data } };
}

/**
 * What nodes had when inventory last ran on them, however long ago; nodes on which it never ran are left out.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetInventory.html
 */
export const inventoryOperations = {
  /**
   * Without ResultAttributes it answers `AWS:InstanceInformation`, and else `AWS:PatchSummary` alone: packages are listed
   * node by node. Aggregators are refused.
   */
  GetInventory: (call, request) => {
    if (request.Aggregators !== undefined)
      throw new ApiError("InvalidAggregatorException", "Aggregators are not covered by the embedded cloud.");
    const type = resultType(request.ResultAttributes?.[0]?.TypeName);
    const now = call.cloud.clock.now();
    const tests = (request.Filters ?? []).map((filter) => nodeTest(call.region, filter, now));
    const matching = sortedNodes(call.region).flatMap((node) => {
      const item = itemOf(node, type, now);
      const isKnown = item !== undefined || kept(node, now) !== undefined;
      return isKnown && tests.every((test) => test(node)) ? [{ node, item }] : [];
    });
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { Entities: items.map(({ node, item }) => entity(node, type, item)), ...next };
  },
  ListInventoryEntries: (call, request) => {
    const node = nodeOf(call.region, request.InstanceId);
    const type = typeOf(call.region, request.TypeName);
    const item = itemOf(node, type, call.cloud.clock.now());
    const tests = (request.Filters ?? []).map((filter) => entryTest(filter, ownAttribute(type, filter)));
    const { items, ...next } = pageOf(
      (item?.entries ?? []).filter((entry) => tests.every((test) => test(entry))),
      request,
      usualPage,
    );
    return {
      TypeName: type,
      InstanceId: node.id,
      ...(item === undefined ? {} : { SchemaVersion: item.schemaVersion, CaptureTime: item.captureTime }),
      Entries: items,
      ...next,
    };
  },
} satisfies OperationTable;
