import type {
  ApplicationRecord,
  ComplianceItemRecord,
  RunRecord,
  ServerRecord,
} from "../../domain/collection/records.ts";
import {
  compareCollected,
  compareWhatever,
  type CollectedNode,
  type Comparison,
  type RunTime,
} from "../../domain/packages/comparison.ts";
import { mayHaveInstalled } from "../../domain/packages/outcome.ts";
import { releasesByOs, type OsName } from "../../domain/server.ts";
import type { ComparedServer } from "../../domain/report/comparedServers.ts";
import { installsBetween } from "../../domain/report/changesReport.ts";
import type { Engine, Row } from "./engine.ts";
import {
  get,
  isAsked,
  isOfNode,
  isOfRun,
  nodeKey,
  placeIn,
  runRecord,
  serverRecord,
  type ServerFilter,
} from "./rows.ts";

/** What of two collections is compared. */
export interface ComparisonQuestion extends ServerFilter {
  /** Stamps. */
  readonly before: string;
  readonly after: string;
  /** Window execution or command id: only servers that it touched, and only what it did. */
  readonly run?: string;
}

type Side = "before" | "after";

const placeKey = (stamp: string, row: Row): string => `${stamp} ${get(row, "account_id")} ${get(row, "region")}`;
const listParameter = (names: readonly string[] | undefined): string => names?.join("\n") ?? "*";

/** A server's row of servers.sql as the second collection has it, else as the first. */
export function newestRecord(row: Row): ServerRecord {
  const side: Side = get(row, "state_after") === "" ? "before" : "after";
  return serverRecord({
    ...row,
    state: get(row, `state_${side}`),
    inventory_captured: get(row, `captured_${side}`),
    versions: get(row, `versions_${side}`),
    last_scan: get(row, `last_scan_${side}`),
  });
}

/** A version of a query, in the fields that the agent writes it in. */
function application(name: string, architecture: string, version: string, node: Row, side: Side): ApplicationRecord {
  const dash = get(node, "os") === "amazon-linux" ? version.lastIndexOf("-") : -1;
  return {
    resourceId: get(node, "resource_id"),
    Name: name,
    Publisher: "",
    Version: dash < 0 ? version : version.slice(0, dash),
    ...(dash < 0 ? {} : { Release: version.slice(dash + 1) }),
    Architecture: architecture,
    ApplicationType: "",
    captureTime: get(node, `captured_${side}`),
  };
}

/**
 * All packages of a server that are in both collections as they were, as one that stands for them: what is the same on
 * both sides is no change, and the node has an inventory, of a time, with its releases or without.
 */
function unchanged(node: Row, side: Side): readonly ApplicationRecord[] {
  if (get(node, `captured_${side}`) === "") return [];
  const isWhole = get(node, `versions_${side}`) === "whole";
  return [application("", "", isWhole ? "0-0" : "0", node, side)];
}

function patch(node: Row, side: Side, id: string, state: string): ComplianceItemRecord {
  const empty = { Title: "", Severity: "", PatchSeverity: "", Classification: "", PatchGroup: "", CVEIds: "" };
  const times = { InstalledTime: "", ExecutionTime: get(node, `last_scan_${side}`), ExecutionId: "" };
  return { resourceId: get(node, "resource_id"), Id: id, Status: "COMPLIANT", PatchState: state, ...empty, ...times };
}

interface Differences {
  readonly packages: ReadonlyMap<string, readonly Row[]>;
  readonly versions: ReadonlyMap<string, readonly Row[]>;
  readonly updates: ReadonlyMap<string, readonly Row[]>;
  /** When each location of each collection was read to its end. */
  readonly ended: ReadonlyMap<string, string>;
}

function collectedNode(node: Row, side: Side, stamp: string, found: Differences): CollectedNode | undefined {
  const state = get(node, `state_${side}`);
  if (state === "") return undefined;
  const key = nodeKey(node);
  const single = (found.packages.get(key) ?? []).filter((row) => !isSeveral(row) && get(row, `${side}_low`) !== "");
  const several = (found.versions.get(key) ?? []).filter((row) => get(row, `in_${side}`) === "1");
  const of = (row: Row, version: string) =>
    application(get(row, "package"), get(row, "architecture"), version, node, side);
  const updates = (found.updates.get(key) ?? []).filter((row) => get(row, `in_${side}`) === "1");
  const reported = get(node, `last_scan_${side}`) === "" ? [] : [patch(node, side, "", "NOT_APPLICABLE")];
  return {
    collectedAt: new Date(found.ended.get(placeKey(stamp, node)) ?? ""),
    state: serverRecord({ state }).state,
    applications: [
      ...unchanged(node, side),
      ...single.map((row) => of(row, get(row, `${side}_low`))),
      ...several.map((row) => of(row, get(row, "version"))),
    ],
    patches: [...reported, ...updates.map((row) => patch(node, side, get(row, "patch_id"), "INSTALLED"))],
  };
}

