import { Argument, Option, type Command } from "commander";
import { suggest } from "../../domain/nearest.ts";
import { missedTargets } from "../../domain/runs/missed.ts";
import type { Run, RunTarget } from "../../domain/runs/runRecord.ts";
import type { PlacedServer } from "../../domain/status/placedServers.ts";
import { counted } from "../../domain/text.ts";
import type { FoundServers } from "../../operations/runs/servers.ts";
import type { Answer, Call } from "../cli/command.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { shared } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { runOnServers, serversOptions, withServers, type Beginning, type ServersOptions } from "../cli/serversRun.ts";
import { UsageError } from "../cli/usageError.ts";
import { installAgain } from "./install.ts";
import { rebootAgain } from "./reboot.ts";
import { scanOf } from "./scan.ts";

interface RerunOptions extends ServersOptions {
  readonly reason?: string;
}

const usualWaitMinutes = 60;

/** How the servers that a run missed are run again, by its verb. */
const again: Partial<
  Readonly<
    Record<Run["verb"], (invocation: Invocation, found: FoundServers, wait: number, run: Run) => Promise<Beginning>>
  >
> = {
  install: installAgain,
  reboot: rebootAgain,
  scan: scanOf,
};

/** The run that is named. */
function namedRun(id: string, runs: readonly Run[]): Run {
  const repeatable = runs.filter(({ verb }) => again[verb] !== undefined);
  const run = repeatable.find((each) => each.id === id);
  if (run !== undefined) return run;
  const known = repeatable.map((each) => each.id);
  const message = "no run of this stack on servers is on record by this id";
  throw new UsageError([{ path: "<id>", message, value: id, ...suggest(id, known) }]);
}

/** Whether a server is one of those that a record names. */
function isAmong(targets: readonly RunTarget[]): (placed: PlacedServer) => boolean {
  const nodes = new Set(targets.map(({ location, node }) => JSON.stringify([location, node])));
  // A server that had no node then may have one now.
  const without = targets.filter(({ node }) => node === "");
  const servers = new Set(without.map(({ location, server }) => JSON.stringify([location, server])));
  return ({ location, node, server }) =>
    nodes.has(JSON.stringify([location, node?.id])) || servers.has(JSON.stringify([location, server.id]));
}

async function rerun(invocation: Invocation, call: Call<RerunOptions>): Promise<Answer> {
  // The clouds' SDKs are loaded when they are needed, or --help would wait for them.
  const { settleRun } = await import("../../operations/rerun.ts");
  const { whoAsks } = await import("../../operations/stop.ts");
  const records = await import("../../operations/runs/runRecords.ts");
  const { root, options } = call;
  const { stack, plane } = invocation;
  const run = namedRun(call.names[0] ?? "", records.readRuns(root, stack).runs);
  const how = again[run.verb];
  const scope = { ...invocation.scope, locations: run.locations.map(({ name }) => name) };
  return withServers(invocation, scope, isAmong(run.targets), async (found) => {
    const record = records.openRecord(root, run.id, () => new Date());
    record.write({ line: "resumed", who: await whoAsks(plane), why: (options.reason ?? "").trim() });
    const { results } = await settleRun(found, run, record, {
      runSteps: invocation.scope.runSteps,
      waitMinutes: options.wait,
    });
    record.write({ line: "ended" });
    const { toRepeat, underWay } = missedTargets({ targets: run.targets, results });
    if (underWay.length > 0)
      say(`${counted(underWay.length, "server")} may still be at it and will be left alone: call again later\n`);
    const missed = { ...found, placed: found.placed.filter(isAmong(toRepeat)) };
    const gone = found.failures.length === 0 ? toRepeat.length - missed.placed.length : 0;
    if (gone > 0) say(`${counted(gone, "server")} of it ${gone === 1 ? "is" : "are"} no node any more\n`);
    if (how === undefined) throw new Error(`${run.verb} is not repeated`);
    const beginning = await how(invocation, missed, options.wait, run);
    const why = (options.reason ?? "").trim() || run.why;
    return runOnServers(invocation, call, { ...beginning, why, repeats: run.id });
  });
}

/** Adds `patchplane rerun`. */
export function addRerun(program: Command, root: string): void {
  fleetCommand<RerunOptions, Invocation>(program, root, {
    name: "rerun",
    arguments: [new Argument("<id>", "of the run: the name of its record in runs/, without .jsonl")],
    summary: "looks after what a run has sent, and repeats it for the servers that it missed",
    description:
      "For a run that was broken off, or that missed some servers. First waits for what it has sent and not heard of, " +
      "and puts the results into its record; then runs the same again, as a run of its own, for those servers alone " +
      "that did not come to a good end. What may still be under way is not sent again.",
    options: [
      shared.cwd(),
      shared.stack(),
      serversOptions.wait(usualWaitMinutes),
      new Option("--reason <text>", "why, where it is not for the reason of the run itself"),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON, for what changes servers"),
      ...shared.format(),
    ],
    exitCodes: "those of the command that is repeated; 2 also where no run is on record by the id.",
    examples: ["npx patchplane rerun --stack prod 2026-12-01T030000Z-prod-scan-1a2b"],
    resolve: openInvocation,
    run: rerun,
  });
}
