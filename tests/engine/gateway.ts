import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listening } from "../harness/listening.ts";

/** A request on its way to the cloud. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  /** SSM operation, e.g. `CreateMaintenanceWindow`; undefined for other services. */
  readonly operation: string | undefined;
  /** AWS Region and service of the signature; undefined where there is none. */
  readonly region: string | undefined;
  readonly service: string | undefined;
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
  const signed = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? "");
  return {
    method: request.method ?? "",
    path: new URL(request.url ?? "/", "http://gateway").pathname,
    operation: typeof target === "string" ? target.split(".").at(-1) : undefined,
    region: signed?.[1],
    service: signed?.[2],
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

/** Opens a gateway to a cloud; as it stands it lets everything through. */
export async function startGateway(cloudUrl: string): Promise<Gateway> {
  const server = createServer((request, response) => {
    pass(cloudUrl, gateway, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  const { url, close } = await listening(server);
  const gateway: Gateway = { url, before: () => undefined, after: () => undefined, close };
  return gateway;
}
