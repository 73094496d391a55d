import type { Fault } from "../domain/fault.ts";
import type { PlaneSources } from "./assemblePlane.ts";
import type { ProjectFiles } from "./projectFiles.ts";
import type { StackConfig } from "./rawSettings.ts";
import { positionIn, type Places } from "./yaml/positions.ts";
import { readYaml } from "./yaml/yamlText.ts";
import { isMapping } from "../domain/values.ts";

const project = "patchplane";
const namespace = `${project}:`;

/** Name of an environment's stack file, in the project's root. */
export function stackFileName(environment: string): string {
  return `Pulumi.${environment}.yaml`;
}

/** The environment that a file is the stack file of; undefined for any other file. */
export function environmentOf(fileName: string): string | undefined {
  return /^Pulumi\.(.+)\.yaml$/s.exec(fileName)?.[1];
}

/** Names that Pulumi gives to stacks: https://www.pulumi.com/docs/iac/concepts/stacks/ */
const stackName = /^[A-Za-z0-9_.-]{1,100}$/;

/** What is wrong with a stack file's own name; undefined for one that a stack can have. */
export function stackNameFault(environment: string): Fault | undefined {
  return stackName.test(environment)
    ? undefined
    : {
        file: stackFileName(environment),
        path: "stack",
        message: "no stack can have this name",
        value: environment,
        allowed: "letters, digits, _ . and -, at most 100",
        fix: "rename the file",
      };
}

/** The environments of a project: those with a stack file in its root; by name. */
export function environmentsOf(files: ProjectFiles): readonly string[] {
  return files.list("").flatMap(({ name }) => environmentOf(name) ?? []);
}

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

/** The file's `config`, by the keys that the CLI makes of its own; empty where there is none. */
function configOf(value: unknown): readonly (readonly [string, unknown])[] {
  const config = isMapping(value) ? value["config"] : undefined;
  return Object.entries(isMapping(config) ? config : {}).map(([key, setting]) => [fullKey(key), setting] as const);
}

function stackConfig(entries: ReturnType<typeof configOf>): StackConfig {
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
  const broken = value === undefined && faults.length > 0;
  const known = settingPlaces(places);
  const top = places.get("config")?.key ?? { line: 1, column: 1, width: 1 };
  const positionOf: NonNullable<PlaneSources["positionOf"]> = (fault) => positionIn(known, fault) ?? top;
  const lineOf = (path: string): number | undefined => known.get(path)?.key.line;
  return { config: stackConfig(configOf(value)), positionOf, lineOf, faults, broken };
}

/**
 * An environment's settings as its file has them, without their prefix: neither validated nor put over the presets, and
 * empty where the file is not there or no YAML. For what has to be known of a file that may be at fault.
 */
export function settingsAsWritten(files: ProjectFiles, environment: string): Readonly<Record<string, unknown>> {
  const file = stackFileName(environment);
  const entries = configOf(readYaml(files.read(file) ?? "", file).value);
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (key.startsWith(namespace) ? [[key.slice(namespace.length), value]] : [])),
  );
}

/** The folder of approvals that settings name, or the usual one. */
export function approvalsFolder({ approvals }: Readonly<Record<string, unknown>>): string {
  return typeof approvals === "string" ? approvals : "approvals";
}
