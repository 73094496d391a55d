import { posix } from "node:path";
import type { EnvironmentFiles } from "../domain/pullRequest/changedEnvironments.ts";
import type { ProjectFiles } from "./projectFiles.ts";
import { approvalsFolder, settingsAsWritten, stackFileName } from "./stackFile.ts";

function plainPath(path: string): string {
  return posix.normalize(path).replace(/\/$/, "");
}

/**
 * What an environment is read from, as its stack file says; a faulty stack file is taken as far as it can be read,
 * because a change that breaks one touches its environment all the same.
 */
export function environmentFiles(files: ProjectFiles, environment: string): EnvironmentFiles {
  const stackFile = stackFileName(environment);
  const settings = settingsAsWritten(files, environment);
  const { fleet } = settings;
  return {
    environment,
    files: [stackFile, ...(typeof fleet !== "string" || fleet === "" ? [] : [plainPath(fleet)])],
    folders: [plainPath(approvalsFolder(settings))],
  };
}
