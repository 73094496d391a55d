import { forgottenBefore, type SimulatedCloud } from "../state/cloud.ts";
import type { CommandRecord, CommandRequest, InvocationRecord } from "../state/commands.ts";
import { documentOf, versionOf } from "../services/ssm/documents.ts";
import type { DocumentVersion } from "../state/documents.ts";
import type { ManagedNode } from "../state/nodes.ts";
import type { RegionState } from "../state/region.ts";
import { settleMachine } from "./machineEvents.ts";
import type { MissReason } from "../state/journal.ts";
import { reachableFrom } from "../world/faults.ts";
import type { Machine } from "../world/machine.ts";
import { runByAgent } from "./agentCommand.ts";
import { deliverySeconds, hasEnded, mark } from "./invocation.ts";
import { begin, wakeAll } from "./process.ts";
import type { Process } from "./process.ts";
import { rollout, rolloutLimits } from "./rollout.ts";
import { executionTimeout } from "./documentInputs.ts";
import { recordMissed, runDocument, writeOutput } from "./runDocument.ts";
import type { DocumentOutcome } from "./runDocument.ts";
import type { StepContext, WindowOfRun } from "./step.ts";

/** What a command runs for, and who wants to know its end. */
export interface CommandOptions {
  readonly windowRun?: WindowOfRun;
  /** Called once, when every invocation has ended; at once when there is none. */
  readonly ended?: (command: CommandRecord) => void;
}

/** Defaults of SendCommand. */
const usualConcurrency = "50";
const usualErrors = "0";

const noParameters = {};

/** What is known of a command while it runs. */
interface Sent {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly command: CommandRecord;
  readonly version: DocumentVersion;
  readonly windowRun: WindowOfRun | undefined;
  /** How each node's work is stopped, by node id; it is gone when the work has ended. */
  readonly stops: Map<string, (reason: MissReason) => void>;
}

const running = new WeakMap<CommandRecord, Sent>();

function miss(
  { cloud, state, command, version, windowRun }: Sent,
  node: ManagedNode,
  reason: MissReason,
  at = cloud.clock.now(),
): void {
  const where = { cloud, state, node, commandId: command.id, windowRun };
  recordMissed(where, version.parsed, command.request.Parameters ?? noParameters, at, reason);
}

/**
 * Waits until a document can begin on a machine: once it is reached, within the time-out, and done with the one before.
 * False when it cannot.
 */
function* delivery(
  { cloud, command }: Sent,
  machine: Machine,
  interruption: StepContext["interruption"],
): Process<boolean> {
  const deadline = new Date(cloud.clock.now().getTime() + deliverySeconds(command.request) * 1000);
  let received = false;
  for (;;) {
    if (interruption.reason !== undefined) return false;
    const now = cloud.clock.now();
    const reached = reachableFrom(machine, now);
    received ||= reached !== undefined && reached <= now;
    if (reached !== undefined && reached <= now && !machine.occupied) return true;
    // A node that has the command waits as long as it takes, unless it never comes back.
    if (now >= deadline && (reached === undefined || !received)) return false;
    const late = reached === undefined || (!received && reached > deadline);
    yield { until: late ? deadline : reached > now ? reached : undefined, change: machine };
  }
}

/** How a document that was begun is reported; without an answer of the node the service can only say undelivered. */
function reported({ lost, failed, plugins }: DocumentOutcome): readonly [InvocationRecord["status"], string] {
  if (lost) return ["TimedOut", "DeliveryTimedOut"];
  if (plugins.some((plugin) => plugin.status === "TimedOut")) return ["TimedOut", "ExecutionTimedOut"];
  return failed ? ["Failed", "Failed"] : ["Success", "Success"];
}

/** A command on one node, from its delivery to its end. What has begun comes to its end on the node, wanted or not. */
function* work(
  sent: Sent,
  node: ManagedNode,
  invocation: InvocationRecord,
  interruption: StepContext["interruption"],
): Process<void> {
  const { cloud, state, command, version, windowRun } = sent;
  const { Parameters = noParameters } = command.request;
  const { machine } = node;
  const sentAt = cloud.clock.now();
  const limit = executionTimeout(version.parsed, Parameters);
  if (machine === undefined) {
    const wasDelivered = yield* runByAgent({ ...sent, node, interruption, limit }, invocation);
    if (!wasDelivered) miss(sent, node, "unreachable", sentAt);
    return;
  }
  const isDelivered = yield* delivery(sent, machine, interruption);
  if (interruption.reason !== undefined) return;
  if (!isDelivered) {
    miss(sent, node, "unreachable", sentAt);
    mark(invocation, "TimedOut", "DeliveryTimedOut");
    return;
  }
  const at = cloud.clock.now();
  settleMachine(cloud, machine, at);
  machine.occupied = true;
  invocation.startTime = at;
  mark(invocation, "InProgress");
  const context = { cloud, state, node, machine, at, commandId: command.id, windowRun, interruption };
  const outcome = yield* runDocument(context, version.parsed, Parameters, invocation.plugins);
  machine.occupied = false;
  wakeAll(machine);
  writeLogs(sent, invocation);
  if (outcome.lost) {
    // A node that sends no answer is given up when delivery and execution time-out have both passed.
    const givenUp = new Date(sentAt.getTime() + deliverySeconds(command.request) * 1000 + limit);
    if (givenUp > cloud.clock.now()) yield { until: givenUp };
  }
  if (hasEnded(invocation)) return;
  invocation.endTime = cloud.clock.now();
  mark(invocation, ...reported(outcome));
}

