import { Option, type Command } from "commander";
import { z } from "zod";
import { chosenBy } from "../../domain/runs/choice.ts";
import { inWindow } from "../../domain/runs/openWindow.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { leftOutOf, reachable } from "../../domain/runs/serversRun.ts";
import type { PlacedServer } from "../../domain/status/placedServers.ts";
import type { FoundServers } from "../../operations/runs/servers.ts";
import { rebootDocument } from "../../render/runs/rebootDocument.ts";
import { agreementFaults, reasonFaults } from "../cli/agreement.ts";
import type { Answer } from "../cli/command.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import type { Invocation } from "../cli/invocation.ts";
import { shared } from "../cli/options.ts";
import { refuseOthers } from "../cli/otherRuns.ts";
import {
  counting,
  openServers,
  runOnServers,
  serversOptions,
  unchosenFaults,
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

/** Which servers are rebooted, and whether a window has to be open for them. */
interface Asked extends Limits {
  readonly any: boolean;
  readonly asOf: Date;
  /** Why it is not left to a window; empty where one has to be open. */
  readonly now: string;
  /** The option by which that is said. */
  readonly option: "--now" | "--reason";
}

const usualWaitMinutes = 60;
const mostServers = 100_000;
const recordedLimits = z.object({
  canary: z.int(),
  maxErrors: z.int(),
  any: z.boolean().default(false),
  inWindow: z.boolean(),
});

function resolve(call: FleetCall<RebootOptions>): Invocation {
  const { options } = call;
  const faults = [
    ...(options.now === undefined ? [] : reasonFaults("--now", options.now)),
    ...agreementFaults(options),
    ...unchosenFaults(options),
  ];
  if (faults.length > 0) throw new UsageError(faults);
  return openServers(call);
}

async function beginningOf(
  { plane, scope, place }: Invocation,
  chosen: FoundServers,
  wait: number,
  { canary, maxErrors, any, asOf, now, option }: Asked,
): Promise<Beginning> {
  const { pendingReboots, rebootServers } = await import("../../operations/reboot.ts");
  const { windowsOpen } = await import("../../operations/runs/windowsOpen.ts");
  const { pending, found: read } = await pendingReboots(chosen);
  const isMeant = ({ node }: PlacedServer): boolean => any || Boolean(pending.get(node?.id ?? ""));
  const leftOut = leftOutOf(read.placed, isMeant, ({ node }) =>
    pending.has(node.id)
      ? { why: "awaits no reboot (--any reboots it all the same)", settled: true }
      : { why: "has never reported whether it awaits one: scan it first", settled: false },
  );
  const due = { ...read, placed: read.placed.filter((each) => isMeant(each) || !each.readable) };
  const isInWindow = now === "" && reachable(due.placed).length > 0;
  const { open, found } = isInWindow ? await windowsOpen(plane, due, asOf) : { open: [], found: due };
  const rows = reachable(found.placed).map((server) => ({ server, pending: pending.get(server.node.id) ?? undefined }));
  const { runSteps } = scope;
  const window =
    isInWindow && rows.length > 0 ? inWindow(reachable(found.placed), open, option) : { why: now, until: undefined };
  if ("faults" in window) throw new UsageError(window.faults);
  const { why, until } = window;
  const end = until === undefined ? {} : { end: performance.now() + until.getTime() - asOf.getTime() };
  return {
    why,
    verb: "reboot",
    command: "reboot",
    found,
    leftOut,
    options: { canary, maxErrors, any, inWindow: isInWindow },
    ask: rebootDocument(place, rows, { canary, why, leftOut }),
    act: (record, signal) =>
      rebootServers(plane, found, { record, runSteps, canary, maxErrors, ...end, waitMinutes: wait, signal }),
  };
}

/** The same reboot, for servers that an earlier run missed. */
export async function rebootAgain(
  invocation: Invocation,
  found: FoundServers,
  { options, why }: Run,
  { root, wait, anyway, reason }: Again,
): Promise<Beginning> {
  await refuseOthers(invocation, root, found, anyway);
  const { inWindow: wasInWindow, ...limits } = recordedLimits.parse(options);
  const now = wasInWindow ? reason : why;
  return beginningOf(invocation, found, wait, { ...limits, asOf: new Date(), now, option: "--reason" });
}

async function run(invocation: Invocation, call: FleetCall<RebootOptions>): Promise<Answer> {
  const { servers, wait, any = false, now = "", anyway, canary, maxErrors } = call.options;
  return withServers(invocation, invocation.scope, chosenBy(servers), async (found) => {
    await refuseOthers(invocation, call.root, found, anyway);
    const asked = { canary, maxErrors, any, asOf: call.asOf, now: now.trim(), option: "--now" as const };
    return runOnServers(invocation, call, await beginningOf(invocation, found, wait, asked));
  });
}

/** Adds `patchplane reboot`. */
export function addReboot(program: Command, root: string): void {
  fleetCommand<RebootOptions, Invocation>(program, root, {
    name: "reboot",
    summary: "reboots servers that await one, in batches, each when the one before has booted again",
    description:
      "Shows which of the chosen servers await a reboot, since when, whose they are and which updates wait for it; asks, " +
      "and reboots one first, then batches that double. Wants a reason by --now, unless a maintenance window of every server " +
      "is open; then no batch begins after its cutoff. Installs nothing: the document that it sends can do nothing else.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups(),
      serversOptions.servers(),
      new Option(
        "--now <reason>",
        "why it is not left to a window: it goes on record; needed where none is open for a server",
      ),
      new Option("--any", "also servers that await no reboot"),
      new Option("--canary <servers>", "servers of the first batch").argParser(counting(mostServers)).default(1),
      new Option("--max-errors <servers>", "that may fail before no more are begun")
        .argParser((text: string) => (text === "0" ? 0 : counting(mostServers)(text)))
        .default(0),
      new Option("--anyway", "although somebody else's run goes on"),
      serversOptions.wait(usualWaitMinutes),
      shared.asOf("decides which window is open (default: now)"),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON"),
      ...shared.format(),
    ],
    exitCodes:
      "0 every server that awaits it has booted again; 1 the answer was no, some have not, or some have no node or " +
      "never reported; " +
      "2 usage or configuration, somebody else's run; 3 a location failed.",
    examples: ['npx patchplane reboot --stack prod --group prod-auto --now "kernel of Tuesday"'],
    resolve,
    run,
  });
}
