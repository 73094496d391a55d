import type { Location } from "../plane.ts";
import type { Server } from "../server.ts";
import type { Outcome } from "./outcome.ts";

/** One tag that is not what the fleet file says. */
export interface TagDifference {
  readonly key: string;
  /** Left out where the node has no such tag, or where its value is not known. */
  readonly is?: string;
  readonly wanted: string;
}

/**
 * What differs between the tags a node should have and those it has, in the wanted tags' order. Tags that nobody wants
 * are foreign and no difference: they are never taken away.
 */
export function tagDifferences(
  wanted: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): readonly TagDifference[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    const present = is[key];
    if (present === value) return [];
    return [{ key, wanted: value, ...(present === undefined ? {} : { is: present }) }];
  });
}

/** A managed node whose tags are not what the fleet file says. */
export interface NodeTagDrift {
  readonly server: Server;
  readonly location: string;
  readonly nodeId: string;
  /** Whether Systems Manager can tag it: a hybrid node, not an EC2 instance. */
  readonly repairable: boolean;
  readonly differences: readonly TagDifference[];
}

/** What came of putting one node's tags right. */
export interface TagRepair {
  readonly server: Server;
  readonly location: string;
  readonly nodeId: string;
  /** Left out where the node, read again, has the wanted tags. */
  readonly failure?: string;
}

/** Everything `patchplane tags` says. */
export interface TagDrift {
  /** As found, before any repair. */
  readonly nodes: readonly NodeTagDrift[];
  /** Nodes whose tags were compared. */
  readonly checked: number;
  /** Servers of readable locations that have no node. */
  readonly withoutNode: number;
  readonly locations: readonly { readonly location: Location; readonly failure?: string }[];
  readonly unreadableSubscriptions: readonly { readonly name: string; readonly failure: string }[];
  /** One for each node that could be repaired; none in a dry run. */
  readonly repairs: readonly TagRepair[];
}

/** Nodes that still differ: those nobody repaired, or whose repair failed. */
export function remainingDrift({ nodes, repairs }: TagDrift): readonly NodeTagDrift[] {
  const mended = new Set(repairs.filter(({ failure }) => failure === undefined).map(({ nodeId }) => nodeId));
  return nodes.filter(({ nodeId }) => !mended.has(nodeId));
}

/** What a tag drift comes to; a node whose repair failed counts as one that could not be read. */
export function tagDriftOutcome(drift: TagDrift): Outcome {
  const failures = [...drift.locations, ...drift.unreadableSubscriptions, ...drift.repairs];
  if (failures.some(({ failure }) => failure !== undefined)) return "unreadable";
  return remainingDrift(drift).length > 0 ? "findings" : "fine";
}
