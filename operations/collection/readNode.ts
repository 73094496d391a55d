import { InvalidInstanceId, InvalidResourceId, type SSMClient } from "@aws-sdk/client-ssm";
import { missingSince, type MissingPatches } from "../../domain/collection/missingSince.ts";
import type { PatchSummaryRecord, TagRecord } from "../../domain/collection/records.ts";
import { packagesRead } from "../../domain/collection/serverRecords.ts";
import { isHybrid, type ManagedNode } from "../../domain/fleet/managedNode.ts";
import { applications, entriesPerPage } from "../aws/inventory.ts";
import { resourceTags } from "../aws/nodes.ts";
import { itemsPerPage, patchCounts, patchesOf, patchesPerPage } from "../aws/patches.ts";
import type { NodeDone, NodeRecords } from "./journal.ts";

/** A node to read, and what is known of it. */
export interface NodeToRead {
  readonly node: ManagedNode;
  /** The fleet file's id of its server; empty where no row names it, or where the row stands for several machines. */
  readonly serverId: string;
  /** Days within which the stack asks for a patch of a compliance level, where it asks for any. */
  readonly stackDays: (level: string) => number | undefined;
  /** Counts of its last patch operation; undefined where it was never scanned. */
  readonly summary: PatchSummaryRecord | undefined;
  /** Value of its PatchGroup tag, where it is known. */
  readonly patchGroup: string | undefined;
}

/** Systems Manager knows the tags of hybrid nodes alone; of instances it filters by them, so that one can be told. */
async function tagsOf(client: SSMClient, { node, patchGroup }: NodeToRead): Promise<readonly TagRecord[]> {
  const known = patchGroup === undefined ? {} : { PatchGroup: patchGroup };
  const tags = isHybrid(node.id) ? await resourceTags(client, "ManagedInstance", node.id) : known;
  return Object.entries(tags).map(([Key, Value]) => ({ resourceId: node.id, Key, Value }));
}

/**
 * Reads all of one node: its packages, its patches, and its tags where it is hybrid.
 * @param before - what the collection before knew of missing patches
 */
export async function readNode(
  client: SSMClient,
  toRead: NodeToRead,
  before: MissingPatches,
): Promise<{ readonly done: NodeDone; readonly records: NodeRecords }> {
  const { node, serverId, summary, stackDays } = toRead;
  const found = await applications(client, node.id);
  const items = summary === undefined ? [] : await patchesOf(client, summary);
  const tags = await tagsOf(client, toRead);
  const scanned = { resourceId: node.id, serverId, applications: found, complianceItems: items, stackDays };
  return {
    done: { resourceId: node.id, ...packagesRead(found) },
    records: {
      "AWS:Application": found,
      "AWS:Tag": tags,
      "AWS:ComplianceItem": items,
      "Patchplane:Missing": missingSince(scanned, before),
    },
  };
}

function pages(count: number, size: number): number {
  return Math.max(1, Math.ceil(count / size));
}

/**
 * How many calls a node will take. Of its packages, nothing tells the number but the counts of its last scan, which
 * looked at all of them on Linux; a node without one is counted as a page.
 */
export function expectedCalls({ node, summary }: NodeToRead): number {
  const ofTags = isHybrid(node.id) ? 1 : 0;
  if (summary === undefined) return 1 + ofTags;
  const { patches, nonCompliant } = patchCounts(summary);
  const installed = patches - nonCompliant + Number(summary.InstalledOtherCount);
  const ofItems = nonCompliant === 0 ? 0 : pages(nonCompliant, itemsPerPage);
  return pages(installed, entriesPerPage) + pages(patches, patchesPerPage) + ofItems + ofTags;
}

/** Why a node that was listed is not known any more. */
export function goneSince(error: unknown): string | undefined {
  const isGone = error instanceof InvalidInstanceId || error instanceof InvalidResourceId;
  return isGone ? "it was deregistered while it was read" : undefined;
}
