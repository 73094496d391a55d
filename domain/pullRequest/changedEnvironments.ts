import { byText } from "../text.ts";
/** What an environment is read from. */
export interface EnvironmentFiles {
  readonly environment: string;
  /** Stack file and fleet file, from the project's root. */
  readonly files: readonly string[];
  /** Folders all of which belong to it: its approvals. */
  readonly folders: readonly string[];
}

/** An environment that a change touches, and by which files. */
export interface ChangedEnvironment {
  readonly environment: string;
  /** Sorted; what belongs to the program alone is named, too. */
  readonly files: readonly string[];
}

/** Files that every environment's resources are made of. */
const programFiles = new Set([
  "Pulumi.yaml",
  "index.ts",
  "program.ts",
  "providers.ts",
  "package.json",
  "package-lock.json",
]);
const programFolders = ["components", "config", "domain"];

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Whether a file is part of the program, and so touches every environment. */
export function isProgramFile(path: string): boolean {
  return (
    programFiles.has(path) ||
    programFolders.some((folder) => within(path, folder)) ||
    (within(path, "fleet") && path.endsWith(".ts"))
  );
}

/**
 * The environments whose stack file, fleet file, approvals or program a change touches, by name. Both sides of a rename
 * have to be among the paths.
 */
export function changedEnvironments(
  environments: readonly EnvironmentFiles[],
  changedPaths: readonly string[],
): readonly ChangedEnvironment[] {
  const paths = [...new Set(changedPaths)].sort();
  return environments
    .map(({ environment, files, folders }) => ({
      environment,
      files: paths.filter(
        (path) => isProgramFile(path) || files.includes(path) || folders.some((folder) => within(path, folder)),
      ),
    }))
    .filter(({ files }) => files.length > 0)
    .toSorted((left, right) => byText(left.environment, right.environment));
}
