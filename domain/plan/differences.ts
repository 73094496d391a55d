import { isMapping, type Mapping } from "../values.ts";

/** One thing that differs between two versions. */
export interface Difference {
  /** Path of what differs, e.g. `durationHours`, `rules[0].approveAfterDays` or `hooks.before[stop-service].linux`. */
  readonly field: string;
  /** What it was, in words; null where it was not there. Of a list of words, what was taken out. */
  readonly before: string | null;
  /** What it becomes; null where it goes. Of a list of words, what is put in. */
  readonly after: string | null;
  /** Whether it is a list, or an entry of one: then what was is taken out, and what becomes is added. */
  readonly list?: true;
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isMappings(value: unknown): value is readonly Mapping[] {
  return Array.isArray(value) && value.every(isMapping);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** A value in words: `name stop; linux systemctl stop app; timeoutSeconds 600`. What is inside stands in brackets. */
function wording(value: unknown): string {
  if (Array.isArray(value))
    return value.map((item) => (isMapping(item) ? `(${wording(item)})` : wording(item))).join(", ");
  if (!isMapping(value)) return String(value);
  return Object.entries(value)
    .filter(([, inner]) => !isAbsent(inner))
    .map(([key, inner]) => `${key} ${isMapping(inner) ? `(${wording(inner)})` : wording(inner)}`)
    .join("; ");
}

function text(value: unknown): string | null {
  return isAbsent(value) ? null : wording(value);
}

function wordsDifference(field: string, before: readonly string[], after: readonly string[]): readonly Difference[] {
  const gone = before.filter((word) => !after.includes(word));
  const come = after.filter((word) => !before.includes(word));
  return gone.length === 0 && come.length === 0 ? [] : [{ field, before: text(gone), after: text(come), list: true }];
}

/** What a list's entry is called: by its name, else by its place. */
function label(entry: Mapping, index: number): string {
  const { name } = entry;
  return typeof name === "string" ? name : String(index);
}

/**
 * What differs between two lists of objects: those with a name by it, others by their place among those that are in one
 * list and not in the other, so that one that is put in front does not make all others new.
 */
function listDifferences(field: string, before: readonly Mapping[], after: readonly Mapping[]): readonly Difference[] {
  const entries = (list: readonly Mapping[], others: readonly Mapping[]) => {
    const known = new Set(others.map((each) => JSON.stringify(each)));
    const own = list.map((entry, index) => ({ entry, label: label(entry, index) }));
    return own.filter(({ entry }) => !known.has(JSON.stringify(entry)));
  };
  const [old, now] = [entries(before, after), entries(after, before)];
  const named = [...old, ...now].every(({ entry }) => typeof entry["name"] === "string");
  const pairs = named
    ? [...new Set([...old, ...now].map((each) => each.label))].map((name) => [
        old.find((each) => each.label === name),
        now.find((each) => each.label === name),
      ])
    : Array.from({ length: Math.max(old.length, now.length) }, (_, index) => [old[index], now[index]]);
  const moved = old.length + now.length === 0 && JSON.stringify(before) !== JSON.stringify(after);
  const order = (list: readonly Mapping[]): string => list.map(label).join(", ");
  return moved
    ? [{ field: `${field} in order`, before: order(before), after: order(after) }]
    : pairs.flatMap(([was, is]) => {
        const inside = differences(was?.entry, is?.entry, `${field}[${(is ?? was)?.label ?? ""}]`);
        return was === undefined || is === undefined ? inside.map((each) => ({ ...each, list: true })) : inside;
      });
}

/**
 * What differs between two values of the same shape, by path: objects key by key, lists of objects entry by entry, lists
 * of words by what is in one and not in the other (their order means nothing to AWS). Keys come in the order of their
 * names, so the same pair always gives the same list.
 */
export function differences(before: unknown, after: unknown, field = ""): readonly Difference[] {
  const join = (key: string): string => (field === "" ? key : `${field}.${key}`);
  const [was, is] = [before ?? [], after ?? []];
  if (Array.isArray(before) || Array.isArray(after)) {
    if (isWords(was) && isWords(is)) return wordsDifference(field, was, is);
    if (isMappings(was) && isMappings(is)) return listDifferences(field, was, is);
  }
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(before[key], after[key], join(key)));
  }
  const [old, now] = [text(before), text(after)];
  return old === now ? [] : [{ field, before: old, after: now }];
}
