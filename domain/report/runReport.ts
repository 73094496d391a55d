import type { ComplianceItemRecord, PatchSummaryRecord, RunRecord, ServerRecord } from "../collection/records.ts";
import { clockTolerance, type Comparison } from "../packages/comparison.ts";
import { isInstalledSince, isInstalledState, packageOfPatch, versionOfPatch } from "../packages/installed.ts";
import { runOutcome, type ServerOutcome } from "../packages/outcome.ts";
import { byText } from "../text.ts";
import type { OpenUpdate } from "./openUpdates.ts";
import { outcomeReport, type RunServer } from "./outcomeReport.ts";
import type { ReportDocument } from "./report.ts";
import type { RunEvidence, RunNode, WindowRunFacts } from "./runFacts.ts";
import { installedBefore, type Installed } from "./runHistory.ts";
import { overdueTable, updatesTable } from "./runTables.ts";
import { byUrgency } from "./updateColumns.ts";

/** An update that a run installed or could not install, with what is known of it. */
export interface ReportedUpdate {
  readonly patch: ComplianceItemRecord;
  /** Left out where no collection was there before the run. */
  readonly known?: Installed;
}

/** One server of a run, with what the run did there. */
export interface ReportedServer extends RunServer {
  readonly installed: readonly ReportedUpdate[];
  readonly failed: readonly ReportedUpdate[];
  /** What it lacks past its time limit, the longest first, as far as a collection knows. */
  readonly overdue: readonly OpenUpdate[];
}

/** A run's report, and what it says in a form to tell it by. */
export interface RunReport {
  readonly document: ReportDocument;
  readonly run: WindowRunFacts;
  /** By name. */
  readonly servers: readonly ReportedServer[];
  /** Whether the run met none of the servers that the fleet file has for it, which AWS calls a success. */
  readonly isEmpty: boolean;
}

const good: ReadonlySet<ServerOutcome["outcome"]> = new Set(["patched", "nothingToDo", "scanned"]);

/** Whether somebody has to look after a server. */
export function needsSomebody({ result }: RunServer): boolean {
  return !good.has(result.outcome);
}

function isPatching({ operation }: RunRecord): boolean {
  return operation === "Scan" || operation === "Install";
}

/** Nodes that a run's patching was sent to; what a window does once in each run patches nobody. */
export function nodesMet({ records }: WindowRunFacts): readonly string[] {
  return [...new Set(records.filter(isPatching).map(({ resourceId }) => resourceId))];
}

/** A run's beginning by the clock of a node, which may be behind by a little: what nodes say of times is by theirs. */
function beginning({ started }: WindowRunFacts): Date {
  return new Date(Date.parse(started) - clockTolerance);
}

/** Whether what a node last reported is of this run: AWS shows only the last operation of each. */
function isOfRun(run: WindowRunFacts, summary: PatchSummaryRecord | undefined): summary is PatchSummaryRecord {
  return summary !== undefined && Date.parse(summary.OperationStartTime) >= beginning(run).getTime();
}

/** Whether what a node last reported is an installation by this run: its patches say what it installed. */
export function isInstallOf(run: WindowRunFacts, summary: PatchSummaryRecord): boolean {
  return isOfRun(run, summary) && summary.OperationType === "Install";
}

function installedIn(run: WindowRunFacts, patch: ComplianceItemRecord): boolean {
  return isInstalledState(patch.PatchState) && isInstalledSince(patch, beginning(run));
}

/** Whether a patch of a node that the run patched is one of those that it installed, or could not install. */
export function tellsOfRun(run: WindowRunFacts, patch: ComplianceItemRecord): boolean {
  return patch.PatchState === "FAILED" || installedIn(run, patch);
}

/** What the run's own report says that it installed; what was there before, it does not say. */
function comparisonOf(installed: readonly ComplianceItemRecord[]): Comparison {
  const changes = installed.map((patch) => ({
    ...packageOfPatch(patch.Id),
    after: versionOfPatch(patch) ?? patch.Id,
    kind: "installed" as const,
  }));
  return { basis: "patches", changes };
}

/** A server that no collection knows: who owns it is in the fleet file, which this report is made without. */
function unknownServer(node: RunNode): ServerRecord {
  const fromFleetFile = { serverId: "", owner: "", businessUnit: "", cloud: "", site: "", location: "", approval: "" };
  const ofMachine = { criticality: "", os: "", release: "", arch: "", agentVersion: "", inventoryCaptured: "" };
  const times = { lastPing: "", lastScan: "", pingStatus: "", versions: "", state: "collected", reason: "" } as const;
  return { ...fromFleetFile, ...ofMachine, ...times, resourceId: node.id, name: node.name, patchGroup: "" };
}

/** The node as a server: as the collection before the run has it, and as it is now. */
function serverOf(
  node: RunNode,
  known: ServerRecord | undefined,
  summary: PatchSummaryRecord | undefined,
): ServerRecord {
  // Whatever fields a collection lacks: an odd one costs no report.
  const server = { ...unknownServer(node), ...known };
  const isGone = node.pingStatus === "";
  return {
    ...server,
    name: server.name === "" ? node.name : server.name,
    resourceId: node.id,
    patchGroup: summary?.PatchGroup ?? server.patchGroup,
    state: isGone ? "notRegistered" : "collected",
    reason: isGone ? "it is no node of the location" : "",
    pingStatus: node.pingStatus,
    lastPing: "",
    lastScan: summary?.OperationEndTime ?? "",
  };
}

/**
 * Servers of the window's groups that the collection knows and the location lists as no node any more: stopped, or
 * deregistered. An Auto Scaling group's machines come and go, and nobody misses one.
 */
