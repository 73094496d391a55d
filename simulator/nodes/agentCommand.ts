import { parse } from "yaml";
import type { SimulatedCloud } from "../state/cloud.ts";
import type { CommandRecord, InvocationRecord, PluginResult } from "../state/commands.ts";
import type { DocumentVersion } from "../state/documents.ts";
import type { AgentMessage, AgentReply, StepReply } from "../state/messages.ts";
import type { ManagedNode } from "../state/nodes.ts";
import type { RegionState } from "../state/region.ts";
import { deliverySeconds, hasEnded, mark } from "./invocation.ts";
import type { Process } from "./process.ts";
import type { StepContext } from "./step.ts";

/** A command that a real agent is to run. */
export interface AgentCommand {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly node: ManagedNode;
  readonly command: CommandRecord;
  readonly version: DocumentVersion;
  readonly interruption: StepContext["interruption"];
  /** How long it may run once it was delivered, in milliseconds. */
  readonly limit: number;
}

const sendTopic = "aws.ssm.sendCommand";
const cancelTopic = "aws.ssm.cancelCommand";
/** Status of a document that goes on, in the agent's words. */
const underWay: ReadonlySet<string> = new Set(["NotStarted", "InProgress", "SuccessAndReboot", "PassedAndReboot"]);

function post(
  { cloud, node }: AgentCommand,
  { topic, id, payload }: { readonly topic: string; readonly id: string; readonly payload: object },
  take: (reply: AgentReply) => void,
): AgentMessage {
  const message = {
    id: `aws.ssm.${id}.${node.id}`,
    topic: `${topic}.${id}`,
    payload: JSON.stringify(payload),
    createdAt: cloud.clock.now(),
    hiddenUntil: undefined,
  };
  node.mailbox.messages.set(message.id, message);
  node.mailbox.replyTo.set(message.id, take);
  return message;
}

/** The payload of a command, as agent/runcommand/contracts of the agent's source reads it. */
function payloadOf({ command: { id, request }, version: { content, format, parsed } }: AgentCommand): object {
  const given = Object.entries(request.Parameters ?? {});
  const isList = (name: string): boolean =>
    parsed.parameters.some(({ Name, Type }) => Name === name && Type === "StringList");
  return {
    Parameters: Object.fromEntries(given.map(([name, values]) => [name, isList(name) ? values : values[0]])),
    DocumentContent: format === "YAML" ? (parse(content) as object) : (JSON.parse(content) as object),
    CommandId: id,
    DocumentName: request.DocumentName,
    OutputS3BucketName: request.OutputS3BucketName ?? "",
    OutputS3KeyPrefix: request.OutputS3KeyPrefix ?? "",
    CloudWatchLogGroupName: "",
    CloudWatchOutputEnabled: "false",
  };
}

/** INFERRED: a step that its precondition leaves out counts as a success, with the agent's words as its output. */
const stepStatus: Readonly<Record<string, PluginResult["status"]>> = {
  Success: "Success",
  SuccessAndReboot: "Success",
  Skipped: "Success",
  Cancelled: "Cancelled",
  TimedOut: "TimedOut",
};

/** A step as the agent tells of it, by the cloud's clock: it has just ended, and took as long as the agent says. */
function pluginOf(name: string, reply: StepReply, now: Date): PluginResult {
  const took = Date.parse(reply.endDateTime) - Date.parse(reply.startDateTime);
  return {
    name,
    folder: reply.name.replace(":", ""),
    status: stepStatus[reply.status] ?? "Failed",
    exitCode: reply.code,
    stdout: reply.standardOutput,
    stderr: reply.standardError,
    startTime: new Date(now.getTime() - (took > 0 ? took : 0)),
    endTime: now,
  };
}

/** Takes down what an agent says of its steps: each as it was last told, in the document's order. */
function note({ cloud, version }: AgentCommand, { plugins }: InvocationRecord, reply: AgentReply): void {
  for (const [name, step] of Object.entries(reply.runtimeStatus ?? {})) {
    if (underWay.has(step.status) && step.status !== "SuccessAndReboot") continue;
    const known = plugins.findIndex((plugin) => plugin.name === name);
    const result = pluginOf(name, step, cloud.clock.now());
    if (known < 0) plugins.push(result);
    else plugins[known] = result;
  }
  const place = (plugin: PluginResult): number => version.parsed.steps.findIndex(({ name }) => name === plugin.name);
  plugins.sort((a, b) => place(a) - place(b));
}

/** How what a real agent says of a document ends its command; whatever else it may say is a failure. */
const ends: Readonly<Record<string, readonly [InvocationRecord["status"], string]>> = {
  Success: ["Success", "Success"],
  Cancelled: ["Cancelled", "Cancelled"],
  TimedOut: ["TimedOut", "ExecutionTimedOut"],
};

/** Waits until the agent has a message; false when it was withdrawn, late or unwanted. */
function* taken({ cloud, node, interruption }: AgentCommand, id: string, deadline: Date): Process<boolean> {
  const { messages } = node.mailbox;
  while (messages.has(id)) {
    if (interruption.reason !== undefined || cloud.clock.now() >= deadline) {
      messages.delete(id);
      return false;
    }
    yield { until: deadline, change: node.mailbox };
  }
  return true;
}

/**
 * Has a real agent run a command: the message waits until the agent takes it, and what the agent replies is taken down
 * as it comes. A command that is stopped is withdrawn, or the agent is told to cancel what it has begun. Message, payload
 * and replies are those of agent/messageservice and agent/runcommand of https://github.com/aws/amazon-ssm-agent. False
 * when it was not delivered in time.
 */
export function* runByAgent(asked: AgentCommand, invocation: InvocationRecord): Process<boolean> {
  const { cloud, state, node, command, interruption, limit } = asked;
  const deadline = new Date(cloud.clock.now().getTime() + deliverySeconds(command.request) * 1000);
  let status = "NotStarted";
  const sent = { topic: sendTopic, id: command.id, payload: payloadOf(asked) };
  const message = post(asked, sent, (reply) => {
    status = reply.documentStatus;
    if (reply.documentTraceOutput !== "") invocation.traceOutput = reply.documentTraceOutput;
    note(asked, invocation, reply);
  });
  if (!(yield* taken(asked, message.id, deadline))) {
    if (hasEnded(invocation)) return true;
    mark(invocation, "TimedOut", "DeliveryTimedOut");
    return false;
  }
  if (!hasEnded(invocation)) {
    invocation.startTime = cloud.clock.now();
    mark(invocation, "InProgress");
  }
  const givenUp = new Date(deadline.getTime() + limit);
  let isTold = false;
  while (underWay.has(status)) {
    if (cloud.clock.now() >= givenUp) status = "TimedOut";
    else if (interruption.reason !== undefined && !isTold) {
      isTold = true;
      const id = cloud.uuid(state, `cancelling ${command.id}`);
      post(asked, { topic: cancelTopic, id, payload: { CancelMessageId: message.id } }, () => undefined);
    } else yield { until: givenUp, change: node.mailbox };
  }
  if (hasEnded(invocation)) return true;
  invocation.endTime = cloud.clock.now();
  mark(invocation, ...(ends[status] ?? (["Failed", "Failed"] as const)));
  return true;
}
