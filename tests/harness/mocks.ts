import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockMonitor, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { unwrapped } from "../../rehearsal/unwrapped.ts";
import { getMonitor } from "@pulumi/pulumi/runtime/settings.js";

/** One registration as the engine would have received it. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
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
}

/** Computed outputs a mocked resource answers with, besides its inputs. */
export type MockOutputs = (args: MockResourceArgs) => Record<string, unknown>;

function recorded(request: RegisterResourceRequest, urn: string): RecordedResource {
  const secretPaths: string[] = [];
  const inputs = unwrapped(request.getObject()?.toJavaScript() ?? {}, secretPaths) as Record<string, unknown>;
  const timeouts = request.getCustomtimeouts();
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
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
export async function startMocks(outputs: MockOutputs = () => ({})): Promise<Recorder> {
  const resources: RecordedResource[] = [];
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
    "test",
  );
  const monitor = getMonitor() as unknown as MockMonitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request: RegisterResourceRequest, callback) => {
    await register(request, (error: unknown, response?: { getUrn(): string }) => {
      if (response !== undefined) resources.push(recorded(request, response.getUrn()));
      callback(error, response);
    });
  };
  return {
    resources,
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
