/** `1 server`, `2 servers`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${String(count)} ${count === 1 ? noun : plural}`;
}

/** The texts of those counts that are above none, by commas. */
export function withCounts(parts: readonly (readonly [count: number, text: string])[]): string {
  return parts.flatMap(([count, text]) => (count === 0 ? [] : [text])).join(", ");
}

/** The first names of a list, and how many more there are: `a, b, and 3 more`. */
export function firstOf(names: readonly string[], most: number): string {
  const more = names.length > most ? `, and ${String(names.length - most)} more` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
}

/** Compares two texts by their code units, as `sort` does by itself: the order depends on no language. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** Compares things by their names. */
export function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return byText(left.name, right.name);
}

/** Compares the entries of a record or a map by their keys. */
export function byKey(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return byText(left[0], right[0]);
}
