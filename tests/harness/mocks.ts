import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockMonitor, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { secretSignature, unwrapped } from "../../rehearsal/unwrapped.ts";
import { getCallbacks, getMonitor } from "@pulumi/pulumi/runtime/settings.js";

/** One registration as the engine would have received it. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Id in the cloud, `""` for a component. */
  readonly id: string;
  /** URN of the parent, `""` for none. */
  readonly parent: string;
  /** `urn::id` of the explicit provider, `""` for the default one. */
  readonly provider: string;
  readonly custom: boolean;
  /** Inputs with secret marks taken off. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that were marked secret, e.g. `protectedSettings`. */
  readonly secretPaths: readonly string[];
  /** URNs. */
  readonly dependsOn: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: number;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly protect: boolean;
  readonly version: string;
  /** Computed ARN; undefined for what has none. */
  readonly arn?: string;
  /** What a component or the stack registers as outputs, secrets left out. */
  openOutputs: unknown;
  /** What may change or run something beside the registration itself. */
  readonly extras: readonly string[];
  readonly customTimeouts: { readonly create: string; readonly update: string; readonly delete: string };
}

/** What a spec asserts on. */
export interface Recorder {
  /** In the order of registration. */
  readonly resources: readonly RecordedResource[];
  /** All of one type, which may be given by its last part alone: `Bucket`. */
  ofType(type: string): readonly RecordedResource[];
  /** The only one of that type and name; throws when there is none, or more. */
  only(type: string, name?: string): RecordedResource;
  /** How often the program asked to change registrations, or look-ups, on their way to the engine. */
  readonly stackTransforms: () => number;
}

type Ask = (transform: unknown) => void;

/** The run that the program is told it is in. */
export interface MockedRun {
  readonly stack: string;
  readonly preview: boolean;
}

/** Computed outputs a mocked resource answers with, besides its inputs. */
export type MockOutputs = (args: MockResourceArgs) => Record<string, unknown>;

/** Ways of a registration to become something else than its inputs say. */
function extrasOf(request: RegisterResourceRequest): readonly string[] {
  return [
    ...(request.getTransformsList().length > 0 ? ["transforms"] : []),
    ...(request.getHooks() === undefined ? [] : ["hooks"]),
    ...(request.getImportid() === "" ? [] : ["import"]),
    ...(request.getPlugindownloadurl() === "" ? [] : ["pluginDownloadURL"]),
    ...(request.getPackageref() === "" ? [] : ["packageRef"]),
  ];
}

/** Outputs without what is marked secret. */
function openOnly(outputs: unknown): unknown {
  if (Array.isArray(outputs)) return outputs.map(openOnly);
  if (typeof outputs !== "object" || outputs === null) return outputs;
  if (secretSignature in outputs && "value" in outputs) return undefined;
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, openOnly(value)]));
}

function recorded(
  request: RegisterResourceRequest,
  response: RegisterResourceResponse,
  state: Record<string, unknown>,
): RecordedResource {
  const secretPaths: string[] = [];
  const inputs = unwrapped(request.getObject()?.toJavaScript() ?? {}, secretPaths) as Record<string, unknown>;
  const timeouts = request.getCustomtimeouts();
  return {
    type: request.getType(),
    name: request.getName(),
    urn: response.getUrn(),
    id: response.getId(),
    parent: request.getParent(),
    provider: request.getProvider(),
    custom: request.getCustom(),
    inputs,
    secretPaths,
    dependsOn: request.getDependenciesList(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasesList().length,
    retainOnDelete: request.getRetainondelete() === true,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    protect: request.getProtect() === true,
    version: request.getVersion(),
    ...(typeof state["arn"] === "string" ? { arn: state["arn"] } : {}),
    openOutputs: undefined,
    extras: extrasOf(request),
    customTimeouts: {
      create: timeouts?.getCreate() ?? "",
      update: timeouts?.getUpdate() ?? "",
      delete: timeouts?.getDelete() ?? "",
    },
  };
}

function isOf(resource: RecordedResource, type: string): boolean {
  return resource.type === type || resource.type.endsWith(`:${type}`);
}

function computedOutputs(args: MockResourceArgs): Record<string, unknown> {
  return {
    arn: `arn:aws:mock:::${args.name}`,
    ...(args.type === "aws:ssm/activation:Activation" ? { activationCode: `code-of-${args.name}` } : {}),
  };
}

/**
 * Puts Pulumi's mocks in place and records every registration with its options, which the SDK's own mocks leave out.
 * A resource answers its inputs, an id `<name>-id` and an `arn`; an invoke is an error, because no preview of this
 * project may need one. What fails inside is brought to light by the root hooks.
 *
 * @param outputs further computed outputs by resource
 */
export async function startMocks(
  outputs: MockOutputs = () => ({}),
  { stack, preview }: MockedRun = { stack: "test", preview: false },
): Promise<Recorder> {
  const resources: RecordedResource[] = [];
  let stackTransforms = 0;
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => ({
        id: args.custom === false ? undefined : `${args.name}-id`,
        state: { ...computedOutputs(args), ...(args.inputs as Record<string, unknown>), ...outputs(args) },
      }),
      call: (args) => {
        throw new Error(`unexpected invoke of ${args.token}`);
      },
    },
    "patchplane",
    stack,
    preview,
  );
  const monitor = getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request: RegisterResourceRequest, callback) => {
    await register(request, (error: unknown, response?: RegisterResourceResponse) => {
      if (response !== undefined) {
        const state = unwrapped(response.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
        resources.push(recorded(request, response, state));
      }
      callback(error, response);
    });
  };
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request: RegisterResourceOutputsRequest, callback) => {
    const resource = resources.find(({ urn }) => urn === request.getUrn());
    if (resource !== undefined) resource.openOutputs = openOnly(request.getOutputs()?.toJavaScript());
    registerOutputs(request, callback);
  };
  const callbacks = getCallbacks() as unknown as Record<"registerStackTransform" | "registerStackInvokeTransform", Ask>;
  for (const ask of ["registerStackTransform", "registerStackInvokeTransform"] as const) {
    const asked = callbacks[ask].bind(callbacks);
    callbacks[ask] = (transform) => {
      stackTransforms += 1;
      asked(transform);
    };
  }
  return {
    resources,
    stackTransforms: () => stackTransforms,
    ofType: (type) => resources.filter((resource) => isOf(resource, type)),
    only: (type, name) => {
      const found = resources.filter((r) => isOf(r, type) && (name === undefined || r.name === name));
      const [first] = found;
      if (first === undefined || found.length > 1) {
        const known = resources.map((r) => `${r.type} ${r.name}`).join("\n  ");
        throw new Error(`wanted one ${type} ${name ?? ""}, found ${String(found.length)} among\n  ${known}`);
      }
      return first;
    },
  };
}

/** Waits until every registration that has begun is recorded. */
export async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
}

/** The value of an Output; rejects when it failed, where `apply` alone would stay silent. */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}
