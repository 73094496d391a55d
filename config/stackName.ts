import type { ProjectFiles } from "./projectFiles.ts";

/** Name of an environment's stack file, in the project's root. */
export function stackFileName(environment: string): string {
  return `Pulumi.${environment}.yaml`;
}

/** The environment that a file is the stack file of; undefined for any other file. */
export function environmentOf(fileName: string): string | undefined {
  return /^Pulumi\.(.+)\.yaml$/.exec(fileName)?.[1];
}

/** The environments of a project: those with a stack file in its root; by name. */
export function environmentsOf(files: ProjectFiles): readonly string[] {
  return files.list("").flatMap(({ name }) => environmentOf(name) ?? []);
}
