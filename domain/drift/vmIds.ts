import type { Finding } from "../fault.ts";
import { serversAt } from "../fleet/placement.ts";
import { compareVmId, vmIdAdvice } from "../onboarding/vmId.ts";
import type { Location, Plane, Subscription } from "../plane.ts";
import { counted } from "../text.ts";
import { liveFinding } from "./scope.ts";

/** What Azure calls the VMs of a subscription, or why it does not say. */
export interface SubscriptionVmIds {
  readonly subscription: Subscription;
  /** Azure's `vmId` by lower-cased resource id. */
  readonly ids: ReadonlyMap<string, string>;
  readonly failure?: string;
}

/**
 * Findings about rows of a location whose `vm_id` is not Azure's: an id in another byte order, or a VM that was made
 * anew. Their nodes carry the wrong `AzureVmId`, or there is none. A subscription that could not be read is one finding.
 */
export function vmIdFindings(
  plane: Plane,
  location: Location,
  answers: readonly SubscriptionVmIds[],
  groups: readonly string[] | undefined,
): readonly Finding[] {
  const servers = serversAt(plane, location.name).filter(({ patchGroup }) => groups?.includes(patchGroup) ?? true);
  return answers.flatMap(({ subscription, ids, failure }) => {
    const rows = servers.filter(({ site, azure }) => azure !== undefined && site === subscription.name);
    const about = { location: location.name, subscription: subscription.name };
    if (rows.length === 0) return [];
    if (failure !== undefined) {
      return [
        liveFinding(
          "live-vm-id",
          { location },
          {
            path: `subscriptions.${subscription.name}`,
            about,
            message: `the vm_id of ${counted(rows.length, "row")} is not compared, because Azure cannot be read: ${failure},`,
            fix: "sign in to Azure, or let the reading role read virtual machines",
          },
        ),
      ];
    }
    return rows.flatMap(({ id, name, line, patchGroup, azure }) => {
      const has = ids.get(id);
      const match = has === undefined || azure === undefined ? "same" : compareVmId(azure.vmId, has);
      if (match === "same" || has === undefined) return [];
      const why =
        match === "swapped"
          ? "Azure's in another byte order"
          : "not Azure's: the VM was made anew, or the row is wrong,";
      return [
        liveFinding(
          "live-vm-id",
          { location },
          {
            path: "fleet",
            line,
            about: { ...about, group: patchGroup, server: id },
            message: `the vm_id of ${name} is ${why}`,
            value: azure?.vmId,
            allowed: has,
            fix: vmIdAdvice(match, has),
          },
        ),
      ];
    });
  });
}
