import { Option, type Command } from "commander";
import { tagDriftOutcome } from "../../domain/status/tagDrift.ts";
import { tagsJson } from "../../render/status/tagsJson.ts";
import { tagsDocument } from "../../render/status/tagsDocument.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { placeOf, shared, type SharedOptions } from "../cli/options.ts";

interface TagsOptions extends SharedOptions {
  readonly apply?: boolean;
}

/** Adds `patchplane tags`. */
export function addTags(program: Command, root: string): void {
  fleetCommand<TagsOptions, Invocation>(program, root, {
    name: "tags",
    summary: "differences between the fleet file and the tags of managed nodes; --apply repairs hybrid nodes",
    description:
      "Compares the tags of managed nodes with the fleet file. A dry run unless --apply is given, which sets what " +
      "differs on hybrid nodes (mi-…) and takes no tag away. EC2 instances are tagged by whoever makes them: for " +
      "those it prints the line to type.",
    options: [
      shared.cwd(),
      shared.stack(),
      shared.locations(),
      shared.groups("only servers of this patch group; may be repeated"),
      new Option("--apply", "set the tags that differ"),
      ...shared.format(),
    ],
    exitCodes:
      "0 no difference is left; 1 there are differences; 2 usage or configuration; 3 something could not be read\n" +
      "or repaired.",
    examples: ["npx patchplane tags --stack prod", "npx patchplane tags --stack prod --location prod-euw1 --apply"],
    resolve: openInvocation,
    run: async ({ stack, plane, scope }, { options }) => {
      // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
      const { tagDrift } = await import("../../operations/tags.ts");
      const apply = options.apply === true;
      const drift = await tagDrift(plane, scope, apply);
      return {
        exitCode: exitCodeOf[tagDriftOutcome(drift)],
        json: (exitCode) => tagsJson(stack, drift, apply, exitCode),
        shown: () => [tagsDocument(placeOf(stack, options), drift, apply)],
      };
    },
  });
}
