import { isMapping } from "../values.ts";

/** One thing that differs between two versions. */
export interface Difference {
  /** Path of what differs, e.g. `durationHours` or `rules[0].approveAfterDays`. */
  readonly field: string;
  /** What it was, as text; null where it was not there. Of a list of words, what was taken out. */
  readonly before: string | null;
  /** What it becomes; null where it goes. Of a list of words, what is put in. */
  readonly after: string | null;
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function text(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function wordsDifference(field: string, before: readonly string[], after: readonly string[]): readonly Difference[] {
  const gone = before.filter((word) => !after.includes(word));
  const come = after.filter((word) => !before.includes(word));
  const joined = (words: readonly string[]): string | null => (words.length === 0 ? null : words.join(", "));
  return gone.length === 0 && come.length === 0 ? [] : [{ field, before: joined(gone), after: joined(come) }];
}

/**
 * What differs between two values of the same shape, by path: objects key by key, lists of objects by position, lists
 * of words by what is in one and not in the other (their order means nothing to AWS). Keys come in the order of their
 * names, so the same pair always gives the same list.
 */
export function differences(before: unknown, after: unknown, field = ""): readonly Difference[] {
  const join = (key: string): string => (field === "" ? key : `${field}.${key}`);
  if (isWords(before ?? []) && isWords(after ?? []) && (Array.isArray(before) || Array.isArray(after))) {
    return wordsDifference(field, (before ?? []) as readonly string[], (after ?? []) as readonly string[]);
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) =>
      differences(before[index], after[index], `${field}[${index}]`),
    ).flat();
  }
  if (isMapping(before) && isMapping(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(before[key], after[key], join(key)));
  }
  if (isAbsent(before) && isAbsent(after)) return [];
  const [was, is] = [text(before), text(after)];
  return was === is ? [] : [{ field, before: was, after: is }];
}
