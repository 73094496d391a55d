import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError, validationError } from "../../http/apiError.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { jsonBody } from "../../http/exchange.ts";
import { denial, sessionOf } from "../iam/authorize.ts";
import { ssmNeeds } from "../iam/ssmNeeds.ts";
import { activationOperations } from "./activations.ts";
import { agentAssociationOperations } from "./agentAssociations.ts";
import { associationOperations } from "./associations.ts";
import { associationRunOperations } from "./associationRuns.ts";
import { baselineOperations } from "./baselines.ts";
import type { Call } from "./call.ts";
import { commandOperations } from "./commands.ts";
import { complianceOperations } from "./compliance.ts";
import { dataSyncOperations } from "./dataSyncs.ts";
import { documentOperations } from "./documents.ts";
import { instanceOperations } from "./instances.ts";
import { inventoryOperations } from "./inventory.ts";
import { checkRequest, errorTextMember, operationEntry, wireResponse } from "./model/validate.ts";
import { inventorySchemaOperations } from "./inventorySchemas.ts";
import { nodeListingOperations } from "./nodeListings.ts";
import { patchGroupOperations } from "./patchGroups.ts";
import { patchListingOperations } from "./patchListings.ts";
import { patchStateOperations } from "./patchStates.ts";
import { putComplianceOperations } from "./putCompliance.ts";
import { registrationOperations } from "./registration.ts";
import { serviceSettingOperations } from "./serviceSettings.ts";
import { tagOperations } from "./tags.ts";
import { windowExecutionOperations } from "./windowExecutions.ts";
import { windowOperations } from "./windows.ts";
import { windowTargetOperations } from "./windowTargets.ts";
import { windowTaskOperations } from "./windowTasks.ts";

type Operation = (call: Call, request: object) => object | Promise<object>;

const operations = {
  ...activationOperations,
  ...agentAssociationOperations,
  ...associationOperations,
  ...associationRunOperations,
  ...baselineOperations,
  ...commandOperations,
  ...complianceOperations,
  ...dataSyncOperations,
  ...documentOperations,
  ...instanceOperations,
  ...inventoryOperations,
  ...inventorySchemaOperations,
  ...nodeListingOperations,
  ...patchGroupOperations,
  ...patchListingOperations,
  ...patchStateOperations,
  ...putComplianceOperations,
  ...registrationOperations,
  ...serviceSettingOperations,
  ...tagOperations,
  ...windowExecutionOperations,
  ...windowOperations,
  ...windowTargetOperations,
  ...windowTaskOperations,
} as unknown as Readonly<Record<string, Operation>>;

const targetPrefix = "AmazonSSM.";
/** Operations that the agent calls before it has credentials. */
const unsigned: ReadonlySet<string> = new Set(["RegisterManagedInstance"]);
/** Errors that any operation may answer. */
const common: ReadonlySet<string> = new Set([
  "ValidationException",
  "SerializationException",
  "UnknownOperationException",
  "MissingAuthenticationTokenException",
  "AccessDeniedException",
]);
/** Errors of the agent's registration, which no public model lists. */
const registrationErrors: ReadonlySet<string> = new Set(["ActivationExpired", "RegistrationLimitExceeded"]);

function callOf(cloud: SimulatedCloud, request: HttpRequest, name: string): Call {
  if (request.scope === undefined && !unsigned.has(name))
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  const { accessKeyId, region = cloud.world.homeRegion } = request.scope ?? {};
  const accountId = cloud.accountOf(accessKeyId);
  return {
    cloud,
    region: cloud.region(accountId, region),
    callerArn: cloud.callerArn(accountId),
    accessKeyId,
  };
}

/** Refuses what the caller's role does not allow, where its rights are enforced. */
function authorize({ cloud, region, accessKeyId }: Call, name: string, request: object): void {
  const session = sessionOf(cloud, accessKeyId);
  if (session === undefined) return;
  const denied = denial(session, region.region, ssmNeeds(region, name, request));
  if (denied !== undefined) throw new ApiError("AccessDeniedException", denied);
}

function declaredError(error: ApiError, errors: readonly string[]): ApiError {
  if (common.has(error.code) || errors.includes(error.code) || registrationErrors.has(error.code)) return error;
  // Operations that declare no error of their own for a bad token or for too many tags answer them as invalid input.
  if (error.code === "InvalidNextToken" || error.code === "TooManyTagsError") return validationError(error.message);
  return new ApiError(
    "InternalServerError",
    `the embedded cloud raised ${error.code}, which the operation does not declare: ${error.message}`,
    500,
  );
}

async function answered(cloud: SimulatedCloud, name: string, request: HttpRequest): Promise<unknown> {
  const entry = operationEntry(name);
  const operation = operations[name];
  if (entry === undefined || operation === undefined)
    throw new ApiError("UnknownOperationException", `${name} is not an operation of the embedded cloud`);
  const call = callOf(cloud, request, name);
  const body = request.body.length === 0 ? {} : jsonBody(request);
  if (body === undefined) throw new ApiError("SerializationException", "The request body is not JSON.");
  const checked = checkRequest(entry, body);
  authorize(call, name, checked);
  const token = (checked as { readonly ClientToken?: string }).ClientToken;
  const known = token === undefined ? undefined : call.region.idempotent.get(`${name}/${token}`);
  const text = request.body.toString("utf8");
  if (known !== undefined && known.body !== text)
    throw new ApiError("IdempotentParameterMismatch", "The client token was used with other parameters.");
  if (known !== undefined) return known.answer;
  try {
    const answer = wireResponse(name, entry, await operation(call, checked));
    if (token !== undefined) call.region.idempotent.set(`${name}/${token}`, { body: text, answer });
    return answer;
  } catch (error) {
    throw error instanceof ApiError ? declaredError(error, entry[2]) : error;
  }
}

function jsonResponse(status: number, requestId: string, value: object): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId },
    body: JSON.stringify(value),
  };
}

function errorResponse(requestId: string, error: ApiError): HttpResponse {
  const textMember = errorTextMember(error.code);
  const text = textMember === undefined || error.message === "" ? {} : { [textMember]: error.message };
  return jsonResponse(error.status, requestId, { __type: error.code, ...text, ...error.members });
}

/** The operation a request asks for; undefined when it is not for SSM. */
export function ssmOperation(request: HttpRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  return typeof target === "string" && target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : undefined;
}

/**
 * Answers an SSM request in AWS JSON 1.1. An operation that the embedded cloud does not have is
 * `UnknownOperationException`, never a made-up success.
 */
export async function answerSsm(cloud: SimulatedCloud, name: string, request: HttpRequest): Promise<HttpResponse> {
  const requestId = cloud.requestId();
  try {
    return jsonResponse(200, requestId, (await answered(cloud, name, request)) as object);
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(requestId, error);
    const message = error instanceof Error ? error.message : "unknown";
    return errorResponse(requestId, new ApiError("InternalServerError", message, 500));
  }
}
