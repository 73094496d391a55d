import type { SSMClient } from "@aws-sdk/client-ssm";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { CommandError, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { EngineEvent, PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { readPlane } from "../../config/file.ts";
import { buildFunctionCode } from "../../config/functionCode.ts";
import { loadPlane } from "../../config/load.ts";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { loadReportSql } from "../../config/reportSql.ts";
import { resolveEngine, type Engine } from "../../engine/resolve.ts";
import { languageHost, openSandbox, type Sandbox } from "../../engine/sandbox.ts";
import { program } from "../../program.ts";
import { makeProviders } from "../../providers.ts";
import { startCloud, worldFromPlane, type Cloud, type KnownRole } from "../../simulator/index.ts";
import { assumedClient } from "./clients.ts";
import { ended, type Ended } from "./command.ts";
import { startGateway, type Gateway } from "./gateway.ts";

const projectRoot = join(import.meta.dirname, "..", "..");
const stackName = "test";

/** One thing the engine did or would do to a resource. */
export interface Step {
  readonly op: string;
  /** Last part of the type, e.g. `MaintenanceWindow`. */
  readonly type: string;
  readonly name: string;
  /** Changed properties. */
  readonly diffs: readonly string[];
}

/** How a fixture is made. */
export interface EngineFixtureOptions {
  /**
   * Folder of stack file and fleet, below tests/engine.
   *
   * @defaultValue `fixture`, two locations and two subscriptions
   */
  readonly plane?: "fixture" | "onboardingFixture" | "reviewedFixture";
  /**
   * Whether the state is written after every step, as it is outside the sandbox; only then can the engine be killed.
   *
   * @defaultValue false
   */
  readonly checkpoints?: boolean;
  /** Roles whose rights the cloud enforces. @defaultValue none */
  readonly roles?: readonly KnownRole[];
}

/** An operation that failed: what the engine did all the same, and what it printed. */
export interface Failure {
  readonly steps: readonly Step[];
  readonly text: string;
}

/** A small plane on an embedded cloud of its own, run by the real engine. */
export interface EngineFixture {
  readonly root: string;
  readonly cloud: Cloud;
  /** A client of the first location, `use1`. */
  readonly client: SSMClient;
  /** What stands between the engine's plugins and the cloud. */
  readonly gateway: Gateway;
  readonly sandbox: Sandbox;
  readonly stack: Stack;
  /** Everything the engine printed so far. */
  readonly printed: () => string;
  /** Replaces text in a file of the fixture; fails when it is not there. */
  edit(file: string, from: string | RegExp, to: string): Promise<void>;
  /** Writes or, with undefined, removes a file of the fixture. */
  write(file: string, text: string | undefined): Promise<void>;
  preview(): Promise<readonly Step[]>;
  up(): Promise<readonly Step[]>;
  /** `up --continue-on-error`, which must fail. */
  failingUp(): Promise<Failure>;
  refresh(): Promise<readonly Step[]>;
  /** Runs a shell command as an operator types it, with the CLI on PATH, beside the stack file. */
  shell(command: string): Promise<Ended>;
  /** Kills the running engine and all that it started, as a container that ends does; fails when none runs. */
  killEngine(): Promise<void>;
  close(): Promise<void>;
}

/** A refresh tells what it found only once it has read the resource; every other operation tells before it acts. */
function stepOf(event: EngineEvent, refreshing: boolean): Step | undefined {
  const metadata = refreshing ? event.resOutputsEvent?.metadata : event.resourcePreEvent?.metadata;
  if (metadata === undefined || ["same", "read", "refresh"].includes(metadata.op)) return undefined;
  const diffs = Object.keys(metadata.detailedDiff ?? {});
  return {
    op: metadata.op,
    type: metadata.type.split(":").at(-1) ?? "",
    name: metadata.urn.split("::").at(-1) ?? "",
    diffs: diffs.length > 0 ? diffs.sort() : [...(metadata.diffs ?? [])].sort(),
  };
}

/** Steps as `op type name [properties]`, sorted: what a spec compares. */
export function described(steps: readonly Step[]): readonly string[] {
  return steps
    .map(({ op, type, name, diffs }) => `${op} ${type} ${name}${diffs.length > 0 ? ` [${diffs.join(", ")}]` : ""}`)
    .sort();
}

type Operation = (options: {
  onOutput: (text: string) => void;
  onEvent: (event: EngineEvent) => void;
}) => Promise<unknown>;

interface Place {
  readonly root: string;
  readonly cloud: Cloud;
  readonly gateway: Gateway;
}

/** Copies a plane into a temporary folder and starts a cloud that holds its machines. */
async function place(plane: string, roles: readonly KnownRole[]): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), "patchplane-engine-"));
  await cp(join(import.meta.dirname, plane), root, { recursive: true });
  const read = readPlane(root, stackName);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults, undefined, 1));
  const world = worldFromPlane(read.plane, { seed: 1 });
  const cloud = await startCloud({ world, now: new Date("2026-12-01T06:00:00Z"), seed: 1, roles });
  return { root, cloud, gateway: await startGateway(cloud.url) };
}

