import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent, PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { readPlane } from "../../config/file.ts";
import { loadPlane } from "../../config/load.ts";
import { loadOnboardingScripts } from "../../config/onboardingScripts.ts";
import { resolveEngine } from "../../engine/resolve.ts";
import { openSandbox, type Sandbox } from "../../engine/sandbox.ts";
import { program } from "../../program.ts";
import { makeProviders } from "../../providers.ts";
import { startCloud, type Cloud } from "../../simulator/index.ts";
import { worldFromPlane } from "../../simulator/world.ts";

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

/** A small plane on an embedded cloud of its own, run by the real engine. */
export interface EngineFixture {
  readonly root: string;
  readonly cloud: Cloud;
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
  refresh(): Promise<readonly Step[]>;
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

/** Starts the fixture of `tests/engine/fixture` in a temporary folder; nothing is deployed yet. */
export async function startEngineFixture(): Promise<EngineFixture> {
  const root = await mkdtemp(join(tmpdir(), "patchplane-engine-"));
  await cp(join(import.meta.dirname, "fixture"), root, { recursive: true });
  const read = readPlane(root, stackName);
  if ("faults" in read) throw new Error(JSON.stringify(read.faults, undefined, 1));
  const now = new Date("2026-12-01T06:00:00Z");
  const cloud = await startCloud({ world: worldFromPlane(read.plane, { seed: 1 }), now, seed: 1 });
  const engine = await resolveEngine(() => undefined);
  const run: PulumiFn = () => {
    const plane = loadPlane(root);
    return Promise.resolve({ ...program(plane, makeProviders(plane), loadOnboardingScripts(projectRoot)) });
  };
  const sandbox = await openSandbox({
    engine,
    root,
    folder: join(root, ".patchplane"),
    cloudUrl: cloud.url,
    plugins: join(projectRoot, "simulator", "plugins", "bin"),
    program: run,
  });
  const stack = await sandbox.stack(stackName);
  let printed = "";
  const collect = async (
    refreshing: boolean,
    operation: (options: {
      onOutput: (text: string) => void;
      onEvent: (event: EngineEvent) => void;
    }) => Promise<unknown>,
  ): Promise<readonly Step[]> => {
    const steps: Step[] = [];
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
  const write = async (file: string, text: string | undefined): Promise<void> => {
    if (text === undefined) await rm(join(root, file));
    else await writeFile(join(root, file), text);
  };
  return {
    root,
    cloud,
    sandbox,
    stack,
    printed: () => printed,
    write,
    edit: async (file, from, to) => {
      const before = await readFile(join(root, file), "utf8");
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${String(from)} is not in ${file}`);
      await write(file, after);
    },
    preview: () => collect(false, (options) => stack.preview(options)),
    up: () => collect(false, (options) => stack.up(options)),
    refresh: () => collect(true, (options) => stack.refresh(options)),
    close: async () => {
      await cloud.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
