import { Argument, Option, type Command } from "commander";
import { suggest } from "../../domain/nearest.ts";
import { listedRunDays, listedRunsSince, runState } from "../../domain/runs/openRun.ts";
import type { RunsRead } from "../../operations/runs/runRecords.ts";
import { runDocument, runsDocument, type ShownRun } from "../../render/runs/runsDocument.ts";
import type { Answer, Call } from "../cli/command.ts";
import { command } from "../cli/command.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { chosenStack, openInvocation } from "../cli/invocation.ts";
import { instant, placeOf, shared, type SharedOptions } from "../cli/options.ts";
import { sayUnreadRecords } from "../cli/recorded.ts";
import { UsageError } from "../cli/usageError.ts";

interface RunsOptions extends SharedOptions {
  readonly local?: boolean;
  readonly since?: Date;
}

function named(id: string, runs: readonly ShownRun[], known: readonly string[]): ShownRun {
  const [run] = runs;
  if (run !== undefined) return run;
  const message = "no run of this stack is on record by this id";
  throw new UsageError([{ path: "[id]", message, value: id, ...suggest(id, known) }]);
}

/** The runs that are asked for: one by its id, whenever that was, or those of the last time. */
async function readWanted(call: Call<RunsOptions>, stack: string, id: string | undefined): Promise<RunsRead> {
  // The clouds' SDKs are loaded when they are needed, or --help would wait for them.
  const { readOwnRuns, readRuns } = await import("../../operations/runs/runRecords.ts");
  const { root, options } = call;
  const since = options.since ?? listedRunsSince(new Date());
  const wanted = id === undefined ? { since } : { id };
  if (options.local === true) return { ...readOwnRuns(root, stack, wanted), unread: [] };
  return readRuns(root, stack, openInvocation(call).plane, wanted);
}

async function run(call: Call<RunsOptions>): Promise<Answer> {
  const { root, options, names } = call;
  const stack = chosenStack(root, options.stack);
  const { isGone } = await import("../../operations/runs/runRecords.ts");
  const place = placeOf(stack, options);
  const [id] = names;
  const read = await readWanted(call, stack, id);
  sayUnreadRecords(read);
  const asOf = new Date();
  const all = read.runs.toReversed().map((each): ShownRun => {
    return { run: each, state: runState(each, asOf, isGone), diverged: read.diverged.includes(each.id) };
  });
  const known = id === undefined || all.length > 0 ? [] : (await readWanted(call, stack, undefined)).runs;
  const one =
    id === undefined
      ? undefined
      : named(
          id,
          all,
          known.map((each) => each.id),
        );
  return {
    exitCode: read.unread.length > 0 ? exitCodes.cloud : exitCodes.fine,
    json: (exitCode) => ({
      schema: "patchplane/runs/1",
      stack,
      exitCode,
      runs: all.map(({ run: each, state, diverged }) => ({ ...each, state, diverged })),
      unread: read.unread,
    }),
    shown: () => [one === undefined ? runsDocument(place, all, asOf) : runDocument(place, one, asOf)],
  };
}

/** Adds `patchplane runs`. */
export function addRuns(program: Command, root: string): void {
  command<RunsOptions>(program, root, {
    name: "runs",
    arguments: [new Argument("[id]", "of one run: what was called, and what came of each server")],
    summary: "lists the runs of whoever that are on record, or reads one of them",
    description:
      "Lists who ran what on this stack, when and why, and what still goes on; with an id, every call and every server " +
      "of that run. Reads the records in runs/, and the copies that every run keeps in the buckets of its locations, so " +
      "that it shows what was begun at another machine too.",
    options: [
      shared.cwd(),
      shared.stack(),
      new Option(
        "--since <instant>",
        `runs that began since (default: in the last ${String(listedRunDays)} days)`,
      ).argParser(instant),
      new Option("--local", "only the records in runs/; asks no cloud"),
      ...shared.format(),
    ],
    exitCodes:
      "0 they are shown; 2 usage or configuration, or no run on record by the id; 3 a bucket could not be read; what " +
      "was read is shown.",
    examples: [
      "npx patchplane runs --stack prod",
      "npx patchplane runs --stack prod 2026-12-01T030000Z-prod-stop-1a2b",
    ],
    run,
  });
}
