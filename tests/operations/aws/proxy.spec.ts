import { createServer } from "node:http";
import { DescribeInstanceInformationCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { ssmClient } from "../../../operations/aws/clients.ts";
import { awsFailure } from "../../../operations/aws/failure.ts";
import { connectionFault } from "../../../operations/connection.ts";
import { sampleLocation } from "../../components/aws/samples.ts";
import { withEnvironment } from "../reading.ts";

/** What a call to AWS says behind a proxy that answers so, and what the proxy was asked for. */
async function behind(status: string) {
  const asked: string[] = [];
  const proxy = createServer().on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { roleArn: _, ...location } = sampleLocation();
  const environment = {
    // That spelling stands before the other one.
    https_proxy: `http://127.0.0.1:${String(port)}`,
    no_proxy: "",
    AWS_ACCESS_KEY_ID: "spec",
    AWS_SECRET_ACCESS_KEY: "spec",
  };
  try {
    return await withEnvironment(environment, async () => {
      const client = ssmClient(location);
      try {
        await client.send(new DescribeInstanceInformationCommand({}));
        return { words: "answered", asked };
      } catch (error) {
        return { words: awsFailure(error, location), asked };
      } finally {
        client.destroy();
      }
    });
  } finally {
    proxy.close();
  }
}

describe("AWS behind a proxy", () => {
  it("is asked through the one that HTTPS_PROXY names, whose refusal is told in a sentence", async () => {
    const { region } = sampleLocation();
    expect(await behind("403 Forbidden")).to.deep.equal({
      words: "the proxy lets nothing through (HTTP/1.1 403 Forbidden); look at HTTPS_PROXY and NO_PROXY",
      asked: [`ssm.${region}.amazonaws.com:443`],
    });
    expect((await behind("407 Proxy Authentication Required")).words).to.match(/^the proxy wants a sign-in \(407\)/);
  });

  it("is not taken for what is wrong where a certificate is", () => {
    const told = (code: string) =>
      connectionFault(new Error("fetch failed", { cause: Object.assign(new Error(), { code }) }));
    expect(told("SELF_SIGNED_CERT_IN_CHAIN")).to.match(
      /^the certificate of what answers is not trusted .*NODE_EXTRA_CA_CERTS$/,
    );
    expect(told("CERT_NOT_YET_VALID")).to.contain("clock");
    expect(told("ERR_OTHER")).to.equal(undefined);
  });
});
