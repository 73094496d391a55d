import { releaseVerdict } from "../checks/vendorSupport.ts";
import { isHybrid } from "../fleet/managedNode.ts";
import type { Plane } from "../plane.ts";
import { isAutoScaling, serverKey, type Server } from "../server.ts";
import type { Outcome } from "../status/outcome.ts";
import { counted } from "../text.ts";
import { candidatesOf, type Candidate } from "./candidates.ts";
import type { Found, FoundLocation } from "./evidence.ts";
import type { DiscoverFinding } from "./findings.ts";
import { candidateKey, changedRow, newRow, type RowChange } from "./rows.ts";
import { serverFindings } from "./serverFindings.ts";

/** A location or subscription, and what came of it. */
export interface DiscoveredPlace {
  readonly kind: "location" | "subscription";
  readonly name: string;
  /** Account and Region, or subscription id. */
  readonly where: string;
  /** Servers that it has. */
  readonly servers: number;
  /** Rows of the fleet file that are there. */
  readonly rows: number;
  readonly failure?: string;
}

/** What a discovery may take for granted. */
export interface DiscoverOptions {
  /** Whether rows of Auto Scaling groups take the number that runs now. */
  readonly sizes: boolean;
  /** Sites whose rows may go, however many. */
  readonly acceptLoss: readonly string[];
  /** Servers of the project's other stacks, which are none of this one's. */
  readonly elsewhere: readonly Server[];
  /** Decides what the vendors still support. */
  readonly asOf: Date;
}

/** The fleet file that the clouds propose, against the one that there is. */
export interface Discovery {
  readonly places: readonly DiscoveredPlace[];
  /** Rows that stay as they are, those that could not be looked up included. */
  readonly kept: number;
  readonly added: readonly Server[];
  readonly changed: readonly RowChange[];
  readonly gone: readonly Server[];
  readonly findings: readonly DiscoverFinding[];
}

/** Whether a site lost more rows than anybody takes away in a week: it may have answered for the wrong account. */
function isMassLoss(gone: number, rows: number): boolean {
  return gone * 2 > rows;
}

function placesOf(plane: Plane, found: Found): readonly DiscoveredPlace[] {
  const rows = Map.groupBy(plane.fleet, ({ site }) => site);
  const rowsOf = (name: string): number => rows.get(name)?.length ?? 0;
  return [
    ...found.locations.map((at): DiscoveredPlace => {
      const { name, accountId, region } = at.location;
      const common = { kind: "location", name, where: `${accountId}, ${region}`, rows: rowsOf(name) } as const;
      return "failure" in at
        ? { ...common, servers: 0, failure: at.failure }
        : { ...common, servers: at.instances.length };
    }),
    ...found.subscriptions.map((at): DiscoveredPlace => {
      const { name, subscriptionId } = at.subscription;
      const common = { kind: "subscription", name, where: subscriptionId, rows: rowsOf(name) } as const;
      return "failure" in at ? { ...common, servers: 0, failure: at.failure } : { ...common, servers: at.vms.length };
    }),
  ];
}

/** Rows whose place was read and has no such server; what speaks against it is a finding, and the row stays. */
function goneRows(
  plane: Plane,
  found: Found,
  known: ReadonlyMap<string, Candidate>,
  acceptLoss: readonly string[],
): { readonly gone: readonly Server[]; readonly findings: readonly DiscoverFinding[] } {
  const read = new Set(placesOf(plane, found).flatMap(({ name, failure }) => (failure === undefined ? [name] : [])));
  const unlisted = new Set(found.subscriptions.flatMap((at) => ("failure" in at ? [] : [...at.unlisted])));
  const missing = plane.fleet.filter((server) => read.has(server.site) && !known.has(serverKey(server)));
  const stay = (server: Server, id: DiscoverFinding["id"]): DiscoverFinding => {
    return { id, site: server.site, server: server.id, name: server.name, detail: "" };
  };
  const scaling = missing.filter(isAutoScaling);
  const hidden = missing.filter(({ id }) => unlisted.has(id));
  const away = missing.filter((server) => !isAutoScaling(server) && !unlisted.has(server.id));
  const losses: DiscoverFinding[] = [];
  const gone = [...Map.groupBy(away, ({ site }) => site)].flatMap(([site, servers]) => {
    const rows = plane.fleet.filter((server) => server.site === site).length;
    if (acceptLoss.includes(site) || !isMassLoss(servers.length, rows)) return servers;
    const detail = `${String(servers.length)} of ${counted(rows, "row")}`;
    losses.push({ id: "mass-loss", site, name: site, detail });
    return [];
  });
  return {
    gone,
    findings: [
      ...losses,
      ...hidden.map((server) => stay(server, "not-in-resource-graph")),
      ...scaling.map((server) => stay(server, "scaling-group-empty")),
    ],
  };
}

function nameFindings(fleet: readonly Server[]): readonly DiscoverFinding[] {
  return [
    ...Map.groupBy(
      fleet.filter((server) => !isAutoScaling(server)),
      ({ name }) => name,
    ),
  ].flatMap(([name, servers]): readonly DiscoverFinding[] =>
    servers.length < 2 ? [] : [{ id: "name-twice", name, detail: servers.map(({ id }) => id).join(", ") }],
  );
}

