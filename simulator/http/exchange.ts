import type { IncomingHttpHeaders } from "node:http";
import type { SignatureScope } from "./credentials.ts";

/** One request, read whole. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute URL as the server was addressed. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Credential scope of the signature, when there is one. */
  readonly scope: SignatureScope | undefined;
}

/** One answer. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A JSON answer. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

/** A body parsed as JSON; undefined when it is empty or not JSON. */
export function jsonBody(request: HttpRequest): unknown {
  if (request.body.length === 0) return undefined;
  try {
    return JSON.parse(request.body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
