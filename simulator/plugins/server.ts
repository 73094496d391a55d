import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { handleUnaryCall, ServiceError, UntypedServiceImplementation } from "@grpc/grpc-js";
import grpcService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type * as Messages from "@pulumi/pulumi/proto/provider_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Failure } from "./check.ts";
import type { Change } from "./diff.ts";
import { InitFailed, NotCovered, typeOf, type Difference, type Existing, type Plugin } from "./plugin.ts";
import { canonical, toWire, valuesFromWire, type Values } from "./values.ts";

/** Property maps with a thousand resources' worth of scripts stay far below this; the engine's own limit is the same. */
const maxMessageBytes = 400 * 1024 * 1024;

function read(wire: Struct | undefined): Values {
  return valuesFromWire(wire?.toJavaScript());
}

function written(values: Values): Struct {
  const wire: Parameters<typeof struct.Struct.fromJavaScript>[0] = {};
  for (const [key, value] of Object.entries(values)) {
    wire[key] = toWire(value);
  }
  return struct.Struct.fromJavaScript(wire);
}

/** The engine's ErrorResourceInitFailed, in the details of a gRPC status. */
function initFailedDetails(error: InitFailed): Metadata {
  const failed = new messages.ErrorResourceInitFailed();
  failed.setId(error.state.id);
  failed.setProperties(written(error.state.outputs));
  failed.setInputs(written(error.inputs));
  failed.addReasons(error.message);
  const packed = new any.Any();
  packed.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new statusMessages.Status();
  details.setCode(status.UNKNOWN);
  details.setMessage(error.message);
  details.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return metadata;
}

function serviceError(error: unknown): Partial<ServiceError> {
  if (error instanceof InitFailed) {
    return { code: status.UNKNOWN, details: error.message, metadata: initFailedDetails(error) };
  }
  const details = error instanceof Error ? error.message : String(error);
  return { code: error instanceof NotCovered ? status.NOT_FOUND : status.UNKNOWN, details };
}

function unary<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(work)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(serviceError(error));
        },
      );
  };
}

function refused(what: string): handleUnaryCall<unknown, never> {
  return unary(() => {
    throw new NotCovered(what);
  });
}

