import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, matchesGlob } from "node:path";
import { evaluate, filled, type Contexts } from "./expressions.ts";
import type { Job, Step, Workflow } from "./workflowFiles.ts";

/** How a job of a dry run went. */
export interface JobRun {
  readonly result: "success" | "failure" | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown of the job's summary. */
  readonly summary: string;
  /** What its scripts printed. */
  readonly printed: string;
  /** Names, or else actions or scripts, of the steps that ran. */
  readonly ran: readonly string[];
}

/** Where and with what a workflow is tried. */
export interface Stage {
  /** The checkout: a git repository. */
  readonly folder: string;
  /** First on PATH: stands in for what needs a cloud or the network. */
  readonly stubs: string;
  readonly contexts: Contexts;
  /** What a runner sets besides. */
  readonly env: Readonly<Record<string, string>>;
}

/** Everything a dry run left behind. */
export interface WorkflowRun {
  /** By job; a matrix job has the worst result, and what all of them printed. */
  readonly jobs: Readonly<Record<string, JobRun>>;
  /** Files of every artifact, `artifact/file`. */
  readonly artifacts: readonly string[];
  readonly artifactFolder: string;
}

/** Puts commands in a folder that write what they were called with to `calls` there, then do as the script says. */
export async function stubbed(scripts: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "patchplane-stubs-"));
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(folder, name);
    await writeFile(file, `#!/usr/bin/env bash\necho "${name} $*" >> "${join(folder, "calls")}"\n${script}\n`);
    await chmod(file, 0o755);
  }
  return folder;
}

async function bash(script: string, folder: string, env: Readonly<Record<string, string>>) {
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd: folder, env });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, printed };
}

function values(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

function filledAll(texts: Readonly<Record<string, unknown>> | undefined, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(Object.entries(texts ?? {}).map(([key, text]) => [key, filled(String(text), contexts)]));
}

/** What an action does that the next steps or jobs read; the others sign in or install, and leave nothing. */
async function actedOut({ uses = "", with: given }: Step, contexts: Contexts, folder: string, artifacts: string) {
  const inputs = filledAll(given, contexts);
  const [action] = uses.split("@");
  if (action === "actions/upload-artifact") {
    const from = join(folder, inputs["path"] ?? "");
    if (!existsSync(from) && inputs["if-no-files-found"] !== "error") return;
    const to = join(artifacts, inputs["name"] ?? "");
    await mkdir(to, { recursive: true });
    const isFolder = (inputs["path"] ?? "").endsWith("/");
    await cp(from, isFolder ? to : join(to, inputs["path"] ?? ""), { recursive: true });
  }
  if (action === "actions/download-artifact") {
    for (const name of await readdir(artifacts)) {
      if (!matchesGlob(name, inputs["pattern"] ?? "")) continue;
      const own = inputs["merge-multiple"] === "true" ? "" : name;
      await cp(join(artifacts, name), join(folder, inputs["path"] ?? "", own), { recursive: true });
    }
  }
}

async function runJob(job: Job, stage: Stage, contexts: Contexts, artifacts: string): Promise<JobRun> {
  const files = await mkdtemp(join(tmpdir(), "patchplane-job-"));
  const outputFile = join(files, "output");
  const summaryFile = join(files, "summary");
  await writeFile(summaryFile, "");
  const steps: Record<string, unknown> = {};
  const ran: string[] = [];
  let printed = "";
  let success = true;
  const jobEnv = filledAll(job.env, contexts);
  for (const step of job.steps) {
    const known: Contexts = { ...contexts, steps, success, env: jobEnv };
    const wanted =
      step.if === undefined ? success : evaluate(step.if, known) && (success || step.if.includes("always()"));
    if (!wanted) {
      if (step.id !== undefined) steps[step.id] = { outputs: {}, outcome: "skipped" };
      continue;
    }
    ran.push(step.name ?? step.uses ?? step.run ?? "");
    if (step.run === undefined) {
      await actedOut(step, known, stage.folder, artifacts);
      continue;
    }
    await writeFile(outputFile, "");
    const ended = await bash(step.run, stage.folder, {
      ...stage.env,
      ...jobEnv,
      ...filledAll(step.env, known),
      PATH: [stage.stubs, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      RUNNER_TEMP: files,
    });
    printed += ended.printed;
    const outcome = ended.code === 0 ? "success" : "failure";
    if (outcome === "failure") success = false;
    if (step.id !== undefined) steps[step.id] = { outputs: values(await readFile(outputFile, "utf8")), outcome };
  }
  const summary = await readFile(summaryFile, "utf8");
  await rm(files, { recursive: true });
  return {
    result: success ? "success" : "failure",
    outputs: filledAll(job.outputs, { ...contexts, steps }),
    summary,
    printed,
    ran,
  };
}

function environmentsOf(
  job: Job & { readonly strategy?: { readonly matrix: Readonly<Record<string, string>> } },
  contexts: Contexts,
) {
  const list = job.strategy?.matrix["environment"];
  return list === undefined ? undefined : (evaluate(list.replace(/^\$\{\{|\}\}$/g, ""), contexts) as readonly string[]);
}

function joined(runs: readonly JobRun[]): JobRun {
  return {
    result: runs.some(({ result }) => result === "failure") ? "failure" : "success",
    outputs: {},
    summary: runs.map(({ summary }) => summary).join(""),
    printed: runs.map(({ printed }) => printed).join(""),
    ran: runs[0]?.ran ?? [],
  };
}

const skipped: JobRun = { result: "skipped", outputs: {}, summary: "", printed: "", ran: [] };

/** Runs a workflow's jobs one after another, as far as that needs neither a cloud nor GitHub. */
export async function dryRun({ jobs }: Workflow, stage: Stage): Promise<WorkflowRun> {
  const artifactFolder = await mkdtemp(join(tmpdir(), "patchplane-artifacts-"));
  const done: Record<string, JobRun> = {};
  for (const [name, job] of Object.entries(jobs)) {
    const needs = [job.needs ?? []].flat();
    const contexts: Contexts = {
      ...stage.contexts,
      needs: Object.fromEntries(needs.map((need) => [need, done[need]])),
    };
    const allPassed = needs.every((need) => done[need]?.result === "success");
    const wanted =
      job.if === undefined ? allPassed : evaluate(job.if, contexts) && (allPassed || job.if.includes("always()"));
    if (!wanted) {
      done[name] = skipped;
      continue;
    }
    const environments = environmentsOf(job, contexts);
    if (environments === undefined) {
      done[name] = await runJob(job, stage, contexts, artifactFolder);
      continue;
    }
    const runs: JobRun[] = [];
    for (const environment of environments) {
      runs.push(await runJob(job, stage, { ...contexts, matrix: { environment } }, artifactFolder));
    }
    done[name] = joined(runs);
  }
  const artifacts = (await readdir(artifactFolder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(artifactFolder.length + 1));
  return { jobs: done, artifacts: artifacts.sort(), artifactFolder };
}
