import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import { jsonBody, jsonResponse, type HttpRequest, type HttpResponse } from "../../http/exchange.ts";
import { refuseOnRecord } from "../iam/onRecord.ts";
import { arnAt, placeOf, recordAt, textIn, type Fields, type Place } from "../records.ts";

const operations: ReadonlySet<string> = new Set(["DescribeKey", "DisableKey", "GetKeyPolicy"]);
const targetPrefix = "TrentService.";

/** The operation of KMS that a request asks for; undefined when it is not for KMS. */
export function keyOperation(request: HttpRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  return typeof target === "string" && target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : undefined;
}

/** A key by any of its names, in the caller's account and Region: its id, its ARN, an alias or an alias's ARN. */
function keyIdOf(cloud: SimulatedCloud, place: Place, given: string): string {
  const name = given.startsWith("arn:") ? placeOf(given).resource : given;
  if (!name.startsWith("alias/")) return name.replace(/^key\//, "");
  const alias = recordAt(cloud, place, "kms-alias", name);
  if (alias === undefined) throw new ApiError("NotFoundException", `Alias ${arnAt(place, "kms", name)} is not found.`);
  const target = textIn(alias, "targetKeyId");
  return target.slice(target.lastIndexOf("/") + 1);
}

function metadata(cloud: SimulatedCloud, place: Place, id: string, key: Fields): object {
  const made = cloud.identity.recordsMadeAt.get([place.accountId, place.region, "kms-key", id].join("/"));
  const enabled = key["isEnabled"] !== false;
  return {
    AWSAccountId: place.accountId,
    Arn: arnAt(place, "kms", `key/${id}`),
    CreationDate: (made ?? cloud.startedAt).getTime() / 1000,
    Description: textIn(key, "description"),
    Enabled: enabled,
    KeyId: id,
    KeyManager: "CUSTOMER",
    KeySpec: textIn(key, "customerMasterKeySpec"),
    KeyState: enabled ? "Enabled" : "Disabled",
    KeyUsage: textIn(key, "keyUsage"),
    MultiRegion: key["multiRegion"] === true,
    Origin: "AWS_KMS",
  };
}

function answered(cloud: SimulatedCloud, operation: string, request: HttpRequest): object {
  if (request.scope === undefined)
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  if (!operations.has(operation))
    throw new ApiError("UnknownOperationException", `${operation} is not an operation of the embedded cloud`);
  const place = { accountId: cloud.accountOf(request.scope.accessKeyId), region: request.scope.region };
  const given = (jsonBody(request) as { readonly KeyId?: unknown } | undefined)?.KeyId;
  if (typeof given !== "string" || given === "")
    throw new ApiError("ValidationException", "1 validation error detected: Value at 'keyId' must not be null");
  const id = keyIdOf(cloud, place, given);
  const action = `kms:${operation}`;
  refuseOnRecord(cloud, request, { ...place, kind: "kms-key", id }, action, "AccessDeniedException", 400);
  const key = recordAt(cloud, place, "kms-key", id);
  if (key === undefined)
    throw new ApiError("NotFoundException", `Key '${arnAt(place, "kms", `key/${id}`)}' does not exist`);
  if (operation === "DescribeKey") return { KeyMetadata: metadata(cloud, place, id, key) };
  if (operation === "GetKeyPolicy") return { Policy: textIn(key, "policy"), PolicyName: "default" };
  cloud.records.set([place.accountId, place.region, "kms-key", id].join("/"), { ...key, isEnabled: false });
  return {};
}

/**
 * Answers DescribeKey, DisableKey and GetKeyPolicy of KMS, for keys that are kept as records; every other operation is refused.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export function answerKms(cloud: SimulatedCloud, operation: string, request: HttpRequest): HttpResponse {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": cloud.requestId() };
  try {
    return jsonResponse(200, answered(cloud, operation, request), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return jsonResponse(error.status, { __type: error.code, message: error.message }, headers);
  }
}
