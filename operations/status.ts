import type { SSMClient } from "@aws-sdk/client-ssm";
import { advisoryIndex } from "../domain/advisories/join.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { knownAdvisories } from "../domain/report/knownAdvisories.ts";
import { regionalName } from "../domain/stack/awsNames.ts";
import type { FleetEvidence, LocationEvidence } from "../domain/status/judgeFleet.ts";
import { locationsOf, nodeIdsOf, type FleetScope, type LocationFacts } from "../domain/status/placedServers.ts";
import { commandsNeededSince } from "../domain/status/freshness.ts";
import { ownWindows, type OwnWindow, type WindowRuns } from "../domain/status/windowRuns.ts";
import { storedAdvisories } from "./advisories/stored.ts";
import { readHistory } from "./collection/history.ts";
import { readNodes, type Scope } from "./fleetNodes.ts";
import type { CollectionStore } from "./store/store.ts";
import { awsFailure } from "./aws/failure.ts";
import { closeLocations } from "./aws/locations.ts";
import { ownBaselines, patchStates } from "./aws/nodes.ts";
import { answeredPatchCommands } from "./aws/patchCommands.ts";
import { lastWindowRuns } from "./aws/windowRuns.ts";

/** AWS keeps runs of windows no longer: https://docs.aws.amazon.com/general/latest/gr/ssm.html */
const runsWithinMs = 30 * 24 * 60 * 60 * 1000;

/** The rights for it are newer than the others: a role that lacks them still reads the servers. */
async function windowRuns(
  client: SSMClient,
  location: Location,
  names: ReadonlyMap<string, OwnWindow>,
  asOf: Date,
): Promise<WindowRuns> {
  try {
    return await lastWindowRuns(client, names, new Date(asOf.getTime() - runsWithinMs));
  } catch (error) {
    return { failure: awsFailure(error, location) };
  }
}

/**
 * Reads what a store of collections knows of since when patches are missing, for `judgeFleet`; nothing where nothing was
 * collected. A store that cannot be read is part of the answer.
 */
export async function collectedHistory(
  plane: Plane,
  scope: FleetScope,
  asOf: Date,
  store: CollectionStore,
): Promise<Pick<FleetEvidence, "history">> {
  const { place } = store;
  try {
    const locations = await readHistory(store, locationsOf(plane, scope), asOf);
    if (locations.length === 0) return {};
    const advisories = knownAdvisories(advisoryIndex(await storedAdvisories(store)), asOf);
    return { history: { place, locations, advisories } };
  } catch (error) {
    return { history: { place, failure: error instanceof Error ? error.message : String(error) } };
  }
}

/** What a location tells of its servers' patching besides its nodes. */
type Patching = Omit<Extract<LocationEvidence, { readonly facts: LocationFacts }>, "location" | "facts">;

/** Reads what a location, whose nodes are known, tells of its servers' patching. */
export async function readPatching(
  client: SSMClient,
  { plane, scope, asOf }: { readonly plane: Plane; readonly scope: FleetScope; readonly asOf: Date },
  location: Location,
  facts: LocationFacts,
): Promise<Patching> {
  const prefix = regionalName(plane.environment, "");
  const names = ownWindows(plane, scope, location);
  const groups = [...new Set(facts.servers.map(({ server }) => server.patchGroup))];
  const [baselines, states, windows] = await Promise.all([
    ownBaselines(client, prefix),
    patchStates(client, nodeIdsOf(plane, scope, facts)),
    windowRuns(client, location, names, asOf),
  ]);
  const since = commandsNeededSince(plane, groups, location.name, asOf);
  const answered = await answeredPatchCommands(client, prefix, since, states);
  return { baselines, states, answered, windows };
}

/**
 * Reads what the clouds know of every server of the fleet that this stack patches, for `judgeFleet`. A location or a
 * subscription that fails is part of the answer.
 * @param asOf - the last run of each window is looked for in the 30 days before
 */
export async function readFleet(plane: Plane, scope: Scope, asOf: Date): Promise<FleetEvidence> {
  const { locations, subscriptions } = await readNodes(plane, scope, (client, location, facts) =>
    readPatching(client, { plane, scope, asOf }, location, facts),
  );
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