function goneNodes({ nodes, groups, history }: RunEvidence): readonly ServerRecord[] {
  if ("gap" in history) return [];
  const there = new Set(nodes.map(({ id }) => id));
  return history.servers.filter(
    ({ resourceId, serverId, patchGroup }) =>
      groups.includes(patchGroup) && serverId !== "" && !serverId.startsWith("asg:") && !there.has(resourceId),
  );
}

/** An outcome in the light of what only the run itself knows. */
function inRun(result: ServerOutcome, { tasks }: WindowRunFacts, told: boolean): ServerOutcome {
  const stopped = tasks.some(({ status }) => status === "CANCELLED" || status === "TIMED_OUT");
  if (result.outcome === "notReached" && stopped) {
    return { outcome: "cutOff", reason: "the window ended before its turn" };
  }
  return result.outcome === "unknown" && !told ? { ...result, reason: "it did not report what it did" } : result;
}

/** What the collection before the run has of a server; nothing of one that it does not know. */
interface KnownServer {
  readonly record?: ServerRecord;
  readonly overdue: readonly OpenUpdate[];
}

function reported(
  { accountId, region, run, history }: RunEvidence,
  node: RunNode,
  known: KnownServer,
  runs: readonly RunRecord[],
  summary: PatchSummaryRecord | undefined,
  patches: readonly ComplianceItemRecord[],
): ReportedServer {
  const told = isOfRun(run, summary);
  const own = told ? patches : [];
  const installed = own.filter((patch) => installedIn(run, patch));
  const failed = own.filter(({ PatchState }) => PatchState === "FAILED");
  const server = serverOf(node, known.record, summary);
  const done = new Set(installed.map(({ Id }) => Id));
  const comparison: Comparison = told ? comparisonOf(installed) : { basis: "none", reason: "noDataAfter" };
  const evidence = { server, runs, ...(told ? { summary } : {}), patches: own, comparison };
  const times = (name: "started" | "ended"): readonly string[] =>
    runs.map((each) => each[name]).filter((each) => each !== "");
  const withBefore = (patch: ComplianceItemRecord): ReportedUpdate =>
    "gap" in history ? { patch } : { patch, known: installedBefore(history, server, patch) };
  return {
    accountId,
    region,
    server,
    result: inRun(runOutcome(evidence), run, told),
    ...(told ? { changed: installed.length, missing: Number(summary.MissingCount) } : {}),
    started: times("started").toSorted(byText)[0] ?? "",
    ended: times("ended").toSorted(byText).at(-1) ?? "",
    commands: [...new Set(runs.map(({ commandId }) => commandId))],
    installed: installed.map(withBefore),
    failed: failed.map(withBefore),
    overdue: known.overdue.filter(({ id }) => !done.has(id)).toSorted(byUrgency),
  };
}

/** What the report cannot know of before the run. */
function gapsOf({ history }: RunEvidence, servers: readonly ReportedServer[]): readonly string[] {
  if ("gap" in history) return [history.gap];
  const unclear = servers.filter(({ installed }) => installed.some(({ known }) => known?.severity === "unknown"));
  return history.advisories.gaps(unclear.map(({ server }) => server.os));
}

/**
 * What one run of a window did, server by server and update by update.
 * @param idleWindows windows that have no servers, so that nobody is missed
 */
export function runReport(evidence: RunEvidence, idleWindows: readonly string[]): RunReport {
  const { run, stack, nodes } = evidence;
  const history = "gap" in evidence.history ? undefined : evidence.history;
  const runs = Map.groupBy(run.records, ({ resourceId }) => resourceId);
  const summaries = new Map(evidence.summaries.map((each) => [each.resourceId, each]));
  const patches = Map.groupBy(evidence.patches, ({ resourceId }) => resourceId);
  const known = new Map(history?.servers.map((server) => [server.resourceId, server]));
  const overdue = Map.groupBy(history?.overdue ?? [], ({ server }) => server);
  const gone = goneNodes(evidence).map((record) => {
    return { node: { id: record.resourceId, name: record.name, pingStatus: "" }, record };
  });
  const all = [...nodes.map((node) => ({ node, record: known.get(node.id) })), ...gone];
  const servers = all
    .map(({ node, record }) => {
      const { id } = node;
      const kept = record === undefined ? { overdue: [] } : { record, overdue: overdue.get(record) ?? [] };
      return reported(evidence, node, kept, runs.get(id) ?? [], summaries.get(id), patches.get(id) ?? []);
    })
    .toSorted((a, b) => byText(a.server.name, b.server.name) || byText(a.server.resourceId, b.server.resourceId));
  const question = { stack, run: run.runId, since: run.started, until: run.ended };
  const asked = {
    asOf: run.ended,
    question: history === undefined ? question : { ...question, before: history.collected },
    unknowns: gapsOf(evidence, servers),
  };
  const isEmpty = run.tasks.length > 0 && run.records.length === 0 && !idleWindows.includes(run.window);
  const document = outcomeReport(servers, [], asked, isEmpty);
  const tables = [
    ...document.tables,
    updatesTable(servers, history),
    ...(history === undefined ? [] : [overdueTable(servers, history)]),
  ];
  return { document: { ...document, title: `Run of ${run.window}`, tables }, run, servers, isEmpty };
}

/**
 * Whether somebody has to be told of a run: of every installation, and of what went wrong. A scan of the whole fleet
 * every night in which nothing did is not worth a mail.
 */
export function isWorthTelling({ run, servers, isEmpty }: RunReport): boolean {
  const isInstall = run.records.some(({ operation }) => operation === "Install");
  // A server that is off is not worth a mail every night.
  const isTroubled = servers.some((each) => needsSomebody(each) && each.server.state !== "notRegistered");
  return isEmpty || isInstall || isTroubled;
}
