import { expect } from "chai";
import type { Cloud } from "../../simulator/index.ts";
import { closeClouds, cloudWith, instance, ireland } from "./cloudFixture.ts";

const nodeId = "i-00000000000000001";

interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(cloud: Cloud, operation: string, destination: string, signed = true): Promise<Answered> {
  const scope = `AWS4-HMAC-SHA256 Credential=AKIATEST/20261102/${ireland}/ec2messages/aws4_request, Signature=0`;
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `EC2WindowsMessageDeliveryService.${operation}`,
      ...(signed ? { authorization: scope } : {}),
    },
    body: JSON.stringify({ Destination: destination, MessagesRequestId: "11111111-2222-4333-8444-555555555555" }),
  });
  return { status: response.status, body: (await response.json()) as Answered["body"] };
}

// Operations, members and errors as in https://github.com/aws/amazon-ssm-agent (service/ssmmds).
describe("embedded cloud: the agent's message service", () => {
  let cloud: Cloud;

  before(async () => {
    cloud = await cloudWith([instance(nodeId)]);
  });

  after(closeClouds);

  it("has no message for a node", async () => {
    expect(await ask(cloud, "GetMessages", nodeId)).to.deep.equal({
      status: 200,
      body: { Destination: nodeId, Messages: [], MessagesRequestId: "11111111-2222-4333-8444-555555555555" },
    });
  });

  it("refuses a node that the account does not have", async () => {
    const { status, body } = await ask(cloud, "GetMessages", "mi-00000000000000009");
    expect([status, body["__type"]]).to.deep.equal([400, "InvalidDestinationException"]);
  });

  it("refuses unsigned requests", async () => {
    const { status, body } = await ask(cloud, "GetMessages", nodeId, false);
    expect([status, body["__type"]]).to.deep.equal([400, "MissingAuthenticationTokenException"]);
  });

  it("refuses every other operation", async () => {
    const { status, body } = await ask(cloud, "AcknowledgeMessage", nodeId);
    expect([status, body["__type"]]).to.deep.equal([400, "UnsupportedMessageOperationException"]);
  });
});
