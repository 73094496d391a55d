import { documentOf, versionOf } from "../services/ssm/documents.ts";
import { filledParameters } from "../services/ssm/documentParameters.ts";
import type { ParameterValues } from "../services/ssm/documentParameters.ts";
import type { CommandDocument, DocumentStep } from "../state/documents.ts";
import { usualStepSeconds } from "./script.ts";
import type { PatchParameters, StepContext } from "./step.ts";

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

/** For whom a document is read. */
export type Asked = Pick<StepContext, "state" | "node" | "windowRun"> & { readonly commandId: string | null };

/** What AWS-RunPatchBaseline is told. */
export function patchParameters(context: Asked, inputs: Inputs): PatchParameters {
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

/** The document that a step runs, and what it hands on. */
export function nestedIn({ state }: Asked, step: DocumentStep, parameters: ParameterValues): Nested {
  const path = substituted(step.inputs["documentPath"], parameters);
  return {
    document: versionOf(documentOf(state, String(path))).parsed,
    given: documentParameters(step.inputs["documentParameters"], parameters),
  };
}

type Inputs = Readonly<Record<string, unknown>>;

const inputsKnown = new WeakMap<ParameterValues, WeakMap<DocumentStep, Inputs>>();

/** A step's inputs, filled in once for all nodes of a command. */
export function inputsOf(step: DocumentStep, parameters: ParameterValues): Inputs {
  const known = inputsKnown.get(parameters) ?? new WeakMap<DocumentStep, Inputs>();
  inputsKnown.set(parameters, known);
  const inputs = known.get(step) ?? filledInputs(step, parameters);
  known.set(step, inputs);
  return inputs;
}

function filledInputs(step: DocumentStep, parameters: ParameterValues): Inputs {
  return Object.fromEntries(Object.entries(step.inputs).map(([name, value]) => [name, substituted(value, parameters)]));
}

/** Whether a step is for another platform. */
export function isSkipped({ node }: Asked, step: DocumentStep): boolean {
  return step.platform !== undefined && step.platform !== node.platform.type;
}

/** Everything that a document may have AWS-RunPatchBaseline do on a node. */
function patchingsOf(asked: Asked, document: CommandDocument, given: ParameterValues): readonly PatchParameters[] {
  const parameters = filledParameters(document, given);
  return document.steps.flatMap((step) => {
    if (isSkipped(asked, step)) return [];
    if (step.patches === true) return [patchParameters(asked, inputsOf(step, parameters))];
    if (step.action !== "aws:runDocument" || isNoop(step, parameters)) return [];
    const nested = nestedIn(asked, step, parameters);
    return patchingsOf(asked, nested.document, nested.given);
  });
}

/**
 * What a document would have AWS-RunPatchBaseline do on a node: of several, what the document itself was asked for.
 * Undefined when it patches nothing.
 */
export function patchingOf(
  asked: Asked,
  document: CommandDocument,
  given: ParameterValues,
): PatchParameters | undefined {
  const all = patchingsOf(asked, document, given);
  const { Operation: [operation] = [], RebootOption: [rebootOption] = [] } = filledParameters(document, given);
  const meant = all.filter((each) => each.operation === operation);
  return meant.find((each) => each.rebootOption === rebootOption) ?? meant[0] ?? all[0];
}

/** A document of AWS that does nothing. */
const noop = "AWS-Noop";

/** Whether a step runs the document of AWS that does nothing. */
export function isNoop(step: DocumentStep, parameters: ParameterValues): boolean {
  return substituted(step.inputs["documentPath"], parameters) === noop;
}

/**
 * A document's execution time-out in milliseconds: the longest that its own steps name, else the agent's usual one. A
 * nested document's steps do not count, because the service does not read them.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html#monitor-about-status-timeouts
 */
export function executionTimeout(document: CommandDocument, given: ParameterValues): number {
  const parameters = filledParameters(document, given);
  const named = document.steps.flatMap((step) => {
    const { timeoutSeconds, StepTimeoutSeconds } = inputsOf(step, parameters);
    const limit = Number(timeoutSeconds ?? StepTimeoutSeconds);
    return Number.isFinite(limit) && limit > 0 ? [limit] : [];
  });
  return (named.length === 0 ? usualStepSeconds : Math.max(...named)) * 1000;
}