async function write(root: string, file: string, text: string | undefined): Promise<void> {
  if (text === undefined) await rm(join(root, file));
  else await writeFile(join(root, file), text);
}

async function edit(root: string, file: string, from: string | RegExp, to: string): Promise<void> {
  const before = await readFile(join(root, file), "utf8");
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${String(from)} is not in ${file}`);
  await write(root, file, after);
}

/** An engine that leaves its process id in `engine.pid` before it starts. */
async function traced(engine: Engine, root: string): Promise<Engine> {
  await mkdir(join(root, "bin"));
  const path = join(root, "bin", "pulumi");
  await writeFile(path, `#!/bin/sh\necho $$ > '${join(root, "engine.pid")}'\nexec '${engine.path}' "$@"\n`);
  await chmod(path, 0o755);
  return { ...engine, path, command: await PulumiCommand.get({ root, skipVersionCheck: true }) };
}

/** The processes that a process started, and those that they started. */
async function startedBy(pid: number): Promise<readonly number[]> {
  const { text } = await ended("ps", ["-A", "-o", "pid=,ppid="], tmpdir(), process.env);
  const rows = text.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const member of family) family.push(...rows.flatMap(([one, parent]) => (parent === member && one ? [one] : [])));
  return family.slice(1);
}

/** Starts a fixture in a temporary folder; nothing is deployed yet. */
export async function startEngineFixture(options: EngineFixtureOptions = {}): Promise<EngineFixture> {
  const { root, cloud, gateway } = await place(options.plane ?? "fixture", options.roles ?? []);
  const found = await resolveEngine(() => undefined);
  const engine = options.checkpoints === true ? await traced(found, root) : found;
  const scripts = loadOnboardingScripts(projectRoot);
  const functions = buildFunctionCode(projectRoot);
  const sql = loadReportSql(projectRoot);
  const run: PulumiFn = () => {
    const plane = loadPlane(root);
    return Promise.resolve({ ...program(plane, makeProviders(plane), scripts, functions, sql) });
  };
  const sandbox = await openSandbox({
    engine,
    root,
    folder: join(root, ".patchplane"),
    cloudUrl: gateway.url,
    plugins: join(projectRoot, "simulator", "plugins", "bin"),
    program: run,
    checkpoints: options.checkpoints ?? false,
  });
  const stack = await sandbox.stack(stackName);
  let printed = "";
  const collect = async (refreshing: boolean, steps: Step[], operation: Operation): Promise<readonly Step[]> => {
    await sandbox.copyStackFiles();
    await operation({
      onOutput: (text) => void (printed += text),
      onEvent: (event) => {
        const step = stepOf(event, refreshing);
        if (step !== undefined) steps.push(step);
      },
    });
    return steps;
  };
  const client = assumedClient(cloud.url, "us-east-1", "111122223333");
  return {
    root,
    cloud,
    client,
    gateway,
    sandbox,
    stack,
    printed: () => printed,
    write: (file, text) => write(root, file, text),
    edit: (file, from, to) => edit(root, file, from, to),
    preview: () => collect(false, [], (common) => stack.preview(common)),
    up: () => collect(false, [], (common) => stack.up(common)),
    failingUp: async () => {
      const before = printed.length;
      const steps: Step[] = [];
      try {
        await collect(false, steps, (common) => stack.up({ ...common, continueOnError: true }));
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        return { steps, text: printed.slice(before) };
      }
      throw new Error("the up did not fail");
    },
    refresh: () => collect(true, [], (common) => stack.refresh(common)),
    shell: (command) =>
      ended("sh", ["-c", command], sandbox.workDir, {
        ...process.env,
        ...sandbox.env,
        PATH: [dirname(engine.path), languageHost, sandbox.env["PATH"] ?? ""].join(delimiter),
      }),
    killEngine: async () => {
      const pid = Number(await readFile(join(root, "engine.pid"), "utf8"));
      // A provider that outlived its engine would send again what it got no answer to, at a moment of its own.
      const others = await startedBy(pid);
      process.kill(pid, "SIGKILL");
      // One that has noticed and ended by itself meanwhile is no failure.
      await ended("kill", ["-KILL", ...others.map(String)], root, process.env);
    },
    close: async () => {
      client.destroy();
      await gateway.close();
      await cloud.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A fixture of all specs of a block: started before them and taken away after them; empty until then. */
export function engineFixture(options: EngineFixtureOptions = {}): EngineFixture {
  const fixture = {} as EngineFixture;
  before(async () => {
    Object.assign(fixture, await startEngineFixture(options));
  });
  after(() => fixture.close());
  return fixture;
}

/** An approvals file for one version of openssl on Ubuntu. */
export function approvalText(version: string, expires: string): string {
  const patches = { UBUNTU: [{ id: "openssl.amd64", title: version }] };
  return JSON.stringify({ scan: "11111111-2222-4333-8444-555555555555", note: "reviewed", expires, patches });
}
