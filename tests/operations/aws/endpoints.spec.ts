import { createServer, type RequestListener } from "node:http";
import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { takenRole } from "../../../operations/aws/takenRole.ts";
import { limitAnswers } from "../../../operations/aws/answerLimit.ts";
import { awsFailure } from "../../../operations/aws/failure.ts";
import { managedNodes, ownBaselines } from "../../../operations/aws/nodes.ts";
import { answeredPatchCommands } from "../../../operations/aws/patchCommands.ts";
import { sampleLocation } from "../../components/aws/samples.ts";
import { pointedAt } from "../reading.ts";

const at = new Date("2026-11-02T00:00:00Z");
const credentials = { accessKeyId: "spec", secretAccessKey: "spec" };

/**
 * What a call says that meets such an endpoint, and how many requests it took.
 * @param least - requests that are on their way at least when the call ends: it may have been given up before they came
 */
async function said(listener: RequestListener, call: (client: SSMClient) => Promise<unknown>, least = 0) {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === "/last") {
      response.end();
      return;
    }
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const client = new SSMClient({ region: "eu-central-1", endpoint, credentials, maxAttempts: 2 });
  try {
    const words = await call(client).then(
      () => "answered",
      (error: unknown) => awsFailure(error, sampleLocation()),
    );
    do await fetch(`${endpoint}/last`);
    while (requests < least);
    return { words, requests };
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

/** Takes a role at the endpoint of a client. */
async function taking({ config }: SSMClient, limit?: number): Promise<void> {
  const { hostname, port } = (await config.endpoint?.()) ?? { hostname: "", port: 0 };
  const role = "arn:aws:iam::111122223333:role/patchplane-deploy";
  await pointedAt(`http://${hostname}:${String(port)}`, () => takenRole(role, "eu-central-1", limit)());
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
      (client) => limitAnswers(client, { attempt: 200 }).send(new DescribeInstanceInformationCommand({})),
      2,
    );
    expect(words).to.equal("the endpoint cannot be reached: it does not answer in time");
    expect(requests).to.equal(2);
  });

  it("is left when all calls together take too long, and asked nothing more", async () => {
    const limited = async (client: SSMClient) => {
      let now = 0;
      limitAnswers(client, { whole: 300, clock: () => now });
      const calls = [1, 2, 3].map(() => client.send(new DescribeInstanceInformationCommand({})));
      await Promise.allSettled(calls);
      now = 300;
      await client.send(new DescribeInstanceInformationCommand({}));
    };
    const { words, requests } = await said(() => undefined, limited, 3);
    expect(words).to.equal("given up after 1 minutes: the endpoint is too slow");
    expect(requests).to.equal(3);
  });

  it("is told when it repeats a listing's token, whatever is listed", async () => {
    for (const [page, list] of [
      [{ BaselineIdentities: [] }, (client: SSMClient) => ownBaselines(client, "patchplane-prod-")],
      [{ Commands: [] }, (client: SSMClient) => answeredPatchCommands(client, "patchplane-prod-", at, new Map())],
    ] as const) {
      const text = JSON.stringify({ ...page, NextToken: "again" });
      const { words } = await said((_, response) => response.end(text), list);
      expect(words).to.equal("the endpoint repeats itself after 2 pages");
    }
  });

  it("is left when it is asked for a role and its answer stalls in the middle", async () => {
    const { words, requests } = await said(
      (_, response) => response.writeHead(200, { "content-length": "100" }).write("<"),
      (client) => taking(client, 300),
      1,
    );
    expect(words).to.equal("the endpoint cannot be reached: it does not answer in time");
    expect(requests).to.equal(1);
  });

  for (const status of [200, 403, 502]) {
    it(`is told in a sentence when a proxy answers ${String(status)} with a page`, async () => {
      for (const [call, page] of [
        [managedNodes, "<!DOCTYPE html><html></html>"],
        [taking, "<!DOCTYPE html><html><br></html>"],
        [taking, "<html><body>Sign in</body></html>"],
        [taking, "Sign in"],
      ] as const) {
        const { words } = await said(
          (_, response) => response.writeHead(status, { "content-type": "text/html" }).end(page),
          call,
        );
        expect(words).to.match(/^what answered is not AWS/);
      }
    });
  }
});
