import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Engine } from "../../engine/resolve.ts";
import { openSandbox } from "../../engine/sandbox.ts";
import { startCloud, type Cloud } from "../../simulator/index.ts";
import { rounds } from "./edits.ts";
import { operatorOf, type Ids, type Operator } from "./outOfBand.ts";
import { runScenario } from "./scenario.ts";
import { account, region } from "./scenarioInputs.ts";

/** What an operation of the engine did or would do, and why. */
export interface RecordedStep {
  /** E.g. `round 3: preview`. */
  readonly step: string;
  /** `op type name`, then each changed property as `kind path`, then what replaces it; sorted. Failures are told too. */
  readonly operations: readonly string[];
}

const stackName = "judge";

/** An embedded cloud with the account that the scenario runs in; servers play no part in it. */
export function startScenarioCloud(): Promise<Cloud> {
  const world = {
    homeAccountId: account,
    homeRegion: region,
    accountIds: [account],
    predefinedBaselines: {},
    subscriptionIds: [],
    machines: [],
  };
  return startCloud({ world, now: new Date("2026-12-01T06:00:00Z"), seed: 1 });
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** A refresh tells what it found once it has read the resource; every other operation tells before it acts. */
function metadataOf(event: EngineEvent, refreshing: boolean): { outcome: string; metadata: Metadata } | undefined {
  const failed = event.resOpFailedEvent?.metadata;
  if (failed !== undefined) return { outcome: "failed: ", metadata: failed };
  const metadata = refreshing ? event.resOutputsEvent?.metadata : event.resourcePreEvent?.metadata;
  const tells = metadata !== undefined && !["same", "read", "refresh"].includes(metadata.op);
  return tells ? { outcome: "", metadata } : undefined;
}

function operationOf({ outcome, metadata }: { outcome: string; metadata: Metadata }): string {
  const kinds = Object.entries(metadata.detailedDiff ?? {}).map(([path, { diffKind }]) => `${diffKind} ${path}`);
  const changes = [...(kinds.length > 0 ? kinds : (metadata.diffs ?? []))].sort();
  const type = metadata.type.split(":").at(-1) ?? "";
  const name = metadata.urn.split("::").at(-1) ?? "";
  const replaced = [...(metadata.keys ?? [])].sort();
  return [
    `${outcome}${metadata.op} ${type} ${name}`,
    ...(changes.length > 0 ? [`: ${changes.join(", ")}`] : []),
    ...(replaced.length > 0 ? [`; replaced by ${replaced.join(", ")}`] : []),
  ].join("");
}

interface Run {
  readonly stack: Stack;
  readonly operator: Operator;
  readonly steps: RecordedStep[];
  record(step: string, operation: "preview" | "up" | "refresh" | "destroy"): Promise<void>;
}

async function idsOf(stack: Stack): Promise<Ids> {
  const { deployment } = (await stack.exportStack()) as {
    deployment: { resources: readonly { urn: string; id?: string }[] };
  };
  return new Map(deployment.resources.map(({ urn, id }) => [urn.split("::").at(-1) ?? "", id ?? ""]));
}

async function tamper(run: Run, what: string, act: (ids: Ids) => Promise<void>): Promise<void> {
  await act(await idsOf(run.stack));
  await run.record(`${what}: refresh`, "refresh");
  await run.record(`${what}: preview after the refresh`, "preview");
  await run.record(`${what}: up`, "up");
  await run.record(`${what}: preview after up`, "preview");
}

async function scenarioSteps(run: Run, take: (round: number) => void): Promise<void> {
  for (const round of rounds.keys()) {
    take(round);
    await run.record(`round ${String(round)}: preview`, "preview");
    await run.record(`round ${String(round)}: up`, "up");
    await run.record(`round ${String(round)}: preview after up`, "preview");
  }
  await run.record("refresh", "refresh");
  await run.record("preview after the refresh", "preview");
  await tamper(run, "changed by hand", (ids) => run.operator.change(ids));
  await tamper(run, "deleted by hand", (ids) => run.operator.delete(ids));
  await run.record("destroy", "destroy");
  run.steps.push({ step: "left after destroy", operations: await run.operator.leftovers() });
}

/**
 * Runs the scenario through the real engine on an embedded cloud of its own, with the provider plugin of a folder, and
 * tells what every preview, up, refresh and the destroy showed.
 */
export async function judgeRun(
  engine: Engine,
  plugins: string,
  onStep: (step: RecordedStep) => void = () => undefined,
): Promise<readonly RecordedStep[]> {
  const root = await mkdtemp(join(tmpdir(), "patchplane-judge-"));
  const cloud = await startScenarioCloud();
  const operator = operatorOf(cloud.url);
  try {
    await writeFile(join(root, "Pulumi.yaml"), "name: patchplane\nruntime: nodejs\n");
    await writeFile(join(root, `Pulumi.${stackName}.yaml`), 'config:\n  pulumi:disable-default-providers: ["*"]\n');
    let round = 0;
    const program = () => runScenario(rounds[round] ?? []);
    const folder = join(root, ".patchplane");
    const sandbox = await openSandbox({ engine, root, folder, cloudUrl: cloud.url, plugins, program });
    const stack = await sandbox.stack(stackName);
    // The stand-in knows the embedded cloud by PATCHPLANE_SIMULATOR, the real provider by the AWS SDK's own variables.
    stack.workspace.envVars = {
      ...stack.workspace.envVars,
      AWS_ENDPOINT_URL_SSM: cloud.url,
      AWS_ENDPOINT_URL_STS: cloud.url,
    };
    const steps: RecordedStep[] = [];
    const record: Run["record"] = async (step, operation) => {
      const operations: string[] = [];
      const onEvent = (event: EngineEvent): void => {
        const told = metadataOf(event, operation === "refresh");
        if (told !== undefined) operations.push(operationOf(told));
      };
      // One resource that cannot be updated must not keep the others from it.
      const options = operation === "up" ? { onEvent, continueOnError: true } : { onEvent };
      await stack[operation](options).catch((error: unknown) => {
        if (!operations.some((each) => each.startsWith("failed"))) throw error;
      });
      const recorded = { step, operations: operations.sort() };
      steps.push(recorded);
      onStep(recorded);
    };
    await scenarioSteps({ stack, operator, steps, record }, (next) => {
      round = next;
    });
    return steps;
  } finally {
    operator.close();
    await cloud.close();
    await rm(root, { recursive: true, force: true });
  }
}
