import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { SemVer } from "semver";
import { userCache } from "./userCache.ts";

/** The Pulumi CLI this project builds and is tested with. */
export const engineVersion = "3.250.0";

/** Oldest CLI on PATH that is taken as it is. */
const oldestAccepted = new SemVer("3.230.0");

/** A Pulumi CLI that can be run. */
export interface Engine {
  readonly command: PulumiCommand;
  readonly path: string;
  readonly version: string;
  /** How it was come by, in words. */
  readonly how: string;
}

/** Takes a line of progress; a later line may replace an earlier one on a terminal. */
export type Progress = (line: string) => void;

/** No way led to a Pulumi CLI; the message names every way that was tried and why it failed. */
export class EngineNotFound extends Error {
  readonly tried: readonly string[];

  constructor(tried: readonly string[]) {
    super(
      [
        "no Pulumi CLI could be found or made; tried, in this order:",
        ...tried.map((reason) => `  - ${reason}`),
        "install one from https://www.pulumi.com/docs/install/, or Go 1.25 or newer, and run `npm run engine` again",
      ].join("\n"),
    );
    this.name = "EngineNotFound";
    this.tried = tried;
  }
}

/** Folder the project keeps its CLI in: outside node_modules, so a fresh `npm ci` does not lose it. */
function engineCache(): string {
  const cache = userCache(process.env);
  if (cache === undefined) throw new EngineNotFound(["in the project's cache: no home folder; set XDG_CACHE_HOME"]);
  return join(cache, "patchplane", `pulumi-${engineVersion}`);
}

interface Way {
  readonly name: string;
  readonly take: () => Promise<{ readonly command: PulumiCommand; readonly path: string }>;
}

/** The SDK reports a command that does not exist as a bare `code: -2`. */
async function get(root?: string): Promise<PulumiCommand> {
  try {
    return await PulumiCommand.get({ skipVersionCheck: true, ...(root === undefined ? {} : { root }) });
  } catch (error) {
    throw new Error("no pulumi there that can be run", { cause: error });
  }
}

async function onPath(): Promise<{ command: PulumiCommand; path: string }> {
  const command = await get();
  if (command.version === null) throw new Error("its version cannot be read");
  if (command.version.compare(oldestAccepted) < 0) {
    throw new Error(`it is ${command.version.version}, and ${oldestAccepted.version} or newer is wanted`);
  }
  return { command, path: command.command };
}

async function inRoot(root: string): Promise<{ command: PulumiCommand; path: string }> {
  return { command: await get(root), path: join(root, "bin", "pulumi") };
}

async function run(command: string, args: readonly string[], cwd: string, onLine: Progress): Promise<void> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const last: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    last.push(line);
    if (last.length > 5) last.shift();
    onLine(line);
  });
  await new Promise<void>((resolve, reject) => {
    child.on("error", (error) => {
      reject(new Error(`${command}: ${error.message}`));
    });
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args[0] ?? ""} ended with ${String(code)}: ${last.join(" | ")}`));
    });
  });
}

/** About how many packages `go build -v` names on a cold cache; only the progress line uses it. */
const packagesToCompile = 1_700;

async function built(root: string, progress: Progress): Promise<{ command: PulumiCommand; path: string }> {
  const source = import.meta.dirname;
  await mkdir(root, { recursive: true });
  // Built aside and moved into place whole, so a build that is broken off leaves nothing that looks like an engine.
  const aside = await mkdtemp(join(root, "build-"));
  try {
    progress(`building the Pulumi CLI ${engineVersion} with Go, once; about 6 minutes on 2 cores`);
    let modules = 0;
    await run("go", ["mod", "download", "-x"], source, (line) => {
      if (!line.includes(".zip: 200")) return;
      modules += 1;
      if (modules % 25 === 0) progress(`downloading Go modules: ${String(modules)}`);
    });
    let packages = 0;
    const target = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
    const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`;
    await run(
      "go",
      ["build", "-v", "-ldflags", `-s -w ${version}`, "-o", join(aside, "pulumi"), target],
      source,
      () => {
        packages += 1;
        if (packages % 50 === 0) {
          const share = Math.min(99, Math.round((100 * packages) / packagesToCompile));
          progress(`compiling the Pulumi CLI: ${String(share)} %`);
        }
      },
    );
    await mkdir(join(root, "bin"), { recursive: true });
    await rename(join(aside, "pulumi"), join(root, "bin", "pulumi"));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return inRoot(root);
}

/**
 * Finds a Pulumi CLI, or makes one: on PATH, in the project's cache, built with Go from sources whose hashes go.sum holds. What was
 * made is kept in {@link engineCache}.
 *
 * @throws {@link EngineNotFound} when every way failed
 */
export async function resolveEngine(progress: Progress): Promise<Engine> {
  const root = engineCache();
  const ways: readonly Way[] = [
    { name: "on PATH", take: onPath },
    { name: `in the project's cache (${root})`, take: () => inRoot(root) },
    { name: "built from source with Go", take: () => built(root, progress) },
  ];
  const tried: string[] = [];
  for (const way of ways) {
    try {
      const { command, path } = await way.take();
      return { command, path, version: command.version?.version ?? engineVersion, how: way.name };
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error)).trim().split("\n");
      tried.push(`${way.name}: ${reason ?? "no reason given"}`);
    }
  }
  throw new EngineNotFound(tried);
}
