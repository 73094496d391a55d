import type {
  Command,
  CommandInvocation,
  ListCommandInvocationsRequest,
  SendCommandRequest,
} from "@aws-sdk/client-ssm";
import { ApiError, validationError } from "../../http/apiError.ts";
import { deliverySeconds, hasEnded } from "../../nodes/invocation.ts";
import { startCommand, stopCommand } from "../../nodes/runCommand.ts";
import { runAgenda } from "../../clock/agenda.ts";
import type { OperationTable } from "./call.ts";
import type { Checked } from "../../state/checked.ts";
import type { CommandRecord, InvocationRecord, PluginResult } from "../../state/commands.ts";
import { documentOf, versionOf } from "./documents.ts";
import { checkParameters } from "./documentParameters.ts";
import { nodeOf } from "./nodes.ts";
import type { ManagedNode } from "../../state/nodes.ts";
import { filtered, pageOf } from "./paging.ts";
import type { RegionState } from "../../state/region.ts";
import { checkTargets, resolveTargets } from "./targets.ts";

const usualPage = 50;
const minute = 60_000;
const outputLimit = 24_000;
const errorLimit = 8000;

interface Found {
  readonly command: CommandRecord;
  readonly invocation: InvocationRecord;
}

interface Output {
  readonly urls: { readonly StandardOutputUrl: string; readonly StandardErrorUrl: string };
  readonly place: {
    readonly OutputS3Region?: string;
    readonly OutputS3BucketName?: string;
    readonly OutputS3KeyPrefix?: string;
  };
}

function described({ request, ...command }: CommandRecord): Command {
  const count = (...details: readonly string[]): number =>
    command.invocations.filter(({ statusDetails }) => details.includes(statusDetails)).length;
  return {
    CommandId: command.id,
    DocumentName: request.DocumentName,
    DocumentVersion: request.DocumentVersion ?? "$DEFAULT",
    Comment: request.Comment ?? "",
    ExpiresAfter: new Date(command.requestedAt.getTime() + deliverySeconds(request) * 1000),
    Parameters: request.Parameters ?? {},
    InstanceIds: request.InstanceIds ?? [],
    Targets: request.Targets ?? [],
    RequestedDateTime: command.requestedAt,
    Status: command.status,
    StatusDetails: command.statusDetails,
    OutputS3BucketName: request.OutputS3BucketName,
    OutputS3KeyPrefix: request.OutputS3KeyPrefix,
    MaxConcurrency: request.MaxConcurrency ?? "50",
    MaxErrors: request.MaxErrors ?? "0",
    TargetCount: command.invocations.length,
    CompletedCount: command.invocations.filter(hasEnded).length,
    ErrorCount: count("Failed", "ExecutionTimedOut"),
    DeliveryTimedOutCount: count("DeliveryTimedOut"),
    ServiceRole: request.ServiceRoleArn ?? "",
    TimeoutSeconds: deliverySeconds(request),
  };
}

/** Where the output of an invocation's step lies, and its two URLs, in the form of AWS's examples; empty without a bucket. */
function outputOf(
  state: RegionState,
  command: CommandRecord,
  nodeId: string,
  result: PluginResult | undefined,
): Output {
  const { OutputS3BucketName, OutputS3KeyPrefix } = command.request;
  if (OutputS3BucketName === undefined || result === undefined)
    return { urls: { StandardOutputUrl: "", StandardErrorUrl: "" }, place: {} };
  const parts = [OutputS3KeyPrefix, command.id, nodeId, result.folder];
  const folder = parts.filter((part) => part !== undefined && part !== "").join("/");
  const url = `https://s3.${state.region}.amazonaws.com/${OutputS3BucketName}/${folder}/${result.name}`;
  return {
    urls: { StandardOutputUrl: `${url}/stdout`, StandardErrorUrl: `${url}/stderr` },
    place: { OutputS3Region: state.region, OutputS3BucketName, OutputS3KeyPrefix: folder },
  };
}