/** Hybrid nodes of no VM, and VMs of several nodes; nothing where a subscription of the location was not read. */
function nodeFindings(
  plane: Plane,
  found: Found,
  at: FoundLocation,
  candidates: readonly Candidate[],
  elsewhere: readonly Server[],
): readonly DiscoverFinding[] {
  const site = at.location.name;
  const readable = new Set(found.subscriptions.flatMap((each) => ("failure" in each ? [] : [each.subscription.name])));
  const whole = Object.values(plane.subscriptions).every(
    ({ name, location }) => location !== site || readable.has(name),
  );
  const vmIds = new Set([
    ...candidates.flatMap(({ vm }) => vm?.vmId ?? []),
    ...[...plane.fleet, ...elsewhere].flatMap(({ azure }) => azure?.vmId ?? []),
  ]);
  const orphans = at.nodes.filter(({ id }) => isHybrid(id) && !vmIds.has(at.vmIds.get(id) ?? ""));
  const twice = candidates.filter(
    ({ vm, site: own, nodes }) => vm !== undefined && nodes.length > 1 && plane.subscriptions[own]?.location === site,
  );
  return [
    ...(whole ? orphans : []).map(({ id, pingStatus }): DiscoverFinding => {
      const vmId = at.vmIds.get(id);
      const detail = `${vmId === undefined ? "no AzureVmId" : `AzureVmId ${vmId}`}, ${pingStatus}`;
      return { id: "node-without-vm", site, name: id, detail };
    }),
    ...twice.map(({ id, name, nodes }): DiscoverFinding => {
      return { id: "vm-with-two-nodes", site, server: id, name, detail: nodes.map((node) => node.id).join(", ") };
    }),
  ];
}

function supportFindings(plane: Plane, fleet: readonly Server[], asOf: Date): readonly DiscoverFinding[] {
  const own = fleet.filter(({ patchGroup }) => plane.groups[patchGroup]?.kind !== "elsewhere");
  return [...Map.groupBy(own, ({ os, release }) => `${os} ${release}`)].flatMap(
    ([name, servers]): readonly DiscoverFinding[] => {
      const [first] = servers;
      const verdict = first === undefined ? undefined : releaseVerdict(first, asOf);
      const detail = `${counted(servers.length, "row")}: ${verdict?.message ?? ""}`;
      return verdict === undefined ? [] : [{ id: "vendor-support", name, detail }];
    },
  );
}

/** The fleet after what a discovery proposes. */
function proposedFleet(plane: Plane, { added, changed, gone }: Pick<Discovery, "added" | "changed" | "gone">) {
  const becomes = new Map(changed.map((change) => [change.server, change.becomes]));
  const left = new Set(gone);
  return [
    ...plane.fleet.filter((server) => !left.has(server)).map((server) => becomes.get(server) ?? server),
    ...added,
  ];
}

/**
 * Proposes a fleet file: rows of servers that the clouds have and it lacks, rows whose servers are gone, and what of the
 * others has changed. A place that was not read loses no row and changes none; a row is made only when everything in it
 * is known.
 */
export function discover(plane: Plane, found: Found, options: DiscoverOptions): Discovery {
  const { sizes, acceptLoss, elsewhere, asOf } = options;
  const others = new Set(elsewhere.map(serverKey));
  const rows = new Map(plane.fleet.map((server) => [serverKey(server), server]));
  const candidates = candidatesOf(found, plane.fleet).flatMap((candidate) => {
    const row = rows.get(candidateKey(candidate));
    // People know a server by its row's name.
    if (row !== undefined) return [{ ...candidate, name: row.name }];
    return others.has(candidateKey(candidate)) ? [] : [candidate];
  });
  const known = new Map(candidates.map((candidate) => [candidateKey(candidate), candidate]));
  const selfUpgrading = new Map(found.locations.flatMap((at) => ("failure" in at ? [] : [...at.selfUpgrading])));
  const added: Server[] = [];
  const changed: RowChange[] = [];
  const findings: DiscoverFinding[] = [];
  for (const [key, candidate] of known) {
    const row = rows.get(key);
    const made = row === undefined ? newRow(plane, candidate) : { server: row, findings: [] };
    findings.push(...made.findings);
    if (made.server === undefined) continue;
    const isNew = row === undefined;
    if (isNew) added.push(made.server);
    const change = isNew ? undefined : changedRow(row, candidate, sizes);
    if (change !== undefined) changed.push(change);
    findings.push(...serverFindings(plane, candidate, made.server, { isNew, sizes, selfUpgrading }));
  }
  const lost = goneRows(plane, found, known, acceptLoss);
  const proposal = { added, changed, gone: lost.gone };
  const fleet = proposedFleet(plane, proposal);
  return {
    ...proposal,
    places: placesOf(plane, found),
    kept: plane.fleet.length - changed.length - lost.gone.length,
    findings: [
      ...lost.findings,
      ...findings,
      ...found.locations.flatMap((at) =>
        "failure" in at ? [] : nodeFindings(plane, found, at, candidates, elsewhere),
      ),
      ...nameFindings(fleet),
      ...supportFindings(plane, fleet, asOf),
    ],
  };
}

/** Whether a discovery proposes another file than there is. */
export function isProposal({ added, changed, gone }: Pick<Discovery, "added" | "changed" | "gone">): boolean {
  return added.length + changed.length + gone.length > 0;
}

/**
 * What a discovery comes to: a difference from the file is a finding as well.
 * @param written - whether the file has what is proposed
 */
export function discoverOutcome(discovery: Discovery, written: boolean): Outcome {
  if (discovery.places.some(({ failure }) => failure !== undefined)) return "unreadable";
  return discovery.findings.length > 0 || (isProposal(discovery) && !written) ? "findings" : "fine";
}
