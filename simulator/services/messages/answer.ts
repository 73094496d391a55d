import { createHash } from "node:crypto";
import { runAgenda } from "../../clock/agenda.ts";
import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError, validationError } from "../../http/apiError.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { jsonBody, jsonResponse } from "../../http/exchange.ts";
import { wakeAll } from "../../nodes/process.ts";
import type { AgentReply } from "../../state/messages.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import type { RegionState } from "../../state/region.ts";

const targetPrefix = "EC2WindowsMessageDeliveryService.";

/** The message service's operation that a request asks for; undefined when it is not for that service. */
export function messageOperation(request: HttpRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  return typeof target === "string" && target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : undefined;
}

/** What an operation works on. */
interface Asked {
  readonly cloud: SimulatedCloud;
  readonly state: RegionState;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A required text of a request, of a length at least. */
function text({ body }: Asked, name: string, shortest = 1): string {
  const value = body[name];
  if (typeof value !== "string" || value.length < shortest)
    throw validationError(`${name} must be a text of ${String(shortest)} characters at least.`);
  return value;
}

/** The agent that calls shows that it is alive. */
function called({ cloud }: Asked, node: ManagedNode): ManagedNode {
  node.lastPingAt = cloud.clock.now();
  return node;
}

function destination(asked: Asked): ManagedNode {
  const id = text(asked, "Destination", 10);
  const node = asked.state.nodes.get(id);
  if (node === undefined)
    throw new ApiError("InvalidDestinationException", `${id} is not a node of account ${asked.state.accountId}`);
  return called(asked, node);
}

/** The node of a message that was sent once, and the message's id: `aws.ssm.<command>.<node>`. */
function recipient(asked: Asked): { readonly node: ManagedNode; readonly id: string } {
  const id = text(asked, "MessageId", 16);
  const node = asked.state.nodes.get(id.split(".").at(-1) ?? "");
  if (node?.mailbox.replyTo.has(id) !== true)
    throw new ApiError("InvalidMessageIdException", `No message ${id} was sent.`);
  return { node: called(asked, node), id };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** What the agent says in a reply; anything else than what its source writes is refused. */
function replyOf(payload: string): AgentReply {
  let reply: Partial<AgentReply> | null;
  try {
    reply = JSON.parse(payload) as typeof reply;
  } catch {
    reply = null;
  }
  const { documentStatus, documentTraceOutput = "", runtimeStatus = null } = reply ?? {};
  const steps = Object.values(runtimeStatus ?? {});
  if (!isText(documentStatus) || !steps.every(({ name, status }) => isText(name) && isText(status)))
    throw validationError("Payload is not a reply of the agent.");
  return { documentStatus, documentTraceOutput, runtimeStatus };
}

/** Ends the waiting of a message, and of what waits for the agent. */
function settled({ cloud }: Asked, { mailbox }: ManagedNode, id: string): void {
  mailbox.messages.delete(id);
  wakeAll(mailbox);
  runAgenda(cloud, cloud.clock.now());
}

/** Seconds for which a message that was handed out is not handed out again, unless the request says otherwise. */
const usualHiding = 30;

/**
 * The service by which a real agent gets its commands. GetMessages answers at once, where AWS keeps the request until
 * there is a message. Operations, members and errors are those of vendor/github.com/aws/aws-sdk-go/service/ssmmds of
 * https://github.com/aws/amazon-ssm-agent.
 */
const operations: Readonly<Record<string, (asked: Asked) => object>> = {
  GetMessages: (asked) => {
    const { mailbox, id: Destination } = destination(asked);
    const now = asked.cloud.clock.now();
    const { VisibilityTimeoutInSeconds: hiding = usualHiding } = asked.body;
    const visible = [...mailbox.messages.values()].filter(({ hiddenUntil }) => (hiddenUntil ?? now) <= now);
    for (const message of visible) message.hiddenUntil = new Date(now.getTime() + Number(hiding) * 1000);
    return {
      Destination,
      MessagesRequestId: text(asked, "MessagesRequestId", 16),
      Messages: visible.map(({ id, topic, payload, createdAt }) => ({
        CreatedDate: createdAt.toISOString(),
        Destination,
        MessageId: id,
        Payload: payload,
        PayloadDigest: createHash("sha256").update(payload).digest("hex"),
        Topic: topic,
      })),
    };
  },
  AcknowledgeMessage: (asked) => {
    const { node, id } = recipient(asked);
    settled(asked, node, id);
    return {};
  },
  DeleteMessage: (asked) => {
    const { node, id } = recipient(asked);
    settled(asked, node, id);
    return {};
  },
  /** The agent could not read the message. */
  FailMessage: (asked) => {
    const { node, id } = recipient(asked);
    const documentTraceOutput = text(asked, "FailureType");
    node.mailbox.replyTo.get(id)?.({ documentStatus: "Failed", documentTraceOutput, runtimeStatus: null });
    settled(asked, node, id);
    return {};
  },
  SendReply: (asked) => {
    const { node, id } = recipient(asked);
    const ReplyId = text(asked, "ReplyId", 16);
    node.mailbox.replyTo.get(id)?.(replyOf(text(asked, "Payload")));
    settled(asked, node, id);
    return { MessageId: id, ReplyId, ReplyStatus: "Acknowledged" };
  },
};

function answered(cloud: SimulatedCloud, operation: string, request: HttpRequest): object {
  const answer = operations[operation];
  if (answer === undefined)
    throw new ApiError(
      "UnsupportedMessageOperationException",
      `${operation} is not an operation of the embedded cloud`,
    );
  const { scope } = request;
  if (scope === undefined) throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  const body = jsonBody(request);
  if (typeof body !== "object" || body === null)
    throw new ApiError("SerializationException", "The request body is not JSON.");
  const state = cloud.region(cloud.accountOf(scope.accessKeyId), scope.region);
  return answer({ cloud, state, body: body as Asked["body"] });
}

/** Answers the message service (`ec2messages`); an operation that it does not have is refused. */
export function answerMessages(cloud: SimulatedCloud, operation: string, request: HttpRequest): HttpResponse {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": cloud.requestId() };
  try {
    return jsonResponse(200, answered(cloud, operation, request), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return jsonResponse(error.status, { __type: error.code, message: error.message }, headers);
  }
}
