import type { Origins } from "../domain/explain/origins.ts";
import { readStackFile, stackFileName } from "./stackFile.ts";
import { presetNames } from "./schema/presets.ts";
import type { ProjectFiles } from "./projectFiles.ts";

/** Where an environment's settings are from: its stack file's lines and the presets. */
export function readOrigins(files: ProjectFiles, environment: string): Origins {
  const stackFile = stackFileName(environment);
  const { config, lineOf } = readStackFile(files.read(stackFile) ?? "", stackFile);
  return {
    stackFile,
    fleetFile: config.values["patchplane:fleet"] ?? "",
    lineOf,
    isPreset: (section, name) => presetNames[section]?.includes(name) ?? false,
  };
}
