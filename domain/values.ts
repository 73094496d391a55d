import { byKey } from "./text.ts";

/** Values by key, whatever they are. */
export type Mapping = Readonly<Record<string, unknown>>;

/** Whether a value is a mapping, as opposed to a list or a scalar. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as JSON whose mappings are in the order of their keys: the same for what is the same. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isMapping(part) ? Object.fromEntries(Object.entries(part).toSorted(byKey)) : part,
  );
}

/** Whether a choice of names takes one; where nothing is chosen, all are taken. */
export function takes(chosen: readonly string[] | undefined, name: string): boolean {
  return chosen === undefined || chosen.includes(name);
}
