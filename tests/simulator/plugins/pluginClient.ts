import { credentials, status } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import grpcService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as Messages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { awsPlugin } from "../../../simulator/plugins/aws/provider.ts";
import { azureNativePlugin } from "../../../simulator/plugins/azureNative/provider.ts";
import { servePlugin } from "../../../simulator/plugins/server.ts";
import type { Cloud } from "../../../simulator/index.ts";
import { home, ireland, subscriptionId } from "../cloudFixture.ts";

/** Plain JSON properties, as the engine sends them. */
export type Json = Record<string, unknown>;

/** What the engine keeps of a resource. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly inputs: Json;
  readonly outputs: Json;
}

/** A diff, each change as `kind path`. */
export interface Diff {
  readonly changes: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** The engine's sentinel for an unknown. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A failure of a call: its message, and what the engine would keep of a resource that did not come up. */
export class PluginFailure extends Error {
  readonly code: string;
  readonly kept: Resource | undefined;

  constructor(message: string, code: string, kept: Resource | undefined) {
    super(message);
    this.code = code;
    this.kept = kept;
  }
}

function written(values: Json): Struct {
  return struct.Struct.fromJavaScript(values as Parameters<typeof struct.Struct.fromJavaScript>[0]);
}

function read(wire: Struct | undefined): Json {
  return wire?.toJavaScript() ?? {};
}

function urnOf(type: string): string {
  return `urn:pulumi:test::patchplane::parent:component:Parent$${type}::subject`;
}

function keptOf(error: ServiceError, type: string): Resource | undefined {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(details)) return undefined;
  const [detail] = statusMessages.Status.deserializeBinary(details).getDetailsList();
  if (detail === undefined) return undefined;
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return { type, id: failed.getId(), inputs: read(failed.getInputs()), outputs: read(failed.getProperties()) };
}

type Answered<Response> = (error: ServiceError | null, response: Response) => void;

const kindNames = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

/** The engine's side of one served provider. */
export interface PluginClient {
  checkConfig(inputs: Json): Promise<readonly string[]>;
  configure(inputs: Json): Promise<void>;
  /** Inputs with defaults, and each fault as `path: reason`. */
  check(type: string, inputs: Json): Promise<{ readonly inputs: Json; readonly faults: readonly string[] }>;
  diff(resource: Resource, inputs: Json, ignored?: readonly string[]): Promise<Diff>;
  /** Checks and creates; fails on faults. */
  create(type: string, inputs: Json): Promise<Resource>;
  preview(type: string, inputs: Json): Promise<Json>;
  /** Reads as a refresh does; nothing when the resource is gone. */
  refresh(resource: Resource): Promise<Resource | undefined>;
  import(type: string, id: string): Promise<Resource | undefined>;
  /** Checks and updates. */
  update(resource: Resource, inputs: Json): Promise<Resource>;
  previewUpdate(resource: Resource, inputs: Json): Promise<Json>;
  delete(resource: Resource): Promise<void>;
  invoke(token: string): Promise<void>;
  close(): void;
}

/** Turns a call that answers a callback into a promise. */
function call<Response>(send: (answered: Answered<Response>) => unknown, type = ""): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => {
      if (error === null) resolve(response);
      else reject(new PluginFailure(error.details, status[error.code], keptOf(error, type)));
    });
  });
}

function subject<Request extends { setUrn(urn: string): unknown }>(request: Request, type: string): Request {
  request.setUrn(urnOf(type));
  return request;
}

/** What an update and its diff are asked with. */
function changing<Request extends Messages.DiffRequest | Messages.UpdateRequest>(
  request: Request,
  resource: Resource,
  inputs: Json,
): Request {
  subject(request, resource.type);
  request.setId(resource.id);
  request.setOlds(written(resource.outputs));
  request.setOldInputs(written(resource.inputs));
  request.setNews(written(inputs));
  return request;
}

function faultsOf(response: Messages.CheckResponse): readonly string[] {
  return response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
}

