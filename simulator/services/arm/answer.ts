import { isDeepStrictEqual } from "node:util";
import type { SimulatedCloud } from "../../state/cloud.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import { jsonBody, jsonResponse } from "../../http/exchange.ts";
import { isRunning } from "../../world/faults.ts";
import { ArmError, notFound } from "./armError.ts";
import { allowsExtensions, childBody, computeType, kinds, vmBody, vmInstanceView } from "./bodies.ts";
import { answerResourceGraph, resourceGraphPath } from "./resourceGraph.ts";
import type { ArmVm, VmChild, VmChildKind } from "../../state/arm.ts";

interface Address {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly vmName: string;
  readonly kind: VmChildKind | undefined;
  readonly childName: string;
  /** Whether it is the VM's instance view alone. */
  readonly instanceView: boolean;
}

const vmPattern =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/virtualMachines\/([^/]+)(?:\/(extensions|runCommands)\/([^/]+)|\/(instanceView))?$/i;
const listPattern = /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Compute\/virtualMachines$/i;
const operationPattern =
  /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Compute\/locations\/[^/]+\/operations\/([^/]+)$/i;

function childKind(text: string | undefined): VmChildKind | undefined {
  if (text === undefined) return undefined;
  return text.toLowerCase() === "extensions" ? "extensions" : "runCommands";
}

function addressOf(path: string): Address | undefined {
  const match = vmPattern.exec(path);
  if (match === null) return undefined;
  const [, subscriptionId = "", resourceGroup = "", vmName = "", kind, childName = "", view] = match;
  return { subscriptionId, resourceGroup, vmName, kind: childKind(kind), childName, instanceView: view !== undefined };
}

function vmOf(cloud: SimulatedCloud, address: Address): ArmVm {
  const id = `/subscriptions/${address.subscriptionId}/resourceGroups/${address.resourceGroup}/providers/${computeType}/${address.vmName}`;
  const vm = cloud.arm.vms.get(id.toLowerCase());
  if (vm === undefined) throw notFound(computeType, address.vmName, address.resourceGroup);
  return vm;
}

function startOperation(
  cloud: SimulatedCloud,
  request: HttpRequest,
  vm: ArmVm,
  failure: VmChild["failure"],
  settle: () => void,
): Record<string, string> {
  const id = cloud.uuidOf("arm operation");
  cloud.arm.operations.set(id, { id, failure, startTime: cloud.clock.now(), settle, polls: 0 });
  const subscription = vm.machine.spec.azure?.subscriptionId ?? "";
  const path = `/subscriptions/${subscription}/providers/Microsoft.Compute/locations/${vm.machine.spec.region}/operations/${id}`;
  const version = request.url.searchParams.get("api-version") ?? "";
  return {
    "azure-asyncoperation": `${request.url.origin}${path}?api-version=${version}`,
    "retry-after": "0",
  };
}

const disallowed =
  "This operation cannot be performed when extension operations are disallowed. To allow, please ensure VM Agent is installed on the VM and the osProfile.allowExtensionOperations property is true.";

function checkModifiable(cloud: SimulatedCloud, vm: ArmVm): void {
  if (!allowsExtensions(vm)) throw new ArmError(409, "OperationNotAllowed", disallowed);
  if (!isRunning(vm.machine, cloud.clock.now()))
    throw new ArmError(409, "OperationNotAllowed", "Cannot modify extensions in the VM when the VM is not running.");
}

interface PutBody {
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, unknown>>;
}

