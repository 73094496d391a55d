import { finding, type CheckId } from "./checkTable.ts";
import type { Finding } from "../fault.ts";
import { groupsAt } from "../fleet/placement.ts";
import type { Location, Plane } from "../plane.ts";
import { counted, firstOf } from "../text.ts";
import { isAutoScaling } from "../server.ts";

const shownNames = 5;

/** Another stack of the project. */
export interface OtherStack {
  readonly name: string;
  readonly plane: Plane;
}

function samePlace(a: Location, b: Location): boolean {
  return a.accountId === b.accountId && a.region === b.region;
}

function setting(
  id: CheckId,
  key: "registersDefaults" | "ownsServiceSettings",
  own: Location,
  other: OtherStack,
  theirs: Location,
): readonly Finding[] {
  return own[key] && theirs[key]
    ? [
        finding(id, {
          path: `locations.${own.name}.${key}`,
          message: `stack ${other.name} does the same in its location ${theirs.name}`,
          value: `${own.accountId} ${own.region}`,
          fix: "leave it to one of the two stacks",
          about: { location: own.name },
        }),
      ]
    : [];
}

/** Groups of one name in one account and Region: the tag does not tell whose they are. */
function sharedGroups(plane: Plane, own: Location, other: OtherStack, theirs: Location): readonly Finding[] {
  const reached = (of: Plane, location: string): ReadonlySet<string> =>
    new Set(
      Object.values(of.windows)
        .filter((window) => window.locations.includes(location))
        .flatMap((window) => window.groups),
    );
  const ours = reached(plane, own.name);
  const others = reached(other.plane, theirs.name);
  const shared = groupsAt(plane, own.name).filter(({ name }) => ours.has(name) && others.has(name));
  return shared.map(({ name }) =>
    finding("group-two-stacks", {
      path: `groups.${name}`,
      message: `windows of stack ${other.name} reach the same PatchGroup in location ${own.name}, there called ${theirs.name}`,
      value: `${own.accountId} ${own.region}`,
      fix: "give one stack's group another name, and retag its servers",
      about: { group: name, location: own.name },
    }),
  );
}

function sharedServers(plane: Plane, other: OtherStack): readonly Finding[] {
  const theirs = new Set(other.plane.fleet.map((server) => server.id));
  // Auto Scaling groups of different accounts may share a name.
  const shared = plane.fleet.filter((server) => !isAutoScaling(server) && theirs.has(server.id));
  const [first] = shared;
  if (first === undefined) return [];
  const names = shared.map((server) => server.name);
  return [
    finding("server-two-stacks", {
      path: "fleet",
      line: first.line,
      message: `${counted(shared.length, "server")} also in the fleet file of stack ${other.name}: ${firstOf(names, shownNames)}`,
      fix: "keep each row in one fleet file",
      about: { server: first.id },
    }),
  ];
}

/** Findings about what two stacks of the project claim at the same time. */
export function stackFindings(plane: Plane, others: readonly OtherStack[]): readonly Finding[] {
  return others.flatMap((other) => [
    ...Object.values(plane.locations).flatMap((own) =>
      Object.values(other.plane.locations)
        .filter((theirs) => samePlace(own, theirs))
        .flatMap((theirs) => [
          ...setting("defaults-two-stacks", "registersDefaults", own, other, theirs),
          ...setting("settings-two-stacks", "ownsServiceSettings", own, other, theirs),
          ...sharedGroups(plane, own, other, theirs),
        ]),
    ),
    ...sharedServers(plane, other),
  ]);
}
