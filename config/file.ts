import { isMapping } from "./yaml/path.ts";
import { positionIn, type Places } from "./yaml/positions.ts";
import { projectFiles, type ProjectFiles } from "./projectFiles.ts";
import type { StackConfig } from "./rawSettings.ts";
import { assessPlane, deployable, type Assessed, type PlaneSources, type Resolved } from "./assemblePlane.ts";
import { stackFileName } from "./stackName.ts";
import { readYaml } from "./yaml/yamlText.ts";

const project = "patchplane";

/** The key as the CLI hands it out: a key without namespace is the project's, and `a:config:b` is an old form of `a:b`. */
function fullKey(key: string): string {
  return key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${project}:${key}`;
}

/** The CLI writes a secret as a mapping with the one key `secure`. */
function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isMapping(value)) return false;
  const keys = Object.keys(value);
  return (keys.length === 1 && typeof value["secure"] === "string") || Object.values(value).some(holdsSecret);
}

/** The text the CLI makes of a value: JSON of what is no text, and nothing of nothing. */
function cliText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function stackConfig(config: Readonly<Record<string, unknown>>): StackConfig {
  const entries = Object.entries(config).map(([key, value]) => [fullKey(key), value] as const);
  return {
    values: Object.fromEntries(entries.map(([key, value]) => [key, cliText(value)])),
    secretKeys: new Set(entries.filter(([, value]) => holdsSecret(value)).map(([key]) => key)),
  };
}

/** Places by the paths that faults have: below `config`, without the project's namespace. */
function settingPlaces(places: Places): Places {
  return new Map(
    [...places]
      .filter(([path]) => path.startsWith("config."))
      .map(([path, place]) => [path.slice("config.".length).replace(/^patchplane:(config:)?/, ""), place]),
  );
}

/** What the CLI would hand to a program of a stack file's text. */
export function readStackFile(text: string, stackFile: string) {
  const { value, places, faults } = readYaml(text, stackFile);
  const config = isMapping(value) ? value["config"] : undefined;
  const broken = value === undefined && faults.length > 0;
  const known = settingPlaces(places);
  const top = places.get("config")?.key ?? { line: 1, column: 1, width: 1 };
  const positionOf: NonNullable<PlaneSources["positionOf"]> = (fault) => positionIn(known, fault) ?? top;
  const lineOf = (path: string): number | undefined => known.get(path)?.key.line;
  return { config: stackConfig(isMapping(config) ? config : {}), positionOf, lineOf, faults, broken };
}

/**
 * Reads an environment's plane without asking whether it may be deployed: a review shows what an error means for the
 * servers as well. `absent` where there is no such stack file.
 */
export function assessPlaneFrom(files: ProjectFiles, environment: string): Assessed | "absent" {
  const stackFile = stackFileName(environment);
  const text = files.read(stackFile);
  if (text === undefined) return "absent";
  const { config, positionOf, faults, broken } = readStackFile(text, stackFile);
  if (broken) {
    return { faults };
  }
  const assessed = assessPlane({ stackFile, config, positionOf, files });
  return faults.length === 0 ? assessed : { faults: [...faults, ...("faults" in assessed ? assessed.faults : [])] };
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
