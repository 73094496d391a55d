import type { ManagedNode } from "../fleet/managedNode.ts";
import { isHybrid, isOnline } from "../fleet/managedNode.ts";
import type { Known } from "../drift/location.ts";
import type { Location, Plane } from "../plane.ts";
import { passedRole } from "../stack/awsNames.ts";
import { locationNames } from "../stack/locationNames.ts";
import { hookPath } from "../stack/windowTasks.ts";
import { hasOtherTag, type FleetStatus, type ServerStatus } from "../status/fleetStatus.ts";
import type { LocationAnswer } from "../status/placedServers.ts";
import type { UnknownReason } from "../status/verdict.ts";
import { counted, firstOf } from "../text.ts";
import { diagnosedOf, putBack, type Diagnosis, type Said } from "./diagnosis.ts";
import type { LiveInstance, LocationExam } from "./evidence.ts";

const namesShown = 5;

/**
 * Oldest agents that do what a node may be asked.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaselinewithhooks.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
 * @see https://github.com/aws/amazon-ssm-agent/blob/mainline/RELEASENOTES.md (3.3.808.0: how long hybrid nodes wait)
 */
const leastAgents = { hooks: "3.0.502.0", defaultHostManagement: "3.2.582.0", outages: "3.3.808.0" } as const;

type Found = Pick<LocationExam, "instances" | "defaultHost">;

const unseen: ReadonlySet<UnknownReason> = new Set(["neverScanned", "stale", "unconfirmed"]);

/** A problem that servers have: as bad as can be where all have it, a warning where only some do. */
function ofServers(
  having: readonly ServerStatus[],
  all: readonly ServerStatus[],
  says: string,
  fix: string,
): readonly Said[] {
  if (having.length === 0) return [];
  const names = having.map(({ server }) => server.name);
  const some = having.length < all.length ? { result: "warning" as const } : {};
  const share = `${String(having.length)} of ${counted(all.length, "server")} ${says}`;
  return [{ ...some, message: `${share}: ${firstOf(names, namesShown)}`, fix, servers: names }];
}

const profileFix =
  "give it an instance profile with the location's node policy (docs/getting-started.md); an agent that had none looks again within the hour, at once after a restart";

/** Why an instance is no node, or a silent one, as far as EC2 tells; and what to do. */
function causeOf(instance: LiveInstance | undefined, defaultHost: Known<string>): readonly [says: string, fix: string] {
  if (instance === undefined)
    return ["are no instances of this account and Region", "npx patchplane discover takes them out of the fleet file"];
  if (instance.state !== "running") return [`are ${instance.state}`, "start the instance"];
  if (!instance.metadata)
    return [
      "run with their instance metadata service off, from which the agent has its id and its credentials",
      "aws ec2 modify-instance-metadata-options --http-endpoint enabled --instance-id <id>; then restart its agent",
    ];
  if (instance.profile !== undefined)
    return [
      "run with an instance profile, and their agent is not heard",
      "the check rights tells whether the profile's role lacks something; restart the agent; TCP 443 to ssm, ssmmessages and ec2messages has to be open",
    ];
  if ("unknown" in defaultHost) return ["have no instance profile", profileFix];
  return defaultHost.value === ""
    ? ["have no instance profile, and Default Host Management is off", profileFix]
    : [
        `have no instance profile, and Default Host Management (${defaultHost.value}) has not made nodes of them`,
        `it wants IMDSv2 and an agent of ${leastAgents.defaultHostManagement} or newer, which looks within the hour; or ${profileFix}`,
      ];
}

/** The instances of rows that are no node, or a silent one. */
function unreached(servers: readonly Pick<ServerStatus, "server" | "node">[]): readonly string[] {
  return servers.flatMap(({ server: { id }, node }) =>
    id.startsWith("i-") && (node === undefined || !isOnline(node)) ? [id] : [],
  );
}

function reachable(servers: readonly ServerStatus[], { instances, defaultHost }: Found): readonly Said[] {
  const lacking = servers.filter(({ node }) => node === undefined);
  const silent = servers.filter(({ node }) => node !== undefined && !isOnline(node));
  const nobody = lacking.length + silent.length === servers.length;
  const says = (having: readonly ServerStatus[], words: string, fix: string): readonly Said[] =>
    ofServers(having, servers, words, fix).map((each) => (nobody ? { ...each, result: "failed" as const } : each));
  const asked = "value" in instances ? new Set(unreached(servers)) : new Set<string>();
  const known = "value" in instances ? instances.value : undefined;
  const causes = Map.groupBy(
    [...lacking, ...silent].filter(({ server }) => asked.has(server.id)),
    ({ server }) => causeOf(known?.get(server.id), defaultHost).join("\n"),
  );
  const others = (all: readonly ServerStatus[]) => all.filter(({ server }) => !asked.has(server.id));
  const unread: readonly Said[] =
    "unknown" in instances && unreached(servers).length > 0 ? [{ result: "unknown", message: instances.unknown }] : [];
  return [
    ...unread,
    ...[...causes.values()].flatMap((all) => {
      const [words, fix] = causeOf(known?.get(all[0]?.server.id ?? ""), defaultHost);
      return says(all, words, fix);
    }),
    ...says(
      others(lacking),
      "are no managed nodes",
      "npx patchplane status says why; an instance needs its profile (an agent that had none looks again within the hour, at once after a restart), a VM its onboarding: docs/onboarding.md",
    ),
    ...says(
      others(silent),
      "have not been heard of for a while",
      "start the machine, or restart its agent; TCP 443 to ssm, ssmmessages and ec2messages has to be open",
    ),
  ];
}

