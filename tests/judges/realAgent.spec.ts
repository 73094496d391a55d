import {
  CreateActivationCommand,
  CreateAssociationCommand,
  DescribeInstanceInformationCommand,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Cloud } from "../../simulator/index.ts";
import { closeClouds, cloudWith, ireland, ssmOf } from "../simulator/cloudFixture.ts";
import { readinessChecks } from "../../domain/stack/readinessScripts.ts";
import { readAgentRecording, type AgentCall, type TypedCommand } from "./agentCalls.ts";

/** Document of the associations that the node is a target of. */
const document = "AWS-RunPatchBaseline";

/** What the replay knows of itself so far. */
interface Replayed {
  readonly activationId: string;
  readonly activationCode: string;
  readonly associationId: string;
  instanceId: string;
  accessKeyId: string;
  messageId: string;
}

interface Answer {
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
}

/** A value for each member that the agent sends, as an Ubuntu server would send it. */
function memberValues(replayed: Replayed): Readonly<Record<string, unknown>> {
  return {
    AssociationId: replayed.associationId,
    ActivationCode: replayed.activationCode,
    ActivationId: replayed.activationId,
    AgentName: "amazon-ssm-agent",
    AgentStatus: "Active",
    AgentVersion: "3.3.0.0",
    AssociationFilterList: [{ key: "InstanceId", value: replayed.instanceId }],
    AvailabilityZone: "",
    AvailabilityZoneId: "",
    ComplianceType: "Association",
    ComputerName: "app-1",
    Destination: replayed.instanceId,
    DocumentVersion: "$DEFAULT",
    ExecutionResult: { Status: "Success", ExecutionDate: 1793577600, ExecutionSummary: "1 out of 1 plugin processed" },
    ExecutionSummary: { ExecutionTime: 1793577600 },
    Fingerprint: "11111111-2222-4333-8444-555555555555",
    IPAddress: "10.0.0.4",
    InstanceId: replayed.instanceId,
    ItemContentHash: "one",
    Items: [],
    // The agent asks for one association alone, the only one its oldest API ever had.
    MaxResults: 1,
    MessageId: replayed.messageId,
    MessagesRequestId: "22222222-2222-4333-8444-555555555555",
    Name: document,
    Payload: JSON.stringify({ documentStatus: "InProgress", documentTraceOutput: "", runtimeStatus: null }),
    PlatformName: "Ubuntu",
    PlatformType: "Linux",
    PlatformVersion: "22.04",
    PublicKey: "A".repeat(392),
    PublicKeyType: "Rsa",
    ReplyId: "33333333-2222-4333-8444-555555555555",
    ResourceId: replayed.instanceId,
    ResourceType: "ManagedInstance",
    SSMConnectionChannel: "ec2messages",
    VisibilityTimeoutInSeconds: 10,
  };
}

/** What the agent puts of its inventory. */
const inventory = [
  {
    TypeName: "AWS:Application",
    SchemaVersion: "1.1",
    CaptureTime: "2026-11-02T00:00:00Z",
    Content: [{ Name: "bash" }],
  },
];

function bodyOf(call: AgentCall, replayed: Replayed): string {
  const values = memberValues(replayed);
  const missing = call.members.filter((name) => !(name in values));
  if (missing.length > 0) throw new Error(`no value for ${missing.join(", ")} of ${call.target ?? ""}`);
  const given: Readonly<Record<string, unknown>> =
    call.target === "AmazonSSM.PutInventory" ? { ...values, Items: inventory } : values;
  return JSON.stringify(Object.fromEntries(call.members.map((name) => [name, given[name]])));
}

