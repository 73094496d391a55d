import type { Command, SSMClient } from "@aws-sdk/client-ssm";
import pMap from "p-map";
import { settledAt } from "../domain/runs/missed.ts";
import type { Run } from "../domain/runs/runRecord.ts";
import type { ServerReport } from "../domain/runs/serversRun.ts";
import { commandsSince } from "./aws/commands.ts";
import type { RunSteps } from "./progress.ts";
import { commandResults, judgedByReports } from "./runs/commandResults.ts";
import { follower } from "./runs/follow.ts";
import type { RunRecord } from "./runs/runRecords.ts";
import { commandWords } from "./runs/send.ts";
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

/**
 * A run's commands of one location, by the words that they were sent with: also those of which no line of its record is
 * here, because the machine that kept it is lost.
 */
async function sentCommands(client: SSMClient, run: Run): Promise<readonly Command[]> {
  const since = new Date(Date.parse(run.at) - clockDifference);
  const document = run.actions.find(({ action }) => action === "sendCommand")?.name;
  const all = await commandsSince(client, since, document);
  return all.filter(({ Comment = "" }) => Comment.startsWith(commandWords(run.id, "")));
}

/**
 * Waits for what a run has sent and has not heard of, whoever broke it off, and puts the results into its record, judged
 * as the run itself judges them. Nothing is sent.
 */
export async function settleRun(
  found: FoundServers,
  run: Run,
  record: RunRecord,
  { runSteps, waitMinutes }: SettleOptions,
): Promise<Done> {
  return everywhere(found, runSteps, record, async ({ location, client, show }) => {
    const settled = settledAt(run, location.name);
    const sent = await sentCommands(client, run);
    const commands = sent.filter(({ Comment = "" }) => !settled.commands.has(Comment));
    const [first] = commands;
    if (first === undefined) return new Map();
    show(`${String(commands.length)} commands of ${run.id}`);
    const follow = follower(client, first.DocumentName ?? "", waitMinutes * 60_000);
    const reports = new Map<string, ServerReport>();
    const installs = run.verb === "install";
    const judge =
      installs || run.verb === "scan"
        ? judgedByReports({ client, location, record, installs, isOver: true, show, reports })
        : undefined;
    await pMap(
      commands,
      async (command) => {
        const all = await commandResults({ client, location, waitMinutes }, follow, command);
        const open = all.filter(({ node }) => !settled.nodes.has(node));
        for (const result of judge === undefined ? open : await judge(command, open))
          record.write({ line: "result", ...result });
      },
      { concurrency },
    );
    return new Map();
  });
}