function putBody(request: HttpRequest, kind: VmChildKind): Required<PutBody> {
  const body = jsonBody(request);
  if (typeof body !== "object" || body === null)
    throw new ArmError(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.");
  const { location, tags = {}, properties = {}, ...others } = body as PutBody;
  const strange = [
    ...Object.keys(others),
    ...Object.keys(properties).filter((name) => !kinds[kind].properties.includes(name)),
  ];
  if (strange.length > 0)
    throw new ArmError(
      400,
      "BadRequest",
      `Could not find member '${String(strange[0])}' on object of type 'ResourceDefinition'.`,
    );
  if (location === undefined)
    throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
  return { location, tags, properties };
}

async function putChild(
  cloud: SimulatedCloud,
  request: HttpRequest,
  vm: ArmVm,
  kind: VmChildKind,
  name: string,
): Promise<HttpResponse> {
  const { location, tags, properties } = putBody(request, kind);
  checkModifiable(cloud, vm);
  const { check, run, failure: failureOf, settings } = kinds[kind];
  check(vm, name, properties);
  const old = vm.children[kind].get(name.toLowerCase());
  const seen = old !== undefined && settings.every((key) => isDeepStrictEqual(old.properties[key], properties[key]));
  // The handler ignores settings it has seen, also when they failed.
  const outcome = seen ? old.outcome : await run(cloud, vm.machine, properties);
  const failure = outcome === undefined ? undefined : failureOf(name, properties, outcome);
  const child: VmChild = {
    name,
    location,
    tags,
    properties,
    sequence: old === undefined ? 0 : old.sequence + 1,
    outcome,
    failure,
    settled: false,
  };
  vm.children[kind].set(name.toLowerCase(), child);
  const headers = startOperation(cloud, request, vm, failure, () => {
    child.settled = true;
  });
  return jsonResponse(old === undefined ? 201 : 200, childBody(vm, kind, child, false), headers);
}

function deleteChild(
  cloud: SimulatedCloud,
  request: HttpRequest,
  vm: ArmVm,
  kind: VmChildKind,
  name: string,
): HttpResponse {
  const key = name.toLowerCase();
  if (!vm.children[kind].has(key)) return { status: 204, headers: {}, body: "" };
  checkModifiable(cloud, vm);
  vm.children[kind].delete(key);
  return { status: 202, headers: startOperation(cloud, request, vm, undefined, () => undefined), body: "" };
}

async function answerChild(
  cloud: SimulatedCloud,
  request: HttpRequest,
  address: Address,
  kind: VmChildKind,
): Promise<HttpResponse> {
  const vm = vmOf(cloud, address);
  switch (request.method) {
    case "GET": {
      const child = vm.children[kind].get(address.childName.toLowerCase());
      if (child === undefined)
        throw notFound(computeType, `${address.vmName}/${kind}/${address.childName}`, address.resourceGroup);
      return jsonResponse(200, childBody(vm, kind, child, request.url.searchParams.get("$expand") === "instanceView"));
    }
    case "PUT":
      return putChild(cloud, request, vm, kind, address.childName);
    case "DELETE":
      return deleteChild(cloud, request, vm, kind, address.childName);
    default:
      throw new ArmError(405, "MethodNotAllowed", `The HTTP method '${request.method}' is not supported here.`);
  }
}

function answerOperation(cloud: SimulatedCloud, id: string): HttpResponse {
  const operation = cloud.arm.operations.get(id);
  if (operation === undefined) throw new ArmError(404, "NotFound", `The operation ${id} was not found.`);
  operation.polls += 1;
  const startTime = operation.startTime.toISOString();
  if (operation.polls === 1)
    return jsonResponse(200, { startTime, status: "InProgress", name: id }, { "retry-after": "0" });
  operation.settle();
  const endTime = cloud.clock.now().toISOString();
  return operation.failure === undefined
    ? jsonResponse(200, { startTime, endTime, status: "Succeeded", name: id })
    : jsonResponse(200, { startTime, endTime, status: "Failed", error: operation.failure, name: id });
}

async function answered(cloud: SimulatedCloud, request: HttpRequest): Promise<HttpResponse> {
  if (!request.url.searchParams.has("api-version"))
    throw new ArmError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  const path = decodeURIComponent(request.url.pathname);
  if (path.toLowerCase() === resourceGraphPath) return answerResourceGraph(cloud, request);
  const [, , subscriptionId = ""] = path.split("/");
  if (!cloud.arm.subscriptions.has(subscriptionId.toLowerCase()))
    throw new ArmError(404, "SubscriptionNotFound", `The subscription '${subscriptionId}' could not be found.`);
  const operation = operationPattern.exec(path)?.[2];
  if (operation !== undefined) return answerOperation(cloud, operation);
  const now = cloud.clock.now();
  if (request.method === "GET" && listPattern.test(path)) {
    const own = [...cloud.arm.vms.values()].filter(
      (vm) => vm.machine.spec.azure?.subscriptionId.toLowerCase() === subscriptionId.toLowerCase(),
    );
    return jsonResponse(200, { value: own.map((vm) => vmBody(vm, now, false)) });
  }
  const address = addressOf(path);
  if (address === undefined)
    throw new ArmError(404, "InvalidResourceType", `The path ${path} is not covered by the embedded cloud.`);
  if (address.kind !== undefined) return answerChild(cloud, request, address, address.kind);
  if (request.method !== "GET")
    throw new ArmError(405, "MethodNotAllowed", "Virtual machines of the embedded cloud can only be read.");
  const vm = vmOf(cloud, address);
  if (address.instanceView) return jsonResponse(200, vmInstanceView(vm, now));
  return jsonResponse(200, vmBody(vm, now, request.url.searchParams.get("$expand") === "instanceView"));
}

/**
 * Answers Azure Resource Manager requests for VMs, their extensions and their Run Commands, and Resource Graph. Writes are asynchronous:
 * the first poll of the operation is `InProgress`, the next one its end. Bearer tokens are not looked at.
 * https://learn.microsoft.com/rest/api/compute/virtual-machine-extensions/create-or-update
 */
export async function answerArm(cloud: SimulatedCloud, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await answered(cloud, request);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    const { code, message, details } = error;
    return jsonResponse(error.status, { error: { code, message, ...(details.length === 0 ? {} : { details }) } });
  }
}
