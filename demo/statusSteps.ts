import { join } from "node:path";
import { azureEndpoint } from "../operations/azure/endpoint.ts";
import { collectedHistory, readFleet } from "../operations/status.ts";
import { folderStore } from "../operations/store/folderStore.ts";
import type { RunSteps } from "../operations/progress.ts";
import { judgeFleet } from "../domain/status/judgeFleet.ts";
import type { FleetStatus, ServerStatus } from "../domain/status/fleetStatus.ts";
import { statusDocument } from "../render/status/statusDocument.ts";
import { writeText } from "../render/writers/text.ts";
import type { Cloud, PatchingEntry } from "../simulator/index.ts";
import { begin, type Show } from "./deploy.ts";
import { stackName } from "./ground.ts";
import { paper } from "./options.ts";
import { claimOutcome, judgeWeeks, outcomeText } from "./outcome.ts";
import { claim, DemoFailed, made, type DemoRun } from "./run.ts";
import { isHybrid } from "../domain/fleet/managedNode.ts";

/** What `patchplane status` says now, by the SDKs and over HTTP as for any cloud. */
async function readStatus(run: DemoRun, asOf: Date, show: Show): Promise<FleetStatus> {
  const azure = azureEndpoint(made(run.cloud, "the embedded cloud").url);
  if ("fault" in azure) throw new DemoFailed(azure.fault.message);
  const runSteps: RunSteps = (steps) => Promise.all(steps.map(async (step) => (await step.act(show)).value));
  const plane = made(run.plane, "the plane");
  const store = folderStore(join(made(run.root, "the folder of the run"), "collections"));
  const history = await collectedHistory(plane, {}, asOf, store);
  return judgeFleet(plane, { ...(await readFleet(plane, { azure, runSteps }, asOf)), ...history }, asOf);
}

function isRegistered({ node }: ServerStatus): boolean {
  return node !== undefined && isHybrid(node.id);
}

/** Every Azure VM is a managed node by an activation of its own, or its failure is named. */
export async function checkOnboarding(run: DemoRun, show: Show): Promise<string> {
  const { servers } = await readStatus(run, begin, show);
  const azure = servers.filter(({ server }) => server.cloud === "azure");
  const registered = azure.filter(isRegistered);
  const missing = azure.filter((status) => !isRegistered(status));
  const reasons = missing.map(
    ({ server, onboarding }) => `  ${server.name}: ${onboarding?.detail ?? "no reason known"}`,
  );
  if (reasons.length > 0) run.printed.push(`Azure VMs that could not be onboarded:\n${reasons.join("\n")}`);
  const failed = run.failedVms?.length ?? 0;
  const but = failed === 0 ? "" : ` but the ${String(failed)} that failed`;
  claim(
    run,
    missing.length === failed && registered.length > 0,
    `all ${String(azure.length)} Azure VMs${but} are managed nodes, each by an activation of its own`,
    `not registered: ${missing.map(({ server }) => server.name).join(", ")}`,
  );
  const distinct = new Set(registered.map(({ node }) => node?.id)).size;
  claim(run, distinct === registered.length, "no two of them share a node", `${String(distinct)} distinct nodes`);
  return `onboarding: ${String(registered.length)} of ${String(azure.length)} Azure VMs registered`;
}

/** The last operation of each node that wrote compliance: not those with a baseline override, nor those that failed before. */
function lastReports(cloud: Cloud): ReadonlyMap<string, PatchingEntry> {
  const last = new Map<string, PatchingEntry>();
  for (const entry of cloud.journal.entries) {
    if (entry.kind !== "patching" || entry.counts === undefined || entry.baselineOverride !== undefined) continue;
    const before = last.get(entry.nodeId);
    if (before === undefined || before.endsAt <= entry.endsAt) last.set(entry.nodeId, entry);
  }
  return last;
}

function differsFrom(truth: PatchingEntry | undefined, { scan }: ServerStatus): boolean {
  if (truth?.counts === undefined || scan === undefined) return truth?.counts !== undefined || scan !== undefined;
  const { missing, failed, pendingReboot } = truth.counts;
  const isSame = scan.missing === missing && scan.failed === failed && scan.pendingReboot === pendingReboot;
  return !isSame || scan.endedAt?.getTime() !== truth.endsAt.getTime();
}

/** Shows the status, and that it agrees with what truly happened. */
export async function reportStatus(run: DemoRun, show: Show): Promise<string> {
  const cloud = made(run.cloud, "the embedded cloud");
  const status = await readStatus(run, cloud.now(), show);
  run.printed.push(writeText(statusDocument({ stack: stackName }, status), { width: paper }).trimEnd());
  const outcome = judgeWeeks(run);
  run.outcome = outcomeText(outcome, status, run.options.faults);
  claimOutcome(run, made(run.plane, "the plane"), outcome);
  const truth = lastReports(cloud);
  const wrong = status.servers.filter((server) => differsFrom(truth.get(server.node?.id ?? ""), server));
  claim(
    run,
    wrong.length === 0,
    `what status says of ${String(status.servers.length)} servers is what the embedded cloud's journal recorded`,
    `it differs for ${wrong.map(({ server }) => server.name).join(", ")}`,
  );
  const stale = status.servers.filter(
    ({ judgement, scan, freshSince }) =>
      judgement.verdict === "compliant" && (scan?.endedAt === undefined || scan.endedAt < freshSince),
  );
  claim(
    run,
    stale.length === 0,
    "no server without a fresh scan by its own baseline counts as compliant",
    stale.map(({ server }) => server.name).join(", "),
  );
  return `status of ${String(status.servers.length)} servers, read through the AWS and Azure SDKs`;
}
