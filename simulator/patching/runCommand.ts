import type { SimulatedCloud } from "../cloud.ts";
import type { CommandRecord, CommandRequest, InvocationRecord } from "../ssm/commandRecords.ts";
import { documentOf, versionOf } from "../ssm/documents.ts";
import type { CommandDocument } from "../ssm/documentContent.ts";
import type { ManagedNode } from "../ssm/nodes.ts";
import type { RegionState } from "../ssm/regionState.ts";
import { rollout, rolloutLimits } from "./rollout.ts";
import type { RolloutResult } from "./rollout.ts";
import { runDocument, writeOutput } from "./runDocument.ts";

/** When and for what a command runs. */
export interface CommandOptions {
  readonly at: Date;
  readonly windowExecutionId?: string;
  /** From here on nothing starts and what is under way is cancelled (CutoffBehavior CANCEL_TASK). */
  readonly cutoff?: Date;
}

const minute = 60_000;
/** Defaults of SendCommand. */
const usualConcurrency = "50";
const usualErrors = "0";
const usualTimeoutSeconds = 3600;

interface NodeStep {
  readonly minutes: number;
  readonly failed: boolean;
  readonly invocation: InvocationRecord;
}

interface Running {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly request: CommandRequest;
  readonly options: CommandOptions;
  readonly commandId: string;
  readonly document: CommandDocument;
}

function undelivered(running: Running, node: ManagedNode, at: Date): NodeStep {
  const { cloud, state, options, commandId, request } = running;
  const minutes = (request.TimeoutSeconds ?? usualTimeoutSeconds) / 60;
  if (running.document.steps.some((step) => step.action !== "aws:softwareInventory"))
    cloud.journal.add({
      kind: "patched",
      at,
      accountId: state.accountId,
      region: state.region,
      nodeId: node.id,
      machine: node.machine?.spec.id ?? node.id,
      commandId,
      ...(options.windowExecutionId === undefined ? {} : { windowExecutionId: options.windowExecutionId }),
      outcome: "missed",
      detail: "the command could not be delivered",
      packages: [],
      rebooted: false,
    });
  const invocation: InvocationRecord = {
    nodeId: node.id,
    status: "TimedOut",
    statusDetails: "DeliveryTimedOut",
    startTime: undefined,
    endTime: undefined,
    plugins: [],
  };
  // A delivery time-out does not count against MaxErrors.
  return { minutes, failed: false, invocation };
}

function delivered(running: Running, node: ManagedNode, at: Date): NodeStep {
  const { cloud, state, options, commandId, document, request } = running;
  const { machine } = node;
  if (machine?.online !== true) return undelivered(running, node, at);
  const context = { cloud, state, node, machine, at, commandId, windowExecutionId: options.windowExecutionId };
  const outcome = runDocument(context, document, request.Parameters ?? {});
  const endTime = new Date(at.getTime() + outcome.minutes * minute);
  const cancelled = options.cutoff !== undefined && endTime > options.cutoff;
  const status = cancelled ? "Cancelled" : outcome.lost ? "TimedOut" : outcome.failed ? "Failed" : "Success";
  const statusDetails = outcome.lost && !cancelled ? "ExecutionTimedOut" : status;
  if (request.OutputS3BucketName !== undefined) {
    const prefix = request.OutputS3KeyPrefix === undefined ? "" : `${request.OutputS3KeyPrefix}/`;
    const folder = `${request.OutputS3BucketName}/${prefix}${commandId}/${node.id}`;
    writeOutput(cloud, state.accountId, folder, outcome.plugins);
  }
  return {
    minutes: outcome.minutes,
    failed: status === "Failed" || status === "TimedOut",
    invocation: { nodeId: node.id, status, statusDetails, startTime: at, endTime, plugins: outcome.plugins },
  };
}

function invocationOf(result: RolloutResult<ManagedNode, NodeStep>): InvocationRecord {
  if ("step" in result) return result.step.invocation;
  return {
    nodeId: result.member.id,
    status: "Cancelled",
    // Terminated: the parent command exceeded its MaxErrors.
    statusDetails: result.notStarted === "errors" ? "Terminated" : "Cancelled",
    startTime: undefined,
    endTime: undefined,
    plugins: [],
  };
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
  const commandId = cloud.uuid(state, "command");
  const running: Running = { cloud, state, request, options, commandId, document };
  const limits = rolloutLimits(
    request.MaxConcurrency ?? usualConcurrency,
    request.MaxErrors ?? usualErrors,
    nodes.length,
  );
  const { results, end } = rollout(nodes, limits, options.at, options.cutoff, (node, at) =>
    delivered(running, node, at),
  );
  const invocations = results.map(invocationOf);
  const finishedAt = options.cutoff !== undefined && end > options.cutoff ? options.cutoff : end;
  const command: CommandRecord = {
    id: commandId,
    request,
    requestedAt: options.at,
    finishedAt,
    ...commandStatus(invocations, limits.errors),
    invocations,
  };
  state.commands.set(commandId, command);
  return command;
}
