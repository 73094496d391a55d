import { readdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { CommandError, type Stack } from "@pulumi/pulumi/automation/index.js";
import { environmentOf } from "../../config/stackFile.ts";
import { programOver } from "../../engine/programOver.ts";
import { EngineNotFound, resolveEngine } from "../../engine/resolve.ts";
import { openSandbox } from "../../engine/sandbox.ts";
import { engineFailure } from "./engineFailure.ts";
import { sandboxFolder } from "./sandboxFolder.ts";

/*
 * `npm run pulumi -- <operation>`: the real engine on the embedded cloud, for trying by hand. Real clouds are reached by
 * a normal Pulumi installation, with the same index.ts and the same outputs.
 */

interface Options {
  readonly stack: string;
  readonly cwd?: string;
  readonly target?: string[];
  readonly parallel?: number;
  readonly continueOnError?: true;
  readonly diff?: true;
  readonly refresh?: true;
}

const projectRoot = join(import.meta.dirname, "..", "..");

async function knownStacks(root: string): Promise<readonly string[]> {
  const names = await readdir(root).catch((cause: unknown) => {
    throw new InvalidArgumentError(`${root} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
  return names.flatMap((name) => environmentOf(name) ?? []).sort();
}

function rootOf({ cwd }: Options): string {
  if (cwd === "") throw new InvalidArgumentError("--cwd is empty; name the project's folder, or leave it out");
  return cwd === undefined ? projectRoot : resolve(cwd);
}

async function openStack(options: Options): Promise<Stack> {
  const { stack: name } = options;
  const root = rootOf(options);
  const known = await knownStacks(root);
  if (!known.includes(name)) {
    throw new InvalidArgumentError(`there is no Pulumi.${name}.yaml; known stacks: ${known.join(", ")}`);
  }
  const cloudUrl = process.env["PATCHPLANE_SIMULATOR"];
  if (cloudUrl === undefined || cloudUrl === "") {
    throw new InvalidArgumentError(
      "PATCHPLANE_SIMULATOR is not set; start the embedded cloud with `npm run simulator` and type the export it prints",
    );
  }
  const engine = await resolveEngine((line) => void process.stderr.write(`${line}\n`));
  const sandbox = await openSandbox({
    engine,
    root,
    folder: sandboxFolder(projectRoot, root),
    cloudUrl,
    plugins: join(projectRoot, "simulator", "plugins", "bin"),
    ...(root === projectRoot ? {} : { program: programOver(root) }),
  });
  return sandbox.stack(name);
}

const onOutput = (text: string): void => void process.stdout.write(text);

function shared(options: Options) {
  const color: "always" | "never" = process.stdout.isTTY ? "always" : "never";
  return {
    onOutput,
    color,
    ...(options.target === undefined ? {} : { target: options.target }),
    ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
  };
}

const operations: Readonly<Record<string, (stack: Stack, options: Options) => Promise<unknown>>> = {
  preview: (stack, o) => stack.preview({ ...shared(o), diff: o.diff === true, refresh: o.refresh === true }),
  up: (stack, o) =>
    stack.up({
      ...shared(o),
      diff: o.diff === true,
      refresh: o.refresh === true,
      continueOnError: o.continueOnError === true,
    }),
  refresh: (stack, o) => stack.refresh(shared(o)),
  destroy: (stack, o) => stack.destroy({ ...shared(o), continueOnError: o.continueOnError === true }),
};

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("wanted a whole number of 1 or more");
  return value;
}

const program = new Command("npm run pulumi --")
  .description("runs the real Pulumi engine on the embedded cloud; state is kept in .patchplane")
  .addHelpText("after", "\nExample:\n  npm run pulumi -- preview --stack prod --diff");

for (const [name, run] of Object.entries(operations)) {
  program
    .command(name)
    .option("-s, --stack <name>", "stack to run", "prod")
    .option("-C, --cwd <folder>", "folder of stack files, fleet and approvals, instead of this project's own")
    .option("-t, --target <urn...>", "only these resources")
    .option("-p, --parallel <n>", "operations at a time", wholeNumber)
    .option("--continue-on-error", "let one failing resource not stop the others (up, destroy)")
    .option("--diff", "show every changed property (preview, up)")
    .option("--refresh", "read the cloud first (preview, up)")
    .action(async (options: Options) => {
      try {
        await run(await openStack(options), options);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        const folder = sandboxFolder(projectRoot, rootOf(options));
        process.stderr.write(`${engineFailure(error.message, relative(process.cwd(), folder))}\n`);
        process.exitCode = 1;
      }
    });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof EngineNotFound) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 3;
  } else if (error instanceof InvalidArgumentError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else throw error;
}
