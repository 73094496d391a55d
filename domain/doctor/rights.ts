import type { Location, Plane } from "../plane.ts";
import { instanceArn, roleArn } from "../stack/arns.ts";
import { nodeRights, type NeededRight, type RightPurpose } from "../stack/nodeRights.ts";
import type { PlannedLocation } from "../stack/plannedLocation.ts";
import type { ServerStatus } from "../status/fleetStatus.ts";
import { byText, counted, firstOf } from "../text.ts";
import { diagnosedOf, type Diagnosis, type Said } from "./diagnosis.ts";
import type { Denial, LiveInstance, LocationExam } from "./evidence.ts";

const namesShown = 5;

type Row = Pick<ServerStatus, "server" | "node">;

/** Id of the instance of a row; undefined where it has none that is known. */
export function instanceOf({ server: { id }, node }: Row): string | undefined {
  return [node?.id ?? "", id].find((each) => each.startsWith("i-"));
}

/** Instances that work with the same credentials. */
interface Credentials {
  /** ARN of their instance profile, or of the role of Default Host Management. */
  readonly arn: string;
  readonly rows: readonly Row[];
}

/** The instances of rows by what they have their credentials from: what is no instance, or has none, is left out. */
export function byCredentials<T extends Row>(
  location: Location,
  rows: readonly T[],
  instances: ReadonlyMap<string, LiveInstance>,
  defaultHost: string,
): readonly (Credentials & { readonly rows: readonly T[] })[] {
  const groups = Map.groupBy(rows, (row) => {
    const found = instances.get(instanceOf(row) ?? "");
    if (found === undefined) return "";
    return found.profile ?? (defaultHost === "" ? "" : roleArn(location, defaultHost));
  });
  return [...groups]
    .filter(([arn]) => arn !== "")
    .map(([arn, own]) => ({ arn, rows: own }))
    .toSorted((a, b) => byText(a.arn, b.arn));
}

/** What such instances need, by the windows that are for them. */
export function rightsNeeded(
  { environment }: Pick<Plane, "environment">,
  location: Location,
  { windows }: PlannedLocation,
  rows: readonly Row[],
): readonly NeededRight[] {
  const groups = new Set(rows.map(({ server }) => server.patchGroup));
  const read = [...windows.values()]
    .filter(({ window }) => window.groups.some((group) => groups.has(group)))
    .flatMap(({ approved, override }) => [approved?.list.key ?? [], override?.key ?? []].flat());
  const ids = rows.flatMap((row) => instanceOf(row) ?? []);
  return nodeRights(environment, location, instanceArn(location, ids[0] ?? "*"), [...new Set(read)].sort());
}

const lost: Readonly<Record<RightPurpose, string>> = {
  agent: "their runs fail, or report nothing",
  lists: "their windows cannot read what they install by",
  logs: "no log of theirs is kept",
};

const because: Readonly<Record<Denial["by"], readonly [why: string, fix: string]>> = {
  nothing: ["no policy of it allows that", "attach the location's node policy to it: docs/getting-started.md"],
  denial: ["a statement denies it", "look for the statement with the IAM policy simulator"],
  boundary: ["its permissions boundary does not allow that", "ask whoever keeps the boundary"],
  organization: [
    "no policy of the organization lets it, by AWS's policy simulator",
    "doctor --drill tells whether that holds: of policies with conditions the simulator may say so wrongly; then ask whoever keeps them",
  ],
};

function said(denials: readonly Denial[], arn: string, rows: readonly Row[], all: number): readonly Said[] {
  const servers = rows.map(({ server }) => server.name);
  const groups = Map.groupBy(denials, ({ purpose, by }) => `${purpose} ${by}`);
  return [...groups.values()].flatMap((own): readonly Said[] => {
    const [first] = own;
    if (first === undefined) return [];
    const [why, fix] = because[first.by];
    const actions = [...new Set(own.map(({ action }) => action))].join(", ");
    const whose = `${String(rows.length)} of ${counted(all, "instance")}: ${firstOf(servers, namesShown)}`;
    const message = `${arn} may not ${actions} (${why}), so that ${lost[first.purpose]}; it is the role of ${whose}`;
    const doubted = first.purpose === "logs" || first.by === "organization";
    return [{ message, fix, servers, ...(doubted ? { result: "warning" as const } : {}) }];
  });
}

/** Whether the roles of EC2 instances may do what windows need of them. */
export function rightsDiagnoses(
  rows: readonly Row[],
  { location, nodeRoles }: Pick<LocationExam, "location" | "nodeRoles">,
): readonly Diagnosis[] {
  const instances = rows.filter((row) => instanceOf(row) !== undefined);
  if (instances.length === 0) return [];
  const byId = new Map(instances.map((row) => [instanceOf(row), row]));
  return diagnosedOf("rights", { location: location.name }, nodeRoles, (roles) => ({
    problems: roles.flatMap(({ profile, role, instances: ids, denied }): readonly Said[] => {
      const own = ids.flatMap((id) => byId.get(id) ?? []);
      if (role !== undefined && denied !== undefined) return said(denied, role, own, instances.length);
      const servers = own.map(({ server }) => server.name);
      const message = `${role ?? profile} ${role === undefined ? "is gone, or has no role" : "is gone"}: ${firstOf(servers, namesShown)}`;
      return [{ message, fix: because.nothing[1], servers }];
    }),
    fine: counted(roles.length, "role"),
  }));
}
