import type { Command, SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import type { Location } from "../../domain/plane.ts";
import { isOnline, type ManagedNode } from "../../domain/fleet/managedNode.ts";
import { countFailures, silentWords, unsent } from "../../domain/runs/nodeResult.ts";
import type { NodeResult } from "../../domain/runs/runRecord.ts";
import { counted } from "../../domain/text.ts";
import { isOfNode, nodesPerCommand, sendOrder, type Order } from "../aws/commands.ts";
import { awsFailure, isRefusal } from "../aws/failure.ts";
import { commandResults, type Judge } from "./commandResults.ts";
import { follower, type Follower } from "./follow.ts";
import type { RunRecord } from "./runRecords.ts";

/** A node that does not fetch a command within this is given up; a server that is down holds nothing up. */
const deliverySeconds = 300;
/** Batches of one location that are sent at a time, at the most. */
const mostBatches = 40;

/** The words that a run's command carries in AWS, by which everybody finds it. */
export function commandWords(run: string, number: number | ""): string {
  return `patchplane ${run} ${String(number)}`;
}

/** Where and how an order is sent. */
export interface Sending {
  readonly client: SSMClient;
  readonly location: Location;
  readonly record: RunRecord;
  readonly order: Order;
  /** Parameters of the order that differ from node to node; nodes that are told the same share commands. */
  readonly told?: (node: string) => Order["parameters"];
  /** Servers at a time; all where it is left out. */
  readonly concurrency?: number;
  /** Servers that may fail before no more are begun; no limit where it is left out. */
  readonly maxErrors?: number;
  /** Minutes after which a command is not waited for any longer. */
  readonly waitMinutes: number;
  /** Aborted when a person interrupts the run: then nothing more is sent. */
  readonly signal: AbortSignal;
  /** What counts beside the end of a command; its end alone where it is left out. */
  readonly judge?: Judge;
  readonly show?: (line: string) => void;
}

/** What came of an order. */
export interface Sendings {
  readonly results: readonly NodeResult[];
  /** When AWS took the first command, by its own clock; undefined where none was sent. */
  readonly since?: Date;
}

/** What was sent to a batch of nodes, and to which of them nothing could be. */
interface Sent {
  readonly commands: readonly Command[];
  readonly results: readonly NodeResult[];
}

function batches(nodes: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(nodes.length / size) }, (_, at) => nodes.slice(at * size, (at + 1) * size));
}

/** Sends to nodes, and where AWS refuses it because of one of them, to each half: the rest is not held up. */
async function sendTo(
  sending: Sending,
  nodes: readonly string[],
  limits: { readonly concurrency: number; readonly maxErrors: number },
): Promise<Sent> {
  const { client, location, record, order } = sending;
  const comment = commandWords(record.id, record.nextCommand());
  const action = { location: location.name, action: "sendCommand", id: comment, name: order.document } as const;
  record.write({ line: "asked", ...action, nodes: [...nodes] });
  try {
    const delivery = { nodes, comment, ...limits, timeoutSeconds: deliverySeconds };
    const command = await sendOrder(client, order, delivery);
    const got = command.CommandId ?? "";
    record.write({ line: "answered", ...action, outcome: "done", failure: null, got });
    return { commands: [command], results: [] };
  } catch (error) {
    const failure = awsFailure(error, location);
    record.write({ line: "answered", ...action, outcome: isRefusal(error) ? "refused" : "unknown", failure });
    if (!isOfNode(error)) throw error;
    if (nodes.length === 1)
      return { commands: [], results: nodes.map((node) => unsent(location.name, node, "unreachable", failure)) };
    const half = Math.ceil(nodes.length / 2);
    const first = await sendTo(sending, nodes.slice(0, half), limits);
    const second = await sendTo(sending, nodes.slice(half), limits);
    return { commands: [...first.commands, ...second.commands], results: [...first.results, ...second.results] };
  }
}

/** Sends each node what it is told, those that are told the same together, and follows it; each result is kept. */
async function carryOut(
  sending: Sending,
  nodes: readonly string[],
  maxErrors: number,
  follow: Follower,
  keep: (results: readonly NodeResult[]) => void,
): Promise<readonly Command[]> {
  const { order, told = () => undefined, judge } = sending;
  const alike = Map.groupBy(nodes, (node) => JSON.stringify(told(node) ?? {}));
  const sent = await Promise.all(
    [...alike].map(async ([own, same]) => {
      const parameters = { ...order.parameters, ...(JSON.parse(own) as Order["parameters"]) };
      const limits = { concurrency: same.length, maxErrors };
      const { commands, results } = await sendTo({ ...sending, order: { ...order, parameters } }, same, limits);
      keep(results);
      for (const command of commands) {
        const came = await commandResults(sending, follow, command);
        keep(judge === undefined ? came : await judge(command, came));
      }
      return commands;
    }),
  );
  return sent.flat();
}

/** Never comes to an end: the process is about to. */
function untilTheEnd(): Promise<never> {
  return new Promise(() => undefined);
}

/**
 * Sends one document to managed nodes of a location, 50 to a call, follows it, and answers what came of it on each of
 * them; each result is on record as soon as it is known. Nothing is sent to a node whose agent is silent. Calls: 1
 * SendCommand for 50 nodes, those of {@link follower}, and those of {@link commandResults} for each command.
 *
 * @throws what ends the location: nodes without a result are those of which nothing is known
 */
export async function send(nodes: readonly ManagedNode[], sending: Sending): Promise<Sendings> {
  const { client, location, record, order, signal, waitMinutes, show = () => undefined } = sending;
  const keep = (results: readonly NodeResult[]): readonly NodeResult[] => {
    for (const result of results) record.write({ line: "result", ...result });
    return results;
  };
  const silent = nodes.filter((node) => !isOnline(node));
  const results = [...keep(silent.map((node) => unsent(location.name, node.id, "unreachable", silentWords(node))))];
  const ids = nodes.filter(isOnline).map(({ id }) => id);
  const concurrency = sending.concurrency ?? ids.length;
  const size = Math.min(nodesPerCommand, concurrency);
  const { maxErrors = ids.length } = sending;
  const follow = follower(client, order.document, waitMinutes * 60_000, (completed) => {
    show(`${String(completed)} of ${counted(ids.length, "server")}`);
  });
  const times: number[] = [];
  await pMap(
    batches(ids, Math.max(1, size)),
    async (batch) => {
      if (signal.aborted) return untilTheEnd();
      const failed = countFailures(results);
      if (failed > maxErrors) {
        const reason = `not begun, because ${counted(failed, "server")} had failed`;
        results.push(...keep(batch.map((node) => unsent(location.name, node, "notReached", reason))));
        return;
      }
      const commands = await carryOut(sending, batch, maxErrors - failed, follow, (some) => {
        results.push(...keep(some));
      });
      times.push(...commands.flatMap(({ RequestedDateTime }) => RequestedDateTime?.getTime() ?? []));
    },
    { concurrency: Math.min(mostBatches, Math.max(1, Math.floor(concurrency / Math.max(1, size)))) },
  );
  return times.length === 0 ? { results } : { results, since: new Date(Math.min(...times)) };
}
