import type { Fault } from "../domain/fault.ts";
import { nearest, suggest } from "./nearest.ts";
import { isMapping } from "./yaml/path.ts";
import { stackSchema } from "./schema/stack.ts";

/** Settings that need not be valid. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Settings, and the sections of them whose names nobody can know, because the section itself is at fault. */
export interface NamedSettings {
  readonly settings: Mapping;
  readonly unreadable: ReadonlySet<string>;
}

const sections = ["locations", "subscriptions", "baselines", "groups", "windows"] as const;

/**
 * The sections whose names are not known: no mapping, a secret, or under a key that is misspelled. What refers to
 * names in them is not at fault.
 * @param secrets - keys that hold a secret
 */
export function unreadableSections(settings: Mapping, secrets: readonly string[]): ReadonlySet<string> {
  const known = Object.keys(stackSchema.shape);
  const misspelled = Object.keys(settings).filter((key) => !known.includes(key));
  const meant = misspelled.map((key) => nearest(key, known));
  const unreadable = sections.filter((section) => {
    const value = settings[section];
    const missing = section === "locations" && value === undefined;
    return missing || (value !== undefined && !isMapping(value)) || meant.includes(section);
  });
  return new Set([...unreadable, ...secrets]);
}

/** Named objects of a section; nothing where the section is not what it should be, which the schema reports. */
export function entriesIn(settings: Mapping, section: string): readonly (readonly [string, Mapping])[] {
  const value = settings[section];
  return isMapping(value)
    ? Object.entries(value).flatMap(([name, entry]) => (isMapping(entry) ? [[name, entry]] : []))
    : [];
}

/** Names in a section, sorted; undefined where nobody can know them. */
export function namesIn({ settings, unreadable }: NamedSettings, section: string): readonly string[] | undefined {
  if (unreadable.has(section)) return undefined;
  const value = settings[section];
  return isMapping(value) ? Object.keys(value).sort() : [];
}

/** The texts of a list, with their index. */
export function listed(value: unknown): readonly (readonly [number, string])[] {
  return Array.isArray(value)
    ? value.flatMap((item: unknown, index) => (typeof item === "string" ? [[index, item] as const] : []))
    : [];
}

/** A fault for each name of a list that is not known. */
export function unknownNames(
  list: unknown,
  path: string,
  kind: string,
  known: readonly string[] | undefined,
): readonly Fault[] {
  return known === undefined
    ? []
    : listed(list)
        .filter(([, name]) => !known.includes(name))
        .map(([index, name]) => {
          const at = `${path}[${String(index)}]`;
          return { path: at, message: `there is no such ${kind}`, value: name, ...suggest(name, known) };
        });
}
