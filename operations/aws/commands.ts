import {
  GetCommandInvocationCommand,
  InvalidInstanceId,
  paginateListCommandInvocations,
  paginateListCommands,
  SendCommandCommand,
  type Command,
  type CommandInvocation,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { RunRecord } from "../../domain/collection/records.ts";
import type { Known } from "../../domain/drift/location.ts";
import type { Location } from "../../domain/plane.ts";
import { instantText } from "../../domain/time.ts";
import { allPages } from "../pages.ts";
import { known } from "./known.ts";
import { runRecord, sentCommand } from "./commandHistory.ts";

/** Largest page of commands and of their invocations, and the most nodes of one call. */
export const nodesPerCommand = 50;
/** Calls at a time for what failed servers wrote. */
const concurrency = 8;
/** What AWS keeps of a command's words. */
const longestComment = 100;

/** A document, and what it is told. */
export interface Order {
  readonly document: string;
  readonly parameters?: Readonly<Record<string, readonly string[]>>;
}

/** How an order is carried out on some nodes. */
export interface Delivery {
  readonly nodes: readonly string[];
  readonly comment: string;
  readonly concurrency: number;
  /** Failures after which nothing more is begun. */
  readonly maxErrors: number;
  /** Seconds after which a node that does not fetch it is given up. */
  readonly timeoutSeconds: number;
}

/** Whether AWS refuses a command because of one of its nodes: gone, or not in the account. */
export function isOfNode(error: unknown): boolean {
  return error instanceof InvalidInstanceId;
}

/**
 * Sends a command to nodes by their ids, at most 50.
 *
 * AWS knows no token for it: a call of which the answer was lost, and that the SDK repeats, may send it twice
 * (docs/limits.md).
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
export async function sendOrder(client: SSMClient, order: Order, delivery: Delivery): Promise<Command> {
  const { Command } = await client.send(
    new SendCommandCommand({
      DocumentName: order.document,
      Parameters: Object.fromEntries(Object.entries(order.parameters ?? {}).map(([key, value]) => [key, [...value]])),
      InstanceIds: [...delivery.nodes],
      Comment: delivery.comment.slice(0, longestComment),
      TimeoutSeconds: delivery.timeoutSeconds,
      MaxConcurrency: String(delivery.concurrency),
      MaxErrors: String(delivery.maxErrors),
    }),
  );
  return Command ?? {};
}

/**
 * Commands since an instant, newest first, of one document or of all: 1 call for every 50.
 * @param since - whole seconds count
 */
export async function commandsSince(client: SSMClient, since: Date, document?: string): Promise<readonly Command[]> {
  const after = instantText(new Date(since.getTime() - 1000));
  const Filters = [
    { key: "InvokedAfter" as const, value: after },
    ...(document === undefined ? [] : [{ key: "DocumentName" as const, value: document }]),
  ];
  const pages = await allPages(paginateListCommands({ client, pageSize: nodesPerCommand }, { Filters }));
  return pages.flatMap((page) => page.Commands ?? []);
}

/** Whether a command has come to its end. */
export function hasEnded({ Status = "Pending" }: Command): boolean {
  return !["Pending", "InProgress", "Cancelling"].includes(Status);
}

/** A command on one node, with what a failing one wrote. */
export interface Invocation {
  readonly sent: RunRecord;
  /** Empty where it succeeded, or wrote nothing. */
  readonly output: Known<string>;
}

/** The step that failed; a command of several steps wants it named. */
function failedStep({ CommandPlugins = [] }: CommandInvocation): string | undefined {
  return CommandPlugins.find(({ Status }) => Status !== "Success" && Status !== "Pending")?.Name;
}

async function outputOf(client: SSMClient, invocation: CommandInvocation): Promise<string> {
  const PluginName = failedStep(invocation);
  if (invocation.Status !== "Failed" || PluginName === undefined) return "";
  const { CommandId, InstanceId } = invocation;
  const answer = await client.send(new GetCommandInvocationCommand({ CommandId, InstanceId, PluginName }));
  return `${answer.StandardErrorContent ?? ""}\n${answer.StandardOutputContent ?? ""}`;
}

/**
 * What a command did on each of its nodes: 1 ListCommandInvocations for every 50, and 1 GetCommandInvocation for each
 * that failed.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
 */
export async function invocationsOf(
  client: SSMClient,
  location: Location,
  command: Command,
): Promise<readonly Invocation[]> {
  const { CommandId } = command;
  const request = { CommandId, Details: true };
  const pages = await allPages(paginateListCommandInvocations({ client, pageSize: nodesPerCommand }, request));
  const sent = sentCommand(command);
  return pMap(
    pages.flatMap((page) => page.CommandInvocations ?? []),
    async (each) => ({
      sent: runRecord(sent, each),
      output: await known(location, () => outputOf(client, each)),
    }),
    { concurrency },
  );
}

/** What one step of a command wrote on a node, at most 24,000 characters: 1 GetCommandInvocation. */
export async function stepOutput(
  client: SSMClient,
  CommandId: string,
  InstanceId: string,
  PluginName: string,
): Promise<string> {
  const answer = await client.send(new GetCommandInvocationCommand({ CommandId, InstanceId, PluginName }));
  return answer.StandardOutputContent ?? "";
}
