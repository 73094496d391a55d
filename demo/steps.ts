import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPlane } from "../config/file.ts";
import { formatFault } from "../domain/fault.ts";
import { nextRuns } from "../domain/nextRuns.ts";
import type { Plane } from "../domain/plane.ts";
import { resolveEngine } from "../engine/resolve.ts";
import { openSandbox } from "../engine/sandbox.ts";
import type { ServerStatus } from "../domain/fleetStatus.ts";
import { fleetStatus } from "../operations/fleetStatus.ts";
import type { RunSteps } from "../operations/steps.ts";
import { statusTable } from "../render/statusTable.ts";
import { statusRow } from "../render/statusText.ts";
import { startCloud } from "../simulator/index.ts";
import { worldFromPlane } from "../simulator/world.ts";
import { claim, DemoFailed, made, type DemoOutputs, type DemoRun } from "./run.ts";

const stackName = "prod";
/** The virtual date the demo begins on: fixed, so that every run shows the same. */
const begin = new Date("2026-12-01T12:00:00Z");
const seed = 1;

type Show = (line: string) => void;

/** One step: does its part, shows that it goes on, and answers the title that says what came of it. */
interface DemoStep {
  readonly title: string;
  readonly act: (run: DemoRun, show: Show) => Promise<string>;
}

/** Digest of the stack files and the fleet: what the engine would rewrite if it were let near them. */
async function inputsDigest(root: string): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(root)).filter((name) => name.startsWith("Pulumi")).sort();
  for (const name of [...names, "fleet/prod.csv"]) hash.update(name).update(await readFile(join(root, name)));
  return hash.digest("hex");
}

async function findEngine(run: DemoRun, show: Show): Promise<string> {
  run.engine = await resolveEngine(show);
  return `Pulumi CLI ${run.engine.version}, ${run.engine.how}`;
}

async function openCloud(run: DemoRun): Promise<string> {
  const read = readPlane(run.root, stackName);
  if ("faults" in read) throw new DemoFailed(read.faults.map(formatFault).join("\n"));
  run.plane = read.plane;
  run.inputsBefore = await inputsDigest(run.root);
  const world = worldFromPlane(read.plane, { seed, failureShare: 0 });
  run.cloud = await startCloud({ world, now: begin, seed });
  // The SDK's own variables: what the demo reads of the fleet, it reads as an operator's tool would.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: run.cloud.url,
    AWS_ACCESS_KEY_ID: "AKIAPATCHPLANESANDBX",
    AWS_SECRET_ACCESS_KEY: "sandbox",
  });
  const azure = read.plane.fleet.filter((server) => server.cloud === "azure").length;
  return `embedded cloud at ${run.cloud.url}: ${String(read.plane.fleet.length - azure)} EC2 instances, ${String(azure)} Azure VMs`;
}

async function bringUp(run: DemoRun, show: Show): Promise<string> {
  run.folder = await mkdtemp(join(tmpdir(), "patchplane-demo-"));
  const sandbox = await openSandbox({
    engine: made(run.engine, "the engine"),
    root: run.root,
    folder: run.folder,
    cloudUrl: made(run.cloud, "the embedded cloud").url,
    plugins: join(run.root, "simulator", "plugins", "bin"),
  });
  run.stack = await sandbox.stack(stackName);
  const started = performance.now();
  let created = 0;
  let errors = "";
  const result = await run.stack
    .up({
      continueOnError: true,
      parallel: 32,
      onEvent: (event) => {
        if (event.diagnosticEvent?.severity === "error") errors += event.diagnosticEvent.message;
        if (event.resOutputsEvent?.metadata.op !== "create") return;
        created += 1;
        if (created % 100 === 0) show(`pulumi up: ${String(created)} resources created`);
      },
    })
    .catch((error: unknown) => {
      throw new DemoFailed(`pulumi up failed: ${errors === "" ? String(error) : errors}`);
    });
  const seconds = Math.round((performance.now() - started) / 1000);
  run.outputs = Object.fromEntries(
    Object.entries(result.outputs).map(([name, { value }]) => [name, value as unknown]),
  ) as unknown as DemoOutputs;
  claim(run, result.summary.result === "succeeded", `\`pulumi up\` made ${String(created)} resources`, result.stderr);
  return `pulumi up: ${String(created)} resources in ${String(seconds)} s`;
}

const quietly: RunSteps = async (steps) => {
  const outcomes = await Promise.all(steps.map((step) => step.act(() => undefined)));
  return outcomes.map(({ value }) => value);
};

async function status(run: DemoRun): Promise<readonly ServerStatus[]> {
  const url = made(run.cloud, "the embedded cloud").url;
  const asOf = made(run.cloud, "the embedded cloud").now();
  const scope = { azure: { url, token: false }, runSteps: quietly };
  return (await fleetStatus(made(run.plane, "the plane"), asOf, scope)).servers;
}

