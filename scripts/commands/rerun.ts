import { Argument, Option, type Command } from "commander";
import { suggest } from "../../domain/nearest.ts";
import { missedTargets } from "../../domain/runs/missed.ts";
import { listedRunsSince, runState } from "../../domain/runs/openRun.ts";
import type { Run, RunTarget } from "../../domain/runs/runRecord.ts";
import type { LeftOut } from "../../domain/runs/serversRun.ts";
import type { PlacedServer } from "../../domain/status/placedServers.ts";
import { pasted } from "../../render/commands.ts";
import { wordsText } from "../../render/writers/text.ts";
import type { FoundServers } from "../../operations/runs/servers.ts";
import type { Answer, Call } from "../cli/command.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { placeOf, shared } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { openRunFault } from "../cli/otherRuns.ts";
import { recorded, sayUnkept, sayUnreadRecords } from "../cli/recorded.ts";
import {
  runOnServers,
  serversOptions,
  withServers,
  type Again,
  type Beginning,
  type ServersOptions,
} from "../cli/serversRun.ts";
import { UsageError } from "../cli/usageError.ts";
import { installAgain } from "./install.ts";
import { rebootAgain } from "./reboot.ts";
import { scanOf } from "./scan.ts";

interface RerunOptions extends ServersOptions {
  readonly reason?: string;
  readonly anyway?: boolean;
}

const usualWaitMinutes = 60;

/** How the servers that a run missed are run again, by its verb. */
const again: Partial<
  Readonly<
    Record<Run["verb"], (invocation: Invocation, found: FoundServers, run: Run, how: Again) => Promise<Beginning>>
  >
> = {
  install: installAgain,
  reboot: rebootAgain,
  scan: (invocation, found, _run, { wait }) => scanOf(invocation, found, wait),
};

/** The run that is named, here or in the buckets. */
async function namedRun({ stack, plane }: Invocation, root: string, id: string): Promise<Run> {
  const { bringRecord, readRuns } = await import("../../operations/runs/runRecords.ts");
  const { runs, ...unread } = await readRuns(root, stack, plane, { id });
  sayUnreadRecords(unread);
  const run = runs.find(({ verb }) => again[verb] !== undefined);
  if (run !== undefined) {
    if (unread.diverged.includes(id))
      say(`two went on with ${id} without knowing of each other: what both wrote counts, the newest of each server\n`);
    await bringRecord(root, plane, id);
    return run;
  }
  const others = await readRuns(root, stack, plane, { since: listedRunsSince(new Date()) });
  const known = others.runs.filter(({ verb }) => again[verb] !== undefined).map((each) => each.id);
  const message = "no run of this stack on servers is on record by this id, neither in runs/ nor in the buckets";
  throw new UsageError([{ path: "<id>", message, value: id, ...suggest(id, known) }]);
}

/**
 * Whether a run may be gone on with.
 * @throws UsageError where somebody may still be at it
 */
