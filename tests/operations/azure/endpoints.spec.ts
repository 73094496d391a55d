import { createServer, type RequestListener } from "node:http";
import { mock } from "node:test";
import { expect } from "chai";
import type { AzurePatience } from "../../../operations/azure/client.ts";
import { openCompute, type Compute } from "../../../operations/azure/compute.ts";
import { azureFailure } from "../../../operations/azure/failure.ts";

const subscription = { name: "apps", subscriptionId: "5d1f6a30-7c42-4b8e-9a57-2f0c8e6b1d01", location: "main" };

/** What a call says that meets such an endpoint, how many requests it took, and how long. */
async function said(
  listener: (url: string) => RequestListener,
  call: (compute: Compute) => Promise<unknown>,
  patience: AzurePatience = {},
) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    listener(url)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${String(port)}`;
  try {
    const compute = await openCompute({ ...subscription, onboarding: "customScript" }, { url, token: false }, patience);
    await call(compute);
    return { words: "answered", requests };
  } catch (error) {
    return { words: azureFailure(error), requests };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const stalled = "Azure does not answer in time";
const list = (compute: Compute) => compute.virtualMachines();
const answer = (body: unknown): RequestListener => {
  return (_, response) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
};

describe("an Azure endpoint that misbehaves", () => {
  /** What limits wait for, by their milliseconds; they are over when a spec says so, not when this machine is slow. */
  const limits: { readonly milliseconds: number; readonly controller: AbortController }[] = [];
  function isOver(limit: number): void {
    for (const { milliseconds, controller } of limits)
      if (milliseconds === limit) controller.abort(new DOMException("the time is over", "TimeoutError"));
  }

  before(() => {
    mock.method(AbortSignal, "timeout", (milliseconds: number) => {
      const controller = new AbortController();
      limits.push({ milliseconds, controller });
      return controller.signal;
    });
  });
  after(() => {
    mock.restoreAll();
  });

  it("is told when it repeats a listing's next page, also where no page has a VM", async () => {
    const again = (url: string) => answer({ value: [], nextLink: `${url}/subscriptions/again` });
    expect(await said(again, list)).to.deep.equal({
      words: "the endpoint repeats itself after 2 pages",
      requests: 2,
    });
  });

  it("is left when a listing's first page stalls, or its second", async () => {
    const stalls: RequestListener = () => {
      isOver(200);
    };
    expect((await said(() => stalls, list, { call: 200 })).words).to.equal(stalled);
    const second =
      (url: string): RequestListener =>
      (request, response) => {
        if (request.url?.includes("next") === true) stalls(request, response);
        else answer({ value: [{ id: "/a" }], nextLink: `${url}/subscriptions/next` })(request, response);
      };
    expect(await said(second, list, { call: 200 })).to.deep.equal({ words: stalled, requests: 2 });
  });

  it("is left when all calls together take too long, and asked nothing more", async () => {
    const calls = async (compute: Compute) => {
      await Promise.allSettled([compute.virtualMachine("rg", "a"), compute.virtualMachine("rg", "b")]);
      await compute.virtualMachine("rg", "c");
    };
    let came = 0;
    const stalls: RequestListener = () => {
      came += 1;
      if (came === 2) isOver(300);
    };
    expect(await said(() => stalls, calls, { whole: 300 })).to.deep.equal({ words: stalled, requests: 2 });
  });
});
