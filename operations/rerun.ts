import type { Command, SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { unsettled } from "../domain/runs/missed.ts";
import { nodeResult } from "../domain/runs/nodeResult.ts";
import type { ActionResult, Run } from "../domain/runs/runRecord.ts";
import { commandsSince, invocationsOf } from "./aws/commands.ts";
import type { RunSteps } from "./progress.ts";
import { follower } from "./runs/follow.ts";
import type { RunRecord } from "./runs/runRecords.ts";
import { everywhere, type Done, type FoundServers } from "./runs/servers.ts";

/** Commands at a time in one location. */
const concurrency = 4;
/** How much AWS's clock may be behind this machine's. */
const clockDifference = 10 * 60_000;

/** How long a run's commands are waited for. */
export interface SettleOptions {
  readonly runSteps: RunSteps;
  readonly waitMinutes: number;
}

/** The commands of some actions: by their ids and, where the answer never came, by the words that they were sent with. */
async function sentCommands(
  client: SSMClient,
  run: Run,
  actions: readonly ActionResult[],
): Promise<readonly Command[]> {
  const [first] = actions;
  if (first === undefined) return [];
  const since = new Date(Date.parse(run.at) - clockDifference);
  const all = await commandsSince(client, since, first.name);
  return all.filter(({ CommandId, Comment }) => actions.some(({ got, id }) => got === CommandId || id === Comment));
}

/**
 * Waits for what a run has sent and has not heard of, whoever broke it off, and puts the results into its record: its
 * commands are found by their ids, or by the words that they were sent with. Nothing is sent.
 */
export async function settleRun(
  found: FoundServers,
  run: Run,
  record: RunRecord,
  { runSteps, waitMinutes }: SettleOptions,
): Promise<Done> {
  return everywhere(found, runSteps, record, async ({ location, client, show }) => {
    const commands = await sentCommands(client, run, unsettled(run, location.name));
    const [first] = commands;
    if (first === undefined) return new Map();
    show(`${String(commands.length)} commands of ${run.id}`);
    const follow = follower(client, first.DocumentName ?? "", waitMinutes * 60_000);
    await pMap(
      commands,
      async (sent) => {
        const command = (await follow.ended(sent)) ?? sent;
        for (const { sent: invocation, output } of await invocationsOf(client, command))
          record.write({ line: "result", ...nodeResult(location.name, invocation, output) });
      },
      { concurrency },
    );
    return new Map();
  });
}
