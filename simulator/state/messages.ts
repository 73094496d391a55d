/** A message for a real agent. It is there until the agent has acknowledged, failed or deleted it, or it is withdrawn. */
export interface AgentMessage {
  /** `aws.ssm.<command>.<node>` */
  readonly id: string;
  readonly topic: string;
  /** JSON */
  readonly payload: string;
  readonly createdAt: Date;
  /** Until when it is not handed out once more; undefined before it was for the first time. */
  hiddenUntil: Date | undefined;
}

/** What an agent says of a step; the rest of what it sends is not looked at. */
export interface StepReply {
  /** Of the plugin, e.g. `aws:runShellScript`. */
  readonly name: string;
  readonly status: string;
  readonly code: number;
  readonly standardOutput: string;
  readonly standardError: string;
  /** ISO 8601, by the agent's clock. */
  readonly startDateTime: string;
  readonly endDateTime: string;
}

/** What an agent says of a document, and of the steps that have ended by then. */
export interface AgentReply {
  readonly documentStatus: string;
  readonly documentTraceOutput: string;
  /** By name of the step; null while none has ended. */
  readonly runtimeStatus: Readonly<Record<string, StepReply>> | null;
}

/** What goes between the service and the real agent of a node. */
export interface Mailbox {
  /** What waits for the agent, in order, by id. */
  readonly messages: Map<string, AgentMessage>;
  /** Takes what the agent says of a message, by the message's id; of all that were ever sent. */
  readonly replyTo: Map<string, (reply: AgentReply) => void>;
  /** Wakes what waits for the agent. */
  readonly waiting: Set<() => void>;
}