function plugin(
  result: PluginResult,
  { urls, place }: Output,
): NonNullable<CommandInvocation["CommandPlugins"]>[number] {
  return {
    ...urls,
    ...place,
    Name: result.name,
    Status: result.status,
    StatusDetails: result.status,
    ResponseCode: result.exitCode,
    ResponseStartDateTime: result.startTime,
    ResponseFinishDateTime: result.endTime,
    Output: (result.stdout + result.stderr).slice(0, 2500),
  };
}

function listed(state: RegionState, { command, invocation }: Found, details: boolean): CommandInvocation {
  const { nodeId, plugins } = invocation;
  return {
    // Those of an invocation are filled in when the command has just one plugin.
    ...outputOf(state, command, nodeId, plugins.length === 1 ? plugins[0] : undefined).urls,
    CommandId: command.id,
    InstanceId: invocation.nodeId,
    InstanceName: "",
    Comment: command.request.Comment ?? "",
    DocumentName: command.request.DocumentName,
    DocumentVersion: command.request.DocumentVersion ?? "$DEFAULT",
    RequestedDateTime: command.requestedAt,
    Status: invocation.status,
    StatusDetails: invocation.statusDetails,
    TraceOutput: invocation.traceOutput,
    CommandPlugins: details ? plugins.map((result) => plugin(result, outputOf(state, command, nodeId, result))) : [],
    ServiceRole: command.request.ServiceRoleArn ?? "",
  };
}

function commandOf(state: RegionState, id: string): CommandRecord {
  const command = state.commands.get(id);
  if (command === undefined) throw new ApiError("InvalidCommandId", "");
  return command;
}

function chosenNodes(state: RegionState, request: Checked<SendCommandRequest>): readonly ManagedNode[] {
  const ids = request.InstanceIds ?? [];
  const targets = request.Targets ?? [];
  if (ids.length > 0 === targets.length > 0)
    throw validationError("Exactly one of InstanceIds and Targets must be specified.");
  if (new Set(ids).size < ids.length) throw new ApiError("DuplicateInstanceId", "");
  checkTargets(targets);
  return ids.length > 0 ? ids.map((id) => nodeOf(state, id)) : resolveTargets(state, targets);
}

function allInvocations(state: RegionState, request: Checked<ListCommandInvocationsRequest>): Found[] {
  const commands =
    request.CommandId === undefined ? [...state.commands.values()].reverse() : [commandOf(state, request.CommandId)];
  return commands
    .flatMap((command) => command.invocations.map((invocation) => ({ command, invocation })))
    .filter(({ invocation }) => request.InstanceId === undefined || invocation.nodeId === request.InstanceId);
}

/** ISO 8601 with whole seconds; empty, as documented, for what has not run. */
function instantText(date: Date | undefined): string {
  return date === undefined ? "" : date.toISOString().replace(/\.\d+Z$/, "Z");
}

