import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request on its way to the cloud. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  /** SSM operation, e.g. `CreateMaintenanceWindow`; undefined for other services. */
  readonly operation: string | undefined;
  /** AWS Region of the signature; undefined where there is none. */
  readonly region: string | undefined;
  readonly body: string;
}

/** An answer of its own, in place of the cloud's. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Looks at a request before the cloud does; what it answers, if anything, goes back in the cloud's place. */
export type Before = (request: Passing) => Answer | undefined | Promise<Answer | undefined>;

/** Looks at a request that the cloud has carried out, before the answer goes back. */
export type After = (request: Passing) => void | Promise<void>;

/** A proxy between the engine's plugins and the embedded cloud, for specs that watch or disturb what passes. */
export interface Gateway {
  readonly url: string;
  before: Before;
  after: After;
  close(): Promise<void>;
}

/** Headers that belong to one connection, or that the body makes anew. */
const ownHeaders = new Set(["connection", "content-length", "transfer-encoding", "keep-alive", "expect"]);

function passing(request: IncomingMessage, body: Buffer): Passing {
  const target = request.headers["x-amz-target"];
  return {
    method: request.method ?? "",
    path: new URL(request.url ?? "/", "http://gateway").pathname,
    operation: typeof target === "string" ? target.split(".").at(-1) : undefined,
    region: /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "")?.[1],
    body: body.toString("utf8"),
  };
}

async function pass(cloudUrl: string, gateway: Gateway, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const seen = passing(request, body);
  const instead = await gateway.before(seen);
  if (instead !== undefined) {
    response.writeHead(instead.status, { "content-type": "application/x-amz-json-1.1" }).end(instead.body);
    return;
  }
  const headers = Object.entries(request.headers).filter(([name]) => !ownHeaders.has(name));
  const answer = await fetch(new URL(request.url ?? "/", cloudUrl), {
    method: request.method ?? "GET",
    headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
    ...(body.length === 0 ? {} : { body }),
  });
  const content = Buffer.from(await answer.arrayBuffer());
  await gateway.after(seen);
  const back = [...answer.headers].filter(([name]) => !ownHeaders.has(name) && name !== "content-encoding");
  // The cloud names itself as the place to poll; the poll has to come through here as well.
  response.writeHead(
    answer.status,
    Object.fromEntries(back.map(([name, value]) => [name, value.replace(cloudUrl, gateway.url)])),
  );
  response.end(content);
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    });
  });
}

/** Opens a gateway to a cloud; as it stands it lets everything through. */
export async function startGateway(cloudUrl: string): Promise<Gateway> {
  const server = createServer((request, response) => {
    pass(cloudUrl, gateway, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  const gateway: Gateway = {
    url: await listening(server),
    before: () => undefined,
    after: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return gateway;
}
