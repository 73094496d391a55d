import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { jsonBody, jsonResponse } from "../../http/exchange.ts";

const targetPrefix = "EC2WindowsMessageDeliveryService.";

/** The message service's operation that a request asks for; undefined when it is not for that service. */
export function messageOperation(request: HttpRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  return typeof target === "string" && target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : undefined;
}

function textMember(body: unknown, name: string): string | undefined {
  const value =
    typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

function waitingMessages(cloud: SimulatedCloud, request: HttpRequest): object {
  if (request.scope === undefined)
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  const body = jsonBody(request);
  const destination = textMember(body, "Destination") ?? "";
  const state = cloud.region(cloud.accountOf(request.scope.accessKeyId), request.scope.region);
  if (!state.nodes.has(destination))
    throw new ApiError("InvalidDestinationException", `${destination} is not a node of account ${state.accountId}`);
  return { Destination: destination, Messages: [], MessagesRequestId: textMember(body, "MessagesRequestId") ?? "" };
}

/**
 * Answers the service by which the agent asks for commands (`ec2messages`). None ever waits: commands to a node without
 * a simulated server are undeliverable. Every other operation is refused. Names are those of the agent's own source,
 * https://github.com/aws/amazon-ssm-agent.
 */
export function answerMessages(cloud: SimulatedCloud, operation: string, request: HttpRequest): HttpResponse {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": cloud.requestId() };
  try {
    if (operation !== "GetMessages")
      throw new ApiError(
        "UnsupportedMessageOperationException",
        `${operation} is not an operation of the embedded cloud`,
      );
    return jsonResponse(200, waitingMessages(cloud, request), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return jsonResponse(error.status, { __type: error.code, message: error.message }, headers);
  }
}
