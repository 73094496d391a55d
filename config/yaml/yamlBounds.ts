import { Lexer } from "yaml";

/*
 * What a file of this project may hold. The bounds are far beyond what anybody writes by hand, and low enough that a file
 * at all of them is answered at once: a review must not end because of what somebody proposes.
 */

/** Longest text of a YAML file, in characters. */
export const longestText = 262_144;
/** Most values in a document, those that aliases stand for counted each time. */
export const mostValues = 50_000;
/** Deepest nesting, aliases followed. */
export const deepestNesting = 64;

/** Widest indentation, which is what nests blocks, in columns. */
const widestIndent = 256;
/** Most `-` and `?` in a line, each of which nests what follows. */
const mostMarksInLine = 16;
/** Tokens of the lexer that stand for no text of the file. */
const marks: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001F"]);

/** Where in a text, by its index, nesting goes too deep; undefined where it does not. To be asked before it is parsed. */
export function tooDeepAt(text: string): number | undefined {
  let offset = 0;
  let brackets = 0;
  let inLine = 0;
  let atStart = true;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (marks.has(token)) {
      isScalar = token === "\u001F";
      continue;
    }
    if (!isScalar) {
      if (token === "[" || token === "{") brackets += 1;
      else if (token === "]" || token === "}") brackets = Math.max(0, brackets - 1);
      else if (token === "-" || token === "?") inLine += 1;
      const indent = atStart && /^ +$/.test(token) ? token.length : 0;
      if (brackets > deepestNesting || inLine > mostMarksInLine || indent > widestIndent) return offset;
    }
    atStart = token.endsWith("\n");
    if (atStart) inLine = 0;
    isScalar = false;
    offset += token.length;
  }
  return undefined;
}
