import type { SimulatedCloud } from "../state/cloud.ts";
import type { CommandDocument, DocumentStep } from "../state/documents.ts";
import { documentOf, versionOf } from "../services/ssm/documents.ts";
import { filledParameters } from "../services/ssm/documentParameters.ts";
import type { ParameterValues } from "../services/ssm/documentParameters.ts";
import type { PluginResult } from "../state/commands.ts";
import { gatherInventory } from "./inventory.ts";
import { reboot } from "./packages.ts";
import { missedEntry } from "./patchingEntry.ts";
import { runPatchBaseline } from "./patchNode.ts";
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

function restart({ cloud, machine, at }: StepContext): StepOutcome {
  const upAt = new Date(at.getTime() + rebootMinutes * minute);
  if (!reboot(cloud, machine, at, upAt)) return { ...fine(rebootMinutes), exitCode: 1, lost: true };
  cloud.journal.add({ kind: "boot", at: upAt, machine: machine.spec.id });
  return fine(rebootMinutes);
}

/**
 * Shell and PowerShell lines are not interpreted: a line `exit N` alone ends the step with N, a line that begins with a
 * reboot command reboots the machine, anything else succeeds.
 */
function runScript(context: StepContext, commands: readonly string[]): StepOutcome {
  for (const command of commands) {
    const code = exitCommand.exec(command)?.[1];
    if (code !== undefined) return { ...fine(1), exitCode: Number(code) };
    if (rebootCommand.test(command)) {
      return restart(context);
    }
  }
  return fine(1);
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
export function patchingOf(
  asked: Asked,
  document: CommandDocument,
  given: ParameterValues,
): PatchParameters | undefined {
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

function runNested(context: StepContext, step: DocumentStep, parameters: ParameterValues): StepOutcome {
  const { document, given } = nestedIn(context, step, parameters);
  const outcome = runDocument(context, document, given);
  return {
    exitCode: outcome.failed ? 1 : 0,
    minutes: outcome.minutes,
    stdout: outcome.plugins.map((plugin) => plugin.stdout).join(""),
    stderr: outcome.plugins.map((plugin) => plugin.stderr).join(""),
    lost: outcome.lost,
  };
}

function runStep(context: StepContext, step: DocumentStep, parameters: ParameterValues): StepOutcome {
  const inputs = inputsOf(step, parameters);
  if (step.patches === true) return runPatchBaseline(context, patchParameters(context, inputs));
  switch (step.action) {
    case "aws:runShellScript":
    case "aws:runPowerShellScript":
      return runScript(context, lines(inputs["runCommand"] ?? inputs["commands"]));
    case "aws:runDocument":
      return runNested(context, step, parameters);
    case "aws:softwareInventory":
      gatherInventory(context.cloud, context.node, context.machine, inputs, context.at);
      return fine(1);
    case "aws:updateSsmAgent":
      return fine(1);
    default:
      return { ...fine(0), exitCode: 1, stderr: `${step.action} is not covered by the embedded cloud\n` };
  }
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
 * failing step does not stop the next one unless it says `onFailure: exit`.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
 */
export function runDocument(context: StepContext, document: CommandDocument, given: ParameterValues): DocumentOutcome {
  const parameters = filledParameters(document, given);
  const plugins: PluginResult[] = [];
  let minutes = 0;
  let ended = false;
  let lost = false;
  for (const step of document.steps) {
    if (isSkipped(context, step)) continue;
    const at = new Date(context.at.getTime() + minutes * minute);
    if (lost || (ended && !step.finallyStep)) {
      const planned = patchingOf(context, { ...document, steps: [step] }, given);
      if (planned !== undefined) context.cloud.journal.add(missedEntry(context, planned, at, "earlierStep"));
      continue;
    }
    const outcome = runStep({ ...context, at }, step, parameters);
    minutes += outcome.minutes;
    lost = outcome.lost;
    plugins.push(pluginResult(step, outcome, at));
    ended ||= outcome.exitCode !== 0 && step.exitOnFailure;
  }
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