/** Connects to a served provider. */
export function connectPlugin(port: number, stop: () => void): PluginClient {
  const client = new grpcService.ResourceProviderClient(`127.0.0.1:${String(port)}`, credentials.createInsecure());
  const check = async (type: string, inputs: Json): Promise<{ inputs: Json; faults: readonly string[] }> => {
    const request = subject(new messages.CheckRequest(), type).setNews(written(inputs));
    const response = await call<Messages.CheckResponse>((answered) => client.check(request, answered), type);
    return { inputs: read(response.getInputs()), faults: faultsOf(response) };
  };
  const checked = async (type: string, inputs: Json): Promise<Json> => {
    const { inputs: settled, faults } = await check(type, inputs);
    if (faults.length > 0) throw new PluginFailure(faults.join("\n"), "FAULTS", undefined);
    return settled;
  };
  const created = async (type: string, inputs: Json, preview: boolean): Promise<Resource> => {
    const settled = await checked(type, inputs);
    const request = subject(new messages.CreateRequest(), type).setProperties(written(settled)).setPreview(preview);
    const response = await call<Messages.CreateResponse>((answered) => client.create(request, answered), type);
    return { type, id: response.getId(), inputs: settled, outputs: read(response.getProperties()) };
  };
  const readBack = async (resource: Resource): Promise<Resource | undefined> => {
    const request = subject(new messages.ReadRequest(), resource.type)
      .setId(resource.id)
      .setProperties(written(resource.outputs))
      .setInputs(written(resource.inputs));
    const response = await call<Messages.ReadResponse>((answered) => client.read(request, answered), resource.type);
    if (response.getId() === "") return undefined;
    const { type } = resource;
    return { type, id: response.getId(), inputs: read(response.getInputs()), outputs: read(response.getProperties()) };
  };
  const updated = async (resource: Resource, inputs: Json, preview: boolean): Promise<Resource> => {
    const settled = await checked(resource.type, inputs);
    const request = changing(new messages.UpdateRequest(), resource, settled).setPreview(preview);
    const response = await call<Messages.UpdateResponse>((answered) => client.update(request, answered), resource.type);
    return { ...resource, inputs: settled, outputs: read(response.getProperties()) };
  };
  return {
    checkConfig: async (inputs) => {
      const request = subject(new messages.CheckRequest(), "pulumi:providers:any").setNews(written(inputs));
      return faultsOf(await call<Messages.CheckResponse>((answered) => client.checkConfig(request, answered)));
    },
    configure: async (inputs) => {
      const request = new messages.ConfigureRequest().setArgs(written(inputs));
      await call<Messages.ConfigureResponse>((answered) => client.configure(request, answered));
    },
    check,
    diff: async (resource, inputs, ignored = []) => {
      const settled = await checked(resource.type, inputs);
      const request = changing(new messages.DiffRequest(), resource, settled).setIgnorechangesList([...ignored]);
      const response = await call<Messages.DiffResponse>((answered) => client.diff(request, answered));
      const changes: string[] = [];
      response.getDetaileddiffMap().forEach((detail, path) => {
        changes.push(`${kindNames[detail.getKind()] ?? ""} ${path}`);
      });
      return {
        changes: changes.sort(),
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    create: (type, inputs) => created(type, inputs, false),
    preview: async (type, inputs) => (await created(type, inputs, true)).outputs,
    refresh: readBack,
    import: (type, id) => readBack({ type, id, inputs: {}, outputs: {} }),
    update: (resource, inputs) => updated(resource, inputs, false),
    previewUpdate: async (resource, inputs) => (await updated(resource, inputs, true)).outputs,
    delete: async ({ type, id, inputs, outputs }) => {
      const request = subject(new messages.DeleteRequest(), type)
        .setId(id)
        .setProperties(written(outputs))
        .setOldInputs(written(inputs));
      await call((answered) => client.delete(request, answered), type);
    },
    invoke: async (token) => {
      const request = new messages.InvokeRequest().setTok(token);
      await call((answered) => client.invoke(request, answered));
    },
    close: () => {
      client.close();
      stop();
    },
  };
}

const opened: PluginClient[] = [];

async function open(plugin: Parameters<typeof servePlugin>[0]): Promise<PluginClient> {
  const { port, close } = await servePlugin(plugin);
  const client = connectPlugin(port, close);
  opened.push(client);
  return client;
}

/** The AWS stand-in without a configuration, with the environment it would run in. */
export function openAws(environment: NodeJS.ProcessEnv): Promise<PluginClient> {
  return open(awsPlugin(environment));
}

/** The AWS stand-in, configured for one account by an assumed role. */
export async function configuredAws(
  cloud: Cloud,
  accountId = home,
  region = ireland,
  settings: Json = {},
): Promise<PluginClient> {
  const client = await openAws({ PATCHPLANE_SIMULATOR: cloud.url, AWS_ACCESS_KEY_ID: "test" });
  await client.configure({
    region,
    assumeRoles: JSON.stringify([{ roleArn: `arn:aws:iam::${accountId}:role/deploy` }]),
    allowedAccountIds: JSON.stringify([accountId]),
    ...settings,
  });
  return client;
}

/** The azure-native stand-in, configured for the specs' subscription. */
export async function configuredAzure(cloud: Cloud): Promise<PluginClient> {
  const client = await open(azureNativePlugin({ PATCHPLANE_SIMULATOR: cloud.url }));
  await client.configure({ subscriptionId });
  return client;
}

/** Closes every provider of the spec. */
export function closePlugins(): void {
  for (const client of opened.splice(0)) client.close();
}

/** The failure of a call; fails when it went well. */
export async function failureOf(call: Promise<unknown>): Promise<PluginFailure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof PluginFailure) return error;
    throw error;
  }
  throw new Error("the call went well");
}
