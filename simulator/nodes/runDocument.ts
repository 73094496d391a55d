import { ApiError } from "../http/apiError.ts";
import type { SimulatedCloud } from "../state/cloud.ts";
import type { CommandDocument, DocumentStep } from "../state/documents.ts";
import { filledParameters } from "../services/ssm/documentParameters.ts";
import type { ParameterValues } from "../services/ssm/documentParameters.ts";
import type { PluginResult } from "../state/commands.ts";
import { gatherInventory } from "./inventory.ts";
import type { Asked } from "./documentInputs.ts";
import { inputsOf, isNoop, isSkipped, nestedIn, patchingOf, patchParameters } from "./documentInputs.ts";
import { goesOn } from "./hookGates.ts";
import type { MissReason } from "../state/journal.ts";
import { missedEntry } from "./patchingEntry.ts";
import { begin } from "./process.ts";
import type { Process } from "./process.ts";
import { runPatchBaseline } from "./patchNode.ts";
import { fine, lines, runScript, usualStepSeconds } from "./script.ts";
import type { StepContext, StepOutcome } from "./step.ts";

const minute = 60_000;

/** How a document went on a node. */
export interface DocumentOutcome {
  readonly plugins: readonly PluginResult[];
  readonly failed: boolean;
  readonly lost: boolean;
  readonly minutes: number;
  /** Whether a step of it restarted the machine. */
  readonly rebooted: boolean;
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
  if (isNoop(step, parameters)) return fine(0);
  let nested: ReturnType<typeof nestedIn>;
  try {
    nested = nestedIn(context, step, parameters);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...fine(0), exitCode: 1, stderr: `${error.code}: ${error.message}\n` };
  }
  // The agent gives a nested document a cancel flag of its own, which nobody sets.
  const outcome = yield* runDocument({ ...context, nested: true, interruption: {} }, nested.document, nested.given);
  return {
    exitCode: outcome.failed ? 1 : 0,
    minutes: outcome.minutes,
    stdout: outcome.plugins.map((plugin) => plugin.stdout).join(""),
    stderr: outcome.plugins.map((plugin) => plugin.stderr).join(""),
    lost: outcome.lost,
    rebooted: outcome.rebooted,
    timedOut: outcome.plugins.some(({ status }) => status === "TimedOut") && !outcome.lost,
  };
}

/** Exit code of a step after which, though it has ended well, only the last step follows. */
const endedWell = 168;

