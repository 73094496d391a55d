import { Option, type Command } from "commander";
import { longestTagPolicy, sharesAccount, tagPolicy } from "../../domain/discover/tagPolicy.ts";
import type { Plane } from "../../domain/plane.ts";
import { tagDriftOutcome } from "../../domain/status/tagDrift.ts";
import { tagsJson } from "../../render/status/tagsJson.ts";
import { tagsDocument } from "../../render/status/tagsDocument.ts";
import type { Answer } from "../cli/command.ts";
import { exitCodeOf } from "../cli/exitCodes.ts";
import { fleetCommand } from "../cli/fleetCommand.ts";
import { openInvocation, type Invocation } from "../cli/invocation.ts";
import { otherStacks } from "../cli/otherStacks.ts";
import { choicePlace, shared, type SharedOptions } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";

interface TagsOptions extends SharedOptions {
  readonly apply?: boolean;
  readonly policy?: boolean;
}

/** The tag policy for the accounts of a stack, with the groups of the project's other stacks that have servers there. */
function policyAnswer(plane: Plane, root: string, stack: string): Answer {
  const others = otherStacks(root, stack).filter((other) => sharesAccount(plane, other));
  const policy = tagPolicy([plane, ...others]);
  const length = JSON.stringify(policy).length;
  if (length > longestTagPolicy) {
    const message = "the tag policy is longer than AWS takes";
    const allowed = `at most ${String(longestTagPolicy)} characters`;
    throw new UsageError([{ path: "--policy", message, value: length, allowed, fix: "use fewer or shorter groups" }]);
  }
  return { json: () => policy, shown: `${JSON.stringify(policy, null, 2)}\n` };
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
      new Option(
        "--policy",
        "print the required tags as a tag policy of AWS Organizations, and ask no cloud",
      ).conflicts("apply"),
      ...shared.format(),
    ],
    exitCodes:
      "0 no difference is left; 1 there are differences; 2 usage or configuration; 3 something could not be read " +
      "or repaired.",
    examples: [
      "npx patchplane tags --stack prod",
      "npx patchplane tags --stack prod --location prod-euw1 --apply",
      "npx patchplane tags --stack prod --policy > tag-policy.json",
    ],
    resolve: openInvocation,
    run: async ({ stack, plane, scope }, { root: folder, options }) => {
      if (options.policy === true) return policyAnswer(plane, folder, stack);
      // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
      const { tagDrift } = await import("../../operations/tags.ts");
      const apply = options.apply === true;
      const drift = await tagDrift(plane, scope, apply);
      return {
        exitCode: exitCodeOf[tagDriftOutcome(drift)],
        json: (exitCode) => tagsJson(stack, drift, apply, exitCode),
        shown: () => [tagsDocument(choicePlace(stack, options), drift, apply)],
      };
    },
  });
}
