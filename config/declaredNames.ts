import { namedSections, type Declared } from "../domain/checks/declared.ts";
import { nearest } from "../domain/nearest.ts";
import { stackSchema } from "./schema/stack.ts";
import { isMapping, type Mapping } from "../domain/values.ts";

/** Named objects of a section; nothing where the section is not what it should be, which the schema reports. */
export function section(settings: Mapping, name: string): Mapping {
  const value = settings[name];
  return isMapping(value) ? value : {};
}

/**
 * The names in settings that need not be valid. Those of a section are not known where it is no mapping, a secret, or
 * under a key that is misspelled; what refers to them is not at fault then.
 * @param secrets - keys that hold a secret
 */
export function declaredNames(settings: Mapping, secrets: readonly string[]): Declared {
  const known = Object.keys(stackSchema.shape);
  const meant = Object.keys(settings).flatMap((key) => (known.includes(key) ? [] : (nearest(key, known) ?? [])));
  const readable = namedSections.filter((name) => {
    const value = settings[name];
    const fits = value === undefined ? name !== "locations" : isMapping(value);
    return fits && !meant.includes(name) && !secrets.includes(name);
  });
  const systems = Object.entries(section(settings, "baselines")).flatMap(([name, baseline]) => {
    const os = isMapping(baseline) ? baseline["operatingSystem"] : undefined;
    return typeof os === "string" ? [[name, os] as const] : [];
  });
  return {
    names: Object.fromEntries(readable.map((name) => [name, Object.keys(section(settings, name)).sort()])),
    systems: Object.fromEntries(systems),
  };
}
