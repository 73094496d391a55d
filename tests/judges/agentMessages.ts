import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { CommandDocument } from "../../domain/stack/hookDocuments.ts";

/** What the agent replies of a step. */
export interface StepReply {
  readonly status: string;
  readonly code: number;
  readonly standardOutput: string;
  readonly standardError: string;
}

/** What the agent replies of a command; each reply has the steps that have ended by then. */
interface Reply {
  readonly documentStatus: string;
  readonly documentTraceOutput: string;
  readonly runtimeStatus: Readonly<Record<string, StepReply>> | null;
}

/** A command as it went on the agent. */
export interface CommandReplies {
  /** Status of the document in each reply, without repetitions. */
  readonly statuses: readonly string[];
  /** Why the agent did not begin. */
  readonly refusal: string;
  readonly steps: Readonly<Record<string, StepReply>>;
}

const underWay: ReadonlySet<string> = new Set(["InProgress", "SuccessAndReboot"]);

/**
 * The service by which an agent gets its commands, for one node: hands out what was sent and keeps the replies. Names
 * and members are those of the agent's own source, https://github.com/aws/amazon-ssm-agent.
 */
export class AgentMessages {
  private readonly waiting: object[] = [];
  private readonly replies = new Map<string, Reply[]>();
  private sent = 0;

  /** Answers one call; undefined for an operation that no agent was seen to need. */
  async answer(operation: string, body: Readonly<Record<string, string>>): Promise<object | undefined> {
    const { Destination = "", MessagesRequestId = "", MessageId = "", ReplyId = "", Payload = "" } = body;
    switch (operation) {
      case "GetMessages": {
        for (let tries = 0; tries < 20 && this.waiting.length === 0; tries += 1) await pause(100);
        const next = this.waiting.shift();
        return { Destination, MessagesRequestId, Messages: next === undefined ? [] : [next] };
      }
      case "SendReply": {
        const known = this.replies.get(MessageId) ?? [];
        this.replies.set(MessageId, [...known, JSON.parse(Payload) as Reply]);
        return { MessageId, ReplyId, ReplyStatus: "OK" };
      }
      case "AcknowledgeMessage":
      case "DeleteMessage":
        return {};
      default:
        return undefined;
    }
  }

  private put(node: string, topic: string, payloadOf: (command: string) => object): string {
    this.sent += 1;
    const command = `${String(this.sent).padStart(8, "0")}-0000-4000-8000-000000000000`;
    const Payload = JSON.stringify(payloadOf(command));
    const MessageId = `aws.ssm.${command}.${node}`;
    const PayloadDigest = createHash("sha256").update(Payload).digest("hex");
    const CreatedDate = new Date().toISOString();
    this.waiting.push({ CreatedDate, Destination: node, MessageId, Payload, PayloadDigest, Topic: topic });
    return MessageId;
  }

  /** Sends a document; answers the id of its message. */
  send(node: string, name: string, content: CommandDocument, parameters: Readonly<Record<string, string>>): string {
    return this.put(node, "aws.ssm.sendCommand.judge", (command) => ({
      CommandId: command,
      DocumentName: name,
      DocumentContent: content,
      Parameters: parameters,
      CloudWatchOutputEnabled: "false",
    }));
  }

  /** Asks the agent to cancel what another message has begun. */
  cancel(node: string, message: string): void {
    this.put(node, "aws.ssm.cancelCommand.judge", () => ({ CancelMessageId: message }));
  }

  /** What the agent has said of a command so far. */
  repliesTo(message: string): CommandReplies {
    const all = this.replies.get(message) ?? [];
    const statuses = all.map(({ documentStatus }) => documentStatus);
    return {
      statuses: statuses.filter((status, index) => status !== statuses[index - 1]),
      refusal: all.at(-1)?.documentTraceOutput ?? "",
      steps: Object.assign({}, ...all.map(({ runtimeStatus }) => runtimeStatus ?? {})) as CommandReplies["steps"],
    };
  }

  /** Whether a command has come to its end. */
  hasEnded(message: string): boolean {
    const last = this.repliesTo(message).statuses.at(-1);
    return last !== undefined && !underWay.has(last);
  }
}