const serverKey = (row: Row): string => `${get(row, "account_id")} ${get(row, "region")} ${get(row, "server_id")}`;

/** Whether a package has several versions beside each other in a collection. */
function isSeveral(row: Row): boolean {
  return get(row, "before_low") !== get(row, "before_high") || get(row, "after_low") !== get(row, "after_high");
}

function osOf(row: Row): OsName | undefined {
  const os = get(row, "os");
  return os in releasesByOs ? (os as OsName) : undefined;
}

const byNode = (rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> => Map.groupBy(rows, nodeKey);

async function differences(engine: Engine, question: ComparisonQuestion): Promise<Differences> {
  const { before, after, groups, owners, servers } = question;
  const stamps = { before, after };
  const filters = {
    groups: listParameter(groups),
    owners: listParameter(owners),
    servers: listParameter(servers),
  };
  const packages = await engine.rows("changes", { ...stamps, ...filters });
  const several = [...new Set(packages.filter(isSeveral).map((row) => get(row, "package")))].sort();
  const versions =
    several.length === 0 ? [] : await engine.rows("versions", { ...stamps, packages: several.join("\n") });
  const locations = await engine.rows("locations", { since: before, until: after });
  return {
    ended: new Map(locations.map((row) => [placeKey(get(row, "collected"), row), get(row, "ended")])),
    packages: byNode(packages),
    versions: byNode(versions),
    updates: byNode(await engine.rows("updates", stamps)),
  };
}

/** What a run's records say of when it was on a server. */
function runTime(records: readonly RunRecord[]): RunTime | undefined {
  const starts = records.map(({ started }) => started).filter((text) => text !== "");
  const ends = records.map(({ ended }) => ended).filter((text) => text !== "");
  const [started] = starts.sort();
  const ended = ends.sort().at(-1);
  return started === undefined || ended === undefined
    ? undefined
    : { started: new Date(started), ended: new Date(ended) };
}

/** Most nodes that a query is asked for by their ids: Athena takes 1,024 characters in a parameter. */
const mostNodes = 40;

/** The rows of a query of a few nodes, by node. */
async function ofNodes(engine: Engine, query: "inventory" | "patches", collected: string, pairs: readonly Pair[]) {
  const nodes = pairs.map(({ row }) => get(row, "resource_id")).join("\n");
  return byNode(await engine.rows(query, { collected, nodes }));
}

/** A server of both collections, ready to be judged. */
interface Pair {
  readonly row: Row;
  readonly os: OsName | undefined;
  readonly before: CollectedNode | undefined;
  readonly after: CollectedNode | undefined;
  /** All of it, asked about or not. */
  readonly runs: readonly RunRecord[];
  /** Whether a run is asked about, or whatever happened. */
  readonly ofRun: boolean;
  /** Of the run, else of the last installation. */
  readonly time?: RunTime;
}

function comparisonOf({ os, before, after, ofRun, time }: Pair): Comparison | undefined {
  if (os === undefined) return undefined;
  return ofRun ? compareCollected(os, before, after, time) : compareWhatever(os, before, after, time);
}

/** The last installation that may have been on a server; one that was going on when it was read ends then. */
function lastInstall(records: readonly RunRecord[], after: CollectedNode | undefined): RunTime | undefined {
  if (after === undefined) return undefined;
  const read = after.collectedAt.toISOString();
  const ends = records
    .filter((record) => mayHaveInstalled(record) && record.started < read)
    .map(({ started, ended }) => ({ started: new Date(started), ended: new Date(ended === "" ? read : ended) }));
  return ends.toSorted((a, b) => a.ended.getTime() - b.ended.getTime()).at(-1);
}

/** The installations that what is compared may be from: Windows' updates are as old as the last operation, packages as the inventory. */
function installsOf({ row, os, runs }: Pair, comparison: Comparison | undefined): readonly RunRecord[] {
  const scanned = (side: Side): string => get(row, `last_scan_${side}`);
  if (os === "windows-server") {
    // The installation that reported last ends a little after its report: it is not one of those that came then.
    const later = runs.filter(({ started }) => started > scanned("before"));
    return installsBetween(later, scanned("before"), scanned("after"));
  }
  const until = comparison?.basis === "patches" ? scanned("after") : get(row, "captured_after");
  return installsBetween(runs, get(row, "captured_before"), until);
}

/** A comparison by a run's own patch report, of all packages before it: nothing stands for what is the same. */
function byReport(pair: Pair, packages: readonly Row[], patches: readonly Row[]): Comparison | undefined {
  const { row, before, after } = pair;
  if (before === undefined || after === undefined) return comparisonOf(pair);
  const applications = packages.map((each) =>
    application(get(each, "package"), get(each, "architecture"), get(each, "version"), row, "before"),
  );
  const reported = patches.map((each) => ({
    ...patch(row, "after", get(each, "patch_id"), stateOf(get(each, "patch_state"))),
    Title: get(each, "title"),
    InstalledTime: get(each, "installed"),
    ExecutionTime: get(each, "executed"),
  }));
  return comparisonOf({ ...pair, before: { ...before, applications }, after: { ...after, patches: reported } });
}

/** The comparison of each pair; a few at a time of those whose inventory is too old, for which all packages are read. */
async function comparisons(
  engine: Engine,
  pairs: readonly Pair[],
  { before, after }: ComparisonQuestion,
): Promise<ReadonlyMap<Pair, Comparison | undefined>> {
  const found = new Map(pairs.map((pair) => [pair, comparisonOf(pair)]));
  const stale = pairs.filter((pair) => pair.os !== "windows-server" && found.get(pair)?.basis === "patches");
  for (let from = 0; from < stale.length; from += mostNodes) {
    const some = stale.slice(from, from + mostNodes);
    const packages = await ofNodes(engine, "inventory", before, some);
    const patches = await ofNodes(engine, "patches", after, some);
    for (const pair of some) {
      const key = nodeKey(pair.row);
      found.set(pair, byReport(pair, packages.get(key) ?? [], patches.get(key) ?? []));
    }
  }
  return found;
}

/** The view leaves the underscores of a state out, which AWS writes in one place and not in the other. */
function stateOf(state: string): string {
  return state.startsWith("INSTALLED") ? "INSTALLED" : state;
}

/** What is read once of two collections, whatever is asked about them. */
export interface ReadRows {
  /** Of runs.sql, all of them. */
  readonly runs: readonly Row[];
  /** Of servers.sql. */
  readonly servers: readonly Row[];
}

/** Reads the runs between two collections, and the servers of both. */
export async function readRows(
  engine: Engine,
  { before, after }: Pick<ComparisonQuestion, "before" | "after">,
): Promise<ReadRows> {
  const runs = await engine.rows("runs", { before, after, run: "*" });
  return { runs, servers: await engine.rows("servers", { before, after }) };
}

/**
 * Compares two collections server by server. The engine finds what differs among all packages; what that means is judged
 * as it is for a single server whose records are at hand, by `compareCollected`.
 *
 * @param read - what was read already
 */
export async function comparedServers(
  engine: Engine,
  question: ComparisonQuestion,
  read?: ReadRows,
): Promise<readonly ComparedServer[]> {
  const { before, after, run } = question;
  const found = await differences(engine, question);
  const { runs: allRuns, servers: known } = read ?? (await readRows(engine, question));
  const runs = byNode(allRuns.filter(isOfNode));
  const withNode = new Set(known.filter(isOfNode).map(serverKey));
  // A server that only one of the two has as a node is that node's row, and no second one.
  const servers = known.filter((row) => isAsked(question, row) && (isOfNode(row) || !withNode.has(serverKey(row))));
  const pairs = servers.flatMap((row): readonly Pair[] => {
    const all = runs.get(nodeKey(row)) ?? [];
    const own = run === undefined ? [] : all.filter((each) => isOfRun(each, run));
    if (run !== undefined && own.length === 0) return [];
    const records = all.map(runRecord);
    const newer = collectedNode(row, "after", after, found);
    const time = run === undefined ? lastInstall(records, newer) : runTime(own.map(runRecord));
    return [
      {
        row,
        os: osOf(row),
        before: collectedNode(row, "before", before, found),
        after: newer,
        runs: records,
        ofRun: run !== undefined,
        ...(time === undefined ? {} : { time }),
      },
    ];
  });
  return [...(await comparisons(engine, pairs, question))].map(([pair, comparison]) => {
    return {
      ...placeIn(pair.row),
      server: newestRecord(pair.row),
      ...(comparison === undefined ? {} : { comparison }),
      runs: installsOf(pair, comparison),
    };
  });
}