async function registration(run: DemoRun): Promise<string> {
  const rows = await status(run);
  const plane = made(run.plane, "the plane");
  const azure = rows.filter((row) => row.server.cloud === "azure");
  const registered = azure.filter((row) => row.node?.id.startsWith("mi-") === true);
  const lines = Object.keys(plane.subscriptions).map((name) => {
    const of = (list: readonly ServerStatus[]) => list.filter((row) => row.server.site === name).length;
    const { location } = plane.subscriptions[name] ?? { location: "" };
    return `  ${name}: ${String(of(registered))} of ${String(of(azure))} VMs registered as managed nodes in ${location}`;
  });
  run.printed.push(`Azure VMs onboarded:\n${lines.join("\n")}`);
  const missing = azure.filter((row) => row.node === undefined).map((row) => row.server.name);
  claim(
    run,
    missing.length === 0 && azure.length > 0,
    `all ${String(azure.length)} Azure VMs are managed nodes, each by an activation of its own`,
    `not registered: ${missing.join(", ")}`,
  );
  const distinct = new Set(registered.map((row) => row.node?.id)).size;
  claim(run, distinct === registered.length, "no two of them share a node", `${String(distinct)} distinct nodes`);
  return `onboarding: ${String(registered.length)} of ${String(azure.length)} Azure VMs registered`;
}

interface ScanRun {
  readonly window: string;
  readonly at: Date;
  readonly local: string;
  readonly ends: Date;
}

function nextScans(plane: Plane, from: Date): readonly ScanRun[] {
  return Object.values(plane.windows)
    .filter((window) => window.operation === "scan")
    .flatMap((window) =>
      window.schedules.flatMap((schedule) =>
        nextRuns(schedule, from, 1).map(({ at, local }) => ({
          window: window.name,
          at,
          local,
          ends: new Date(at.getTime() + window.durationHours * 3_600_000),
        })),
      ),
    )
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

async function scan(run: DemoRun, show: Show): Promise<string> {
  const plane = made(run.plane, "the plane");
  const cloud = made(run.cloud, "the embedded cloud");
  const scans = nextScans(plane, begin);
  const last = scans.map((each) => each.ends).sort((a, b) => b.getTime() - a.getTime())[0];
  if (last === undefined) throw new DemoFailed("the stack has no scan window");
  for (const each of scans) {
    show(`clock to ${each.window}, ${each.local}`);
    await cloud.advanceTo(each.at);
  }
  await cloud.advanceTo(last);
  const windows = cloud.journal.entries.filter((entry) => entry.kind === "windowRun");
  const lines = windows.map(
    ({ at, region, windowName, nodes, status }) =>
      `  ${at.toISOString().slice(0, 16)}Z  ${region}  ${windowName}: ${String(nodes)} servers, ${status}`,
  );
  run.printed.push(`Windows that ran until ${last.toISOString().slice(0, 16)}Z:\n${lines.join("\n")}`);
  return `clock to ${last.toISOString()}: ${String(scans.length)} scan windows ran`;
}

async function report(run: DemoRun): Promise<string> {
  const plane = made(run.plane, "the plane");
  const rows = await status(run);
  const elsewhere = Object.values(plane.groups).filter((group) => group.kind === "elsewhere");
  const firstInstalls = plane.nodes.installOnFirstContact.map(
    (group) => `${group}: installs once when a node is first seen, so it was patched as it came in`,
  );
  const notes = elsewhere.map((group) => {
    const servers = plane.fleet.filter((server) => server.patchGroup === group.name).length;
    return `${group.name}: ${String(servers)} servers patched elsewhere (${group.patchedElsewhere})`;
  });
  run.printed.push([statusTable(rows.map(statusRow), ["group", "os"]), ...firstInstalls, ...notes].join("\n"));
  const because = (...reasons: readonly string[]) =>
    rows
      .filter(({ judgement }) => judgement.verdict === "unknown" && reasons.includes(judgement.reason))
      .map(({ server }) => server.name);
  const unseen = because("noNode", "neverScanned", "stale");
  claim(
    run,
    unseen.length === 0,
    `all ${String(rows.length)} servers of the stack were scanned in their window`,
    `not seen: ${unseen.join(", ")}`,
  );
  const wrong = because("groupWithoutBaseline", "baselineNotDeployed", "otherBaseline");
  claim(run, wrong.length === 0, "every scan used the baseline its group and OS intend", `others: ${wrong.join(", ")}`);
  return `status of ${String(rows.length)} servers, read through the AWS SDK`;
}

async function secondPreview(run: DemoRun): Promise<string> {
  const stack = made(run.stack, "the stack");
  const { changeSummary } = await stack.preview({ parallel: 32 });
  const changes = Object.entries(changeSummary).filter(([op]) => op !== "same");
  const words = changes.map(([op, count]) => `${String(count)} to ${op}`).join(", ");
  claim(run, changes.length === 0, "a second preview shows no change", words);
  const unchanged = (await inputsDigest(run.root)) === run.inputsBefore;
  claim(run, unchanged, "stack files and fleet are as they were checked in", "a file was rewritten");
  return "second preview: no change";
}

/** The demo, in order. */
export const demoSteps: readonly DemoStep[] = [
  { title: "Pulumi CLI", act: findEngine },
  { title: "embedded cloud", act: openCloud },
  { title: "pulumi up", act: bringUp },
  { title: "onboarding", act: registration },
  { title: "clock to the next scan windows", act: scan },
  { title: "status", act: report },
  { title: "second preview", act: secondPreview },
];

/** Ends the cloud and removes the temporary folder. */
export async function closeDemo(run: DemoRun): Promise<void> {
  await run.cloud?.close();
  if (run.folder !== undefined) await rm(run.folder, { recursive: true, force: true });
}
