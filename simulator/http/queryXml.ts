import type { ApiError } from "./apiError.ts";
import type { HttpResponse } from "./exchange.ts";

/**
 * A value of an answer in AWS's query protocol: a list is written as `member` elements, a map as `entry` elements, what
 * is undefined not at all.
 */
export type QueryValue =
  string | number | boolean | undefined | readonly QueryValue[] | ReadonlyMap<string, string> | QueryFields;

/** The members of an answer, by name. */
export interface QueryFields {
  readonly [name: string]: QueryValue;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function content(value: Exclude<QueryValue, undefined>): string {
  if (typeof value !== "object") return escaped(String(value));
  if (value instanceof Map)
    return [...(value as ReadonlyMap<string, string>)]
      .map(([key, text]) => element("entry", { key, value: text }))
      .join("");
  if (Array.isArray(value)) return (value as readonly QueryValue[]).map((member) => element("member", member)).join("");
  return queryXml(value as QueryFields);
}

function element(name: string, value: QueryValue): string {
  return value === undefined ? "" : `<${name}>${content(value)}</${name}>`;
}

/** Fields as elements, in their order. */
export function queryXml(fields: QueryFields): string {
  return Object.entries(fields)
    .map(([name, value]) => element(name, value))
    .join("");
}

function response(status: number, body: string): HttpResponse {
  return { status, headers: { "content-type": "text/xml" }, body };
}

/** What identifies an answer: the service's namespace and the request. */
export interface QueryExchange {
  readonly namespace: string;
  readonly requestId: string;
}

/** The answer of an action. */
export function queryAnswer(
  { namespace, requestId }: QueryExchange,
  action: string,
  result: QueryFields,
): HttpResponse {
  const body = queryXml({ [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } });
  return response(200, `<${action}Response xmlns="${namespace}">${body}</${action}Response>`);
}

/** The answer to what is refused. */
export function queryFailure(
  { namespace, requestId }: QueryExchange,
  { code, message, status }: Pick<ApiError, "code" | "message" | "status">,
): HttpResponse {
  const body = queryXml({ Error: { Type: "Sender", Code: code, Message: message }, RequestId: requestId });
  return response(status, `<ErrorResponse xmlns="${namespace}">${body}</ErrorResponse>`);
}
