import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { parseDocument } from "yaml";
import { proxyEnvironment } from "./proxy.ts";
import type { Engine } from "./resolve.ts";

/** Where a stack runs that belongs to no cloud. */
export interface SandboxOptions {
  readonly engine: Engine;
  /** The project's root: where `index.ts` and the stack files are. */
  readonly root: string;
  /** Holds state, the engine's home and the working copies of the stack files. */
  readonly folder: string;
  /** Base URL of the embedded cloud. */
  readonly cloudUrl: string;
  /** Folder of the provider plugins that stand in for the clouds' own; first on the engine's PATH. */
  readonly plugins: string;
  /** The program that runs inline; index.ts of the root when left out. */
  readonly program?: PulumiFn;
  /** File of the program that the plain CLI runs; left out where the program is inline. */
  readonly main?: string;
  /** Whether the state is written after every step, so that a run which is killed can be taken up. @defaultValue false */
  readonly checkpoints?: boolean;
}

/** Folder of a language host, for the PATH of a plain CLI: the official one is in no package registry. */
export const languageHost = join(import.meta.dirname, "languageHost");

/** A file backend and a working folder of their own, in which the real engine runs the program inline. */
export interface Sandbox {
  readonly workDir: string;
  /** Environment of every engine command, for those who call the CLI themselves. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes the root's stack files over again, after they were edited. */
  copyStackFiles(): Promise<void>;
  /** Creates the stack on first use. */
  stack(name: string): Promise<Stack>;
}

/**
 * Address of a file backend whose state is never torn. The library beneath it replaces a file in one step, but writes
 * the attributes that it keeps beside each file in two, and reads no file whose attributes are empty: an engine that is
 * killed between them leaves `failed to load checkpoint: EOF`.
 *
 * @see https://pkg.go.dev/gocloud.dev/blob/fileblob#URLOpener
 */
export function fileBackend(folder: string): string {
  const url = pathToFileURL(folder);
  url.searchParams.set("metadata", "skip");
  return url.href;
}

function environment(options: SandboxOptions): Record<string, string> {
  const { folder, cloudUrl, plugins } = options;
  return {
    PATH: [plugins, process.env["PATH"] ?? ""].join(delimiter),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: fileBackend(join(folder, "state")),
    // Protects nothing of worth: the only secrets in here are codes of the embedded cloud.
    PULUMI_CONFIG_PASSPHRASE: "patchplane-sandbox",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    // Writing the whole checkpoint after every step makes 1,000 resources six times slower; a sandbox may lose it.
    ...(options.checkpoints === true ? {} : { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    AWS_ACCESS_KEY_ID: "AKIAPATCHPLANESANDBX",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    PATCHPLANE_SIMULATOR: cloudUrl,
  };
}

let runs = 0;

/** The program as the engine calls it inline; a query makes Node run index.ts anew each time in one process. */
function inlineProgram(root: string): PulumiFn {
  return async () => {
    runs += 1;
    const url = pathToFileURL(join(root, "index.ts"));
    url.searchParams.set("run", String(runs));
    return { ...((await import(url.href)) as Record<string, unknown>) };
  };
}

/** Line the CLI adds to a stack file when it creates the stack; the state cannot be read without it. */
const saltLine = /^encryptionsalt: .*$/m;
/** What a stack file says of the secrets of its own state, which is another one. */
const ofOwnState = /^(encryptionsalt|encryptedkey|secretsprovider):.*\n?/gm;

/** The engine looks for the project's `main` beside the copy, also when the program is inline. */
function withMain(name: string, text: string, main: string | undefined): string {
  if (name !== "Pulumi.yaml") return text;
  const document = parseDocument(text);
  if (main === undefined) document.delete("main");
  else document.set("main", main);
  return document.toString();
}

async function copyStackFiles({ root, main }: SandboxOptions, workDir: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => /^Pulumi(\..+)?\.yaml$/.test(name));
  for (const name of names) {
    const text = withMain(name, await readFile(join(root, name), "utf8"), main).replace(ofOwnState, "");
    const before = await readFile(join(workDir, name), "utf8").catch(() => "");
    const salt = saltLine.exec(before)?.[0];
    await writeFile(join(workDir, name), salt === undefined ? text : `${text.trimEnd()}\n${salt}\n`);
  }
}

/**
 * Opens a sandbox. The CLI rewrites stack files (salt, style, dates), so it gets copies and the checkout stays clean.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  // For the program that runs in this process, and for all that it starts.
  Object.assign(process.env, proxyEnvironment(process.env));
  const workDir = join(options.folder, "work");
  for (const folder of ["home", "state", "work"]) await mkdir(join(options.folder, folder), { recursive: true });
  await copyStackFiles(options, workDir);
  const env = environment(options);
  return {
    workDir,
    env,
    copyStackFiles: () => copyStackFiles(options, workDir),
    stack: (name) =>
      LocalWorkspace.createOrSelectStack(
        { stackName: name, projectName: "patchplane", program: options.program ?? inlineProgram(options.root) },
        { workDir, envVars: env, pulumiCommand: options.engine.command, pulumiHome: env["PULUMI_HOME"] ?? "" },
      ),
  };
}