/** Nothing where the stack does not switch it on, or does not own the setting. */
function defaultHostDiagnoses(
  { environment, nodes }: Plane,
  location: Location,
  defaultHost: Known<string>,
): readonly Diagnosis[] {
  if (!nodes.defaultHostManagement || !location.ownsServiceSettings) return [];
  const wanted = passedRole(environment, locationNames(environment, location).defaultHostRole);
  return diagnosedOf("default-host", { location: location.name }, defaultHost, (is) => ({
    problems:
      is === wanted
        ? []
        : [
            {
              message: `it ${is === "" ? "is off" : `has the role ${is}`}, and the stack's is ${wanted}`,
              fix: putBack,
            },
          ],
    fine: wanted,
  }));
}

/** A version's parts as numbers; what is none counts as 0. */
function partsOf(version: string): readonly number[] {
  return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}

/** Negative when a version is older than another, by so many parts. */
function compareVersions(left: string, right: string, parts = 4): number {
  const [a, b] = [partsOf(left), partsOf(right)];
  for (let index = 0; index < parts; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function agentOf(node: ManagedNode | undefined): string {
  return node?.details?.agentVersion ?? "";
}

function agentProblems(plane: Plane, servers: readonly ServerStatus[], newest: string): readonly Said[] {
  const known = servers.filter(({ node }) => agentOf(node) !== "");
  const hooked = new Set(
    Object.values(plane.windows)
      .filter((window) => hookPath(plane.groups, window) === "aws")
      .flatMap(({ groups }) => groups),
  );
  const olderThan = (least: string, asked: (server: ServerStatus) => boolean): readonly ServerStatus[] =>
    known.filter((each) => asked(each) && compareVersions(agentOf(each.node), least) < 0);
  const { hooks, defaultHostManagement, outages } = leastAgents;
  const { defaultHostManagement: isManaged } = plane.nodes;
  const update = "let AWS-UpdateSSMAgent run on them: nodes.agentUpdateSchedule, or aws ssm start-associations-once";
  return [
    ...ofServers(
      olderThan(hooks, ({ server }) => hooked.has(server.patchGroup)),
      known,
      `have an agent older than ${hooks}, which runs no hooks`,
      update,
    ),
    ...ofServers(
      olderThan(defaultHostManagement, ({ server }) => isManaged && server.cloud === "aws"),
      known,
      `have an agent older than ${defaultHostManagement}, which knows no Default Host Management`,
      update,
    ),
    ...ofServers(
      olderThan(outages, ({ node }) => node !== undefined && isHybrid(node.id)),
      known,
      `have a hybrid agent older than ${outages}, which may stay away for a day after an outage of its network`,
      `${update}; until then restart the agent after an outage`,
    ),
    ...ofServers(
      known.filter(({ node }) => compareVersions(agentOf(node), newest, 2) < 0),
      known,
      `have an agent of a line before ${newest}, the newest here`,
      update,
    ),
  ];
}

function newestAgent(status: FleetStatus): string {
  const [newest = ""] = status.servers
    .map(({ node }) => agentOf(node))
    .toSorted((left, right) => compareVersions(right, left));
  return newest;
}

/**
 * Whether the windows will find the servers of a location, and what is known of them.
 * @param answer - what the location said of its nodes
 * @param found - what is known of those that are no nodes
 */
export function nodeDiagnoses(
  plane: Plane,
  status: FleetStatus,
  answer: LocationAnswer,
  found: Found,
): readonly Diagnosis[] {
  const { name } = answer.location;
  const about = { location: name };
  const known = "failure" in answer ? { unknown: answer.failure } : { value: answer.facts };
  const servers = status.servers.filter(({ location }) => location === name);
  const nodes = servers.filter(({ node }) => node !== undefined);
  const newest = newestAgent(status);
  const unknown = nodes.filter(({ judgement }) => judgement.verdict === "unknown" && unseen.has(judgement.reason));
  const fine = counted(servers.length, "server");
  return [
    ...diagnosedOf("servers", about, known, () => ({ problems: reachable(servers, found), fine: `${fine} online` })),
    ...defaultHostDiagnoses(plane, answer.location, found.defaultHost),
    ...diagnosedOf("tags", about, known, () => ({
      problems: ofServers(
        servers.filter(hasOtherTag),
        nodes,
        "carry another PatchGroup than their row, or none",
        "npx patchplane tags --apply for hybrid nodes; tag EC2 instances where they are made",
      ).map((each) => ({ ...each, result: "failed" as const })),
      fine: counted(nodes.length, "node"),
    })),
    ...diagnosedOf("scans", about, known, () => ({
      problems: ofServers(
        unknown,
        nodes,
        "have no scan that is fresh and confirmed",
        "npx patchplane status says of each why; the next scan window scans what it reaches",
      ),
      fine: counted(nodes.length, "node"),
    })),
    ...diagnosedOf("agents", about, known, () => ({
      problems: agentProblems(plane, servers, newest),
      fine: newest === "" ? "no agent" : `none is of a line before ${newest}`,
    })),
  ];
}
