/** `1 server`, `2 servers`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${String(count)} ${count === 1 ? noun : plural}`;
}

/** `25,852 packages`: a count that people read, of which there may be many. */
export function manyOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
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

/**
 * Characters that act on a reader's screen or hide there: control characters (of which escape sequences are made), marks
 * that turn the direction of writing, characters without width, separators of lines and paragraphs, halves of pairs.
 * Tabs and line feeds are text; the two signs that choose between a picture and a letter are part of many pictures.
 */
const hidden = /(?![\t\n\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}

/** The hidden characters of a text, each once, as `U+202E`. */
export function hiddenIn(text: string): readonly string[] {
  return [...new Set(text.match(hidden) ?? [])].map(
    (character) => `U+${codeOf(character).toUpperCase().padStart(4, "0")}`,
  );
}

/** The text with its hidden characters shown by their numbers, `\u{202e}`. */
export function shownByNumber(text: string): string {
  return text.replace(hidden, (character) => `\\u{${codeOf(character)}}`);
}

/** JSON with its hidden characters written as escapes: the same value, and nothing that acts on a terminal. */
export function escapedInJson(json: string): string {
  return json.replace(hidden, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
