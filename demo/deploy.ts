import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { programOver } from "../engine/programOver.ts";
import { resolveEngine } from "../engine/resolve.ts";
import { openSandbox } from "../engine/sandbox.ts";
import { startCloud, worldFromPlane } from "../simulator/index.ts";
import { inputsDigest, prepareGround, stackName } from "./ground.ts";
import { claim, DemoFailed, made } from "./run.ts";
import type { DemoRun } from "./run.ts";

/** The virtual date the demo begins on: fixed, so that every run shows the same. */
export const begin = new Date("2026-12-01T12:00:00Z");

/** Shows how far a step is. */
export type Show = (line: string) => void;

const parallel = 32;
const quietOperations = ["same", "read", "refresh"];
const onboardingTypes = ["VirtualMachineExtension", "VirtualMachineRunCommandByVirtualMachine"];

/** What to export, so that tools in another shell speak to the embedded cloud. */
export function cloudEnvironment(url: string): Readonly<Record<string, string>> {
  return {
    PATCHPLANE_SIMULATOR: url,
    AWS_ENDPOINT_URL: url,
    AZURE_RESOURCE_MANAGER_ENDPOINT: url,
    AWS_ACCESS_KEY_ID: "AKIAPATCHPLANESANDBX",
    AWS_SECRET_ACCESS_KEY: "sandbox",
  };
}

/** Finds or builds the Pulumi CLI. */
export async function findEngine(run: DemoRun, show: Show): Promise<string> {
  run.engine = await resolveEngine(show);
  return `Pulumi CLI ${run.engine.version}, ${run.engine.how}`;
}

/** Copies the inputs and starts an embedded cloud with the fleet's machines. */
export async function openCloud(run: DemoRun): Promise<string> {
  run.inputsBefore = await inputsDigest(run.projectRoot);
  const { plane } = await prepareGround(run);
  run.plane = plane;
  const { seed, faults } = run.options;
  run.world = worldFromPlane(plane, { seed, failureShare: faults });
  run.cloud = await startCloud({ world: run.world, now: begin, seed });
  // What the demo reads of the fleet, it reads as an operator's tool would: by the SDKs' own settings.
  Object.assign(process.env, cloudEnvironment(run.cloud.url));
  const azure = plane.fleet.filter((server) => server.cloud === "azure").length;
  return `embedded cloud at ${run.cloud.url}: ${String(plane.fleet.length - azure)} EC2 rows, ${String(azure)} Azure VMs`;
}

interface Deployment {
  created: number;
  errors: string;
  readonly failed: { readonly type: string; readonly name: string }[];
}

function note(deployment: Deployment, event: EngineEvent, show: Show): void {
  if (event.diagnosticEvent?.severity === "error") deployment.errors += event.diagnosticEvent.message;
  if (event.resOpFailedEvent !== undefined) {
    const { type, urn } = event.resOpFailedEvent.metadata;
    deployment.failed.push({ type: type.split(":").at(-1) ?? "", name: urn.split("::").at(-1) ?? "" });
  }
  if (event.resOutputsEvent?.metadata.op !== "create") return;
  deployment.created += 1;
  if (deployment.created % 100 === 0) show(`pulumi up: ${String(deployment.created)} resources created`);
}

/**
 * `pulumi up --continue-on-error`. VMs with something wrong fail, each alone; anything else that fails ends the demo.
 */
export async function bringUp(run: DemoRun, show: Show): Promise<string> {
  const root = made(run.root, "the folder of the run");
  const sandbox = await openSandbox({
    engine: made(run.engine, "the engine"),
    root,
    folder: join(root, ".patchplane", "sandbox"),
    cloudUrl: made(run.cloud, "the embedded cloud").url,
    plugins: join(run.projectRoot, "simulator", "plugins", "bin"),
    program: programOver(root),
  });
  run.stack = await sandbox.stack(stackName);
  const started = performance.now();
  const deployment: Deployment = { created: 0, errors: "", failed: [] };
  const succeeded = await run.stack
    .up({
      continueOnError: true,
      parallel,
      onEvent: (event) => {
        note(deployment, event, show);
      },
    })
    .then(
      () => true,
      (error: unknown) => {
        if (deployment.failed.length === 0)
          throw new DemoFailed(`pulumi up failed: ${deployment.errors === "" ? String(error) : deployment.errors}`);
        return false;
      },
    );
  const seconds = Math.round((performance.now() - started) / 1000);
  const others = deployment.failed.filter(({ type }) => !onboardingTypes.includes(type));
  run.failedVms = deployment.failed.map(({ name }) => name).sort();
  const failures = succeeded
    ? ""
    : `; ${String(run.failedVms.length)} Azure VMs with something wrong failed, each alone`;
  claim(
    run,
    others.length === 0,
    `\`pulumi up\` made ${String(deployment.created)} resources${failures}`,
    `these failed too: ${others.map(({ name }) => name).join(", ")}: ${deployment.errors}`,
  );
  return `pulumi up: ${String(deployment.created)} resources in ${String(seconds)} s${failures}`;
}

/**
 * `pulumi up` of what was merged meanwhile.
 * @returns names of the resources that it touched, sorted; without the VMs that fail as they did before
 */
export async function upAgain(run: DemoRun): Promise<readonly string[]> {
  const names = new Set<string>();
  const deployment: Deployment = { created: 0, errors: "", failed: [] };
  const known = new Set(run.failedVms);
  await made(run.stack, "the stack")
    .up({
      continueOnError: true,
      parallel,
      onEvent: (event) => {
        note(deployment, event, () => undefined);
        const { metadata } = event.resourcePreEvent ?? {};
        if (metadata !== undefined && !quietOperations.includes(metadata.op))
          names.add(metadata.urn.split("::").at(-1) ?? "");
      },
    })
    .catch((error: unknown) => {
      if (deployment.failed.length === 0 || deployment.failed.some(({ name }) => !known.has(name)))
        throw new DemoFailed(`pulumi up failed: ${deployment.errors === "" ? String(error) : deployment.errors}`);
    });
  return [...names].filter((name) => !known.has(name)).sort();
}

/** Names of the resources that a preview would touch, sorted. */
async function previewed(run: DemoRun): Promise<readonly string[]> {
  const names = new Set<string>();
  await made(run.stack, "the stack").preview({
    parallel,
    onEvent: ({ resourcePreEvent: event }) => {
      if (event !== undefined && !quietOperations.includes(event.metadata.op))
        names.add(event.metadata.urn.split("::").at(-1) ?? "");
    },
  });
  return [...names].sort();
}

/** A second preview may only show what failed before, and the checkout is as it was. */
export async function secondPreview(run: DemoRun): Promise<string> {
  const failed = run.failedVms ?? [];
  const names = await previewed(run);
  const shown =
    failed.length === 0 ? "no change" : `only the ${String(failed.length)} VMs that failed, to be tried again`;
  claim(run, names.join() === failed.join(), `a second preview shows ${shown}`, names.join(", "));
  const unchanged = (await inputsDigest(run.projectRoot)) === run.inputsBefore;
  claim(run, unchanged, "stack files and fleet are as they were checked in", "a file was rewritten");
  return `second preview: ${shown}`;
}
