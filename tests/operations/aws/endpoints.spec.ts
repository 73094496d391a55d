import { createServer, type RequestListener } from "node:http";
import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { limitAnswers } from "../../../operations/aws/answerLimit.ts";
import { awsFailure } from "../../../operations/aws/failure.ts";
import { managedNodes } from "../../../operations/aws/nodes.ts";
import { sampleLocation } from "../../components/aws/samples.ts";

const credentials = { accessKeyId: "spec", secretAccessKey: "spec" };

/** What a call says that meets such an endpoint, and how many requests it took. */
async function said(listener: RequestListener, call: (client: SSMClient) => Promise<unknown>) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const client = new SSMClient({ region: "eu-central-1", endpoint, credentials, maxAttempts: 2 });
  try {
    await call(client);
    return { words: "answered", requests };
  } catch (error) {
    return { words: awsFailure(error, sampleLocation()), requests };
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

describe("an endpoint that misbehaves", () => {
  it("is told when it repeats a listing's token, after the first repetition", async () => {
    const page = JSON.stringify({ InstanceInformationList: [], NextToken: "again" });
    const { words, requests } = await said((_, response) => response.end(page), managedNodes);
    expect(words).to.equal("the endpoint repeats itself after 2 pages");
    expect(requests).to.equal(2);
  });

  it("is left when its answer stalls in the middle, after as many attempts as any", async () => {
    const { words, requests } = await said(
      (_, response) => response.writeHead(200, { "content-length": "100" }).write("{"),
      (client) => limitAnswers(client, 200).send(new DescribeInstanceInformationCommand({})),
    );
    expect(words).to.equal("the endpoint cannot be reached: it does not answer in time");
    expect(requests).to.equal(2);
  });

  for (const status of [200, 403, 502]) {
    it(`is told in a sentence when a proxy answers ${String(status)} with a page`, async () => {
      const { words } = await said(
        (_, response) =>
          response.writeHead(status, { "content-type": "text/html" }).end("<!DOCTYPE html><html></html>"),
        managedNodes,
      );
      expect(words).to.match(/^what answered is not AWS/);
    });
  }
});
