import {
  GetCommandInvocationCommand,
  paginateListCommandInvocations,
  type Command,
  type CommandInvocation,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { PatchState } from "../../domain/fleet/managedNode.ts";
import { isPatchDocument } from "../../domain/drift/foreign.ts";
import { allPages } from "../pages.ts";
import { commandsSince } from "./commands.ts";

/** Largest page of commands and of their invocations. */
const pageSize = 50;
/** Calls at a time in one location. */
const concurrency = 4;
/** Ends of an invocation of which the node itself told at least the beginning. */
const answered: ReadonlySet<string> = new Set(["Success", "Failed", "ExecutionTimedOut"]);

interface Sent {
  readonly commandId: string;
  readonly node: string;
  readonly at: Date;
  /** What AWS says of it in detail. */
  readonly end: string;
}

function sent({ CommandId, InstanceId, RequestedDateTime, StatusDetails }: CommandInvocation): readonly Sent[] {
  if (CommandId === undefined || InstanceId === undefined || RequestedDateTime === undefined) return [];
  return [{ commandId: CommandId, node: InstanceId, at: RequestedDateTime, end: StatusDetails ?? "" }];
}

function patches({ DocumentName = "", TargetCount }: Command, ownPrefix: string): boolean {
  if (TargetCount === 0) return false;
  if (DocumentName.startsWith("AWS-RunPatchBaseline")) return true;
  return DocumentName.startsWith(ownPrefix) && isPatchDocument(DocumentName);
}

async function patchCommands(client: SSMClient, ownPrefix: string, since: Date): Promise<readonly Sent[]> {
  const commands = (await commandsSince(client, since)).filter((command) => patches(command, ownPrefix));
  const read = ({ CommandId }: Command) =>
    allPages(paginateListCommandInvocations({ client, pageSize }, { CommandId }));
  const pages = (await pMap(commands, read, { concurrency })).flat();
  return pages.flatMap((page) => page.CommandInvocations ?? []).flatMap(sent);
}

function newest(all: readonly Sent[]): Map<string, Date> {
  return new Map(all.toSorted((a, b) => a.at.getTime() - b.at.getTime()).map(({ node, at }) => [node, at]));
}

/** What was cancelled on a node that had begun with it: the node went on to its end. */
async function begun(client: SSMClient, { commandId, node }: Sent): Promise<boolean> {
  const answer = await client.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: node }));
  return (answer.ExecutionStartDateTime ?? "") !== "";
}

/**
 * When each node was last sent a patch command that it answered, by node id: Run Command's own record, which no other
 * node can write. 1 ListCommands per 50 commands of the account since then, 1 ListCommandInvocations per 50 nodes of each
 * that patches, and 1 GetCommandInvocation of those that were cancelled after the last
 * answered one and may speak for a node's report.
 *
 * @param ownPrefix - beginning of the names of the stack's own documents, which run AWS-RunPatchBaseline between hooks
 * @param since - commands sent before are not asked for; AWS keeps them for 30 days
 * @param states - what the nodes last reported
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html
 */
export async function answeredPatchCommands(
  client: SSMClient,
  ownPrefix: string,
  since: Date,
  states: ReadonlyMap<string, PatchState>,
): Promise<ReadonlyMap<string, Date>> {
  const all = await patchCommands(client, ownPrefix, since);
  const ended = all.filter(({ end }) => answered.has(end));
  const found = newest(ended);
  const doubtful = all.filter(({ node, at, end }) => {
    const endedAt = states.get(node)?.endedAt;
    const told = found.get(node);
    return end === "Cancelled" && (told === undefined || told < at) && endedAt !== undefined && endedAt >= at;
  });
  const met = await pMap(doubtful, async (each) => ((await begun(client, each)) ? [each] : []), { concurrency });
  return newest([...ended, ...met.flat()]);
}
