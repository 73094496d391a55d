import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Cloud } from "../../../simulator/index.ts";
import { closeClouds, cloudWith } from "../cloudFixture.ts";
import { closePlugins, configuredAws } from "./pluginClient.ts";
import { command, types } from "./ssmInputs.ts";

/** Passes every request on to a cloud and keeps the names of the SSM operations. */
async function listener(cloud: Cloud, operations: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = new Headers();
      for (const name of ["x-amz-target", "authorization", "content-type"]) {
        const value = request.headers[name];
        if (typeof value === "string") headers.set(name, value);
      }
      operations.push((headers.get("x-amz-target") ?? "").replace("AmazonSSM.", ""));
      const body = request.method === "GET" ? null : Buffer.concat(chunks);
      void fetch(`${cloud.url}${request.url ?? ""}`, { method: request.method ?? "POST", headers, body }).then(
        async (answer) => {
          response.writeHead(answer.status, Object.fromEntries(answer.headers));
          response.end(await answer.text());
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

// https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ssm/document.go
describe("a document of the AWS stand-in", () => {
  let server: Server | undefined;

  afterEach(async () => {
    closePlugins();
    server?.closeAllConnections();
    server?.close();
    await closeClouds();
  });

  it("is read as the provider reads it: what it is, what it holds, whom it is shared with", async () => {
    const cloud = await cloudWith([]);
    const operations: string[] = [];
    server = await listener(cloud, operations);
    const { port } = server.address() as AddressInfo;
    const aws = await configuredAws({ ...cloud, url: `http://127.0.0.1:${String(port)}` });
    const content = JSON.stringify(command);
    const made = await aws.create(types.document, { name: "hook-doc", documentType: "Command", content });
    operations.length = 0;
    await aws.refresh(made);
    expect(operations).to.deep.equal(["DescribeDocument", "GetDocument", "DescribeDocumentPermission"]);
  });
});
