import type { Command } from "commander";
import { tagDriftExitCode } from "../../domain/status/tagDrift.ts";
import { tagsJson } from "../../render/status/tagsJson.ts";
import { tagsText } from "../../render/status/tagsText.ts";
import { collected, openInvocation, type ScopeOptions } from "../cli/invocation.ts";

interface TagsOptions extends ScopeOptions {
  readonly apply?: boolean;
}

async function run(root: string, options: TagsOptions): Promise<void> {
  const { stack, plane, scope } = openInvocation(root, options);
  // The clouds' SDKs are loaded when they are needed, or --help and the offline commands would wait for them.
  const { tagDrift } = await import("../../operations/tags.ts");
  const apply = options.apply === true;
  const drift = await tagDrift(plane, scope, apply);
  process.exitCode = tagDriftExitCode(drift);
  process.stdout.write(options.json === true ? tagsJson(stack, drift, apply) : tagsText(stack, drift, apply));
}

/** Adds `patchplane tags`. */
export function addTags(program: Command, root: string): void {
  program
    .command("tags")
    .summary("differences between the fleet file and the tags of managed nodes; --apply repairs hybrid nodes")
    .description(
      "Compares the tags of managed nodes with the fleet file. A dry run unless --apply is given, which sets what " +
        "differs on hybrid nodes (mi-…) and takes no tag away. EC2 instances are tagged by whoever makes them: for " +
        "those it prints the line to type.",
    )
    .option("-C, --cwd <folder>", "folder of stack files, fleet and approvals, instead of this project's own")
    .option("-s, --stack <name>", "stack file to read; may be left out where there is one")
    .option("-l, --location <name>", "only this location; may be repeated", collected)
    .option("-g, --group <name>", "only servers of this patch group; may be repeated", collected)
    .option("--apply", "set the tags that differ")
    .option("--json", "print JSON, and nothing else")
    .addHelpText(
      "after",
      `
Exit codes: 0 no difference is left; 1 there are differences; 2 usage or configuration; 3 something could not be read
or repaired.

Examples:
  npx patchplane tags --stack prod
  npx patchplane tags --stack prod --location prod-euw1 --apply`,
    )
    .action((options: TagsOptions) => run(root, options));
}
