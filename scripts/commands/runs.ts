import { Argument, type Command } from "commander";
import { suggest } from "../../domain/nearest.ts";
import type { Run } from "../../domain/runs/runRecord.ts";
import { runDocument, runsDocument } from "../../render/runs/runsDocument.ts";
import type { Answer, Call } from "../cli/command.ts";
import { command } from "../cli/command.ts";
import { chosenStack } from "../cli/invocation.ts";
import { placeOf, shared, type SharedOptions } from "../cli/options.ts";
import { say } from "../cli/output.ts";
import { UsageError } from "../cli/usageError.ts";

function named(id: string, runs: readonly Run[]): Run {
  const run = runs.find((each) => each.id === id);
  if (run !== undefined) return run;
  const known = runs.map((each) => each.id);
  const message = "no run of this stack is on record by this id";
  throw new UsageError([{ path: "[id]", message, value: id, ...suggest(id, known) }]);
}

async function run({ root, options, names }: Call<SharedOptions>): Promise<Answer> {
  const { readRuns } = await import("../../operations/runs/runRecords.ts");
  const stack = chosenStack(root, options.stack);
  const place = placeOf(stack, options);
  const { runs, broken } = readRuns(root, stack);
  for (const file of broken) say(`${file} is no record of a run, and is passed over\n`);
  const [id] = names;
  const shown = id === undefined ? runs.toReversed() : [named(id, runs)];
  return {
    json: (exitCode) => ({ schema: "patchplane/runs/1", stack, exitCode, runs: shown }),
    shown: () => [id === undefined ? runsDocument(place, shown) : runDocument(place, named(id, runs))],
  };
}

/** Adds `patchplane runs`. */
export function addRuns(program: Command, root: string): void {
  command<SharedOptions>(program, root, {
    name: "runs",
    arguments: [new Argument("[id]", "of one run: what was called, and what came of each server")],
    summary: "lists the runs that are on record in runs/, or reads one of them",
    description:
      "Lists who ran what on this stack, when and why, by the records in runs/; with an id, every call and every server of " +
      "that run. Asks no cloud. Copies of the records are in the buckets of the locations, below runs/.",
    options: [shared.cwd(), shared.stack(), ...shared.format()],
    exitCodes: "0 they are shown; 2 usage, or no run on record by the id.",
    examples: [
      "npx patchplane runs --stack prod",
      "npx patchplane runs --stack prod 2026-12-01T030000Z-prod-stop-1a2b",
    ],
    run,
  });
}
