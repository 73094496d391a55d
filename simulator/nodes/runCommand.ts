import type { SimulatedCloud } from "../state/cloud.ts";
import type { CommandRecord, CommandRequest, InvocationRecord } from "../state/commands.ts";
import { documentOf, versionOf } from "../services/ssm/documents.ts";
import type { CommandDocument } from "../state/documents.ts";
import type { ManagedNode } from "../state/nodes.ts";
import type { RegionState } from "../state/region.ts";
import { settleMachine } from "./machineEvents.ts";
import { ApiError } from "../http/apiError.ts";
import type { MissReason } from "../state/journal.ts";
import { reachableFrom } from "../world/faults.ts";
import type { Machine } from "../world/machine.ts";
import { missedEntry } from "./patchingEntry.ts";
import type { WindowOfRun } from "./step.ts";
import { rollout, rolloutLimits } from "./rollout.ts";
import type { RolloutResult } from "./rollout.ts";
import { patchingOf, runDocument, writeOutput } from "./runDocument.ts";

/** When and for what a command runs. */
export interface CommandOptions {
  readonly at: Date;
  readonly windowRun?: WindowOfRun;
  /** From here on nothing starts and what is under way is cancelled (CutoffBehavior CANCEL_TASK). */
  readonly cutoff?: Date;
}

const minute = 60_000;
/** Defaults of SendCommand. */
const usualConcurrency = "50";
const usualErrors = "0";
const usualTimeoutSeconds = 3600;

const noParameters = {};

interface NodeStep {
  readonly minutes: number;
  readonly failed: boolean;
  readonly invocation: InvocationRecord;
}

interface Meant {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly request: CommandRequest;
  readonly options: CommandOptions;
  /** Null for a command that was never sent. */
  readonly commandId: string | null;
  readonly document: CommandDocument;
}

interface Running extends Meant {
  readonly commandId: string;
}

function recordMissed(running: Meant, node: ManagedNode, at: Date, reason: MissReason): void {
  const { cloud, state, options, commandId, document, request } = running;
  const where = { state, node, commandId, windowRun: options.windowRun };
  try {
    const planned = patchingOf(where, document, request.Parameters ?? noParameters);
    if (planned !== undefined) cloud.journal.add(missedEntry(where, planned, at, reason));
  } catch (error) {
    // A document that runs one that is not there patches nothing.
    if (!(error instanceof ApiError)) throw error;
  }
}

function untouched(node: ManagedNode, status: "Cancelled" | "TimedOut", statusDetails: string): InvocationRecord {
  return { nodeId: node.id, status, statusDetails, startTime: undefined, endTime: undefined, plugins: [] };
}

function undelivered(running: Running, node: ManagedNode, at: Date): NodeStep {
  recordMissed(running, node, at, "unreachable");
  // A delivery time-out does not count against MaxErrors.
  const minutes = timeoutOf(running) / minute;
  return { minutes, failed: false, invocation: untouched(node, "TimedOut", "DeliveryTimedOut") };
}

function timeoutOf({ request }: Running): number {
  return (request.TimeoutSeconds ?? usualTimeoutSeconds) * 1000;
}

/** When a document begins on a machine: once it is reached, within the time-out, and done with the one before. */
function beginning(running: Running, machine: Machine, at: Date): Date | undefined {
  const reached = reachableFrom(machine, at);
  if (reached === undefined || reached.getTime() > at.getTime() + timeoutOf(running)) return undefined;
  if (machine.busyUntil === undefined || machine.busyUntil <= reached) return reached;
  return reachableFrom(machine, machine.busyUntil);
}

function delivered(running: Running, node: ManagedNode, at: Date): NodeStep {
  const { cloud, state, options, commandId, document, request } = running;
  const { cutoff, windowRun } = options;
  const { machine } = node;
  const begin = machine === undefined ? undefined : beginning(running, machine, at);
  if (machine === undefined || begin === undefined) return undelivered(running, node, at);
  const waited = (begin.getTime() - at.getTime()) / minute;
  if (cutoff !== undefined && begin >= cutoff) {
    recordMissed(running, node, at, "cutoff");
    const minutes = (cutoff.getTime() - at.getTime()) / minute;
    return { minutes, failed: false, invocation: untouched(node, "Cancelled", "Cancelled") };
  }
  settleMachine(cloud, machine, begin);
  const context = { cloud, state, node, machine, at: begin, commandId, windowRun };
  const outcome = runDocument(context, document, request.Parameters ?? noParameters);
  const endTime = new Date(begin.getTime() + outcome.minutes * minute);
  machine.busyUntil = endTime;
  const cancelled = cutoff !== undefined && endTime > cutoff;
  const status = cancelled ? "Cancelled" : outcome.lost ? "TimedOut" : outcome.failed ? "Failed" : "Success";
  const statusDetails = outcome.lost && !cancelled ? "ExecutionTimedOut" : status;
  if (request.OutputS3BucketName !== undefined) {
    const prefix = request.OutputS3KeyPrefix === undefined ? "" : `${request.OutputS3KeyPrefix}/`;
    const folder = `${request.OutputS3BucketName}/${prefix}${commandId}/${node.id}`;
    writeOutput(cloud, state.accountId, folder, outcome.plugins);
  }
  return {
    minutes: waited + outcome.minutes,
    failed: status === "Failed" || status === "TimedOut",
    invocation: { nodeId: node.id, status, statusDetails, startTime: begin, endTime, plugins: outcome.plugins },
  };
}

