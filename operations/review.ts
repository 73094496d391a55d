import { reviewOf, type Review, type ScannedLocation } from "../domain/approvals/review.ts";
import { unknownServers } from "../domain/collection/serverRecords.ts";
import { serversAt } from "../domain/fleet/placement.ts";
import type { Location, Plane } from "../domain/plane.ts";
import { locationsOf } from "../domain/status/placedServers.ts";
import { advisoriesOf } from "./advisories/known.ts";
import { readScans, type ScansQuestion } from "./approvals/scans.ts";
import { storedScans } from "./approvals/storedScans.ts";
import { closeLocations, readLocations } from "./aws/locations.ts";
import type { LocationScope } from "./fleetNodes.ts";

/** Reviews of groups, and the locations that could not be read for them. */
export interface Reviews extends Pick<GroupScans, "failures"> {
  /** In the order of the groups that were asked for. */
  readonly reviews: readonly Review[];
}

function unread(plane: Plane, location: Location, failure: string, groups: readonly string[]): ScannedLocation {
  const { name, accountId, region } = location;
  const none = { patches: [], missing: [] };
  const servers = unknownServers(plane, location, failure, groups);
  return { location: name, strangers: [], servers: servers.map((server) => ({ accountId, region, server, ...none })) };
}

type Scanned = ScannedLocation | { readonly location: Location; readonly failure: string };

async function fromStore(locations: readonly Location[], question: ScansQuestion): Promise<readonly Scanned[]> {
  const failure = `no collection of it in ${question.store.place} is of ${question.collection ?? ""}`;
  return Promise.all(
    locations.map(async (location) => (await storedScans(location, question)) ?? { location, failure }),
  );
}

async function fromAws(
  plane: Plane,
  locations: readonly Location[],
  { runSteps }: LocationScope,
  question: ScansQuestion,
): Promise<readonly Scanned[]> {
  const reads = await readLocations(plane, locations, runSteps, (client, location, facts, show) =>
    readScans(client, plane, location, facts, question, show),
  );
  closeLocations(reads);
  return reads.map((read): Scanned => ("failure" in read ? read : read.more));
}

/** What was read of groups' servers; a location that failed is there, with every server unknown that was not read by then. */
export interface GroupScans {
  readonly scanned: readonly ScannedLocation[];
  readonly failures: readonly { readonly location: string; readonly failure: string }[];
}

/** Reads the last scans of groups' servers, of AWS or of a stored collection. */
export async function scansOf(plane: Plane, scope: LocationScope, question: ScansQuestion): Promise<GroupScans> {
  const { groups } = question;
  const locations = locationsOf(plane, scope).filter(({ name }) =>
    serversAt(plane, name).some(({ patchGroup }) => groups.includes(patchGroup)),
  );
  const read =
    question.collection === undefined
      ? await fromAws(plane, locations, scope, question)
      : await fromStore(locations, question);
  return {
    scanned: read.map((each) => ("servers" in each ? each : unread(plane, each.location, each.failure, groups))),
    failures: read.flatMap((each) => {
      if (each.failure === undefined) return [];
      return [{ location: "servers" in each ? each.location : each.location.name, failure: each.failure }];
    }),
  };
}

/** Reviews what the last scans of groups' servers offer; a location that fails is part of the answer. */
export async function reviewGroups(plane: Plane, scope: LocationScope, question: ScansQuestion): Promise<Reviews> {
  const { groups, store, asOf } = question;
  const { scanned, failures } = await scansOf(plane, scope, question);
  const known = await advisoriesOf(store, asOf);
  return { reviews: groups.map((group) => reviewOf(plane, group, scanned, known, asOf)), failures };
}
