import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..", "..");
/** Folder of the workflows. */
export const workflowFolder = join(root, ".github", "workflows");

/** One step of a job or of a composite action. */
export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One job, with the elements the project uses. */
export interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly environment?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

/** A workflow file. */
export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Names of all workflow files. */
export function workflowNames(): readonly string[] {
  return readdirSync(workflowFolder).filter((name) => /\.ya?ml$/.test(name));
}

/** A workflow's text. */
export function workflowText(name: string): string {
  return readFileSync(join(workflowFolder, name), "utf8");
}

/** A workflow, parsed. YAML 1.2: `on` is a key and no boolean. */
export function workflow(name: string): Workflow {
  return parse(workflowText(name)) as Workflow;
}

/** The text of the project's own composite action. */
export function setupActionText(): string {
  return readFileSync(join(root, ".github", "actions", "setup", "action.yml"), "utf8");
}

/** Every step of every job of a workflow, with the job's name. */
export function stepsOf({ jobs }: Workflow): readonly (readonly [job: string, step: Step])[] {
  return Object.entries(jobs).flatMap(([name, { steps }]) => steps.map((step) => [name, step] as const));
}