function writeLogs({ cloud, state, command }: Sent, { nodeId, plugins }: InvocationRecord): void {
  const { OutputS3BucketName, OutputS3KeyPrefix } = command.request;
  if (OutputS3BucketName === undefined || !cloud.keeping.output) return;
  const prefix = OutputS3KeyPrefix === undefined ? "" : `${OutputS3KeyPrefix}/`;
  writeOutput(cloud, state.accountId, `${OutputS3BucketName}/${prefix}${command.id}/${nodeId}`, plugins);
}

/** The command's own state. An incomplete command is one with failures within MaxErrors; its Status is an assumption. */
function finalStatus(
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

function keep(cloud: SimulatedCloud, state: RegionState, command: CommandRecord): void {
  const oldest = forgottenBefore(cloud, command.requestedAt);
  for (const [id, { requestedAt }] of state.commands) {
    if (requestedAt >= oldest) break;
    state.commands.delete(id);
  }
  state.commands.set(command.id, command);
}

/** Records nodes that a window's task was meant for and that were left out because the task was never started. A document that is not there is an {@link ApiError}. */
export function missCommand(
  cloud: SimulatedCloud,
  state: RegionState,
  nodes: readonly ManagedNode[],
  request: CommandRequest,
  { reason, ...windowRun }: WindowOfRun & { readonly reason: MissReason },
): void {
  const document = versionOf(documentOf(state, request.DocumentName), request.DocumentVersion).parsed;
  for (const node of nodes) {
    const where = { cloud, state, node, commandId: null, windowRun };
    recordMissed(where, document, request.Parameters ?? noParameters, cloud.clock.now(), reason);
  }
}

function startOn(sent: Sent, node: ManagedNode, invocation: InvocationRecord, ended: (failed: boolean) => void): void {
  const interruption: StepContext["interruption"] = {};
  const over = (): void => {
    // Once only: what was stopped has ended for the command already.
    if (sent.stops.delete(node.id))
      ended(invocation.status === "Failed" || invocation.statusDetails === "ExecutionTimedOut");
  };
  sent.stops.set(node.id, (reason) => {
    interruption.reason = reason;
    over();
    wakeAll(node.mailbox);
  });
  // Somebody has cancelled it before its turn came.
  if (hasEnded(invocation)) over();
  else begin(sent.cloud, work(sent, node, invocation, interruption), over);
}

/**
 * Sends a command to nodes now and keeps it. It runs in virtual time: what of it is later than now comes when the clock
 * is moved.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export function startCommand(
  cloud: SimulatedCloud,
  state: RegionState,
  nodes: readonly ManagedNode[],
  request: CommandRequest,
  { windowRun, ended }: CommandOptions = {},
): CommandRecord {
  const version = versionOf(documentOf(state, request.DocumentName), request.DocumentVersion);
  const invocations = nodes.map((node): InvocationRecord => ({
    nodeId: node.id,
    status: "Pending",
    statusDetails: "Pending",
    startTime: undefined,
    endTime: undefined,
    plugins: [],
  }));
  const command: CommandRecord = {
    id: cloud.uuid(state, `command ${request.DocumentName} ${JSON.stringify(windowRun ?? null)}`),
    request,
    requestedAt: cloud.clock.now(),
    finishedAt: undefined,
    status: "InProgress",
    statusDetails: "InProgress",
    invocations,
  };
  keep(cloud, state, command);
  const sent: Sent = {
    cloud,
    state,
    command,
    version,
    windowRun,
    stops: new Map(),
  };
  running.set(command, sent);
  const { MaxConcurrency = usualConcurrency, MaxErrors = usualErrors } = request;
  const limits = rolloutLimits(MaxConcurrency, MaxErrors, nodes.length);
  const members = nodes.flatMap((node, index) => {
    const invocation = invocations[index];
    return invocation === undefined ? [] : [{ node, invocation }];
  });
  rollout(cloud, members, limits, {
    start: ({ node, invocation }, over) => {
      startOn(sent, node, invocation, over);
    },
    leftOut: ({ node, invocation }) => {
      if (hasEnded(invocation)) return;
      miss(sent, node, "errorLimit");
      // Terminated: the parent command exceeded its MaxErrors.
      mark(invocation, "Cancelled", "Terminated");
    },
    ended: () => {
      running.delete(command);
      Object.assign(command, finalStatus(invocations, limits.errors), { finishedAt: cloud.clock.now() });
      ended?.(command);
    },
  });
  return command;
}

/**
 * Stops a command on some of its nodes, or on all: where it has not begun it never will, and where it runs no further
 * step of its document does. A step that is under way goes on, on the server, and so does a document that it runs.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html
 */
export function stopCommand(
  command: CommandRecord,
  reason: "cutoff" | "cancelled",
  isMeant: (nodeId: string) => boolean = () => true,
): void {
  const sent = running.get(command);
  if (sent === undefined) return;
  for (const invocation of command.invocations) {
    if (hasEnded(invocation) || !isMeant(invocation.nodeId)) continue;
    const node = sent.state.nodes.get(invocation.nodeId);
    if (invocation.startTime !== undefined) invocation.endTime = sent.cloud.clock.now();
    else if (node !== undefined) miss(sent, node, reason);
    mark(invocation, "Cancelled");
    sent.stops.get(invocation.nodeId)?.(reason);
  }
}
