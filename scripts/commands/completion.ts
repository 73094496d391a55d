import { join } from "node:path";
import { Argument, type Command, type Option } from "commander";
import { userCache } from "../../engine/userCache.ts";
import { completionScript, shells } from "../../render/completion.ts";
import type { Completion, CompletedCommand, Shell, ValueKind } from "../../render/completion.ts";
import { command } from "../cli/command.ts";

/** What options of these names take, whichever command they belong to. */
const kinds: Readonly<Record<string, ValueKind>> = {
  "--cwd": "folder",
  "--stack": { names: "stacks" },
  "--copy-from": { names: "stacks" },
  "--location": { names: "locations" },
  "--group": { names: "groups" },
  "--window": { names: "windows" },
};

/** Commands whose argument is a name from the files. */
const subjectCommands: ReadonlySet<string> = new Set(["explain"]);

function valueOf(option: Option): ValueKind | undefined {
  if (!option.required && !option.optional) return undefined;
  if (option.argChoices !== undefined) return { words: option.argChoices };
  // `init --location` takes the definition of a new one.
  return option.flags.includes("=") ? "anything" : (kinds[option.long ?? ""] ?? "anything");
}

function argumentOf(of: Command): ValueKind | undefined {
  const [argument] = of.registeredArguments;
  if (argument === undefined) return undefined;
  if (argument.argChoices !== undefined) return { words: argument.argChoices };
  return subjectCommands.has(of.name()) ? { names: "subjects" } : "anything";
}

function completed(of: Command): CompletedCommand {
  const argument = argumentOf(of);
  const options = of.createHelp().visibleOptions(of);
  return {
    name: of.name(),
    description: of.summary(),
    options: options.map((option) => {
      const value = valueOf(option);
      const flags = [option.short, option.long].filter((flag) => flag !== undefined);
      return { flags, description: option.description, ...(value === undefined ? {} : { value }) };
    }),
    ...(argument === undefined ? {} : { argument }),
  };
}

/** Adds `patchplane completion`; after all other commands, of which it knows. */
export function addCompletion(program: Command, root: string): void {
  command(program, root, {
    name: "completion",
    arguments: [new Argument("<shell>", "the shell to complete in").choices(shells)],
    summary: "a script that completes commands, options and names from the files in a shell",
    description:
      "Prints a script for a shell. Commands and options are those of this version; names of stacks, locations, " +
      "groups, windows and servers are read from the files whenever they are asked for.",
    options: [],
    exitCodes: "0 printed; 2 usage.",
    examples: [
      'eval "$(npx patchplane completion bash)"     in ~/.bashrc',
      'eval "$(npx patchplane completion zsh)"      in ~/.zshrc, after compinit',
      "npx patchplane completion fish | source      in config.fish",
    ],
    run: ({ names }) => {
      const cache = userCache(process.env);
      const completion: Completion = {
        commands: program.commands.map(completed),
        node: process.execPath,
        namer: join(root, "scripts", "cli", "complete.ts"),
        project: root,
        ...(cache === undefined ? {} : { cache: join(cache, "patchplane") }),
      };
      return { shown: completionScript(names[0] as Shell, completion) };
    },
  });
}
