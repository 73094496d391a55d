import type { SSMClient } from "@aws-sdk/client-ssm";
import type {
  ApplicationRecord,
  ComplianceItemRecord,
  PatchSummaryRecord,
  TagRecord,
} from "../../domain/collection/records.ts";
import { applications, entriesPerPage } from "../aws/inventory.ts";
import { resourceTags } from "../aws/nodes.ts";
import { itemsPerPage, patchCounts, patchesOf, patchesPerPage } from "../aws/patches.ts";

/** Where what is known of one node is read. */
export interface NodeSource {
  /** Its packages, as its inventory association last found them. */
  readonly applications: (id: string) => Promise<readonly ApplicationRecord[]>;
  /** Its patches, as the operation that the summary counts left them. */
  readonly patches: (summary: PatchSummaryRecord) => Promise<readonly ComplianceItemRecord[]>;
  /** Its tags; of hybrid nodes alone, because Systems Manager knows no others. */
  readonly tags: (id: string) => Promise<readonly TagRecord[]>;
}

/** Asks Systems Manager, node by node. */
export function askedSource(client: SSMClient): NodeSource {
  return {
    applications: (id) => applications(client, id),
    patches: (summary) => patchesOf(client, summary),
    tags: async (id) =>
      Object.entries(await resourceTags(client, "ManagedInstance", id)).map(([Key, Value]) => {
        return { resourceId: id, Key, Value };
      }),
  };
}

function pages(count: number, size: number): number {
  return Math.max(1, Math.ceil(count / size));
}

/** Calls that the packages of a node take. */
export function applicationCalls(packages: number): number {
  return pages(packages, entriesPerPage);
}

/** Calls that the patches of a node take. */
export function patchCalls(summary: PatchSummaryRecord): number {
  const { patches, nonCompliant } = patchCounts(summary);
  return pages(patches, patchesPerPage) + (nonCompliant === 0 ? 0 : pages(nonCompliant, itemsPerPage));
}
