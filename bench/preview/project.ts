import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join, relative } from "node:path";
import { stringify } from "yaml";
import type { Engine } from "../../engine/resolve.ts";
import { openSandbox, type Sandbox } from "../../engine/sandbox.ts";
import { runCommand, type Cost } from "../child.ts";
import { stackName, writeProject, type Session } from "../project.ts";
import { bareFile, type Registered } from "./bare.ts";
import type { Onboarding } from "./inputs.ts";
import { answerVariable, type ProgramName, type ProgramTask, taskVariable } from "./task.ts";

/** What a preview cost and showed. */
export interface Preview extends Cost {
  /** Resources it would create. */
  readonly creates: number;
}

/** A project with so many VMs, and a stack of it that nothing is deployed in. */
export interface PreviewProject {
  /** Runs `pulumi preview` once, with one of the programs. */
  preview(program: ProgramName): Promise<Preview>;
  /** Digest of the names and inputs of every activation and extension that a program would create. */
  inputsDigest(program: ProgramName): Promise<string>;
  /** Keeps what the whole program registers, for the program that registers the same without it. */
  keepBare(): Promise<void>;
}

/** The part of `pulumi preview --json` that is read. */
interface PreviewDigest {
  readonly steps: readonly {
    readonly urn: string;
    readonly newState?: {
      readonly type: string;
      readonly custom?: boolean;
      /** URN and id, joined by two colons. */
      readonly provider?: string;
      readonly inputs?: Readonly<Record<string, unknown>>;
    };
  }[];
}

const comparedTypes = ["aws:ssm/activation:Activation", "azure-native:compute:VirtualMachineExtension"];

function digestOf(stdout: string): string {
  const { steps } = JSON.parse(stdout) as PreviewDigest;
  const lines = steps.flatMap(({ urn, newState }) => {
    if (newState === undefined || !comparedTypes.includes(newState.type)) return [];
    const inputs = Object.entries(newState.inputs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return [JSON.stringify([urn.split("::").at(-1), inputs])];
  });
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

/** Everything that a preview shows but the stack itself. */
function registeredIn(stdout: string): readonly Registered[] {
  const { steps } = JSON.parse(stdout) as PreviewDigest;
  return steps.flatMap(({ urn, newState }) => {
    if (newState === undefined || newState.type === "pulumi:pulumi:Stack") return [];
    const { type, custom = false, provider = "", inputs = {} } = newState;
    return [{ type, name: urn.split("::").at(-1) ?? "", custom, provider: provider.split("::").at(-2) ?? "", inputs }];
  });
}

/** The working folder's project runs the measured program instead of index.ts, in a process of its own. */
async function pointAtProgram({ workDir }: Sandbox, checkout: string): Promise<void> {
  const main = relative(workDir, join(checkout, "bench", "preview", "program.ts"));
  const runtime = { name: "nodejs", options: { typescript: false } };
  await writeFile(join(workDir, "Pulumi.yaml"), stringify({ name: "patchplane", runtime, main }));
}

/**
 * Makes a project of the onboarding's VMs, beside the checked-in EC2 instances.
 *
 * @param root folder to make
 */
export async function openPreviewProject(
  { checkout, plane, signal }: Session,
  { engine, cloudUrl }: { readonly engine: Engine; readonly cloudUrl: string },
  root: string,
  onboarding: Onboarding,
): Promise<PreviewProject> {
  await mkdir(root, { recursive: true });
  const instances = plane.fleet.filter((server) => server.cloud === "aws");
  await writeProject(checkout, root, plane, [...instances, ...onboarding.servers]);
  await writeFile(join(root, "onboarding.json"), JSON.stringify(onboarding));
  const plugins = join(checkout, "simulator", "plugins", "bin");
  const sandbox = await openSandbox({ engine, root, folder: join(root, ".sandbox"), cloudUrl, plugins });
  await sandbox.stack(stackName);
  await pointAtProgram(sandbox, checkout);
  const path = [join(checkout, "engine", "languageHost"), sandbox.env["PATH"] ?? ""].join(delimiter);
  const answer = join(root, "answer");
  const run = (program: ProgramName, ...more: readonly string[]) => {
    const task: ProgramTask = { program, root, checkout };
    const mine = { PATH: path, [taskVariable]: JSON.stringify(task), [answerVariable]: answer };
    return runCommand(engine.command.command, ["preview", "--stack", stackName, "--non-interactive", ...more], {
      cwd: sandbox.workDir,
      env: { ...process.env, ...sandbox.env, ...mine },
      signal,
    });
  };
  return {
    preview: async (program) => {
      await rm(answer, { force: true });
      const { stdout, seconds } = await run(program);
      const creates = Number(/\+ (\d+) to create/.exec(stdout)?.[1]);
      return { seconds, mebibytes: Number(await readFile(answer, "utf8")), creates };
    },
    inputsDigest: async (program) => digestOf((await run(program, "--json")).stdout),
    keepBare: async () => {
      await writeFile(join(root, bareFile), JSON.stringify(registeredIn((await run("whole", "--json")).stdout)));
    },
  };
}
