import type { SimulatedCloud } from "../state/cloud.ts";
import type { CommandDocument, DocumentStep } from "../state/documents.ts";
import { documentOf, versionOf } from "../services/ssm/documents.ts";
import { filledParameters } from "../services/ssm/documentParameters.ts";
import type { ParameterValues } from "../services/ssm/documentParameters.ts";
import { ApiError } from "../http/apiError.ts";
import type { PluginResult } from "../state/commands.ts";
import { gatherInventory } from "./inventory.ts";
import { reboot } from "./packages.ts";
import { missedEntry } from "./patchingEntry.ts";
import type { MissReason } from "../state/journal.ts";
import { runPatchBaseline } from "./patchNode.ts";
import type { Process } from "./process.ts";
import type { PatchParameters, StepContext, StepOutcome } from "./step.ts";

const minute = 60_000;
const rebootCommand = /^\s*(sudo\s+)?(reboot|shutdown\s+-r|systemctl\s+reboot|Restart-Computer)\b/;
const exitCommand = /^\s*exit\s+(\d+)\s*$/;
const rebootMinutes = 4;

/** How a document went on a node. */
export interface DocumentOutcome {
  readonly plugins: readonly PluginResult[];
  readonly failed: boolean;
  readonly lost: boolean;
  readonly minutes: number;
}

function fine(minutes: number, stdout = ""): StepOutcome {
  return { exitCode: 0, minutes, stdout, stderr: "", lost: false };
}

/** A placeholder that is the whole text stands for the value as it is; inside a text its values are joined. */
function substituted(value: unknown, parameters: ParameterValues): unknown {
  if (Array.isArray(value)) return value.flatMap((entry: unknown) => substituted(entry, parameters));
  if (typeof value !== "string") return value;
  const whole = /^\{\{\s*(\w+)\s*\}\}$/.exec(value)?.[1];
  if (whole !== undefined) {
    const values = parameters[whole] ?? [];
    return values.length === 1 ? values[0] : values.length === 0 ? "" : [...values];
  }
  return value.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => (parameters[name] ?? []).join(" "));
}

function lines(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((line): line is string => typeof line === "string");
  return typeof value === "string" ? value.split("\n") : [];
}

function restart({ cloud, machine, at }: StepContext, afterMinutes: number): StepOutcome {
  const downAt = new Date(at.getTime() + afterMinutes * minute);
  const upAt = new Date(downAt.getTime() + rebootMinutes * minute);
  const minutes = afterMinutes + rebootMinutes;
  if (!reboot(cloud, machine, downAt, upAt)) return { ...fine(minutes), exitCode: 1, lost: true };
  cloud.journal.add({ kind: "boot", at: upAt, machine: machine.spec.id });
  return fine(minutes);
}

/** The exit code that asks the agent for a reboot; on Linux 3010 is 194 too, because an exit status has eight bits. */
const rebootCodes = { Linux: 194, MacOS: 194, Windows: 3010 } as const;

function exitStatus({ node }: StepContext, text: string): number {
  return node.platform.type === "Windows" ? Number(text) : Number(text) % 256;
}

/**
 * Shell and PowerShell lines are not interpreted: a line `exit N` alone ends the step with N, a line that begins with a
 * reboot command reboots the machine, anything else succeeds. `exit 194` on Linux and `exit 3010` on Windows ask for a
 * reboot, after which the script runs again from its beginning; its conditions are not interpreted either, so the line
 * is taken to hold once.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
 */
function runScript(context: StepContext, commands: readonly string[]): StepOutcome {
  let before = 0;
  for (const command of commands) {
    const text = exitCommand.exec(command)?.[1];
    const code = text === undefined ? undefined : exitStatus(context, text);
    if (code === rebootCodes[context.node.platform.type]) {
      if (before > 0) continue;
      const restarted = restart(context, 1);
      if (restarted.lost) return restarted;
      before = restarted.minutes;
      continue;
    }
    if (code !== undefined) return { ...fine(before + 1), exitCode: code };
    if (rebootCommand.test(command)) return restart(context, before);
  }
  return fine(before + 1);
}

type Asked = Pick<StepContext, "state" | "node" | "windowRun"> & { readonly commandId: string | null };

