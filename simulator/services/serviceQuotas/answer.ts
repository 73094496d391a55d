import type { SimulatedCloud } from "../../state/cloud.ts";
import { ApiError } from "../../http/apiError.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { jsonBody, jsonResponse } from "../../http/exchange.ts";
import { pageOf } from "../ssm/paging.ts";
import { partitionOf } from "../../partitions.ts";
import { ssmQuotas } from "./quotas.ts";
import type { Quota } from "./quotas.ts";

const targetPrefix = "ServiceQuotasV20190624.";
const largestPage = 100;
const serviceCode = "ssm";
const serviceName = "AWS Systems Manager";

/** Members of the covered requests; every other one is refused, so that nothing is silently ignored. */
const members: Readonly<Record<string, readonly string[]>> = {
  ListServiceQuotas: ["ServiceCode", "MaxResults", "NextToken"],
  GetServiceQuota: ["ServiceCode", "QuotaCode"],
};

interface Asked {
  readonly serviceCode: string | undefined;
  readonly quotaCode: string | undefined;
  readonly maxResults: number;
  readonly nextToken: string | undefined;
}

/** The operation of Service Quotas that a request asks for; undefined when it is not for that service. */
export function quotaOperation(request: HttpRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  return typeof target === "string" && target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : undefined;
}

function illegal(message: string): ApiError {
  return new ApiError("IllegalArgumentException", message);
}

function asked(operation: string, request: HttpRequest): Asked {
  const body = jsonBody(request) ?? {};
  const known = members[operation];
  if (known === undefined)
    throw new ApiError("UnknownOperationException", `${operation} is not an operation of the embedded cloud`);
  const given = new Map(Object.entries(body));
  const unknown = [...given.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw illegal(`${unknown} is not covered by the embedded cloud.`);
  const text = (name: string): string | undefined => {
    const value: unknown = given.get(name);
    if (value !== undefined && typeof value !== "string") throw illegal(`${name} is not a string.`);
    return value;
  };
  const maxResults: unknown = given.get("MaxResults") ?? largestPage;
  if (typeof maxResults !== "number" || maxResults < 1 || maxResults > largestPage)
    throw illegal(`MaxResults must be from 1 to ${String(largestPage)}.`);
  return { serviceCode: text("ServiceCode"), quotaCode: text("QuotaCode"), nextToken: text("NextToken"), maxResults };
}

function shown(cloud: SimulatedCloud, { scope }: HttpRequest, quota: Quota): object {
  const region = scope?.region ?? cloud.world.homeRegion;
  const account = cloud.accountOf(scope?.accessKeyId);
  return {
    ServiceCode: serviceCode,
    ServiceName: serviceName,
    QuotaArn: `arn:${partitionOf(region)}:servicequotas:${region}:${account}:${serviceCode}/${quota.code}`,
    QuotaCode: quota.code,
    QuotaName: quota.name,
    Value: quota.value,
    Unit: "None",
    Adjustable: true,
    GlobalQuota: false,
  };
}

function answered(cloud: SimulatedCloud, operation: string, request: HttpRequest): object {
  if (request.scope === undefined)
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token");
  const wanted = asked(operation, request);
  if (wanted.serviceCode === undefined) throw illegal("ServiceCode must not be null.");
  if (wanted.serviceCode !== serviceCode)
    throw new ApiError("NoSuchResourceException", `The embedded cloud has no quotas of ${wanted.serviceCode}.`);
  const quotas: readonly Quota[] = Object.values(ssmQuotas);
  if (operation === "GetServiceQuota") {
    const quota = quotas.find(({ code }) => code === wanted.quotaCode);
    if (quota === undefined)
      throw new ApiError("NoSuchResourceException", `The request failed because the specified quota does not exist.`);
    return { Quota: shown(cloud, request, quota) };
  }
  const page = { MaxResults: wanted.maxResults, NextToken: wanted.nextToken };
  const { items, ...next } = pageOf(quotas, page, largestPage);
  return { Quotas: items.map((quota) => shown(cloud, request, quota)), ...next };
}

/** A page token that was never given out has a name of its own in this service. */
function named({ code, message }: ApiError): string {
  return JSON.stringify({ __type: code === "InvalidNextToken" ? "InvalidPaginationTokenException" : code, message });
}

/**
 * Answers ListServiceQuotas and GetServiceQuota of Service Quotas for Systems Manager, and nothing else: what it grants
 * is what the embedded Systems Manager enforces.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 */
export function answerServiceQuotas(cloud: SimulatedCloud, operation: string, request: HttpRequest): HttpResponse {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": cloud.requestId() };
  try {
    return jsonResponse(200, answered(cloud, operation, request), headers);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, headers, body: named(error) };
  }
}
