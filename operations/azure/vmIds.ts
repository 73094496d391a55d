import type { SubscriptionVmIds } from "../../domain/drift/vmIds.ts";
import type { Plane, Subscription } from "../../domain/plane.ts";
import { locationsOf, type FleetScope } from "../../domain/status/placedServers.ts";
import type { RunSteps } from "../progress.ts";
import { openCompute } from "./compute.ts";
import type { AzureEndpoint } from "./endpoint.ts";
import { azureFailure } from "./failure.ts";

async function readSubscription(subscription: Subscription, endpoint: AzureEndpoint): Promise<SubscriptionVmIds> {
  const ids = new Map<string, string>();
  try {
    const compute = await openCompute(subscription, endpoint);
    for (const { id, vmId } of await compute.virtualMachines()) {
      if (id !== undefined && vmId !== undefined) ids.set(id.toLowerCase(), vmId.toLowerCase());
    }
    return { subscription, ids };
  } catch (error) {
    return { subscription, ids, failure: azureFailure(error) };
  }
}

/**
 * Asks each subscription that has rows, and registers in a location of the scope, for its VMs, one list each. One that
 * cannot be read is part of the answer.
 */
export async function readVmIds(
  plane: Plane,
  { azure: endpoint, runSteps, ...scope }: FleetScope & { readonly azure: AzureEndpoint; readonly runSteps: RunSteps },
): Promise<readonly SubscriptionVmIds[]> {
  const sites = new Set(plane.fleet.filter(({ azure }) => azure !== undefined).map(({ site }) => site));
  const places = locationsOf(plane, scope).map(({ name }) => name);
  const asked = Object.values(plane.subscriptions).filter(
    ({ name, location }) => sites.has(name) && places.includes(location),
  );
  return runSteps<SubscriptionVmIds>(
    asked.map((subscription) => ({
      title: `${subscription.name} (Azure subscription ${subscription.subscriptionId})`,
      act: async () => {
        const value = await readSubscription(subscription, endpoint);
        const said = value.failure ?? `has ${String(value.ids.size)} VMs`;
        return { value, line: `${subscription.name}: ${said}`, failed: value.failure !== undefined };
      },
    })),
  );
}
