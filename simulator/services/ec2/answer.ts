import type { SimulatedCloud } from "../../state/cloud.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { ApiError } from "../../http/apiError.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import { isRunning } from "../../world/faults.ts";
import type { Machine } from "../../world/machine.ts";
import { sessionOf } from "../iam/authorize.ts";
import { sortedNodes } from "../ssm/nodes.ts";
import { pageOf } from "../ssm/paging.ts";

const namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
const mostResults = 1000;
const fewestResults = 5;

/** An instance, with what is true of it now. */
interface Instance {
  readonly node: ManagedNode;
  readonly machine: Machine;
  readonly running: boolean;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

type Field = string | number | readonly Fields[] | Fields;
interface Fields {
  readonly [name: string]: Field;
}

function xml(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${content(value)}</${name}>`)
    .join("");
}

function content(value: Field): string {
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  if (Array.isArray(value)) return (value as readonly Fields[]).map((item) => `<item>${xml(item)}</item>`).join("");
  return xml(value as Fields);
}

function shown({ node, machine, running }: Instance): Fields {
  const windows = node.platform.type === "Windows";
  return {
    instanceId: node.id,
    instanceState: running ? { code: 16, name: "running" } : { code: 80, name: "stopped" },
    privateIpAddress: node.ipAddress ?? "",
    privateDnsName: node.computerName ?? "",
    launchTime: machine.bootedAt.toISOString(),
    architecture: machine.spec.arch,
    ...(windows ? { platform: "windows" } : {}),
    platformDetails: windows ? "Windows" : "Linux/UNIX",
    tagSet: [...node.tags].map(([key, value]) => ({ key, value })),
  };
}

/** `Name.1`, `Name.2` … of a query, in order. */
function listed(form: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; form.has(`${name}.${String(index)}`); index += 1)
    values.push(form.get(`${name}.${String(index)}`) ?? "");
  return values;
}

/** A filter's value may have wildcards. */
function matchesText(pattern: string, text: string): boolean {
  const body = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${body.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

function filterTest(name: string): (instance: Instance, value: string) => boolean {
  if (name.startsWith("tag:"))
    return ({ node }, value) => {
      const own = node.tags.get(name.slice("tag:".length));
      return own !== undefined && matchesText(value, own);
    };
  switch (name) {
    case "tag-key":
      return ({ node }, value) => [...node.tags.keys()].some((key) => matchesText(value, key));
    case "instance-id":
      return ({ node }, value) => matchesText(value, node.id);
    case "instance-state-name":
      return ({ running }, value) => matchesText(value, running ? "running" : "stopped");
    case "architecture":
      return ({ machine }, value) => matchesText(value, machine.spec.arch);
    case "private-ip-address":
      return ({ node }, value) => matchesText(value, node.ipAddress ?? "");
    default:
      throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  }
}

function matching(all: readonly Instance[], form: URLSearchParams): readonly Instance[] {
  let found = all;
  const ids = listed(form, "InstanceId");
  const missing = ids.filter((id) => !all.some(({ node }) => node.id === id));
  if (missing.length > 0)
    throw new ApiError("InvalidInstanceID.NotFound", `The instance IDs '${missing.join(", ")}' do not exist`);
  if (ids.length > 0) found = found.filter(({ node }) => ids.includes(node.id));
  for (let index = 1; form.has(`Filter.${String(index)}.Name`); index += 1) {
    const test = filterTest(form.get(`Filter.${String(index)}.Name`) ?? "");
    const values = listed(form, `Filter.${String(index)}.Value`);
    found = found.filter((instance) => values.some((value) => test(instance, value)));
  }
  return found;
}

const knownParameters = /^(Action|Version|MaxResults|NextToken|InstanceId\.\d+|Filter\.\d+\.(Name|Value\.\d+))$/;

function pageSize(form: URLSearchParams): number {
  const wanted = form.get("MaxResults");
  if (wanted === null) return mostResults;
  const size = Number(wanted);
  if (form.has("InstanceId.1"))
    throw new ApiError(
      "InvalidParameterCombination",
      "The parameter instancesSet cannot be used with the parameter maxResults",
    );
  if (!Number.isInteger(size) || size < fewestResults || size > mostResults)
    throw new ApiError(
      "InvalidParameterValue",
      `Value ( ${wanted} ) for parameter maxResults is invalid. Expecting a value greater than or equal to ${String(fewestResults)}.`,
    );
  return size;
}

function describeInstances(cloud: SimulatedCloud, request: HttpRequest, form: URLSearchParams): Fields {
  const strange = [...form.keys()].find((name) => !knownParameters.test(name));
  if (strange !== undefined)
    throw new ApiError("UnknownParameter", `The parameter ${strange} is not covered by the embedded cloud`);
  const { accessKeyId, region = cloud.world.homeRegion } = request.scope ?? {};
  const accountId = cloud.accountOf(accessKeyId);
  const now = cloud.clock.now();
  const all = sortedNodes(cloud.region(accountId, region)).flatMap((node): Instance[] => {
    const { machine } = node;
    if (node.kind !== "EC2Instance" || machine === undefined) return [];
    return [{ node, machine, running: isRunning(machine, now) }];
  });
  const page = { NextToken: form.get("NextToken") ?? undefined };
  const { items, NextToken } = pageOf(matching(all, form), page, pageSize(form));
  // One reservation an instance: which were launched together is not known.
  const reservationSet = items.map((instance) => ({
    reservationId: instance.node.id.replace(/^i-/, "r-"),
    ownerId: accountId,
    instancesSet: [shown(instance)],
  }));
  return { reservationSet, ...(NextToken === undefined ? {} : { nextToken: NextToken }) };
}

/**
 * Answers DescribeInstances of the EC2 query API: the instances of the caller's account and Region, with what the world
 * knows of them. Every other action, and every parameter that it does not know, is refused.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export function answerEc2(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const action = form.get("Action") ?? "";
  const requestId = cloud.requestId();
  const headers = { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": requestId };
  try {
    // The table of rights has none of EC2's: a caller whose rights are enforced cannot be judged.
    if (sessionOf(cloud, request.scope?.accessKeyId) !== undefined)
      throw new ApiError(
        "UnauthorizedOperation",
        "Rights on EC2 are not covered by the embedded cloud: it answers callers whose rights are not enforced.",
        403,
      );
    if (action !== "DescribeInstances")
      throw new ApiError("InvalidAction", `The action ${action} is not valid for this web service.`);
    const body = xml({ requestId, ...describeInstances(cloud, request, form) });
    return { status: 200, headers, body: `<${action}Response xmlns="${namespace}">${body}</${action}Response>` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const fault = xml({ Code: error.code, Message: error.message });
    return {
      status: error.status,
      headers,
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${fault}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    };
  }
}
