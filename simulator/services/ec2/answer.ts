import type { SimulatedCloud } from "../../state/cloud.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { ApiError } from "../../http/apiError.ts";
import { isRunning } from "../../world/faults.ts";
import type { Machine } from "../../world/machine.ts";
import { computerNameOf, privateAddress } from "../../world/machineSpec.ts";
import { denial, sessionOf } from "../iam/authorize.ts";
import { pageOf } from "../ssm/paging.ts";
import { partitionOf } from "../../partitions.ts";
import { imageIdOf, imageOf, type Image } from "./images.ts";

const namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
const mostResults = 1000;
const fewestResults = 5;

/** An instance, with what is true of it now. */
interface Instance {
  readonly machine: Machine;
  readonly address: string;
  /** Those of its node, which may have changed since. */
  readonly tags: ReadonlyMap<string, string>;
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

function shown({ machine, address, tags, running }: Instance, { accountId, region }: Caller): Fields {
  const { spec } = machine;
  const windows = spec.os === "windows-server";
  return {
    instanceId: spec.id,
    imageId: imageIdOf(spec),
    instanceState: running ? { code: 16, name: "running" } : { code: 80, name: "stopped" },
    privateIpAddress: address,
    privateDnsName: computerNameOf(spec),
    // Every instance of the world is a node by a profile; nothing of the account tells which.
    iamInstanceProfile: {
      arn: `arn:${partitionOf(region)}:iam::${accountId}:instance-profile/nodes`,
      id: "AIPA0000000000000NODE",
    },
    launchTime: machine.bootedAt.toISOString(),
    architecture: spec.arch,
    ...(windows ? { platform: "windows" } : {}),
    platformDetails: windows ? "Windows" : "Linux/UNIX",
    tagSet: [...tags].map(([key, value]) => ({ key, value })),
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
    return ({ tags }, value) => {
      const own = tags.get(name.slice("tag:".length));
      return own !== undefined && matchesText(value, own);
    };
  switch (name) {
    case "tag-key":
      return ({ tags }, value) => [...tags.keys()].some((key) => matchesText(value, key));
    case "instance-id":
      return ({ machine }, value) => matchesText(value, machine.spec.id);
    case "instance-state-name":
      return ({ running }, value) => matchesText(value, running ? "running" : "stopped");
    case "architecture":
      return ({ machine }, value) => matchesText(value, machine.spec.arch);
    case "private-ip-address":
      return ({ address }, value) => matchesText(value, address);
    default:
      throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  }
}

function matching(all: readonly Instance[], form: URLSearchParams): readonly Instance[] {
  let found = all;
  const ids = listed(form, "InstanceId");
  const missing = ids.filter((id) => !all.some(({ machine }) => machine.spec.id === id));
  if (missing.length > 0)
    throw new ApiError("InvalidInstanceID.NotFound", `The instance IDs '${missing.join(", ")}' do not exist`);
  if (ids.length > 0) found = found.filter(({ machine }) => ids.includes(machine.spec.id));
  for (let index = 1; form.has(`Filter.${String(index)}.Name`); index += 1) {
    const test = filterTest(form.get(`Filter.${String(index)}.Name`) ?? "");
    const values = listed(form, `Filter.${String(index)}.Value`);
    found = found.filter((instance) => values.some((value) => test(instance, value)));
  }
  return found;
}

const knownParameters = {
  DescribeInstances: /^(Action|Version|MaxResults|NextToken|InstanceId\.\d+|Filter\.\d+\.(Name|Value\.\d+))$/,
  DescribeImages: /^(Action|Version|IncludeDeprecated|Filter\.\d+\.(Name|Value\.\d+))$/,
} as const;

type Action = keyof typeof knownParameters;

function isCovered(action: string): action is Action {
  return Object.hasOwn(knownParameters, action);
}

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

/** Whose call it is. */
interface Caller {
  readonly cloud: SimulatedCloud;
  readonly accountId: string;
  readonly region: string;
}

function instancesOf({ cloud, accountId, region }: Caller): readonly Instance[] {
  const { nodes } = cloud.region(accountId, region);
  const now = cloud.clock.now();
  return cloud.machines
    .filter(({ spec }) => spec.cloud === "aws" && spec.accountId === accountId && spec.region === region)
    .toSorted((a, b) => (a.spec.id < b.spec.id ? -1 : 1))
    .map((machine) => {
      const { id, tags } = machine.spec;
      const node = nodes.get(id);
      return {
        machine,
        address: node?.ipAddress ?? privateAddress(cloud.seed, id),
        tags: node?.tags ?? new Map(Object.entries(tags)),
        running: isRunning(machine, now),
      };
    });
}

function describeInstances(caller: Caller, form: URLSearchParams): Fields {
  const page = { NextToken: form.get("NextToken") ?? undefined };
  const { items, NextToken } = pageOf(matching(instancesOf(caller), form), page, pageSize(form));
  // One reservation an instance: which were launched together is not known.
  const reservationSet = items.map((instance) => ({
    reservationId: instance.machine.spec.id.replace(/^i-/, "r-"),
    ownerId: caller.accountId,
    instancesSet: [shown(instance, caller)],
  }));
  return { reservationSet, ...(NextToken === undefined ? {} : { nextToken: NextToken }) };
}

/** The images that instances of the Region were launched from and that are still there, by their ids. */
function describeImages(caller: Caller, form: URLSearchParams): Fields {
  if (form.get("Filter.1.Name") !== "image-id" || form.has("Filter.2.Name"))
    throw new ApiError("InvalidParameterValue", "The embedded cloud describes images by the filter image-id alone.");
  const asked = listed(form, "Filter.1.Value");
  const known = new Map<string, Image>();
  for (const { machine } of instancesOf(caller)) {
    const image = imageOf(machine.spec);
    if (image !== undefined && asked.some((id) => matchesText(id, image.imageId))) known.set(image.imageId, image);
  }
  return { imagesSet: [...known.values()] };
}

const answers = { DescribeInstances: describeInstances, DescribeImages: describeImages } as const;

function answered(cloud: SimulatedCloud, request: HttpRequest, action: string, form: URLSearchParams): Fields {
  if (!isCovered(action))
    throw new ApiError("InvalidAction", `The action ${action} is not valid for this web service.`);
  const strange = [...form.keys()].find((name) => !knownParameters[action].test(name));
  if (strange !== undefined)
    throw new ApiError("UnknownParameter", `The parameter ${strange} is not covered by the embedded cloud`);
  const { accessKeyId, region = cloud.world.homeRegion } = request.scope ?? {};
  const session = sessionOf(cloud, accessKeyId);
  const denied =
    session === undefined
      ? undefined
      : denial(session, region, [{ action: `ec2:${action}`, named: { resources: {} } }]);
  if (denied !== undefined)
    throw new ApiError("UnauthorizedOperation", `You are not authorized to perform this operation. ${denied}`, 403);
  return answers[action]({ cloud, accountId: cloud.accountOf(accessKeyId), region }, form);
}

/**
 * Answers DescribeInstances and DescribeImages of the EC2 query API: the instances of the caller's account and Region,
 * with what the world knows of them, and the images that they were launched from. Every other action, and every
 * parameter that it does not know, is refused.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
export function answerEc2(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const action = form.get("Action") ?? "";
  const requestId = cloud.requestId();
  const headers = { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": requestId };
  try {
    const body = xml({ requestId, ...answered(cloud, request, action, form) });
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
