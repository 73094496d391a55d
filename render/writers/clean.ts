/**
 * Text without what acts on a reader's screen rather than being read: control characters, escape sequences, marks that
 * turn the direction of writing. They are shown by their numbers. Blanks and line breaks become one blank each run.
 */
export function clean(text: string): string {
  return visible(text.replace(/\s+/gu, " "));
}

/** The same for text whose lines and tabs matter. */
export function cleanLines(text: string): readonly string[] {
  return text.split("\n").map((line) => line.split("\t").map(visible).join("\t"));
}

function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
