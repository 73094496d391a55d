import type { Plane } from "../domain/plane.ts";
import { regionalName } from "../domain/stack/awsNames.ts";
import type { FleetEvidence } from "../domain/status/judgeFleet.ts";
import { nodeIdsOf } from "../domain/status/placedServers.ts";
import { readNodes, type Scope } from "./fleetNodes.ts";
import { closeLocations } from "./aws/locations.ts";
import { ownBaselines, patchStates } from "./aws/nodes.ts";

/**
 * Reads what the clouds know of every server of the fleet that this stack patches, for `judgeFleet`. A location or a
 * subscription that fails is part of the answer.
 */
export async function readFleet(plane: Plane, scope: Scope): Promise<FleetEvidence> {
  const prefix = regionalName(plane.environment, "");
  const { locations, subscriptions } = await readNodes(plane, scope, async (client, _location, facts) => {
    const [baselines, states] = await Promise.all([
      ownBaselines(client, prefix),
      patchStates(client, nodeIdsOf(plane, scope, facts)),
    ]);
    return { baselines, states };
  });
  closeLocations(locations);
  const { locations: names, groups } = scope;
  return {
    scope: { ...(names === undefined ? {} : { locations: names }), ...(groups === undefined ? {} : { groups }) },
    locations: locations.map((read) =>
      "failure" in read ? read : { location: read.location, facts: read.facts, ...read.more },
    ),
    subscriptions,
  };
}
