import type { Cloud } from "../../simulator/index.ts";
import { ireland, ssmOf } from "./cloudFixture.ts";

/** What the embedded cloud answers an agent. */
export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A message, as it is handed out. */
export interface HandedOut {
  readonly MessageId: string;
  readonly Topic: string;
  readonly Destination: string;
  readonly Payload: string;
}

async function post(cloud: Cloud, target: string, body: object, key?: string): Promise<Answered> {
  const service = target.startsWith("AmazonSSM.") ? "ssm" : "ec2messages";
  const authorization = `AWS4-HMAC-SHA256 Credential=${key ?? ""}/20261102/${ireland}/${service}/aws4_request, Signature=0`;
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
      ...(key === undefined ? {} : { authorization }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answered["body"] };
}

/** Asks the message service something; with the home account's key unless another one, or none, is given. */
export function askMessages(cloud: Cloud, operation: string, body: object, key?: string | null): Promise<Answered> {
  return post(
    cloud,
    `EC2WindowsMessageDeliveryService.${operation}`,
    body,
    key === null ? undefined : (key ?? "AKIATEST"),
  );
}

/** An agent that is no simulated server: it has registered over HTTP, and says what a spec has it say. */
export class SpecAgent {
  readonly id: string;
  private readonly cloud: Cloud;
  private replies = 0;

  private constructor(cloud: Cloud, id: string) {
    this.cloud = cloud;
    this.id = id;
  }

  static async register(cloud: Cloud): Promise<SpecAgent> {
    const ssm = ssmOf(cloud);
    const { ActivationId, ActivationCode } = await ssm.createActivation({ IamRole: "hybrid", RegistrationLimit: 1 });
    const key = { Fingerprint: "one", PublicKey: "A".repeat(392), PublicKeyType: "Rsa" };
    const { body } = await post(cloud, "AmazonSSM.RegisterManagedInstance", { ActivationId, ActivationCode, ...key });
    return new SpecAgent(cloud, String(body["InstanceId"]));
  }

  /** Calls Systems Manager. */
  ssm(operation: string, body: object): Promise<Answered> {
    return post(this.cloud, `AmazonSSM.${operation}`, body, "AKIATEST");
  }

  /** What waits for it. */
  async messages(): Promise<readonly HandedOut[]> {
    const { body } = await askMessages(this.cloud, "GetMessages", {
      Destination: this.id,
      MessagesRequestId: "11111111-2222-4333-8444-555555555555",
      VisibilityTimeoutInSeconds: 10,
    });
    return body["Messages"] as readonly HandedOut[];
  }

  acknowledge(MessageId: string): Promise<Answered> {
    return askMessages(this.cloud, "AcknowledgeMessage", { MessageId });
  }

  fail(MessageId: string): Promise<Answered> {
    return askMessages(this.cloud, "FailMessage", { MessageId, FailureType: "InternalHandlerException" });
  }

  /** Says how a document goes, and how the steps that have ended went. */
  reply(MessageId: string, documentStatus: string, runtimeStatus: object | null = null): Promise<Answered> {
    this.replies += 1;
    const ReplyId = `00000000-0000-4000-8000-${String(this.replies).padStart(12, "0")}`;
    const Payload = JSON.stringify({ documentStatus, documentTraceOutput: "", runtimeStatus });
    return askMessages(this.cloud, "SendReply", { MessageId, ReplyId, Payload });
  }
}

/** A step that has ended, as the agent says it. */
export function ended(status: string, code: number, standardOutput = "", name = "aws:runShellScript"): object {
  const [startDateTime, endDateTime] = ["2026-11-02T00:00:00.000Z", "2026-11-02T00:00:07.000Z"];
  return { name, status, code, standardOutput, standardError: "", startDateTime, endDateTime };
}
