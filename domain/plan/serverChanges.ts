import type { Plane } from "../plane.ts";
import type { Window } from "../window.ts";
import { type OperatingSystem, operatingSystemOf, type Server, serverKey } from "../server.ts";
import { differences, type Difference } from "./differences.ts";
import { firstDates, type FirstDates } from "./firstDates.ts";
import { policyOf, scheduleText, timingOf, treatmentsOf, type Treatment } from "./treatment.ts";
import { byText } from "../text.ts";

/**
 * What a change means for a server: patched from now on, no longer patched, patched otherwise, patched as before; or
 * not patched by this stack in either version.
 */
export type ServerChangeKind = "gained" | "lost" | "changed" | "same" | "unpatched";

/** A server as a plan names it. */
export interface PlanServer {
  readonly id: string;
  readonly name: string;
  readonly cloud: "aws" | "azure";
  readonly location: string;
  readonly accountId: string;
  readonly group: string;
  readonly businessUnit: string;
  readonly os: OperatingSystem;
  readonly release: string;
  /** Machines the row stands for. */
  readonly size: number;
  /** Line of the fleet file: the new one's, of a removed row the old one's. */
  readonly line: number;
}

/** Servers to which the very same happens. */
export interface ServerChangeSet {
  readonly kind: "gained" | "lost" | "changed";
  /** For servers gained: why they were not patched before; lost: why they are not any more. */
  readonly reason?: string;
  readonly differences: readonly Difference[];
  /** For servers gained: when they are scanned and patched first. */
  readonly first?: FirstDates;
  /** Machines. */
  readonly count: number;
  readonly servers: readonly PlanServer[];
}

/** How many machines each kind has. */
export type ServerCounts = Readonly<Record<ServerChangeKind, number>>;

/** Counts of the machines that have one thing in common. */
export interface CountsBy extends ServerCounts {
  readonly dimension: "group" | "business unit" | "cloud" | "account";
  readonly value: string;
}

/** One server's two versions with what it means. */
export interface JudgedServer {
  readonly kind: ServerChangeKind;
  readonly before?: Server;
  readonly after?: Server;
}

/** What happens to the servers of a stack. */
export interface ServerChanges {
  readonly counts: ServerCounts;
  /** Only where something is gained, lost or changed. */
  readonly countsBy: readonly CountsBy[];
  /** Largest first within gained, lost, changed. */
  readonly sets: readonly ServerChangeSet[];
}

const reasons: Readonly<Record<NonNullable<Treatment["unpatched"]>, string>> = {
  unknownGroup: "the patch group does not exist",
  patchedElsewhere: "the patch group is patched elsewhere",
  noInstallWindow: "no install window reaches them",
};

/** A plane with what the comparison asks of it. */
interface Side {
  readonly plane: Plane;
  readonly treatment: (server: Server) => Treatment;
}

function planServer(side: Side, server: Server): PlanServer {
  const { location, accountId } = side.treatment(server);
  const { id, name, cloud, patchGroup: group, businessUnit, release, size, line } = server;
  const os = operatingSystemOf(server);
  return { id, name, cloud, location, accountId, group, businessUnit, os, release, size, line };
}

function windowDifferences(before: readonly Window[], after: readonly Window[]): readonly Difference[] {
  const names = [...new Set([...before, ...after].map((window) => window.name))].sort();
  return names.flatMap((name): readonly Difference[] => {
    const [was, is] = [before, after].map((windows) => windows.find((window) => window.name === name));
    if (was === is) return [];
    if (was === undefined || is === undefined) {
      const shown = (window: Window | undefined): string | null =>
        window === undefined ? null : `${window.operation}, ${scheduleText(window)}`;
      return [{ field: `window ${name}`, before: shown(was), after: shown(is) }];
    }
    return differences(timingOf(was), timingOf(is)).map((each) => ({
      ...each,
      field: `window ${name}: ${each.field}`,
    }));
  });
}

/** What differs in the treatment; the same for all servers of a location, group and OS on both sides. */
function treatmentDifferences(
  before: Treatment,
  after: Treatment,
  planes: readonly [Plane, Plane],
): readonly Difference[] {
  const facts = ({ location, accountId: account, group, baseline, approval, reboot }: Treatment) => {
    return { location, account, group, baseline, approval, reboot };
  };
  const named = differences(facts(before), facts(after));
  const { baseline } = before;
  const policy =
    baseline === null || baseline !== after.baseline
      ? []
      : differences(policyOf(planes[0].baselines[baseline]), policyOf(planes[1].baselines[baseline])).map((each) => ({
          ...each,
          field: `baseline ${baseline}: ${each.field}`,
        }));
  return [...named, ...policy, ...windowDifferences(before.windows, after.windows)];
}

function rowDifferences(before: Server, after: Server): readonly Difference[] {
  const facts = ({ owner, businessUnit, os, release, arch, size }: Server) => ({
    owner,
    "business unit": businessUnit,
    release: `${os} ${release}`,
    arch,
    size: String(size),
  });
  return differences(facts(before), facts(after));
}

/** What is found out about one pair of treatments, kept: a fleet has few of them. */
function comparer(before: Plane, after: Plane): (a: Treatment, b: Treatment) => readonly Difference[] {
  const known = new Map<Treatment, Map<Treatment, readonly Difference[]>>();
  return (a, b) => {
    const inner = known.get(a) ?? new Map<Treatment, readonly Difference[]>();
    const found = inner.get(b) ?? treatmentDifferences(a, b, [before, after]);
    inner.set(b, found);
    known.set(a, inner);
    return found;
  };
}