function patchParameters(context: Asked, inputs: Inputs): PatchParameters {
  const text = (name: string): string | undefined => {
    const value = inputs[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return {
    operation: text("Operation") === "Install" ? "Install" : "Scan",
    rebootOption: text("RebootOption") === "NoReboot" ? "NoReboot" : "RebootIfNeeded",
    // In a window the execution's id makes all nodes take one snapshot.
    snapshotId: text("SnapshotId") ?? context.windowRun?.executionId ?? context.commandId ?? "",
    installOverrideList: text("InstallOverrideList"),
    baselineOverride: text("BaselineOverride"),
  };
}

function documentParameters(value: unknown, parameters: ParameterValues): ParameterValues {
  const given: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return Object.fromEntries(
    Object.entries((given ?? {}) as Record<string, unknown>).map(([name, entry]) => {
      const filled = substituted(entry, parameters);
      return [name, Array.isArray(filled) ? filled.map(String) : [String(filled)]] as const;
    }),
  );
}

interface Nested {
  readonly document: CommandDocument;
  readonly given: ParameterValues;
}

function nestedIn({ state }: Asked, step: DocumentStep, parameters: ParameterValues): Nested {
  const path = substituted(step.inputs["documentPath"], parameters);
  return {
    document: versionOf(documentOf(state, String(path))).parsed,
    given: documentParameters(step.inputs["documentParameters"], parameters),
  };
}

type Inputs = Readonly<Record<string, unknown>>;

const inputsKnown = new WeakMap<ParameterValues, WeakMap<DocumentStep, Inputs>>();

/** A step's inputs, filled in once for all nodes of a command. */
function inputsOf(step: DocumentStep, parameters: ParameterValues): Inputs {
  const known = inputsKnown.get(parameters) ?? new WeakMap<DocumentStep, Inputs>();
  inputsKnown.set(parameters, known);
  const inputs = known.get(step) ?? filledInputs(step, parameters);
  known.set(step, inputs);
  return inputs;
}

function filledInputs(step: DocumentStep, parameters: ParameterValues): Inputs {
  return Object.fromEntries(Object.entries(step.inputs).map(([name, value]) => [name, substituted(value, parameters)]));
}

function isSkipped({ node }: Asked, step: DocumentStep): boolean {
  return step.platform !== undefined && step.platform !== node.platform.type;
}

/** What a document would have AWS-RunPatchBaseline do on a node; undefined when it patches nothing. */
function patchingOf(asked: Asked, document: CommandDocument, given: ParameterValues): PatchParameters | undefined {
  const parameters = filledParameters(document, given);
  for (const step of document.steps.filter((own) => !isSkipped(asked, own))) {
    if (step.patches === true) return patchParameters(asked, inputsOf(step, parameters));
    if (step.action !== "aws:runDocument") continue;
    const nested = nestedIn(asked, step, parameters);
    const found = patchingOf(asked, nested.document, nested.given);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Puts down that a node was not patched, when the document would have patched it. One that runs a document that is not there patches nothing. */
export function recordMissed(
  where: Asked & Pick<StepContext, "cloud">,
  document: CommandDocument,
  given: ParameterValues,
  at: Date,
  reason: MissReason,
): void {
  try {
    const planned = patchingOf(where, document, given);
    if (planned !== undefined) where.cloud.journal.add(missedEntry(where, planned, at, reason));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

function* runNested(context: StepContext, step: DocumentStep, parameters: ParameterValues): Process<StepOutcome> {
  let nested: Nested;
  try {
    nested = nestedIn(context, step, parameters);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...fine(0), exitCode: 1, stderr: `${error.code}: ${error.message}\n` };
  }
  const outcome = yield* runDocument(context, nested.document, nested.given);
  return {
    exitCode: outcome.failed ? 1 : 0,
    minutes: outcome.minutes,
    stdout: outcome.plugins.map((plugin) => plugin.stdout).join(""),
    stderr: outcome.plugins.map((plugin) => plugin.stderr).join(""),
    lost: outcome.lost,
  };
}

function actOf(context: StepContext, step: DocumentStep, parameters: ParameterValues): StepOutcome {
  const inputs = inputsOf(step, parameters);
  if (step.patches === true) return runPatchBaseline(context, patchParameters(context, inputs));
  switch (step.action) {
    case "aws:runShellScript":
    case "aws:runPowerShellScript":
      return runScript(context, lines(inputs["runCommand"] ?? inputs["commands"]));
    case "aws:softwareInventory":
      gatherInventory(context.cloud, context.node, context.machine, inputs, context.at);
      return fine(1);
    case "aws:updateSsmAgent":
      return fine(1);
    default:
      return { ...fine(0), exitCode: 1, stderr: `${step.action} is not covered by the embedded cloud\n` };
  }
}

/** A step takes effect when it begins, and has its end, and what it reports, when its minutes are over. */
function* runStep(context: StepContext, step: DocumentStep, parameters: ParameterValues): Process<StepOutcome> {
  if (step.action === "aws:runDocument") return yield* runNested(context, step, parameters);
  const outcome = actOf(context, step, parameters);
  const end = new Date(context.at.getTime() + outcome.minutes * minute);
  context.machine.stepEndsAt = end;
  if (outcome.minutes > 0) yield { until: end };
  return outcome;
}

/** What the agent answers for a step that it was told to cancel, as its source has it. */
function cancelledPlugin({ node, at, cloud }: StepContext, step: DocumentStep): PluginResult {
  const outcome = { ...fine(0), exitCode: node.platform.type === "Windows" ? -1 : 137 };
  return { ...pluginResult(step, outcome, at), status: "Cancelled", endTime: cloud.clock.now() };
}

function pluginResult(step: DocumentStep, outcome: StepOutcome, at: Date): PluginResult {
  return {
    name: step.name,
    folder: step.action.replace(":", ""),
    status: outcome.lost ? "TimedOut" : outcome.exitCode === 0 ? "Success" : "Failed",
    exitCode: outcome.exitCode,
    stdout: outcome.stdout,
    stderr: outcome.stderr,
    startTime: at,
    endTime: new Date(at.getTime() + outcome.minutes * minute),
  };
}

/**
 * Runs a Command document on a node, step by step. A step whose precondition names another platform is left out; a
 * failing step does not stop the next one unless it says `onFailure: exit`. A document that is stopped starts no further
 * step; the one under way goes on, on the server.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
 * @param plugins - takes the result of each step when it has ended
 */
export function* runDocument(
  context: StepContext,
  document: CommandDocument,
  given: ParameterValues,
  plugins: PluginResult[] = [],
): Process<DocumentOutcome> {
  const parameters = filledParameters(document, given);
  const steps = document.steps.filter((step) => !isSkipped(context, step));
  const begun = context.cloud.clock.now().getTime();
  let ended = false;
  let lost = false;
  for (const [index, step] of steps.entries()) {
    const here = { ...context, at: context.cloud.clock.now() };
    if (lost || (ended && !step.finallyStep)) {
      recordMissed(here, { ...document, steps: [step] }, given, here.at, "earlierStep");
      continue;
    }
    let outcome: StepOutcome | undefined;
    try {
      outcome = yield* runStep(here, step, parameters);
    } finally {
      if (outcome === undefined) {
        plugins.push(cancelledPlugin(here, step));
        const left = { ...document, steps: steps.slice(index + 1) };
        recordMissed(here, left, given, context.cloud.clock.now(), context.interruption.reason);
      }
    }
    lost = outcome.lost;
    plugins.push(pluginResult(step, outcome, here.at));
    ended ||= outcome.exitCode !== 0 && step.exitOnFailure;
  }
  const minutes = (context.cloud.clock.now().getTime() - begun) / minute;
  return { plugins, failed: plugins.some((plugin) => plugin.status !== "Success"), lost, minutes };
}

/** Where a node's output goes in S3: `prefix/command/node/plugin/step/stdout`, the plugin without its colon. */
export function writeOutput(
  cloud: SimulatedCloud,
  accountId: string,
  folder: string,
  plugins: readonly PluginResult[],
): void {
  const store = cloud.objects(accountId);
  for (const plugin of plugins) {
    const base = `${folder}/${plugin.folder}/${plugin.name}`;
    if (plugin.stdout !== "") store.put(`${base}/stdout`, Buffer.from(plugin.stdout), "text/plain", plugin.endTime);
    if (plugin.stderr !== "") store.put(`${base}/stderr`, Buffer.from(plugin.stderr), "text/plain", plugin.endTime);
  }
}
