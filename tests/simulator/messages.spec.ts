import { expect } from "chai";
import type { SSM } from "@aws-sdk/client-ssm";
import type { Cloud } from "../../simulator/index.ts";
import { askMessages, ended, SpecAgent, type HandedOut } from "./agentFixture.ts";
import { closeClouds, cloudWith, instance, ssmOf } from "./cloudFixture.ts";

const simulated = "i-00000000000000001";
const request = { MessagesRequestId: "11111111-2222-4333-8444-555555555555" };

// Operations, members and errors as in https://github.com/aws/amazon-ssm-agent (service/ssmmds, agent/runcommand).
describe("embedded cloud: the agent's message service", () => {
  let cloud: Cloud;
  let ssm: SSM;
  let agent: SpecAgent;

  beforeEach(async () => {
    cloud = await cloudWith([instance(simulated)]);
    ssm = ssmOf(cloud);
    agent = await SpecAgent.register(cloud);
  });

  afterEach(closeClouds);

  async function send(seconds = 600): Promise<string> {
    const sent = await ssm.sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [agent.id],
      Parameters: { commands: ["id"], executionTimeout: ["120"] },
      TimeoutSeconds: seconds,
    });
    return sent.Command?.CommandId ?? "";
  }

  async function only(): Promise<HandedOut> {
    const [message, ...others] = await agent.messages();
    if (message === undefined || others.length > 0) throw new Error("there is not exactly one message");
    return message;
  }

  async function later(seconds: number): Promise<void> {
    await cloud.advanceTo(new Date(cloud.now().getTime() + seconds * 1000));
  }

  async function shown(CommandId: string): Promise<string> {
    const { CommandInvocations } = await ssm.listCommandInvocations({ CommandId });
    const { Commands } = await ssm.listCommands({ CommandId });
    return [CommandInvocations?.[0]?.Status, CommandInvocations?.[0]?.StatusDetails, Commands?.[0]?.Status].join(" ");
  }

  it("has no message for a simulated server, whose commands it runs itself", async () => {
    await ssm.sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [simulated],
      Parameters: { commands: ["id"] },
    });
    expect(await askMessages(cloud, "GetMessages", { Destination: simulated, ...request })).to.deep.equal({
      status: 200,
      body: { Destination: simulated, Messages: [], ...request },
    });
  });

  it("hands a command out in the agent's own form, and not again until its time is over", async () => {
    const command = await send();
    const { Payload, ...message } = await only();
    expect(message).to.deep.include({
      MessageId: `aws.ssm.${command}.${agent.id}`,
      Topic: `aws.ssm.sendCommand.${command}`,
      Destination: agent.id,
      CreatedDate: "2026-11-02T00:00:00.000Z",
    });
    const payload = JSON.parse(Payload) as { DocumentContent: { schemaVersion: string } };
    expect(payload).to.deep.include({
      CommandId: command,
      DocumentName: "AWS-RunShellScript",
      // The agent takes a list for a StringList, and a text for a String.
      Parameters: { commands: ["id"], executionTimeout: "120" },
    });
    expect(payload.DocumentContent.schemaVersion).to.equal("2.2");
    expect(await agent.messages()).to.deep.equal([]);
    await later(10);
    expect((await only()).MessageId).to.equal(message.MessageId);
    await agent.acknowledge(message.MessageId);
    await later(10);
    expect(await agent.messages()).to.deep.equal([]);
  });

  it("shows what the agent replies, and ends the command with its last word", async () => {
    const command = await send();
    const { MessageId } = await only();
    await agent.reply(MessageId, "InProgress");
    await agent.acknowledge(MessageId);
    expect(await shown(command)).to.equal("InProgress InProgress InProgress");
    await later(7);
    await agent.reply(MessageId, "Success", { runShellScript: ended("Success", 0, "uid=0(root)\n") });
    expect(await shown(command)).to.equal("Success Success Success");
    const one = await ssm.getCommandInvocation({ CommandId: command, InstanceId: agent.id });
    expect(one).to.deep.include({
      StandardOutputContent: "uid=0(root)\n",
      ResponseCode: 0,
      ExecutionStartDateTime: "2026-11-02T00:00:00Z",
      ExecutionEndDateTime: "2026-11-02T00:00:07Z",
    });
  });

  it("says that an agent failed, and why it did not begin", async () => {
    const command = await send();
    await agent.reply((await only()).MessageId, "Failed", { runShellScript: ended("Failed", 3) });
    expect(await shown(command)).to.equal("Failed Failed Failed");
    const unread = await send();
    await agent.fail((await only()).MessageId);
    expect(await shown(unread)).to.equal("Failed Failed Failed");
    const { CommandInvocations } = await ssm.listCommandInvocations({ CommandId: unread });
    expect(CommandInvocations?.[0]?.TraceOutput).to.equal("InternalHandlerException");
  });

  it("withdraws what no agent has taken within the delivery time-out", async () => {
    const command = await send(60);
    await later(59);
    expect(await shown(command)).to.equal("Pending Pending InProgress");
    await later(1);
    expect(await shown(command)).to.equal("TimedOut DeliveryTimedOut TimedOut");
    expect(await agent.messages()).to.deep.equal([]);
  });

  it("gives up an agent that has begun and says no more, after both time-outs", async () => {
    const command = await send(60);
    await agent.acknowledge((await only()).MessageId);
    await later(179);
    expect(await shown(command)).to.equal("InProgress InProgress InProgress");
    await later(1);
    expect(await shown(command)).to.equal("TimedOut ExecutionTimedOut Failed");
  });

  it("withdraws a command that is cancelled before the agent has it", async () => {
    const command = await send();
    await ssm.cancelCommand({ CommandId: command });
    expect(await agent.messages()).to.deep.equal([]);
    expect(await shown(command)).to.equal("Cancelled Cancelled Cancelled");
  });

  it("tells the agent to cancel what it has begun, and takes down what it still says", async () => {
    const command = await send();
    const { MessageId } = await only();
    await agent.reply(MessageId, "InProgress");
    await ssm.cancelCommand({ CommandId: command });
    const { Topic, Payload, MessageId: cancel } = await only();
    expect(Topic).to.match(/^aws\.ssm\.cancelCommand\./);
    expect(JSON.parse(Payload)).to.deep.equal({ CancelMessageId: MessageId });
    await agent.acknowledge(cancel);
    await agent.reply(MessageId, "Cancelled", { runShellScript: ended("Cancelled", 137, "half\n") });
    expect(await shown(command)).to.equal("Cancelled Cancelled Cancelled");
    const one = await ssm.getCommandInvocation({ CommandId: command, InstanceId: agent.id });
    expect(one.StandardOutputContent).to.equal("half\n");
  });

  it("takes every call of the agent for a sign of life", async () => {
    await later(600);
    const status = async (): Promise<string | undefined> => {
      const Filters = [{ Key: "InstanceIds", Values: [agent.id] }];
      return (await ssm.describeInstanceInformation({ Filters })).InstanceInformationList?.[0]?.PingStatus;
    };
    expect(await status()).to.equal("ConnectionLost");
    await agent.messages();
    expect(await status()).to.equal("Online");
  });

  it("has nothing that succeeds on a real agent in the place of a script of AWS's", async () => {
    const { Content = "" } = await ssm.getDocument({ Name: "AWS-RunPatchBaseline" });
    const { mainSteps } = JSON.parse(Content) as { mainSteps: { inputs: { runCommand: string[] } }[] };
    for (const { inputs } of mainSteps) expect(inputs.runCommand.at(-1)).to.equal("exit 1");
  });

  const refused: readonly (readonly [string, string, string, object, null?])[] = [
    [
      "a node that the account does not have",
      "GetMessages",
      "InvalidDestinationException",
      { Destination: "mi-00000000000000009", ...request },
    ],
    [
      "a request that is not signed",
      "GetMessages",
      "MissingAuthenticationTokenException",
      { Destination: simulated, ...request },
      null,
    ],
    [
      "a message that was never sent",
      "AcknowledgeMessage",
      "InvalidMessageIdException",
      { MessageId: `aws.ssm.x.${simulated}` },
    ],
    ["a request without what it needs", "SendReply", "ValidationException", {}],
    [
      "an operation that it does not have",
      "GetEndpoint",
      "UnsupportedMessageOperationException",
      { Destination: simulated },
    ],
  ];
  for (const [what, operation, error, body, key] of refused) {
    it(`refuses ${what}`, async () => {
      const { status, body: answer } = await askMessages(cloud, operation, body, key);
      expect([status, answer["__type"]]).to.deep.equal([400, error]);
    });
  }

  it("refuses a reply that no agent would give", async () => {
    await send();
    const { MessageId } = await only();
    const ReplyId = "11111111-2222-4333-8444-555555555555";
    for (const Payload of [
      "{",
      "null",
      '{"documentStatus":1}',
      '{"documentStatus":"Success","runtimeStatus":{"a":{}}}',
    ]) {
      const { body } = await askMessages(cloud, "SendReply", { MessageId, ReplyId, Payload });
      expect(body["__type"], Payload).to.equal("ValidationException");
    }
  });
});
