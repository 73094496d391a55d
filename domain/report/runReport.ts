import type { ComplianceItemRecord, PatchSummaryRecord, RunRecord, ServerRecord } from "../collection/records.ts";
import type { Comparison } from "../packages/comparison.ts";
import { packageOfPatch, versionOfPatch } from "../packages/installed.ts";
import { runOutcome, type ServerOutcome } from "../packages/outcome.ts";
import { byText } from "../text.ts";
import { cell } from "./comparedServers.ts";
import { outcomeReport, type RunServer } from "./outcomeReport.ts";
import type { ReportColumn, ReportDocument, ReportTable } from "./report.ts";
import type { RunEvidence, RunNode, WindowRunFacts } from "./runFacts.ts";

/** One server of a run, with what the run did there. */
export interface ReportedServer extends RunServer {
  readonly installed: readonly ComplianceItemRecord[];
  readonly failed: readonly ComplianceItemRecord[];
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

/** Whether what a node last reported is of this run: AWS shows only the last operation of each. */
function isOfRun(run: WindowRunFacts, summary: PatchSummaryRecord | undefined): summary is PatchSummaryRecord {
  return summary !== undefined && summary.OperationStartTime !== "" && summary.OperationStartTime >= run.started;
}

/** Whether what a node last reported is an installation by this run: its patches say what it installed. */
export function isInstallOf(run: WindowRunFacts, summary: PatchSummaryRecord): boolean {
  return isOfRun(run, summary) && summary.OperationType === "Install";
}

const there: ReadonlySet<string> = new Set([
  "INSTALLED",
  "INSTALLED_OTHER",
  "INSTALLED_PENDING_REBOOT",
  "INSTALLED_REJECTED",
]);

function installedIn(run: WindowRunFacts, { PatchState, InstalledTime }: ComplianceItemRecord): boolean {
  return there.has(PatchState) && InstalledTime !== "" && InstalledTime >= run.started;
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

/** The node as a server; who owns it is in the fleet file, which this report is made without. */
function serverOf(node: RunNode, summary: PatchSummaryRecord | undefined): ServerRecord {
  const fromFleetFile = { serverId: "", owner: "", businessUnit: "", cloud: "", site: "", location: "", approval: "" };
  const ofMachine = {
    criticality: "",
    os: "",
    release: "",
    arch: "",
    agentVersion: "",
    inventoryCaptured: "",
  };
  return {
    ...fromFleetFile,
    ...ofMachine,
    versions: "",
    resourceId: node.id,
    name: node.name,
    patchGroup: summary?.PatchGroup ?? "",
    state: node.pingStatus === "" ? "notRegistered" : "collected",
    reason: node.pingStatus === "" ? "it is no node of the location any more" : "",
    pingStatus: node.pingStatus,
    lastPing: "",
    lastScan: summary?.OperationEndTime ?? "",
  };
}

/** An outcome in the light of what only the run itself knows. */
function inRun(result: ServerOutcome, { tasks }: WindowRunFacts, told: boolean): ServerOutcome {
  const stopped = tasks.some(({ status }) => status === "CANCELLED" || status === "TIMED_OUT");
  if (result.outcome === "notReached" && stopped) {
    return { outcome: "cutOff", reason: "the window ended before its turn" };
  }
  return result.outcome === "unknown" && !told ? { ...result, reason: "it did not report what it did" } : result;
}

function reported(
  { accountId, region, run }: RunEvidence,
  node: RunNode,
  runs: readonly RunRecord[],
  summary: PatchSummaryRecord | undefined,
  patches: readonly ComplianceItemRecord[],
): ReportedServer {
  const told = isOfRun(run, summary);
  const own = told ? patches : [];
  const installed = own.filter((patch) => installedIn(run, patch));
  const failed = own.filter(({ PatchState }) => PatchState === "FAILED");
  const server = serverOf(node, summary);
  const comparison: Comparison = told ? comparisonOf(installed) : { basis: "none", reason: "noDataAfter" };
  const evidence = { server, runs, ...(told ? { summary } : {}), patches: own, comparison };
  const times = (name: "started" | "ended"): readonly string[] =>
    runs.map((each) => each[name]).filter((each) => each !== "");
  return {
    accountId,
    region,
    server,
    result: inRun(runOutcome(evidence), run, told),
    ...(told ? { changed: installed.length, missing: Number(summary.MissingCount) } : {}),
    started: times("started").toSorted(byText)[0] ?? "",
    ended: times("ended").toSorted(byText).at(-1) ?? "",
    commands: [...new Set(runs.map(({ commandId }) => commandId))],
    installed,
    failed,
  };
}

const updateColumns: readonly ReportColumn[] = [
  { key: "server", title: "Server", kind: "text" },
  { key: "node", title: "Node", kind: "code" },
  { key: "update", title: "Update", kind: "code" },
  { key: "version", title: "Version after", kind: "code" },
  {
    key: "state",
    title: "State",
    kind: "state",
    tones: { installed: "good", "needs a reboot": "warning", failed: "bad" },
  },
  { key: "classification", title: "Classification", kind: "text" },
  { key: "installed_at", title: "Installed", kind: "instant" },
];

function stateWord({ PatchState }: ComplianceItemRecord): string {
  if (PatchState === "FAILED") return "failed";
  return PatchState === "INSTALLED_PENDING_REBOOT" ? "needs a reboot" : "installed";
}

function updatesTable(servers: readonly ReportedServer[]): ReportTable {
  const rows = servers.flatMap(({ server, installed, failed }) =>
    [...installed, ...failed].map((patch) => [
      server.name,
      server.resourceId,
      patch.Id,
      versionOfPatch(patch) ?? null,
      stateWord(patch),
      cell(patch.Classification),
      cell(patch.InstalledTime),
    ]),
  );
  const note = "By the report that each server made when the run ended; what was there before is in patchplane report.";
  return { id: "updates", title: "Updates", note, empty: "nothing was installed", columns: updateColumns, rows };
}

/**
 * What one run of a window did, server by server and update by update.
 * @param idleWindows windows that have no servers, so that nobody is missed
 */
export function runReport(evidence: RunEvidence, idleWindows: readonly string[]): RunReport {
  const { run, stack, nodes } = evidence;
  const runs = Map.groupBy(run.records, ({ resourceId }) => resourceId);
  const summaries = new Map(evidence.summaries.map((each) => [each.resourceId, each]));
  const patches = Map.groupBy(evidence.patches, ({ resourceId }) => resourceId);
  const servers = nodes
    .map((node) =>
      reported(evidence, node, runs.get(node.id) ?? [], summaries.get(node.id), patches.get(node.id) ?? []),
    )
    .toSorted((a, b) => byText(a.server.name, b.server.name) || byText(a.server.resourceId, b.server.resourceId));
  const question = { stack, run: run.runId, since: run.started, until: run.ended };
  const asked = { asOf: run.ended, question, unknowns: [] };
  const isEmpty = run.tasks.length > 0 && run.records.length === 0 && !idleWindows.includes(run.window);
  const document = outcomeReport(servers, [], asked, isEmpty);
  return {
    document: { ...document, title: `Run of ${run.window}`, tables: [...document.tables, updatesTable(servers)] },
    run,
    servers,
    isEmpty,
  };
}

/**
 * Whether somebody has to be told of a run: of every installation, and of what went wrong. A scan of the whole fleet
 * every night in which nothing did is not worth a mail.
 */
export function isWorthTelling({ run, servers, isEmpty }: RunReport): boolean {
  return isEmpty || run.records.some(({ operation }) => operation === "Install") || servers.some(needsSomebody);
}