function invocationOf(running: Running, result: RolloutResult<ManagedNode, NodeStep>): InvocationRecord {
  if ("step" in result) return result.step.invocation;
  const { member, notStarted } = result;
  recordMissed(running, member, running.options.at, notStarted === "errors" ? "errorLimit" : "cutoff");
  // Terminated: the parent command exceeded its MaxErrors.
  return untouched(member, "Cancelled", notStarted === "errors" ? "Terminated" : "Cancelled");
}

/** The command's own state. An incomplete command is one with failures within MaxErrors; its Status is an assumption. */
function commandStatus(
  invocations: readonly InvocationRecord[],
  allowedErrors: number,
): Pick<CommandRecord, "status" | "statusDetails"> {
  const count = (...statuses: readonly string[]): number =>
    invocations.filter(({ statusDetails }) => statuses.includes(statusDetails)).length;
  if (invocations.length === 0) return { status: "Success", statusDetails: "NoInstancesInTag" };
  if (count("Success") === invocations.length) return { status: "Success", statusDetails: "Success" };
  if (count("Failed", "ExecutionTimedOut") > allowedErrors) return { status: "Failed", statusDetails: "Failed" };
  if (count("Cancelled") > 0) return { status: "Cancelled", statusDetails: "Cancelled" };
  if (count("DeliveryTimedOut") === invocations.length)
    return { status: "TimedOut", statusDetails: "DeliveryTimedOut" };
  return { status: "Success", statusDetails: "Incomplete" };
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html: a command's history is there for 30 days. */
const history = 30 * 86_400_000;

function keep(state: RegionState, command: CommandRecord): void {
  for (const [id, { requestedAt }] of state.commands) {
    if (command.requestedAt.getTime() - requestedAt.getTime() <= history) break;
    state.commands.delete(id);
  }
  state.commands.set(command.id, command);
}

/** Records nodes that a window's task was meant for and that its cutoff left out, because the task was never started. A document that is not there is an {@link ApiError}. */
export function missCommand(
  cloud: SimulatedCloud,
  state: RegionState,
  nodes: readonly ManagedNode[],
  request: CommandRequest,
  { at, ...windowRun }: WindowOfRun & { readonly at: Date },
): void {
  const document = versionOf(documentOf(state, request.DocumentName), request.DocumentVersion).parsed;
  const meant: Meant = { cloud, state, request, options: { at, windowRun }, commandId: null, document };
  for (const node of nodes) recordMissed(meant, node, at, "cutoff");
}

/**
 * Runs a command on nodes, in virtual time from `at` on, and keeps it. Its end may lie in the virtual future: the clock
 * need not be advanced to read a result.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export function runCommand(
  cloud: SimulatedCloud,
  state: RegionState,
  nodes: readonly ManagedNode[],
  request: CommandRequest,
  options: CommandOptions,
): CommandRecord {
  const document = versionOf(documentOf(state, request.DocumentName), request.DocumentVersion).parsed;
  const commandId = cloud.uuid(state, `command ${request.DocumentName} ${JSON.stringify(options.windowRun ?? null)}`);
  const running: Running = { cloud, state, request, options, commandId, document };
  const limits = rolloutLimits(
    request.MaxConcurrency ?? usualConcurrency,
    request.MaxErrors ?? usualErrors,
    nodes.length,
  );
  const { results, end } = rollout(nodes, limits, options.at, options.cutoff, (node, at) =>
    delivered(running, node, at),
  );
  const invocations = results.map((result) => invocationOf(running, result));
  const finishedAt = options.cutoff !== undefined && end > options.cutoff ? options.cutoff : end;
  const command: CommandRecord = {
    id: commandId,
    request,
    requestedAt: options.at,
    finishedAt,
    ...commandStatus(invocations, limits.errors),
    invocations,
  };
  keep(state, command);
  return command;
}
