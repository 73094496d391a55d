import { assessPlane, deployable, type Assessed, type Resolved } from "./assemblePlane.ts";
import { firstFaults } from "./firstFaults.ts";
import { plainly, projectFiles, type ProjectFiles } from "./projectFiles.ts";
import { rawSettings } from "./rawSettings.ts";
import { readStackFile, stackFileName, stackNameFault } from "./stackFile.ts";

/**
 * Reads an environment's plane without asking whether it may be deployed: a review shows what an error means for the
 * servers as well. `absent` where there is no such stack file.
 */
export function assessPlaneFrom(files: ProjectFiles, environment: string): Assessed | "absent" {
  const stackFile = stackFileName(environment);
  const text = plainly(() => files.read(stackFile));
  if (text === undefined) return "absent";
  if (typeof text === "object") return { faults: [text.fault] };
  const misnamed = stackNameFault(environment);
  if (misnamed !== undefined) return { faults: [misnamed] };
  const { config, positionOf, faults, broken } = readStackFile(text, stackFile);
  if (broken) {
    return { faults: firstFaults(faults) };
  }
  const assessed = assessPlane({ stackFile, config, positionOf, files });
  return faults.length === 0
    ? assessed
    : { faults: firstFaults([...faults, ...("faults" in assessed ? assessed.faults : [])]) };
}

/** {@link readPlane} over files that need not be on a disk. */
export function readPlaneFrom(files: ProjectFiles, environment: string): Resolved {
  const assessed = assessPlaneFrom(files, environment);
  const file = stackFileName(environment);
  return assessed === "absent"
    ? { faults: [{ file, path: "stack", message: "there is no such stack file", value: environment }] }
    : deployable(assessed);
}

/**
 * The plane of an environment from its stack file, without the CLI: the same plane or the same faults as the program
 * gets, and faults carry their position in the file.
 * @param root - the project's root
 * @param environment - the stack's name
 */
export function readPlane(root: string, environment: string): Resolved {
  return readPlaneFrom(projectFiles(root), environment);
}

/** A file of the project, as it was read. */
export interface ProjectFile {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

/** The fleet file that a readable environment's stack file names. */
export function fleetFileOf(files: ProjectFiles, environment: string): ProjectFile {
  const stackFile = stackFileName(environment);
  const { settings } = rawSettings(readStackFile(files.read(stackFile) ?? "", stackFile).config);
  const path = String(settings["fleet"]);
  return { path, text: files.read(path) ?? "" };
}
