import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import { jsonResponse, type HttpRequest, type HttpResponse } from "../../http/exchange.ts";
import { refuseOnRecord } from "../iam/onRecord.ts";
import { arnAt, recordAt, textIn } from "../records.ts";

const configurationPath = /^\/2015-03-31\/functions\/([a-zA-Z0-9-_]{1,64})\/configuration$/;

/** A function that is kept as a record can be called as soon as it is there: it is never pending, nor idle. */
function configuration(cloud: SimulatedCloud, request: HttpRequest): object {
  const [, name = ""] = configurationPath.exec(request.url.pathname) ?? [];
  if (request.scope === undefined)
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  if (request.method !== "GET" || name === "")
    throw new ApiError(
      "UnknownOperationException",
      `${request.method} ${request.url.pathname} is not an operation of the embedded cloud`,
      404,
    );
  const place = { accountId: cloud.accountOf(request.scope.accessKeyId), region: request.scope.region };
  const at = { ...place, kind: "lambda-function", id: name };
  refuseOnRecord(cloud, request, at, "lambda:GetFunctionConfiguration", "AccessDeniedException");
  const found = recordAt(cloud, place, "lambda-function", name);
  const arn = arnAt(place, "lambda", `function:${name}`);
  if (found === undefined) throw new ApiError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  const made = cloud.identity.recordsMadeAt.get([at.accountId, at.region, at.kind, at.id].join("/"));
  return {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: textIn(found, "runtime"),
    Role: textIn(found, "role"),
    Handler: textIn(found, "handler"),
    Description: textIn(found, "description"),
    Timeout: found["timeout"],
    MemorySize: found["memorySize"],
    LastModified: (made ?? cloud.startedAt).toISOString().replace("Z", "+0000"),
    Version: "$LATEST",
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
  };
}

/**
 * Answers GetFunctionConfiguration of Lambda's API; everything else is refused.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
 */
export function answerLambda(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const headers = { "x-amzn-requestid": cloud.requestId() };
  try {
    return jsonResponse(200, configuration(cloud, request), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const body = { Type: "User", Message: error.message, message: error.message };
    return jsonResponse(error.status, body, { ...headers, "x-amzn-errortype": error.code });
  }
}