function checkResponse(inputs: Values, failures: readonly Failure[]): Messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(written(inputs));
  for (const { path, reason } of failures) {
    const failure = new messages.CheckFailure();
    failure.setProperty(path);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function kindOf(change: Change): Messages.PropertyDiff.Kind {
  const kinds = messages.PropertyDiff.Kind;
  const byKind = {
    add: [kinds.ADD, kinds.ADD_REPLACE],
    delete: [kinds.DELETE, kinds.DELETE_REPLACE],
    update: [kinds.UPDATE, kinds.UPDATE_REPLACE],
  } as const;
  return byKind[change.kind][change.replaces ? 1 : 0];
}

/** Name of the top-level property a path lies in. */
function topLevel(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function diffResponse({ changes, deleteBeforeReplace }: Difference): Messages.DiffResponse {
  const response = new messages.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const replacing = changes.filter((change) => change.replaces);
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setDiffsList([...new Set(changes.map(({ path }) => topLevel(path)))].sort());
  response.setReplacesList([...new Set(replacing.map(({ path }) => topLevel(path)))].sort());
  response.setDeletebeforereplace(replacing.length > 0 && deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const change of changes) {
    const detail = new messages.PropertyDiff();
    detail.setKind(kindOf(change));
    response.getDetaileddiffMap().set(change.path, detail);
  }
  return response;
}

function existing(
  request: { getUrn(): string; getId(): string },
  outputs: Struct | undefined,
  inputs: Struct | undefined,
): Existing {
  const urn = request.getUrn();
  return { urn, type: typeOf(urn), id: request.getId(), outputs: read(outputs), inputs: read(inputs) };
}

function configChanges(request: Messages.DiffRequest): readonly Change[] {
  const [old, new_] = [read(request.getOldInputs() ?? request.getOlds()), read(request.getNews())];
  const names = [...new Set([...Object.keys(old), ...Object.keys(new_)])].filter((name) => name !== "version");
  return names
    .filter((name) => canonical(old[name] ?? null) !== canonical(new_[name] ?? null))
    .map((name) => ({ path: name, kind: "update", replaces: false }));
}

async function readResource(plugin: Plugin, request: Messages.ReadRequest): Promise<Messages.ReadResponse> {
  const found = await plugin.read(existing(request, request.getProperties(), request.getInputs()));
  const response = new messages.ReadResponse();
  if (found !== undefined) {
    response.setId(found.id);
    response.setProperties(written(found.outputs));
    response.setInputs(written(found.inputs));
  }
  return response;
}

function configuration(plugin: Plugin): UntypedServiceImplementation {
  return {
    handshake: unary(() => new messages.ProviderHandshakeResponse()),
    getPluginInfo: unary((): PluginInfo => new pluginMessages.PluginInfo().setVersion(plugin.version)),
    attach: unary((): Empty => new empty.Empty()),
    cancel: unary((): Empty => new empty.Empty()),
    getSchema: unary(() => new messages.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: Messages.CheckRequest) => {
      const inputs = read(request.getNews());
      return checkResponse(inputs, plugin.checkConfig(inputs));
    }),
    diffConfig: unary((request: Messages.DiffRequest) =>
      diffResponse({ changes: configChanges(request), deleteBeforeReplace: false }),
    ),
    configure: unary(async (request: Messages.ConfigureRequest) => {
      await plugin.configure(read(request.getArgs()));
      return new messages.ConfigureResponse().setSupportspreview(true);
    }),
    invoke: unary((request: Messages.InvokeRequest) => {
      throw new NotCovered(`function ${request.getTok()}`);
    }),
    call: unary((request: Messages.CallRequest) => {
      throw new NotCovered(`method ${request.getTok()}`);
    }),
    construct: unary((request: Messages.ConstructRequest) => {
      throw new NotCovered(`component ${request.getType()}`);
    }),
    parameterize: refused("parameterization"),
    getMapping: refused("schema mapping"),
    getMappings: refused("schema mapping"),
  };
}

function resources(plugin: Plugin): UntypedServiceImplementation {
  return {
    check: unary((request: Messages.CheckRequest) => {
      const urn = request.getUrn();
      const { inputs, failures } = plugin.check({ urn, type: typeOf(urn) }, read(request.getNews()));
      return checkResponse(inputs, failures);
    }),
    diff: unary((request: Messages.DiffRequest) =>
      diffResponse(
        plugin.diff(
          existing(request, request.getOlds(), request.getOldInputs()),
          read(request.getNews()),
          request.getIgnorechangesList(),
        ),
      ),
    ),
    create: unary(async (request: Messages.CreateRequest) => {
      const urn = request.getUrn();
      const inputs = read(request.getProperties());
      const { id, outputs } = await plugin.create({ urn, type: typeOf(urn) }, inputs, request.getPreview());
      return new messages.CreateResponse().setId(id).setProperties(written(outputs));
    }),
    read: unary((request: Messages.ReadRequest) => readResource(plugin, request)),
    update: unary(async (request: Messages.UpdateRequest) => {
      const resource = existing(request, request.getOlds(), request.getOldInputs());
      const outputs = await plugin.update(resource, read(request.getNews()), request.getPreview());
      return new messages.UpdateResponse().setProperties(written(outputs));
    }),
    delete: unary(async (request: Messages.DeleteRequest) => {
      await plugin.delete(existing(request, request.getProperties(), request.getOldInputs()));
      return new empty.Empty();
    }),
  };
}

/**
 * Serves a provider to the Pulumi engine over gRPC on 127.0.0.1 and answers the port, which the plugin's executable
 * prints as the first line of its standard output. Secrets, outputs and resource references are not accepted, so the
 * engine sends plain values and puts the marks back itself.
 * https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/providers/implementers-guide.html
 */
export async function servePlugin(plugin: Plugin): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(grpcService.ResourceProviderService, { ...configuration(plugin), ...resources(plugin) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) {
        resolve(bound);
      } else {
        reject(error);
      }
    });
  });
  return {
    port,
    close: () => {
      server.forceShutdown();
    },
  };
}
