import { validationError } from "../../http/apiError.ts";
import { sortedNodes } from "./nodes.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import type { RegionState } from "../../state/region.ts";

/** A target entry of a window, command or association. */
export interface TargetEntry {
  readonly Key?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

const tagPrefix = "tag:";

/**
 * Refuses target keys that the API does not know, and those of resource groups, which the embedded cloud does not have.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html
 */
export function checkTargets(targets: readonly TargetEntry[]): void {
  for (const { Key = "", Values = [] } of targets) {
    if (Key.startsWith("resource-groups:"))
      throw validationError(`Target key ${Key} is not covered by the embedded cloud.`);
    if (Key !== "InstanceIds" && Key !== "tag-key" && !(Key.startsWith(tagPrefix) && Key.length > tagPrefix.length))
      throw validationError(`Invalid target key: ${Key}. Valid keys: InstanceIds, tag:<tag key>, tag-key`);
    if (Values.length === 0) throw validationError(`Target ${Key} has no values.`);
  }
}

function matches(node: ManagedNode, { Key = "", Values = [] }: TargetEntry): boolean {
  if (Key === "InstanceIds") return Values.includes("*") || Values.includes(node.id);
  if (Key === "tag-key") return Values.some((key) => node.tags.has(key));
  const value = node.tags.get(Key.slice(tagPrefix.length));
  return value !== undefined && Values.includes(value);
}

/** Whether every entry selects a node; no entries select none. */
export function isTarget(node: ManagedNode, targets: readonly TargetEntry[]): boolean {
  return targets.length > 0 && targets.every((target) => matches(node, target));
}

/** The nodes that every entry selects (entries are ANDed, values of one entry ORed), sorted by id. */
export function resolveTargets(state: RegionState, targets: readonly TargetEntry[]): ManagedNode[] {
  return sortedNodes(state).filter((node) => isTarget(node, targets));
}