function actOf(context: StepContext, step: DocumentStep, parameters: ParameterValues): StepOutcome {
  const inputs = inputsOf(step, parameters);
  if (step.patches === true)
    return context.resumed === true ? fine(1) : runPatchBaseline(context, patchParameters(context, inputs));
  if (step.gate !== undefined) {
    const given = { operation: inputs["Operation"], rebootOption: inputs["RebootOption"] };
    return { ...fine(0), exitCode: goesOn(context, step.gate, given) ? 0 : endedWell };
  }
  const limit = Number(inputs["timeoutSeconds"]);
  switch (step.action) {
    case "aws:runShellScript":
    case "aws:runPowerShellScript":
      return runScript(context, {
        name: step.name,
        commands: lines(inputs["runCommand"]),
        limitSeconds: Number.isFinite(limit) && limit > 0 ? limit : usualStepSeconds,
      });
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
  if (outcome.minutes > 0) yield { until: new Date(context.at.getTime() + outcome.minutes * minute) };
  return outcome;
}

function statusOf({ lost, timedOut = false, exitCode }: StepOutcome): PluginResult["status"] {
  if (lost || timedOut) return "TimedOut";
  return exitCode === 0 || exitCode === endedWell ? "Success" : "Failed";
}

function pluginResult(step: DocumentStep, outcome: StepOutcome, at: Date): PluginResult {
  return {
    name: step.name,
    folder: step.action.replace(":", ""),
    status: statusOf(outcome),
    exitCode: outcome.exitCode,
    stdout: outcome.stdout,
    stderr: outcome.stderr,
    startTime: at,
    endTime: new Date(at.getTime() + outcome.minutes * minute),
  };
}

/** How a step ends its document, if it does. */
function endOf({ exitOnFailure }: DocumentStep, { exitCode }: StepOutcome): "failed" | "well" | undefined {
  if (exitCode === endedWell) return "well";
  return exitCode !== 0 && exitOnFailure ? "failed" : undefined;
}

/** What the agent answers for a script that it was told to cancel, as its source has it. */
function cancelled({ node }: StepContext, result: PluginResult): PluginResult {
  return { ...result, status: "Cancelled", exitCode: node.platform.type === "Windows" ? -1 : 137 };
}

/** A document on its way over a node. */
class Run {
  readonly plugins: PluginResult[];
  /** An earlier step has ended the document, because it failed or had nothing left to do; a last step may still run. */
  ended: "failed" | "well" | undefined;
  lost = false;
  rebooted = false;

  private readonly context: StepContext;
  private readonly document: CommandDocument;
  private readonly given: ParameterValues;
  private readonly parameters: ParameterValues;

  constructor(context: StepContext, document: CommandDocument, given: ParameterValues, plugins: PluginResult[] = []) {
    this.context = context;
    this.document = document;
    this.given = given;
    this.plugins = plugins;
    this.parameters = filledParameters(document, given);
  }

  private now(): Date {
    return this.context.cloud.clock.now();
  }

  private leaveOut(step: DocumentStep, reason: MissReason): void {
    recordMissed(this.context, { ...this.document, steps: [step] }, this.given, this.now(), reason);
  }

  /** Runs a step and what it entails: an end of the document, or a restart that makes a nested one begin again. */
  private *take(index: number, step: DocumentStep): Process<void> {
    const at = this.now();
    const { nested = false, interruption } = this.context;
    const outcome = yield* runStep({ ...this.context, at }, step, this.parameters);
    this.lost = outcome.lost;
    const result = pluginResult(step, outcome, at);
    const isCancelled = interruption.reason !== undefined && step.action !== "aws:runDocument";
    this.plugins.push(isCancelled ? cancelled(this.context, result) : result);
    this.ended ??= endOf(step, outcome);
    if (outcome.lost && !nested) this.goesOnAt(index);
    if (outcome.rebooted !== true) return;
    this.rebooted = true;
    if (nested) yield* this.again(this.document.steps.slice(0, index).filter((each) => !isSkipped(this.context, each)));
  }

  /** The agent keeps the state of a command's own document over a reboot, and of no other: that one begins again. */
  private *again(steps: readonly DocumentStep[]): Process<void> {
    for (const step of steps) {
      const outcome = yield* runStep({ ...this.context, at: this.now(), resumed: true }, step, this.parameters);
      this.ended ??= endOf(step, outcome);
      if (this.ended !== undefined) return;
    }
  }

  /** Takes the steps from one on. */
  *from(first: number): Process<void> {
    const { steps } = this.document;
    for (const [index, step] of steps.entries()) {
      if (index < first || isSkipped(this.context, step)) continue;
      const { reason } = this.context.interruption;
      const isLast = index === steps.length - 1;
      if (reason !== undefined) {
        this.leaveOut(step, reason);
        this.plugins.push({ ...pluginResult(step, fine(0), this.now()), status: "Cancelled" });
      } else if (this.lost || (this.ended !== undefined && !(step.finallyStep && isLast))) {
        if (this.ended !== "well") this.leaveOut(step, "earlierStep");
      } else {
        yield* this.take(index, step);
      }
    }
  }

  /** A machine that is reset finds the command where its reboot has left it, and takes the step up again. */
  private goesOnAt(index: number): void {
    const { context, document, given, ended } = this;
    const { cloud, machine } = context;
    machine.resume = (at) => {
      const rest = new Run({ ...context, at, interruption: {}, resumed: true }, document, given);
      rest.ended = ended;
      begin(cloud, rest.from(index), () => undefined);
    };
  }
}

/**
 * Runs a Command document on a node, step by step, as the agent does.
 *
 * - A step whose precondition names another platform is left out. A failing step stops no other unless it says
 *   `onFailure: exit`; then only the last step follows, if it is a `finallyStep`.
 * - A cancelled command ends between the steps of its own document. A nested document is not told, and goes on to its end.
 * - Over a reboot the agent knows where it was in the command's own document. A nested one begins again; patching that
 *   has been done is not done twice.
 * - A machine that hung in a reboot takes the command up again when somebody has reset it.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html; cancels and
 * reboots by the agent's source: agent/plugins/rundocument/execdoc.go and agent/framework/runpluginutil/runpluginutil.go
 * of https://github.com/aws/amazon-ssm-agent.
 * @param plugins - takes the result of each step when it has ended
 */
export function* runDocument(
  context: StepContext,
  document: CommandDocument,
  given: ParameterValues,
  plugins: PluginResult[] = [],
): Process<DocumentOutcome> {
  const begun = context.cloud.clock.now().getTime();
  const run = new Run(context, document, given, plugins);
  yield* run.from(0);
  const { lost, rebooted } = run;
  const minutes = (context.cloud.clock.now().getTime() - begun) / minute;
  const failed = plugins.some(({ status }) => status === "Failed" || status === "TimedOut");
  return { plugins, failed, lost, minutes, rebooted };
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