async function refuseOpen(run: Run, anyway: boolean): Promise<void> {
  const { isGone } = await import("../../operations/runs/runRecords.ts");
  const asOf = new Date();
  if (anyway || runState(run, asOf, isGone) !== "open") return;
  const fix = "what its process goes on to send would be sent twice: say --anyway once that has ended";
  throw new UsageError([{ ...openRunFault(run, asOf), fix }]);
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

/** Whether a server that a record names is among those that were found. */
function isPlacedIn(placed: readonly PlacedServer[]): (target: RunTarget) => boolean {
  const there = new Set(
    placed.flatMap(({ location, node, server }) => [node?.id, server.id].map((id) => JSON.stringify([location, id]))),
  );
  return ({ location, node, server }) => there.has(JSON.stringify([location, node === "" ? server : node]));
}

/** Servers of a run that are not sent it again, and to be seen to. */
function leftAlone(targets: readonly RunTarget[], why: string): readonly LeftOut[] {
  return targets.map(({ location, server, name }) => ({ location, server, name, why, settled: false }));
}

async function rerun(invocation: Invocation, call: Call<RerunOptions>): Promise<Answer> {
  // The clouds' SDKs are loaded when they are needed, or --help would wait for them.
  const { settleRun } = await import("../../operations/rerun.ts");
  const { whoAsks } = await import("../../operations/aws/callers.ts");
  const records = await import("../../operations/runs/runRecords.ts");
  const { root, options } = call;
  const { plane } = invocation;
  const { anyway = false, wait } = options;
  const run = await namedRun(invocation, root, call.names[0] ?? "");
  await refuseOpen(run, anyway);
  const how = again[run.verb];
  const scope = { ...invocation.scope, locations: run.locations.map(({ name }) => name) };
  return withServers(invocation, scope, isAmong(run.targets), async (found) => {
    const by = { who: await whoAsks(plane), why: (options.reason ?? "").trim() };
    const record = records.resumeRecord(root, run.id, by, () => new Date());
    const { done, unkept } = await recorded(plane, {
      record,
      locations: scope.locations,
      sayEnd: () => {
        const later = wordsText([pasted("npx patchplane rerun", run.id, placeOf(run.stack, options))]);
        say(`nothing was sent; ${later} looks after it again\n`);
      },
      does: () => settleRun(found, run, record, { runSteps: invocation.scope.runSteps, waitMinutes: wait }),
    });
    sayUnkept(unkept);
    const { toRepeat, underWay } = missedTargets({ targets: run.targets, results: done.results });
    // Where what was sent could not be asked for, it may go on.
    const unasked = new Set(done.failures.map(({ location }) => location.name));
    const isMissed = isAmong(toRepeat);
    const placed = found.placed.filter((each) => isMissed(each) && !unasked.has(each.location));
    const missed = { ...found, failures: done.failures, placed };
    const isThere = isPlacedIn(placed);
    const gone = toRepeat.filter((target) => !unasked.has(target.location) && !isThere(target));
    if (how === undefined) throw new Error(`${run.verb} is not repeated`);
    const beginning = await how(invocation, missed, run, { root, wait, anyway, reason: by.why });
    const why = by.why || beginning.why;
    const leftOut = [
      ...(beginning.leftOut ?? []),
      ...leftAlone(underWay, "may still be at what was sent to it: call this again later"),
      ...leftAlone(gone, "is no node any more, or no row of the fleet file"),
    ];
    return runOnServers(invocation, call, { ...beginning, why, leftOut, repeats: run.id });
  });
}

/** Adds `patchplane rerun`. */
export function addRerun(program: Command, root: string): void {
  fleetCommand<RerunOptions, Invocation>(program, root, {
    name: "rerun",
    arguments: [new Argument("<id>", "of the run, here or wherever it was begun: npx patchplane runs lists them")],
    summary: "looks after what a run has sent, and repeats it for the servers that it missed",
    description:
      "For a run that was broken off, or that missed some servers. First waits for what it has sent and not heard of, " +
      "and puts the results into its record; then runs the same again, as a run of its own, for those servers alone " +
      "that did not come to a good end. What may still be under way is not sent again. The run may have been begun at another " +
      "machine: its record is read from the buckets of the locations.",
    options: [
      shared.cwd(),
      shared.stack(),
      serversOptions.wait(usualWaitMinutes),
      new Option("--reason <text>", "why, where it is not for the reason of the run itself"),
      new Option("--anyway", "although somebody may be at this run, or at another"),
      new Option("-y, --yes", "do not ask; needed where there is no terminal, and with JSON, for what changes servers"),
      ...shared.format(),
    ],
    exitCodes:
      "those of the command that is repeated; 1 also where some may still be at it, or are no nodes any more; 2 also where no run is on record by the id, or somebody may be at it.",
    examples: ["npx patchplane rerun --stack prod 2026-12-01T030000Z-prod-scan-1a2b"],
    resolve: openInvocation,
    run: rerun,
  });
}