/** The agent signs for its role token with its own key, whose id is the node's, and for the rest with that token. */
async function replay(cloud: Cloud, call: AgentCall, replayed: Replayed): Promise<Answer> {
  const key = call.target === "AmazonSSM.RequestManagedInstanceRoleToken" ? replayed.instanceId : replayed.accessKeyId;
  const scope = `AWS4-HMAC-SHA256 Credential=${key}/20261102/${ireland}/${call.signedFor ?? ""}/aws4_request, Signature=0`;
  const [method = "", path = ""] = call.request.split(" ");
  const response = await fetch(new URL(path, cloud.url), {
    method,
    headers: {
      "content-type": "application/x-amz-json-1.1",
      ...(call.target === undefined ? {} : { "x-amz-target": call.target }),
      ...(call.signedFor === undefined ? {} : { authorization: scope }),
    },
    body: bodyOf(call, replayed),
  });
  const members = (await response.json()) as Readonly<Record<string, unknown>>;
  if (typeof members["InstanceId"] === "string") replayed.instanceId = members["InstanceId"];
  if (typeof members["AccessKeyId"] === "string") replayed.accessKeyId = members["AccessKeyId"];
  const { Messages: [message] = [] } = members as { readonly Messages?: readonly { readonly MessageId: string }[] };
  if (message !== undefined) replayed.messageId = message.MessageId;
  return { status: response.status, members };
}

function answerOf({ status, members }: Answer): Pick<AgentCall, "status" | "answer"> {
  return { status, answer: status === 200 ? Object.keys(members).sort() : [String(members["__type"])] };
}

// Calls, members and answers as recorded with the agent's own source, https://github.com/aws/amazon-ssm-agent.
describe("the embedded cloud, beside the recorded calls of a real SSM Agent", () => {
  const recording = readAgentRecording();
  let cloud: Cloud;
  let replayed: Replayed;

  before(async () => {
    cloud = await cloudWith([]);
    const ssm = ssmOf(cloud);
    const made = await ssm.send(new CreateActivationCommand({ IamRole: "hybrid", RegistrationLimit: 1 }));
    const Targets = [{ Key: "InstanceIds", Values: ["*"] }];
    const Parameters = { Operation: ["Scan"] };
    const association = await ssm.send(new CreateAssociationCommand({ Name: document, Parameters, Targets }));
    const { AssociationId: associationId = "" } = association.AssociationDescription ?? {};
    const { ActivationId: activationId = "", ActivationCode: activationCode = "" } = made;
    replayed = { activationId, activationCode, associationId, instanceId: "", accessKeyId: "", messageId: "" };
  });

  after(closeClouds);

  for (const [index, call] of recording.calls.entries()) {
    const outcome = call.status === 200 ? "answers" : `refuses as ${call.answer.join()}`;
    it(`${outcome} call ${String(index + 1)}, ${call.target ?? call.request}`, async () => {
      const { status, answer, target } = call;
      if (target?.endsWith(".GetMessages") === true)
        await ssmOf(cloud).sendCommand({
          DocumentName: document,
          InstanceIds: [replayed.instanceId],
          Parameters: { Operation: ["Scan"] },
        });
      expect(answerOf(await replay(cloud, call, replayed))).to.deep.equal({ status, answer });
    });
  }

  it("shows the node Online with what the agent said of itself", async () => {
    const { InstanceInformationList: nodes } = await ssmOf(cloud).send(new DescribeInstanceInformationCommand({}));
    expect(nodes).to.have.length(1);
    expect(nodes?.[0]).to.deep.include({
      InstanceId: replayed.instanceId,
      ActivationId: replayed.activationId,
      PingStatus: "Online",
      AgentVersion: "3.3.0.0",
      PlatformName: "Ubuntu",
      IPAddress: "10.0.0.4",
    });
  });
});

describe("what operators read while a real SSM Agent ran their commands", () => {
  const { commands } = readAgentRecording();

  function typed(verb: string): TypedCommand {
    const found = commands.find(({ args }) => args[0] === verb);
    if (found === undefined) throw new Error(`${verb} is not recorded`);
    return found;
  }

  it("is that it has booted again", () => {
    const { exitCode, said } = typed("reboot");
    expect(exitCode).to.equal(0);
    expect(said).to.include("stack test: reboot of 1 server: 1 done");
  });

  it("is each check of a drill, from the server itself", () => {
    const text = typed("doctor").said.join("\n");
    for (const check of readinessChecks) expect(text).to.include(`drill-${check}`);
  });

  it("is why it was not scanned, where the embedded cloud does not have AWS's script", () => {
    const { exitCode, said } = typed("scan");
    expect(exitCode).to.equal(1);
    expect(said.join("\n")).to.match(/app-1 .* failed .* does not have the script of AWS-RunPatchBaseline/);
  });
});
