import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** One call of the agent, and its answer. */
export interface ProxiedCall {
  readonly request: string;
  readonly headers: IncomingMessage["headers"];
  readonly target: string | undefined;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}

/** What stands between the agent and the embedded cloud. */
export interface Proxy {
  readonly port: number;
  close(): void;
}

/** What a proxy does beside handing on. */
export interface ProxyHooks {
  /** Sees every call when it has been answered. */
  readonly seen?: (call: ProxiedCall) => void;
  /** Gives another answer in the place of the embedded cloud's; undefined leaves it. */
  readonly instead?: (call: ProxiedCall) => string | undefined;
}

const ofThisConnection = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Stands between a real agent and the embedded cloud, and hands on every call. */
export async function startProxy(cloudUrl: string, { seen, instead }: ProxyHooks): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await bodyOf(incoming);
      const { method = "GET", url = "/" } = incoming;
      const headers = Object.entries(incoming.headers).filter(([name]) => !ofThisConnection.has(name));
      const response = await fetch(new URL(url, cloudUrl), {
        method,
        headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
        ...(body === "" ? {} : { body }),
      });
      const target = incoming.headers["x-amz-target"];
      const call = {
        request: `${method} ${url}`,
        headers: incoming.headers,
        target: typeof target === "string" ? target : undefined,
        body,
        status: response.status,
        answer: await response.text(),
      };
      seen?.(call);
      const other = instead?.(call);
      outgoing.writeHead(other === undefined ? call.status : 200, {
        "content-type": response.headers.get("content-type") ?? "",
      });
      outgoing.end(other ?? call.answer);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
