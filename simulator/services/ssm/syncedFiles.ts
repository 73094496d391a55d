import { inventoryTypes } from "../../nodes/inventory.ts";
import type { SimulatedCloud } from "../../state/cloud.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import type { DataSyncRecord, RegionState } from "../../state/region.ts";
import { complianceItems } from "./compliance.ts";
import { instantText, itemOf, patchSummary } from "./inventory.ts";
import { sortedNodes } from "./nodes.ts";

type Row = Readonly<Record<string, string>>;

const syncedTypes = [...inventoryTypes, patchSummary, "AWS:ComplianceItem", "AWS:Tag"];

function complianceRows(state: RegionState, node: ManagedNode): readonly Row[] {
  return complianceItems(state, node).map(({ ExecutionSummary: execution, Details = {}, ...item }): Row => {
    const captureTime = execution?.ExecutionTime === undefined ? "" : instantText(execution.ExecutionTime);
    const { ComplianceType = "", Id = "", Title = "", Status = "", Severity = "" } = item;
    const { ExecutionId = "", ExecutionType = "" } = execution ?? {};
    const ofExecution = { ExecutionId, ExecutionType, ExecutionTime: captureTime };
    return { ComplianceType, Id, Title, Status, Severity, ...ofExecution, ...Details, captureTime };
  });
}

/** What a node's file of a type says; empty where there is nothing to say. */
function rowsOf(state: RegionState, node: ManagedNode, type: string, { createdAt }: DataSyncRecord, now: Date) {
  if (type === "AWS:ComplianceItem") return complianceRows(state, node);
  if (type === "AWS:Tag")
    return [...node.tags].map(([Key, Value]): Row => ({ Key, Value, captureTime: instantText(createdAt) }));
  const item = itemOf(node, type, now);
  return (item?.entries ?? []).map((entry): Row => {
    return { ...entry, captureTime: item?.captureTime ?? "", schemaVersion: item?.schemaVersion ?? "" };
  });
}

function folderOf({ accountId, region }: RegionState, { destination }: DataSyncRecord, type: string): string {
  const prefix = destination.Prefix === undefined ? "" : `${destination.Prefix}/`;
  return `${prefix}${type}/accountid=${accountId}/region=${region}/resourcetype=ManagedInstanceInventory`;
}

/**
 * Writes those files of an account's data syncs to a bucket that somebody is about to look at: a plain file of JSON lines
 * for each node and type, in place of the one before. What is not looked at is not written, so that a fleet's packages
 * are not kept twice. Files of nodes that are gone stay.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-resource-data-sync.html
 */
export function writeSyncedFiles(
  cloud: SimulatedCloud,
  accountId: string,
  bucket: string,
  isWanted: (key: string) => boolean,
): void {
  const now = cloud.clock.now();
  const store = cloud.objects(accountId);
  for (const state of cloud.regions().filter((each) => each.accountId === accountId))
    for (const sync of [...state.dataSyncs.values()].filter(({ destination }) => destination.BucketName === bucket))
      for (const type of syncedTypes) {
        const folder = folderOf(state, sync, type);
        for (const node of sortedNodes(state)) {
          const key = `${folder}/${node.id}.json`;
          const rows = isWanted(key) ? rowsOf(state, node, type, sync, now) : [];
          if (rows.length === 0) continue;
          const body = Buffer.from(rows.map((row) => `${JSON.stringify({ ...row, resourceId: node.id })}\n`).join(""));
          const path = `${bucket}/${key}`;
          if (store.current(path)?.body.equals(body) !== true) store.put(path, body, "application/json", now);
        }
      }
}
