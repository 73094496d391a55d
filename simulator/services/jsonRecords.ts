import type { SimulatedCloud } from "../state/cloud.ts";
import { ApiError } from "../http/apiError.ts";
import { jsonBody, jsonResponse, type HttpRequest, type HttpResponse } from "../http/exchange.ts";
import { refuseOnRecord } from "./iam/onRecord.ts";
import type { Fields, Place } from "./records.ts";

/** A call of a service that shows what is kept as records. */
export interface RecordCall {
  readonly cloud: SimulatedCloud;
  readonly place: Place;
  readonly input: Fields;
  /** Refuses an action on a record to who may not. */
  readonly refuse: (kind: string, id: string, action: string) => void;
}

/** A service that speaks one of AWS's JSON protocols. */
export interface JsonService {
  /** What `X-Amz-Target` begins with. */
  readonly target: string;
  readonly version: "1.0" | "1.1";
  readonly operations: Readonly<
    Record<string, { readonly takes: readonly string[]; readonly answer: (call: RecordCall) => object }>
  >;
}

/** A text that a call has to have. */
export function givenText({ input }: RecordCall, name: string): string {
  const value = input[name];
  if (typeof value !== "string" || value === "") throw new ApiError("ValidationException", `${name} must not be null`);
  return value;
}

function answered({ operations }: JsonService, cloud: SimulatedCloud, operation: string, request: HttpRequest): object {
  const { scope } = request;
  if (scope === undefined) throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  const known = operations[operation];
  const input = (jsonBody(request) ?? {}) as Fields;
  const strange = Object.keys(input).find((name) => known?.takes.includes(name) !== true);
  if (known === undefined || strange !== undefined)
    throw new ApiError(
      "UnknownOperationException",
      `${operation}${strange === undefined ? "" : ` with ${strange}`} is not an operation of the embedded cloud`,
    );
  const place = { accountId: cloud.accountOf(scope.accessKeyId), region: scope.region };
  const refuse = (kind: string, id: string, action: string): void => {
    refuseOnRecord(cloud, request, { ...place, kind, id }, action, "AccessDeniedException", 400);
  };
  return known.answer({ cloud, place, input, refuse });
}

/** The operation of a service that a request asks for; undefined when it is for another. */
export function jsonOperation({ target }: JsonService, { headers }: HttpRequest): string | undefined {
  const given = headers["x-amz-target"];
  return typeof given === "string" && given.startsWith(target) ? given.slice(target.length) : undefined;
}

/**
 * Answers an operation; what the service does not cover is refused.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function answerJson(
  service: JsonService,
  cloud: SimulatedCloud,
  operation: string,
  request: HttpRequest,
): HttpResponse {
  const headers = {
    "content-type": `application/x-amz-json-${service.version}`,
    "x-amzn-requestid": cloud.requestId(),
  };
  try {
    return jsonResponse(200, answered(service, cloud, operation, request), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return jsonResponse(error.status, { __type: error.code, message: error.message }, { ...headers, ...error.members });
  }
}
