import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { environmentOf } from "../../config/stackFile.ts";
import { EngineNotFound, resolveEngine } from "../../engine/resolve.ts";
import { languageHost, openSandbox, type Sandbox } from "../../engine/sandbox.ts";
import { exitCodes } from "../cli/exitCodes.ts";
import { unforeseen } from "../cli/failures.ts";
import { wayOut } from "./engineFailure.ts";
import { sandboxFolder } from "./sandboxFolder.ts";

/*
 * `npm run pulumi -- <command>`: the real Pulumi CLI on the embedded cloud, for trying by hand, with every command and
 * option that it has. Real clouds are reached by a normal Pulumi installation, with the same index.ts and outputs.
 */

interface Options {
  readonly stack: string;
  readonly cwd?: string;
  readonly checkpoints?: true;
}

const projectRoot = join(import.meta.dirname, "..", "..");

/** What keeps a command from being run at all. */
class NotRun extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}

function rootOf({ cwd }: Options): string {
  if (cwd === "") throw new NotRun("--cwd is empty; name the project's folder, or leave it out");
  return cwd === undefined ? projectRoot : resolve(cwd);
}

function checkStack(root: string, name: string): void {
  const files = ((): readonly string[] => {
    try {
      return readdirSync(root);
    } catch (error) {
      throw new NotRun(`${root} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  })();
  const known = files.flatMap((file) => environmentOf(file) ?? []).sort();
  if (!known.includes(name))
    throw new NotRun(`there is no Pulumi.${name}.yaml; known stacks: ${known.join(", ") || "none"}`);
}

/** The id of the embedded cloud: another one each time it is started. */
async function cloudId(url: string): Promise<string> {
  const start = "start one with `npm run simulator` and type the exports that it prints";
  if (url === "") throw new NotRun(`PATCHPLANE_SIMULATOR names no embedded cloud; ${start}`);
  try {
    const answer = await fetch(new URL("/_patchplane/cloud", url));
    return ((await answer.json()) as { readonly id: string }).id;
  } catch {
    throw new NotRun(`no embedded cloud answers at ${url} (PATCHPLANE_SIMULATOR); ${start}`, exitCodes.cloud);
  }
}

/** Options of the CLI that name a file: it runs in the sandbox's folder, and a person names it from where they are. */
const fileOptions: readonly string[] = ["--file", "--out", "--plan", "--save-plan", "--import-file", "--config-file"];

/** The arguments with the files that they name as seen from here. */
function fromHere(args: readonly string[]): readonly string[] {
  const named = args[0] === "import" ? [...fileOptions, "-f", "-o"] : fileOptions;
  return args.map((arg, index) => {
    if (named.includes(args[index - 1] ?? "")) return resolve(arg);
    const option = named.find((each) => arg.startsWith(`${each}=`));
    return option === undefined ? arg : `${option}=${resolve(arg.slice(option.length + 1))}`;
  });
}

/** Whose state the sandbox holds is kept beside it, since a state names resources of one cloud alone. */
function checkCloud(folder: string, stateFile: string, id: string): void {
  const file = join(folder, "cloud");
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (before === undefined || !existsSync(stateFile)) writeFileSync(file, id);
  else if (before !== id)
    process.stderr.write(
      `The state in ${relative(process.cwd(), folder)} was made on another embedded cloud: what it names is not there. ` +
        "Delete that folder to start anew.\n",
    );
}

interface Ended {
  readonly code: number;
  /** What the engine wrote beside its progress, and how it was killed. */
  readonly said: string;
}

async function run(path: string, args: readonly string[], { workDir, env }: Sandbox, quiet = false): Promise<Ended> {
  const shown = process.stdout.isTTY ? "inherit" : "pipe";
  const child = spawn(path, args, {
    cwd: workDir,
    env: { ...process.env, ...env, PATH: [languageHost, env["PATH"]].join(delimiter) },
    stdio: [quiet ? "ignore" : "inherit", quiet ? "pipe" : shown, "pipe"],
  });
  let said = "";
  const pass = (to: NodeJS.WriteStream) => (chunk: Buffer) => {
    said += String(chunk);
    if (!quiet) to.write(chunk);
  };
  child.stdout?.on("data", pass(process.stdout));
  child.stderr?.on("data", pass(process.stderr));
  // The engine is in this process's group and hears Ctrl-C itself: it finishes what it began.
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  process.off("SIGINT", wait);
  return { code: code ?? 1, said: signal === null ? said : `${said}\nthe engine was killed with ${signal}` };
}

/** A command's own help needs no cloud and no stack. */
async function showHelp(args: readonly string[]): Promise<number> {
  const { path } = await resolveEngine((line) => void process.stderr.write(`${line}\n`));
  const [code] = (await once(spawn(path, args, { stdio: "inherit" }), "close")) as [number | null];
  return code ?? 1;
}

async function main(args: readonly string[], options: Options): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) return showHelp(args);
  const root = rootOf(options);
  checkStack(root, options.stack);
  const cloudUrl = process.env["PATCHPLANE_SIMULATOR"] ?? "";
  const id = await cloudId(cloudUrl);
  const engine = await resolveEngine((line) => void process.stderr.write(`${line}\n`));
  const folder = sandboxFolder(projectRoot, root);
  const own = realpathSync(root) === realpathSync(projectRoot);
  const sandbox = await openSandbox({
    engine,
    root,
    folder,
    cloudUrl,
    plugins: join(projectRoot, "simulator", "plugins", "bin"),
    main: relative(join(folder, "work"), join(projectRoot, own ? "index.ts" : "engine/overFolder.ts")),
    checkpoints: options.checkpoints ?? false,
  });
  const there = { ...sandbox, env: { ...sandbox.env, PULUMI_STACK: options.stack, PATCHPLANE_FOLDER: root } };
  const stateFile = join(folder, "state", ".pulumi", "stacks", "patchplane", `${options.stack}.json`);
  checkCloud(folder, stateFile, id);
  const begins = existsSync(stateFile) || args[0] === "stack";
  const made = begins ? undefined : await run(engine.path, ["stack", "init", options.stack], there, true);
  const { code, said } = made !== undefined && made.code !== 0 ? made : await run(engine.path, fromHere(args), there);
  if (made !== undefined && made.code !== 0) process.stderr.write(said);
  const help =
    code === 0
      ? undefined
      : wayOut(said, {
          folder: relative(process.cwd(), folder),
          stack: options.stack,
          checkpoints: options.checkpoints ?? false,
        });
  if (help !== undefined) process.stderr.write(`${help}\n`);
  return code;
}

const program = new Command("npm run pulumi --")
  .usage("[options] <command of the Pulumi CLI> [its options]")
  .description("runs the real Pulumi CLI on the embedded cloud; state is kept in .patchplane")
  .option("-s, --stack <name>", "stack to run", process.env["PULUMI_STACK"] ?? "prod")
  .option("-C, --cwd <folder>", "folder of stack files, fleet and approvals, instead of this project's own")
  .option(
    "--checkpoints",
    "write the state after every step, as outside the sandbox: slow, and can be taken up after a kill",
  )
  .argument("<command...>")
  .allowUnknownOption()
  // The CLI's own commands have their own help.
  .helpOption(false)
  .addHelpText(
    "after",
    "\nExamples:\n  npm run pulumi -- preview --stack prod --diff\n  npm run pulumi -- up --yes --continue-on-error\n  npm run pulumi -- up --help",
  );

if (["--help", "-h", undefined].includes(process.argv[2])) {
  program.outputHelp();
} else {
  try {
    program.parse();
    process.exitCode = await main(program.args, program.opts());
  } catch (error) {
    if (error instanceof NotRun || error instanceof EngineNotFound) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error instanceof NotRun ? error.exitCode : exitCodes.cloud;
    } else {
      process.exitCode = unforeseen(error);
    }
  }
}
