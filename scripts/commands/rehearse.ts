import { InvalidArgumentError, Option, type Command } from "commander";
import { readPlane, readPlaneFrom } from "../../config/file.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { environmentsOf } from "../../config/stackFile.ts";
import { atLearnedPaces, learnedPaces } from "../../domain/checks/learnedPaces.ts";
import type { Plane } from "../../domain/plane.ts";
import { hasRehearsalFindings, type RehearsalTerms } from "../../domain/rehearsal/report.ts";
import { dateText } from "../../domain/time.ts";
import { rehearsalDocument } from "../../render/rehearsal/rehearsalDocument.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { minutesIn } from "../cli/learned.ts";
import { gitVersion } from "../cli/gitVersion.ts";
import { chosenStack } from "../cli/invocation.ts";
import { shared, type SharedOptions } from "../cli/options.ts";
import { stepsFor } from "../cli/progress.ts";
import { UsageError } from "../cli/usageError.ts";

interface RehearseOptions extends Pick<SharedOptions, "cwd" | "stack" | "asOf" | "format" | "json"> {
  readonly weeks: number;
  readonly faults: number;
  readonly seeds: number;
  readonly reviewer?: number;
  readonly base?: string;
  readonly learned?: string;
}

interface Resolved {
  readonly stack: string;
  readonly head: { readonly label: string; readonly plane: Plane };
  readonly base?: { readonly label: string; readonly plane: Plane };
  readonly terms: RehearsalTerms;
}

function wholeUpTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most)
      throw new InvalidArgumentError(`allowed: a whole number from 1 to ${String(most)}`);
    return value;
  };
}

function share(text: string): number {
  const value = Number(text.slice(0, -1));
  if (!/^\d+(\.\d+)?%$/.test(text) || value > 100)
    throw new InvalidArgumentError("allowed: a percentage from 0% to 100%");
  return value / 100;
}

function days(text: string): number {
  const value = Number(text.slice(0, -1));
  if (!/^\d+d$/.test(text) || value < 1 || value > 30) throw new InvalidArgumentError("allowed: days from 1d to 30d");
  return value;
}

/** The day's beginning, so that a rehearsal of the same files says the same all day. */
function beginning(asOf: Date): Date {
  return new Date(`${dateText(asOf)}T00:00:00Z`);
}

function resolve({ root, options, asOf }: FleetCall<RehearseOptions>): Resolved {
  const stack = chosenStack(root, options.stack);
  const read = readPlane(root, stack);
  if ("faults" in read) throw new UsageError(read.faults, projectFiles(root));
  const begin = options.asOf ?? beginning(asOf);
  const head = { label: "the working tree", plane: read.plane };
  const terms: RehearsalTerms = {
    begin: begin.toISOString(),
    weeks: options.weeks,
    faults: options.faults,
    seeds: Array.from({ length: options.seeds }, (_, index) => index + 1),
    ...(options.reviewer === undefined ? {} : { reviewerDays: options.reviewer }),
  };
  if (options.base === undefined) return { stack, head, terms };
  const { label, files } = gitVersion(root, options.base);
  if (!environmentsOf(files).includes(stack)) {
    const message = `has no stack ${stack} to compare with`;
    throw new UsageError([{ path: "--base", message, value: options.base, fix: "leave --base out" }]);
  }
  const before = readPlaneFrom(files, stack);
  if ("faults" in before) throw new UsageError(before.faults, files);
  return { stack, head, base: { label, plane: before.plane }, terms };
}

/** Both versions with servers that take as long as was measured. */
async function taught({ stack, head, base, terms }: Resolved, folder: string, place: string): Promise<Resolved> {
  const learned = await minutesIn(folder, stack, head.plane, place);
  const paced = ({ label, plane }: Resolved["head"]): Resolved["head"] => ({
    label,
    plane: atLearnedPaces({ ...plane, learned }),
  });
  return {
    stack,
    head: paced(head),
    terms: { ...terms, paces: learnedPaces({ ...head.plane, learned }) },
    ...(base === undefined ? {} : { base: paced(base) }),
  };
}

/** Adds `patchplane rehearse`. */
export function addRehearse(program: Command, root: string): void {
  fleetCommand<RehearseOptions, Resolved>(program, root, {
    name: "rehearse",
    summary: "weeks of a stack on the embedded cloud: which servers would be patched in time, and which windows hold",
    description:
      "Plays weeks of a stack with its own fleet on the embedded cloud, in minutes and without Pulumi or an account, " +
      "and judges by what truly happened there. The same files, options and --as-of give the same answer.",
    options: [
      shared.cwd(),
      shared.stack(),
      new Option("--weeks <number>", "how long").argParser(wholeUpTo(53)).default(13),
      new Option("--faults <share>", "share of the servers that have a fault").argParser(share).default(0, "0%"),
      new Option("--seeds <number>", "worlds to play: seeds 1 to so many").argParser(wholeUpTo(100)).default(1),
      new Option(
        "--reviewer <days>",
        "somebody approves for reviewed groups what was missing so many days before, e.g. 3d",
      ).argParser(days),
      new Option("-b, --base <ref>", "also rehearse that commit, at its merge base with HEAD, and compare"),
      shared.learned(),
      shared.asOf("when it begins (default: today, 00:00 UTC)"),
      ...shared.format(),
    ],
    note: "What the embedded cloud invents is said on the page: docs/rehearsal.md.",
    exitCodes:
      "0 nothing went wrong but in servers themselves, or with --base nothing is worse; 1 something did, or is; " +
      "2 usage, or a configuration that cannot be read.",
    examples: [
      "npx patchplane rehearse --stack prod",
      "npx patchplane rehearse --stack prod --faults 5% --reviewer 3d --seeds 5",
      "npx patchplane rehearse --stack prod --base origin/main --format markdown",
    ],
    resolve,
    run: async (resolved, { root: folder, options }) => {
      const { stack, head, base, terms } =
        options.learned === undefined ? resolved : await taught(resolved, folder, options.learned);
      // Pulumi's SDK and the embedded cloud are loaded when they are needed.
      const { rehearse } = await import("../../rehearsal/rehearse.ts");
      const report = await rehearse(stack, head, terms, stepsFor(options), base);
      return {
        exitCode: hasRehearsalFindings(report) ? exitCodes.findings : exitCodes.fine,
        json: (exitCode) => ({ schema: "patchplane/rehearse/1", exitCode, ...report }),
        shown: () => [rehearsalDocument(report)],
      };
    },
  });
}
