import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import { jsonResponse, type HttpRequest, type HttpResponse } from "../../http/exchange.ts";
import { denial, sessionOf } from "../iam/authorize.ts";
import { refuseOnRecord } from "../iam/onRecord.ts";
import { functionPolicy } from "./functionPolicy.ts";
import { arnAt, fieldsIn, recordAt, recordsOf, textIn, type Fields, type Place } from "../records.ts";

/** What an account has at first. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const concurrentExecutions = 1000;
const settingsPath = "/2016-08-19/account-settings";

function placeOf(cloud: SimulatedCloud, { scope }: HttpRequest): Place {
  if (scope === undefined)
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  return { accountId: cloud.accountOf(scope.accessKeyId), region: scope.region };
}

/** What a function's record has to itself; undefined where that is nothing. */
function reservedIn(found: Fields): number | undefined {
  const reserved = found["reservedConcurrentExecutions"];
  return typeof reserved === "number" && reserved >= 0 ? reserved : undefined;
}

function accountSettings(cloud: SimulatedCloud, request: HttpRequest): object {
  const place = placeOf(cloud, request);
  const session = sessionOf(cloud, request.scope?.accessKeyId);
  const need = { action: "lambda:GetAccountSettings", named: { resources: {} } };
  const denied = session === undefined ? undefined : denial(session, place.region, [need]);
  if (denied !== undefined) throw new ApiError("AccessDeniedException", denied, 403);
  const functions = recordsOf(cloud, place, "lambda-function");
  const reserved = functions.reduce((sum, found) => sum + (reservedIn(found) ?? 0), 0);
  return {
    AccountLimit: {
      ConcurrentExecutions: concurrentExecutions,
      UnreservedConcurrentExecutions: concurrentExecutions - reserved,
    },
    AccountUsage: { FunctionCount: functions.length },
  };
}

/** A function's record, for who may ask an action of it. */
function functionAt(cloud: SimulatedCloud, request: HttpRequest, name: string, action: string): Fields {
  const place = placeOf(cloud, request);
  const at = { ...place, kind: "lambda-function", id: name };
  refuseOnRecord(cloud, request, at, action, "AccessDeniedException");
  const found = recordAt(cloud, place, "lambda-function", name);
  const arn = arnAt(place, "lambda", `function:${name}`);
  if (found === undefined) throw new ApiError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  return found;
}

function concurrency(cloud: SimulatedCloud, request: HttpRequest, name: string): object {
  const reserved = reservedIn(functionAt(cloud, request, name, "lambda:GetFunctionConcurrency"));
  return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
}

/** A function that is kept as a record can be called as soon as it is there: it is never pending, nor idle. */
function configuration(cloud: SimulatedCloud, request: HttpRequest, name: string): object {
  const found = functionAt(cloud, request, name, "lambda:GetFunctionConfiguration");
  const place = placeOf(cloud, request);
  const logging = fieldsIn(found, "loggingConfig");
  const made = cloud.identity.recordsMadeAt.get([place.accountId, place.region, "lambda-function", name].join("/"));
  return {
    FunctionName: name,
    FunctionArn: arnAt(place, "lambda", `function:${name}`),
    Runtime: textIn(found, "runtime"),
    Role: textIn(found, "role"),
    Handler: textIn(found, "handler"),
    Description: textIn(found, "description"),
    ...(found["environment"] === undefined
      ? {}
      : { Environment: { Variables: fieldsIn(fieldsIn(found, "environment"), "variables") } }),
    LoggingConfig: {
      LogFormat: textIn(logging, "logFormat") || "Text",
      LogGroup: textIn(logging, "logGroup") || `/aws/lambda/${name}`,
    },
    Timeout: found["timeout"],
    MemorySize: found["memorySize"],
    LastModified: (made ?? cloud.startedAt).toISOString().replace("Z", "+0000"),
    Version: "$LATEST",
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
  };
}

function policy(cloud: SimulatedCloud, request: HttpRequest, name: string): object {
  functionAt(cloud, request, name, "lambda:GetPolicy");
  const place = placeOf(cloud, request);
  const found = functionPolicy(cloud, place, arnAt(place, "lambda", `function:${name}`));
  if (found === undefined)
    throw new ApiError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  return { Policy: found, RevisionId: cloud.uuidOf(`policy of ${name}`) };
}

function invocation(cloud: SimulatedCloud, request: HttpRequest, name: string): object {
  functionAt(cloud, request, name, "lambda:GetFunctionEventInvokeConfig");
  const place = placeOf(cloud, request);
  const found = recordsOf(cloud, place, "lambda-event-invoke-config").find(
    (each) => textIn(each, "functionName") === name,
  );
  const arn = arnAt(place, "lambda", `function:${name}`);
  if (found === undefined)
    throw new ApiError(
      "ResourceNotFoundException",
      `The function ${arn}:$LATEST doesn't have an EventInvokeConfig`,
      404,
    );
  const destination = textIn(fieldsIn(fieldsIn(found, "destinationConfig"), "onFailure"), "destination");
  return {
    FunctionArn: `${arn}:$LATEST`,
    MaximumEventAgeInSeconds: found["maximumEventAgeInSeconds"],
    MaximumRetryAttempts: found["maximumRetryAttempts"],
    DestinationConfig: { OnSuccess: {}, OnFailure: destination === "" ? {} : { Destination: destination } },
  };
}

const ofFunctions = [
  [/^\/2019-09-30\/functions\/([a-zA-Z0-9-_]{1,64})\/concurrency$/, concurrency],
  [/^\/2015-03-31\/functions\/([a-zA-Z0-9-_]{1,64})\/configuration$/, configuration],
  [/^\/2015-03-31\/functions\/([a-zA-Z0-9-_]{1,64})\/policy$/, policy],
  [/^\/2019-09-25\/functions\/([a-zA-Z0-9-_]{1,64})\/event-invoke-config$/, invocation],
] as const;

function answered(cloud: SimulatedCloud, request: HttpRequest): object {
  const { pathname } = request.url;
  if (request.method === "GET") {
    if (pathname === settingsPath) return accountSettings(cloud, request);
    for (const [path, answer] of ofFunctions) {
      const [, name] = path.exec(pathname) ?? [];
      if (name !== undefined) return answer(cloud, request, name);
    }
  }
  placeOf(cloud, request);
  throw new ApiError(
    "UnknownOperationException",
    `${request.method} ${pathname} is not an operation of the embedded cloud`,
    404,
  );
}

/**
 * Answers GetFunctionConfiguration, GetFunctionConcurrency, GetFunctionEventInvokeConfig, GetPolicy and
 * GetAccountSettings of Lambda's API; everything else is refused.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */
export function answerLambda(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const headers = { "x-amzn-requestid": cloud.requestId() };
  try {
    return jsonResponse(200, answered(cloud, request), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const body = { Type: "User", Message: error.message, message: error.message };
    return jsonResponse(error.status, body, { ...headers, "x-amzn-errortype": error.code });
  }
}
