import { Option, type Command } from "commander";
import { environmentFiles } from "../../config/environmentFiles.ts";
import { environmentsOf } from "../../config/stackFile.ts";
import { projectFiles } from "../../config/projectFiles.ts";
import { changedEnvironments } from "../../domain/pullRequest/changedEnvironments.ts";
import { changedPaths, type Changes } from "../../operations/git/changes.ts";
import { changedDocument } from "../../render/pullRequest/changedDocument.ts";
import { command, type Answer, type Call } from "../cli/command.ts";
import { shared } from "../cli/options.ts";
import { UsageError } from "../cli/usageError.ts";

interface ChangedOptions {
  readonly base?: string;
  readonly all?: true;
  readonly orAll?: true;
  readonly matrix?: true;
}

async function run({ root, options }: Call<ChangedOptions>): Promise<Answer> {
  const project = projectFiles(root);
  const environments = environmentsOf(project).map((environment) => environmentFiles(project, environment));
  if ((options.base === undefined) === (options.all === undefined)) {
    throw new UsageError([{ path: "--base", message: "give a git ref by --base, or --all" }]);
  }
  const changes: Changes = options.base === undefined ? { failure: "" } : await changedPaths(root, options.base);
  if ("failure" in changes && options.orAll !== true && options.all !== true) {
    const fix = "fetch it (actions/checkout needs fetch-depth: 0), or add --or-all";
    throw new UsageError([{ path: "--base", message: changes.failure, value: options.base, fix }]);
  }
  const changed =
    "failure" in changes
      ? environments.map(({ environment, files }) => ({ environment, files }))
      : changedEnvironments(environments, changes.paths);
  if (options.matrix === true) return { shown: `${JSON.stringify(changed.map((each) => each.environment))}\n` };
  return {
    json: () => ({ schema: "patchplane/changed/1", environments: changed }),
    shown: () => [changedDocument(changed)],
  };
}

/** Adds `patchplane changed`. */
export function addChanged(program: Command, root: string): void {
  command<ChangedOptions>(program, root, {
    name: "changed",
    summary: "which environments a change touches, by stack file, fleet file, approvals or program",
    description:
      "Lists the environments whose stack file, fleet file, approvals folder or program differs between HEAD and its " +
      "common ancestor with a git ref. Needs git, and no cloud.",
    options: [
      new Option("-b, --base <ref>", "git ref to compare with"),
      new Option("--all", "every environment, compared with nothing"),
      shared.cwd(),
      new Option("--or-all", "where the ref is not to be had (a first push), take every environment as touched"),
      new Option("--matrix", "print a JSON list of names on one line, for a workflow's matrix"),
      ...shared.format(),
    ],
    exitCodes: "0 also when nothing is touched; 2 usage.",
    examples: ["npx patchplane changed --base origin/main"],
    run,
  });
}
