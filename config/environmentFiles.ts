import { posix } from "node:path";
import type { EnvironmentFiles } from "../domain/pullRequest/changedEnvironments.ts";
import { readStackFile } from "./file.ts";
import type { ProjectFiles } from "./projectFiles.ts";
import { stackFileName } from "./stackName.ts";

const defaultApprovals = "approvals";

function plainPath(path: string): string {
  return posix.normalize(path).replace(/\/$/, "");
}

/**
 * What an environment is read from, as its stack file says; a faulty stack file is taken as far as it can be read,
 * because a change that breaks one touches its environment all the same.
 */
export function environmentFiles(files: ProjectFiles, environment: string): EnvironmentFiles {
  const stackFile = stackFileName(environment);
  const { values } = readStackFile(files.read(stackFile) ?? "", stackFile).config;
  const fleet = values["patchplane:fleet"];
  return {
    environment,
    files: [stackFile, ...(fleet === undefined || fleet === "" ? [] : [plainPath(fleet)])],
    folders: [plainPath(values["patchplane:approvals"] ?? defaultApprovals)],
  };
}
