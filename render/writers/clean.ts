import { shownByNumber } from "../../domain/text.ts";

/**
 * Text without what acts on a reader's screen, or hides there, rather than being read: that is shown by its number.
 * Blanks and line breaks become one blank each run.
 */
export function clean(text: string): string {
  return shownByNumber(text.replace(/\s+/gu, " "));
}

/** The same for text whose lines and tabs matter. */
export function cleanLines(text: string): readonly string[] {
  return shownByNumber(text).split("\n");
}
