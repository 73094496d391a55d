import { InvalidInstanceId, InvalidResourceId } from "@aws-sdk/client-ssm";
import { missingSince, type MissingPatches } from "../../domain/collection/missingSince.ts";
import type { PatchSummaryRecord, TagRecord } from "../../domain/collection/records.ts";
import { packagesRead } from "../../domain/collection/serverRecords.ts";
import { isHybrid, type ManagedNode } from "../../domain/fleet/managedNode.ts";
import { patchCounts } from "../aws/patches.ts";
import type { NodeDone, NodeRecords } from "./journal.ts";
import { applicationCalls, patchCalls, type NodeSource } from "./nodeSource.ts";

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
async function tagsOf(source: NodeSource, { node, patchGroup }: NodeToRead): Promise<readonly TagRecord[]> {
  if (isHybrid(node.id)) return source.tags(node.id);
  return patchGroup === undefined ? [] : [{ resourceId: node.id, Key: "PatchGroup", Value: patchGroup }];
}

/**
 * Reads all of one node: its packages, its patches, and its tags where it is hybrid.
 * @param before - what the collection before knew of missing patches
 */
export async function readNode(
  source: NodeSource,
  toRead: NodeToRead,
  before: MissingPatches,
): Promise<{ readonly done: NodeDone; readonly records: NodeRecords }> {
  const { node, serverId, summary, stackDays } = toRead;
  const found = await source.applications(node.id);
  const items = summary === undefined ? [] : await source.patches(summary);
  const tags = await tagsOf(source, toRead);
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

/**
 * How many calls a node will take. Of its packages, nothing tells the number but the counts of its last scan, which
 * looked at all of them on Linux; a node without one is counted as a page.
 */
export function expectedCalls({ node, summary }: NodeToRead): number {
  const ofTags = isHybrid(node.id) ? 1 : 0;
  if (summary === undefined) return 1 + ofTags;
  const { patches, nonCompliant } = patchCounts(summary);
  const installed = patches - nonCompliant + Number(summary.InstalledOtherCount);
  return applicationCalls(installed) + patchCalls(summary) + ofTags;
}

/** Why a node that was listed is not known any more. */
export function goneSince(error: unknown): string | undefined {
  const isGone = error instanceof InvalidInstanceId || error instanceof InvalidResourceId;
  return isGone ? "it was deregistered while it was read" : undefined;
}