/** The reason of a set of servers whose rows the change takes out. */
export const rowRemoved = "row removed";

/** A server judged, with what tells one set of changes from another. */
interface Judgement extends JudgedServer {
  readonly shown: PlanServer;
  readonly reason?: string;
  readonly differences: readonly Difference[];
}

function judge(
  before: Side,
  after: Side,
  was: Server | undefined,
  is: Server | undefined,
  compare: ReturnType<typeof comparer>,
): Judgement {
  const old = was === undefined ? undefined : before.treatment(was);
  const now = is === undefined ? undefined : after.treatment(is);
  const shown = is === undefined ? planServer(before, was as Server) : planServer(after, is);
  const base = { ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }), shown };
  const patchedBefore = old !== undefined && old.unpatched === undefined;
  const patchedAfter = now !== undefined && now.unpatched === undefined;
  const changed =
    old === undefined || now === undefined || was === undefined || is === undefined
      ? []
      : [...compare(old, now), ...rowDifferences(was, is)];
  if (patchedBefore && patchedAfter)
    return { ...base, kind: changed.length > 0 ? "changed" : "same", differences: changed };
  if (!patchedBefore && !patchedAfter) return { ...base, kind: "unpatched", differences: changed };
  return patchedAfter
    ? {
        ...base,
        kind: "gained",
        reason: old?.unpatched === undefined ? "new row" : reasons[old.unpatched],
        differences: old === undefined ? arrival(now) : changed,
      }
    : {
        ...base,
        kind: "lost",
        reason: now?.unpatched === undefined ? rowRemoved : reasons[now.unpatched],
        differences: changed,
      };
}

/** What a new row comes into. */
function arrival({ group, baseline, approval, reboot, windows }: Treatment): readonly Difference[] {
  return differences({}, { group, baseline, approval, reboot, windows: windows.map(({ name }) => name) });
}

/** Every server of either version, once, in the order of the new fleet file, then what was removed. */
function pairs(before: Plane, after: Plane): readonly (readonly [Server | undefined, Server | undefined])[] {
  const old = new Map(before.fleet.map((server) => [serverKey(server), server]));
  const kept = after.fleet.map((server) => {
    const key = serverKey(server);
    const was = old.get(key);
    old.delete(key);
    return [was, server] as const;
  });
  return [...kept, ...[...old.values()].map((server) => [server, undefined] as const)];
}

const kinds: readonly ServerChangeKind[] = ["gained", "lost", "changed", "same", "unpatched"];

function countsOf(judgements: readonly Judgement[]): ServerCounts {
  const none: Record<ServerChangeKind, number> = { gained: 0, lost: 0, changed: 0, same: 0, unpatched: 0 };
  for (const { kind, shown } of judgements) none[kind] += shown.size;
  return none;
}

function countsBy(judgements: readonly Judgement[]): readonly CountsBy[] {
  const dimensions = [
    ["group", (server: PlanServer) => server.group],
    ["business unit", (server: PlanServer) => server.businessUnit],
    ["cloud", (server: PlanServer) => server.cloud],
    ["account", (server: PlanServer) => server.accountId],
  ] as const;
  return dimensions.flatMap(([dimension, value]) =>
    [...Map.groupBy(judgements, ({ shown }) => value(shown))]
      .map(([key, members]) => ({ dimension, value: key, ...countsOf(members) }))
      .filter(({ gained, lost, changed }) => gained + lost + changed > 0)
      .toSorted((a, b) => byText(a.value, b.value)),
  );
}

function changeSets(judgements: readonly Judgement[], after: Plane, asOf: Date): readonly ServerChangeSet[] {
  const moving = judgements.filter(({ kind }) => kind === "gained" || kind === "lost" || kind === "changed");
  const same = Map.groupBy(moving, ({ kind, reason, differences: all }) => JSON.stringify([kind, reason, all]));
  return [...same.values()]
    .flatMap((members): readonly ServerChangeSet[] => {
      const [first] = members;
      if (first === undefined) return [];
      const { kind, reason, differences: shared } = first;
      const servers = members.map(({ shown }) => shown);
      const dates = kind === "gained" ? { first: firstDates(after, first.shown, asOf) } : {};
      const count = members.reduce((sum, { shown }) => sum + shown.size, 0);
      return kind === "same" || kind === "unpatched"
        ? []
        : [{ kind, ...(reason === undefined ? {} : { reason }), differences: shared, ...dates, count, servers }];
    })
    .toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || b.count - a.count);
}

/**
 * Compares what two versions of a stack do to every server. A server is counted once, by what it becomes; a server
 * that is patched on both sides has changed when its group, location, baseline or what that decides, approval, reboot
 * rule, a window or that window's timing, owner, business unit, release, architecture or size differs. A row's name is
 * a label and no change.
 *
 * Linear in servers: what holds for a group and OS in a location is compared once.
 * @param asOf - what the first dates of servers gained are counted from
 */
export function serverChanges(
  before: Plane,
  after: Plane,
  asOf: Date,
): ServerChanges & { readonly judged: readonly JudgedServer[] } {
  const sides = [before, after].map((plane) => ({ plane, treatment: treatmentsOf(plane) }));
  const [old, now] = sides as [Side, Side];
  const compare = comparer(before, after);
  const judgements = pairs(before, after).map(([was, is]) => judge(old, now, was, is, compare));
  return {
    counts: countsOf(judgements),
    countsBy: countsBy(judgements),
    sets: changeSets(judgements, after, asOf),
    judged: judgements,
  };
}
