import type { Fault } from "../domain/fault.ts";
import { environmentOf, environmentsOf } from "./stackFile.ts";
import type { ProjectFiles } from "./projectFiles.ts";

/** What the bootstrap calls roles and policies of its own, between `patchplane-` and an environment. */
const reserved = ["boundary", "deploy", "entry", "operator", "preview"];

function beginsLike(one: string, other: string): boolean {
  return one.startsWith(`${other}-`) || other.startsWith(`${one}-`);
}

/**
 * What keeps an environment from its name: a word of the bootstrap's, or another environment of the project whose name
 * is this one's beginning or goes on from it. Rights on buckets and documents are written as `patchplane-<environment>-*`,
 * so `prod` would reach those of `prod-apac`.
 *
 * @param stackFile name of the environment's own stack file
 */
export function environmentNameFaults(
  environment: string,
  { files, stackFile }: { readonly files: ProjectFiles; readonly stackFile: string },
): readonly Fault[] {
  const path = "environment";
  const allowed = "a name that no other environment's name begins with, and that begins with none";
  const taken = reserved.includes(environment)
    ? [
        {
          path,
          message: "the bootstrap's own roles are called so",
          value: environment,
          allowed: `anything but ${reserved.join(", ")}`,
        },
      ]
    : [];
  const others = environmentsOf(files).filter(
    (name) => name !== environmentOf(stackFile) && beginsLike(name, environment),
  );
  const alike = others.map((name) => ({
    path,
    message: `environment ${name} has a name that begins alike, so that one's rights would reach the other's buckets and documents`,
    value: environment,
    allowed,
    fix: `turn the words round, e.g. ${environment.split("-").toReversed().join("-")}`,
  }));
  return [...taken, ...alike];
}
