import { Option, type Command } from "commander";
import { z } from "zod";
import { chosenBy } from "../../domain/runs/choice.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { reachable } from "../../domain/runs/serversRun.ts";
import type { FoundServers } from "../../operations/runs/servers.ts";
import { rebootDocument } from "../../render/runs/rebootDocument.ts";
import { agreementFaults, reasonFaults } from "../cli/agreement.ts";
import type { Answer, Call } from "../cli/command.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import type { Invocation } from "../cli/invocation.ts";
import { shared } from "../cli/options.ts";
import { refuseOthers } from "../cli/otherRuns.ts";
import {
  counting,
  openServers,
  runOnServers,
  serversOptions,
  withServers,
  type Again,
  type Beginning,
  type ServersOptions,
} from "../cli/serversRun.ts";
import { UsageError } from "../cli/usageError.ts";

interface RebootOptions extends ServersOptions {
  readonly now?: string;
  readonly any?: boolean;
  readonly canary: number;
  readonly maxErrors: number;
  readonly anyway?: boolean;
}

interface Limits {
  readonly canary: number;
  readonly maxErrors: number;
}

const usualWaitMinutes = 60;
const mostServers = 100_000;
const recordedLimits = z.object({ canary: z.int(), maxErrors: z.int() });

function resolve(call: Call<RebootOptions>): Invocation {
  const { options } = call;
  const faults = [
    ...reasonFaults("--now", options.now ?? ""),
    ...agreementFaults(options),
    ...((options.servers ?? options.group) === undefined
      ? [{ path: "--servers", message: "name servers, or a group by --group" }]
      : []),
  ];
  if (faults.length > 0) throw new UsageError(faults);
  return openServers(call);
}

async function beginningOf(
  { plane, scope, stack }: Invocation,
  found: FoundServers,
  wait: number,
  { canary, maxErrors }: Limits,
  any: boolean,
): Promise<Omit<Beginning, "why">> {
  const { pendingReboots, rebootServers } = await import("../../operations/reboot.ts");
  const pending = await pendingReboots(found, reachable(found.placed));
  const meant = any ? found : { ...found, placed: found.placed.filter(({ node }) => pending.has(node?.id ?? "")) };
  const rows = reachable(meant.placed).map((server) => ({ server, pending: pending.get(server.node.id) }));
  const { runSteps } = scope;
  return {
    verb: "reboot",
    command: "reboot",
    found: meant,
    options: { canary, maxErrors },
    ask: rebootDocument({ stack }, rows, canary),
    act: (record, signal) =>
      rebootServers(plane, meant, { record, runSteps, canary, maxErrors, waitMinutes: wait, signal }),
  };
}

/** The same reboot, for servers that an earlier run missed. */
export async function rebootAgain(
  invocation: Invocation,
  found: FoundServers,
  { options, why }: Run,
  { root, wait, anyway }: Again,
): Promise<Beginning> {
  await refuseOthers(invocation, root, found, anyway);
  return { ...(await beginningOf(invocation, found, wait, recordedLimits.parse(options), true)), why };
}

async function run(invocation: Invocation, call: Call<RebootOptions>): Promise<Answer> {
  const { servers, wait, any = false, now = "", anyway } = call.options;
  return withServers(invocation, invocation.scope, chosenBy(servers), async (found) => {
    await refuseOthers(invocation, call.root, found, anyway);
    const beginning = await beginningOf(invocation, found, wait, call.options, any);
    return runOnServers(invocation, call, { ...beginning, why: now.trim() });
  });
}

/** Adds `patchplane reboot`. */
export function addReboot(program: Command, root: string): void {
  fleetCommand<RebootOptions, Invocation>(program, root, {
    name: "reboot",
    summary: "reboots servers that await one, in batches, each when the one before has booted again",
    description:
      "Shows which of the chosen servers await a reboot, since when, whose they are and which updates wait for it; asks, " +
      "and reboots one first, then batches that double. Installs nothing: the document that it sends can do nothing else.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups(),
      serversOptions.servers(),
      new Option("--now <reason>", "why it is not left to a window: it goes on record; needed"),
      new Option("--any", "also servers that await no reboot"),
      new Option("--canary <servers>", "servers of the first batch").argParser(counting(mostServers)).default(1),
      new Option("--max-errors <servers>", "that may fail before no more are begun")
        .argParser((text: string) => (text === "0" ? 0 : counting(mostServers)(text)))
        .default(0),
      new Option("--anyway", "although somebody else's run goes on"),
      serversOptions.wait(usualWaitMinutes),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON"),
      ...shared.format(),
    ],
    exitCodes:
      "0 every server has booted again, or none awaits it; 1 the answer was no, or some have not;\n" +
      "2 usage or configuration, somebody else's run; 3 a location failed.",
    examples: ['npx patchplane reboot --stack prod --group prod-auto --now "kernel of Tuesday"'],
    resolve,
    run,
  });
}
