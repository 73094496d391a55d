import type { SSMClient } from "@aws-sdk/client-ssm";
import type { Location, Plane } from "../domain/plane.ts";
import { isAskedOfAzure, locationsOf, placedServers } from "../domain/status/placedServers.ts";
import type { FleetScope, LocationFacts, SubscriptionAnswer } from "../domain/status/placedServers.ts";
import type { AzureEndpoint } from "./azure/endpoint.ts";
import { readAzureVms } from "./azure/vms.ts";
import { readLocations, type LocationRead } from "./aws/locations.ts";
import type { RunSteps } from "./progress.ts";

/** What of AWS a command looks at, and how its steps are shown. */
export interface LocationScope extends FleetScope {
  readonly runSteps: RunSteps;
}

/** What a command looks at, and how. */
export interface Scope extends LocationScope {
  readonly azure: AzureEndpoint;
}

/** What the clouds say of the servers of a scope, and what could not be read. */
export interface FleetRead<T> {
  readonly locations: readonly LocationRead<T>[];
  readonly subscriptions: readonly SubscriptionAnswer[];
}

/**
 * Reads what is known of every server of a scope: locations first, then Azure for what they leave open.
 * @param more - what else to read of a location, once its nodes are known
 */
export async function readNodes<T>(
  plane: Plane,
  scope: Scope,
  more: (client: SSMClient, location: Location, facts: LocationFacts) => Promise<T>,
): Promise<FleetRead<T>> {
  const locations = await readLocations(plane, locationsOf(plane, scope), scope.runSteps, more);
  const asked = placedServers(plane, scope, locations).filter(isAskedOfAzure);
  const servers = asked.map(({ server }) => server);
  return { locations, subscriptions: await readAzureVms(plane, servers, scope.azure, scope.runSteps) };
}
