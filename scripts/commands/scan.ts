import type { Command } from "commander";
import { chosenBy } from "../../domain/runs/choice.ts";
import type { FoundServers } from "../../operations/runs/servers.ts";
import type { Answer, Call } from "../cli/command.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import type { Invocation } from "../cli/invocation.ts";
import { shared } from "../cli/options.ts";
import {
  openServers,
  runOnServers,
  serversOptions,
  withServers,
  type Beginning,
  type ServersOptions,
} from "../cli/serversRun.ts";

const usualWaitMinutes = 60;

/** A scan of servers that were found, anew or of those that an earlier one missed. */
export async function scanOf({ plane, scope }: Invocation, found: FoundServers, wait: number): Promise<Beginning> {
  const { scanServers } = await import("../../operations/scan.ts");
  return {
    verb: "scan",
    command: "scan",
    why: "",
    found,
    options: {},
    act: (record, signal) => scanServers(plane, found, { record, runSteps: scope.runSteps, waitMinutes: wait, signal }),
  };
}

async function run(invocation: Invocation, call: Call<ServersOptions>): Promise<Answer> {
  const { servers, wait } = call.options;
  return withServers(invocation, invocation.scope, chosenBy(servers), async (found) =>
    runOnServers(invocation, call, await scanOf(invocation, found, wait)),
  );
}

/** Adds `patchplane scan`. */
export function addScan(program: Command, root: string): void {
  fleetCommand<ServersOptions, Invocation>(program, root, {
    name: "scan",
    summary: "scans servers now, waits for it, and says what is missing",
    description:
      "Has every chosen server scanned now, follows the scans, and shows what each of them lacks. It installs nothing: " +
      "the document that it sends can do nothing else. Keeps a record in runs/ and in the buckets of the locations.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups(),
      serversOptions.servers(),
      serversOptions.wait(usualWaitMinutes),
      ...shared.format(),
    ],
    note: "A scan that is waited for no longer goes on: `npx patchplane rerun <id>` looks after it.",
    exitCodes:
      "0 every server was scanned; 1 some were not, each with the reason; 2 usage or configuration; " +
      "3 a location failed, or its bucket did not take the record.",
    examples: [
      "npx patchplane scan --stack prod --group prod-auto",
      "npx patchplane scan --stack prod --servers web-1,db-* --json",
    ],
    resolve: openServers,
    run,
  });
}
