import { join } from "node:path";
import { Option, type Command } from "commander";
import { fleetFileOf } from "../../config/file.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { discover, discoverOutcome, isProposal } from "../../domain/discover/discover.ts";
import { suggest } from "../../domain/nearest.ts";
import { discoverDocument } from "../../render/discover/discoverDocument.ts";
import { discoverJson } from "../../render/discover/discoverJson.ts";
import type { Answer } from "../cli/command.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand, type FleetCall } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { otherStacks } from "../cli/otherStacks.ts";
import { choicePlace, repeatable, shared, type SharedOptions } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";
import { writeUnchanged } from "../cli/writeUnchanged.ts";

interface DiscoverOptions extends SharedOptions {
  readonly write?: boolean;
  readonly sizes?: boolean;
  readonly acceptLoss?: readonly string[];
}

type DiscoverCall = FleetCall<DiscoverOptions>;

function resolve(call: DiscoverCall): Invocation {
  const invocation = openInvocation(call);
  const { locations, subscriptions } = invocation.plane;
  const sites = [...Object.keys(locations), ...Object.keys(subscriptions)].sort();
  const faults = (call.options.acceptLoss ?? [])
    .filter((name) => !sites.includes(name))
    .map((name) => {
      return { path: "--accept-loss", message: "no location or subscription", value: name, ...suggest(name, sites) };
    });
  if (faults.length > 0) throw new UsageError(faults);
  return invocation;
}

async function run({ stack, plane, scope }: Invocation, { root, options, asOf }: DiscoverCall): Promise<Answer> {
  // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
  const { proposedText, readableRows, readClouds } = await import("../../operations/discover.ts");
  const { sizes = false, acceptLoss = [], write = false } = options;
  const place = choicePlace(stack, options, { "--sizes": sizes, "--accept-loss": acceptLoss });
  const before = fleetFileOf(projectFiles(root), stack);
  const elsewhere = otherStacks(root, stack).flatMap(({ fleet }) => fleet);
  const found = await readClouds(plane, scope);
  const discovery = readableRows(plane, discover(plane, found, { sizes, acceptLoss, elsewhere, asOf }));
  const written = write && isProposal(discovery);
  if (written) writeUnchanged(join(root, before.path), before, proposedText(plane, before.text, discovery));
  return {
    exitCode: exitCodeOf[discoverOutcome(discovery, written)],
    json: (exitCode) => discoverJson(stack, discovery, { file: before.path, written }, exitCode),
    shown: () => [discoverDocument(place, discovery, before.path, written)],
  };
}

/** Adds `patchplane discover`. */
export function addDiscover(program: Command, root: string): void {
  fleetCommand<DiscoverOptions, Invocation>(program, root, {
    name: "discover",
    summary: "finds the servers of every account and subscription, and proposes the fleet file; --write writes it",
    description:
      "Reads the EC2 instances, managed nodes and Azure VMs of the stack's locations and subscriptions, and shows what " +
      "the fleet file lacks, what is gone and what has changed, with what is amiss. Owners, groups and all else that " +
      "people filled in stays. --write adds, takes out and changes those rows, and leaves every other byte.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations("only this location and the subscriptions that register there; may be repeated"),
      new Option("--write", "write the fleet file"),
      new Option("--sizes", "let rows of Auto Scaling groups take the number of instances that run now"),
      repeatable("--accept-loss <site>", "take out rows of this site even if most are gone; may be repeated"),
      shared.asOf("decides which releases are still supported (default: now)"),
      ...shared.format(),
    ],
    note:
      "A place that cannot be read loses no row. A row is made only when everything in it is known: a server without " +
      "PatchGroup, or whose system nothing tells, is a finding.",
    exitCodes:
      "0 the file is right, or written, and nothing is amiss; 1 it is not, or there are findings; 2 usage or " +
      "configuration; 3 a location or subscription could not be read.",
    examples: [
      "npx patchplane discover --stack prod",
      "npx patchplane discover --stack prod --location prod-euw1 --write",
      "npx patchplane discover --stack prod --format markdown > discovered.md",
    ],
    resolve,
    run,
  });
}