function elapsed(start: Date, end: Date): string {
  const minutes = Math.round((end.getTime() - start.getTime()) / minute);
  return `PT${String(minutes)}M`;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html; a command runs as the clock is moved. */
export const commandOperations = {
  SendCommand: (call, request) => {
    const version = versionOf(documentOf(call.region, request.DocumentName), request.DocumentVersion);
    checkParameters(version.parsed, request.Parameters ?? {});
    const nodes = chosenNodes(call.region, request);
    const command = startCommand(call.cloud, call.region, nodes, request);
    runAgenda(call.cloud, call.cloud.clock.now());
    return {
      Command: { ...described(command), Status: "Pending", StatusDetails: "Pending", CompletedCount: 0, ErrorCount: 0 },
    };
  },
  /**
   * On the nodes named, or on all. A command that has ended stays as it ended (INFERRED).
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html
   */
  CancelCommand: (call, request) => {
    const command = commandOf(call.region, request.CommandId);
    const ids = request.InstanceIds ?? [];
    if (new Set(ids).size < ids.length) throw new ApiError("DuplicateInstanceId", "");
    const strange = ids.find((id) => !command.invocations.some(({ nodeId }) => nodeId === id));
    if (strange !== undefined)
      throw new ApiError("InvalidInstanceId", `Command ${command.id} was not sent to ${strange}.`);
    stopCommand(command, "cancelled", (nodeId) => ids.length === 0 || ids.includes(nodeId));
    runAgenda(call.cloud, call.cloud.clock.now());
    return {};
  },
  ListCommands: (call, request) => {
    const all =
      request.CommandId === undefined
        ? [...call.region.commands.values()].reverse()
        : [commandOf(call.region, request.CommandId)];
    const ofNode = all.filter(
      (command) =>
        request.InstanceId === undefined || command.invocations.some(({ nodeId }) => nodeId === request.InstanceId),
    );
    const filters = (request.Filters ?? []).map(({ key, value }) => ({ Key: key, Values: [value] }));
    const matching = filtered(
      ofNode,
      filters,
      {
        ExecutionStage: ({ finishedAt }: CommandRecord, value) =>
          value === (finishedAt === undefined ? "Executing" : "Complete"),
        InvokedAfter: (command, value) => command.requestedAt > new Date(value),
        InvokedBefore: (command, value) => command.requestedAt < new Date(value),
        Status: (command, value) => command.status === value,
        DocumentName: (command, value) => command.request.DocumentName === value,
      },
      "InvalidFilterKey",
    );
    const { items, ...next } = pageOf(matching, request, usualPage);
    return { Commands: items.map(described), ...next };
  },
  ListCommandInvocations: (call, request) => {
    const filters = (request.Filters ?? []).map(({ key, value }) => ({ Key: key, Values: [value] }));
    const matching = filtered(
      allInvocations(call.region, request),
      filters,
      {
        InvokedAfter: ({ command }: Found, value) => command.requestedAt > new Date(value),
        InvokedBefore: ({ command }, value) => command.requestedAt < new Date(value),
        Status: ({ invocation }, value) => invocation.status === value,
        DocumentName: ({ command }, value) => command.request.DocumentName === value,
      },
      "InvalidFilterKey",
    );
    const { items, ...next } = pageOf(matching, request, usualPage);
    return {
      CommandInvocations: items.map((found) => listed(call.region, found, request.Details ?? false)),
      ...next,
    };
  },
  GetCommandInvocation: (call, request) => {
    const command = commandOf(call.region, request.CommandId);
    const invocation = command.invocations.find(({ nodeId }) => nodeId === request.InstanceId);
    if (invocation === undefined) throw new ApiError("InvocationDoesNotExist", "");
    const results =
      request.PluginName === undefined
        ? invocation.plugins
        : invocation.plugins.filter(({ name }) => name === request.PluginName);
    if (request.PluginName !== undefined && results.length === 0) throw new ApiError("InvalidPluginName", "");
    const { startTime, endTime } = invocation;
    return {
      CommandId: command.id,
      InstanceId: invocation.nodeId,
      Comment: command.request.Comment ?? "",
      DocumentName: command.request.DocumentName,
      DocumentVersion: command.request.DocumentVersion ?? "$DEFAULT",
      ...outputOf(call.region, command, invocation.nodeId, results.length === 1 ? results[0] : undefined).urls,
      PluginName: results[0]?.name,
      ResponseCode: results.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? (results.length === 0 ? -1 : 0),
      ExecutionStartDateTime: instantText(startTime),
      ExecutionElapsedTime: startTime === undefined || endTime === undefined ? "" : elapsed(startTime, endTime),
      ExecutionEndDateTime: instantText(endTime),
      Status: invocation.status,
      StatusDetails: invocation.statusDetails,
      StandardOutputContent: results
        .map(({ stdout }) => stdout)
        .join("")
        .slice(0, outputLimit),
      StandardErrorContent: results
        .map(({ stderr }) => stderr)
        .join("")
        .slice(0, errorLimit),
    };
  },
} satisfies OperationTable;
